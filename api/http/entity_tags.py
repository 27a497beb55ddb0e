"""Names the state of what was read, so that nothing is sent twice and nobody changes what they have not seen.

A tag is made of the bytes of the answer and nothing else: it tells no more than the answer itself. Answers are not kept
by browsers (``no-store``); the tag is for programs that ask again (If-None-Match) and for changes (If-Match).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Problem

_OF_NOTHING_MODIFIED = ("etag", "cache-control", "content-location", "date", "expires", "vary")


class EntityTags:
    """Adds ETag to what is read under ``/api``, and answers 304 where the asker has it already."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or not str(scope["path"]).startswith("/api/"):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._answer(scope, start, b"".join(parts), send)

        await self.app(scope, receive, held)

    async def _answer(self, scope: Scope, start: Message, body: bytes, send: Send) -> None:
        if start["status"] == 200:
            headers = MutableHeaders(scope=start)
            headers.setdefault("ETag", tag_of(body))
            if holds(Headers(scope=scope).get("if-none-match", ""), headers["etag"], weak=True):
                start["status"], body = 304, b""
                for name in set(headers.keys()) - set(_OF_NOTHING_MODIFIED):
                    if name.startswith("content-"):
                        del headers[name]
        await send(start)
        await send({"type": "http.response.body", "body": body})


def tag_of(content: bytes) -> str:
    """Name content by its bytes.

    >>> tag_of(b"{}") == tag_of(b"{}"), tag_of(b"{}") == tag_of(b"{ }")
    (True, False)
    """
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def tag_of_state(state: Any) -> str:
    """Name the state of a thing by what it is made of (plain JSON values): for routes that say their own ETag."""
    return tag_of(
        json.dumps(state, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()
    )


def holds(said: str, tag: str, *, weak: bool = False) -> bool:
    """Tell whether a header If-Match or If-None-Match names a tag, or everything (``*``)."""
    named = [one.strip() for one in said.split(",")]
    plain = [one.removeprefix("W/") for one in named] if weak else named
    return "*" in named or tag in plain


def require_match(request: Request, tag: str) -> None:
    """Let a change through only when whoever asks has seen the state that is changed.

    Call it inside the writing transaction, with the tag of the state just read. Problem 428 when nothing was said, 412
    when it was changed meanwhile.
    """
    said = request.headers.get("if-match")
    if said is None:
        raise Problem("precondition_required")
    if not holds(said, tag):
        raise Problem("precondition_failed", headers={"ETag": tag})

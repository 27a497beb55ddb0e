"""What a request may carry: so many bytes, of a known kind, in text that can be kept. Looked at before anything reads.

The body is taken in up to the limit and then handed on whole: a length that lies, or none at all (chunked), does not
help to send more. It stands in ``state.body`` for whoever needs its digest.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings
from .cross_origin import SAFE_METHODS
from .problems import Problem, problem_response
from .text_rules import accepted_json, accepted_text

MOST_QUERY_CHARACTERS = 8_000
MOST_QUERY_VALUES = 100
JSON = "application/json"
UPLOADS = (
    "multipart/form-data",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
FORM = "application/x-www-form-urlencoded"
"""Kinds that a route may take beside JSON: files of a bulk import; forms only outside ``/api``."""


class Disconnected(Exception):
    """Whoever asked went away in the middle of the body."""


class AcceptedBodies:
    """Refuses bodies that are too large, of another kind, or hold what cannot be kept."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.most = app, settings.body_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            _compose_address(scope)
            body = await self._read(scope, receive)
            body = _accepted(scope, body)
        except Problem as problem:
            await problem_response(problem, scope)(scope, receive, send)
            return
        except Disconnected:
            return
        scope.setdefault("state", {})["body"] = body
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()  # that whoever asked has gone
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes:
        said = Headers(scope=scope).get("content-length", "")
        if said.isascii() and said.isdecimal() and int(said[:20]) > self.most:
            raise self._too_large()
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self.most:
                raise self._too_large()
            if not message.get("more_body", False):
                return b"".join(parts)

    def _too_large(self) -> Problem:
        return Problem("too_large", f"A body may have {self.most} bytes.", {"Connection": "close"})


def _accepted(scope: Scope, body: bytes) -> bytes:
    if not body or scope["method"] in SAFE_METHODS:
        return body
    kind = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON or (kind.startswith("application/") and kind.endswith("+json")):
        return _with_length(scope, accepted_json(body))
    of_api = str(scope["path"]).startswith("/api/")
    if kind in UPLOADS or (kind == FORM and not of_api):
        return body
    raise Problem("unsupported_media_type")


def _with_length(scope: Scope, body: bytes) -> bytes:
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"content-length", b"transfer-encoding")]
    scope["headers"] = [*kept, (b"content-length", str(len(body)).encode())]
    return body


def _compose_address(scope: Scope) -> None:
    """Compose path and query; Problem for what cannot be kept, and for addresses that are too long."""
    path, query = str(scope["path"]), scope.get("query_string", b"")
    scope["path"] = accepted_text(path)
    if scope["path"] != path:
        scope["raw_path"] = quote(scope["path"]).encode()
    if len(query) > MOST_QUERY_CHARACTERS:
        raise Problem("invalid_request", f"The query is longer than {MOST_QUERY_CHARACTERS} characters.")
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_QUERY_VALUES
        )
    except ValueError:  # also half characters
        raise Problem("invalid_request", "The query cannot be read.") from None
    composed = [(accepted_text(name), accepted_text(value)) for name, value in pairs]
    if composed != pairs:
        scope["query_string"] = urlencode(composed).encode()

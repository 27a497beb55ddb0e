"""Sends pages and files of pages compressed, without letting their length tell what they hold.

Where text of somebody else stands on a page beside what is private, the length of the compressed page could be used to
guess at it (BREACH, 2013). So every compressed page carries a name of random length in its gzip header, which takes the
small differences away that such guessing lives from, as Django's pages do since 4.2 ("Heal the Breach"). Answers of
the API are sent as they are: programs count their bytes.
"""

from __future__ import annotations

import gzip
import io
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 800
MOST_RANDOM_CHARACTERS = 100
COMPRESSED = ("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml")
LEVEL = 6


class Compression:
    """Compresses what is text for a browser, when the browser says that it takes gzip."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        taken = scope["type"] == "http" and "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if not taken or str(scope["path"]).startswith("/api/"):
            await self.app(scope, receive, send)
            return
        start: Message = {}
        parts: list[bytes] = []

        async def held(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                if not _is_text(Headers(raw=message["headers"])):
                    await send(message)
                return
            if not _is_text(Headers(raw=start["headers"])):
                await send(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await _send_whole(start, b"".join(parts), send)

        await self.app(scope, receive, held)


def compressed(body: bytes) -> bytes:
    """Compress a page, with a name of random length in the header of the gzip file.

    >>> gzip.decompress(compressed(b"page")), len({len(compressed(b"page" * 1000)) for _ in range(50)}) > 5
    (b'page', True)
    """
    name = secrets.token_hex(MOST_RANDOM_CHARACTERS)[: secrets.randbelow(MOST_RANDOM_CHARACTERS) + 1]
    written = io.BytesIO()
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=written, mtime=0) as file:
        file.write(body)
    return written.getvalue()


def _is_text(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith(COMPRESSED) and "content-encoding" not in headers


async def _send_whole(start: Message, body: bytes, send: Send) -> None:
    headers = MutableHeaders(scope=start)
    headers.add_vary_header("Accept-Encoding")
    if len(body) >= LEAST_BYTES:
        body = compressed(body)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        if "etag" in headers and not headers["etag"].startswith("W/"):
            headers["ETag"] = f"W/{headers['etag']}"
    await send(start)
    await send({"type": "http.response.body", "body": body})

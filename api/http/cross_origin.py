"""Refuses changes that a page of another site sends with somebody's cookies, by what the browser itself says.

``Sec-Fetch-Site`` cannot be set by a page; browsers without it send ``Origin`` with everything that may change
something. A program that is no browser sends neither, and no cookie. No answer allows other origins (no CORS).
After the scheme of Go 1.25 and datasette, stricter in one point: a cookie without either header is refused.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import Settings
from .problems import Problem, problem_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_PAGE = frozenset({"same-origin", "none"})


class OwnOriginOnly:
    """Lets through what changes nothing, what our own pages send, and what no browser sends."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not self._own(scope):
            await problem_response(Problem("cross_origin"), scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _own(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site in _OWN_PAGE
        if origin is not None:
            return origin.lower() == self._origin_of(scope, headers)
        return "cookie" not in headers

    def _origin_of(self, scope: Scope, headers: Headers) -> str:
        if self.settings.public_url and not self.settings.local:
            said = urlsplit(self.settings.public_url)
            return f"{said.scheme}://{said.netloc}".lower()
        client = scope.get("state", {}).get("client")
        return f"{client.scheme if client else scope['scheme']}://{headers.get('host', '')}".lower()

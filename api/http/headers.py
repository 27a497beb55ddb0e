"""Puts on every answer, also errors and files, what tells a browser to trust nothing else (RELIABILITY W1)."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "object-src 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
_WITH_CHARSET = ("text/", "application/javascript")  # JSON is UTF-8 without saying so (RFC 8259)


class SafeHeaders:
    """The outermost part. A route may say a Content-Security-Policy of its own; one is always there."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def safe(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._put(MutableHeaders(scope=message), str(scope["path"]))
            await send(message)

        await self.app(scope, receive, safe)

    def _put(self, headers: MutableHeaders, path: str) -> None:
        for name, value in ALWAYS.items():
            headers[name] = value
        headers.setdefault("Content-Security-Policy", POLICY)
        if not path.startswith("/static/") or headers.get("content-type", "").startswith("application/problem"):
            headers["Cache-Control"] = "no-store"
        if not self.settings.local and self.settings.over_tls:
            headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        kind = headers.get("content-type", "")
        if kind.startswith(_WITH_CHARSET) and "charset" not in kind:
            headers["Content-Type"] = f"{kind}; charset=utf-8"

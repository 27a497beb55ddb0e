"""Answers only to the names the service has.

In local mode a page elsewhere cannot reach it by a name of its own that it lets point to this machine (DNS rebinding);
in service mode no link is made from a name somebody invented.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..settings import Settings
from .problems import Problem, problem_response

PROBED = ("/health/live", "/health/ready")
"""Asked by machines that know the service by its number only, and telling nothing."""


class KnownHosts:
    """Refuses requests for another name than those of the settings."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.names = frozenset(host.lower() for host in settings.hosts if not host.startswith("*."))
        self.below = tuple(host[1:].lower() for host in settings.hosts if host.startswith("*."))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] not in PROBED and not self._known(Headers(scope=scope)):
            await problem_response(Problem("host_not_allowed"), scope)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _known(self, headers: Headers) -> bool:
        said = headers.getlist("host")
        if len(said) != 1:
            return False
        host = host_name(said[0])
        return host in self.names or host.endswith(self.below)


def host_name(said: str) -> str:
    """Give the name out of a Host header, without its port, in small letters.

    >>> host_name("Trial.Example.fi:8443"), host_name("[::1]:8000"), host_name("::1"), host_name("a:b:c")
    ('trial.example.fi', '[::1]', '', '')
    """
    name, port = said, ""
    if said.startswith("["):
        name, _, port = said.partition("]")
        name += "]"
        port = port.removeprefix(":") if port.startswith(":") or not port else "x"
    elif ":" in said:
        name, _, port = said.partition(":")
    return name.lower() if not port or (port.isascii() and port.isdecimal()) else ""

"""Counts and times of requests for Prometheus, by route, never by path: the extra ``metrics``.

``/metrics`` answers this machine, or whoever sends the token of the settings.
"""

from __future__ import annotations

import hmac
import os
import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..settings import Settings
from .problems import Problem
from .request_log import route_of

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.005, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
router = APIRouter()


class Measured:
    """Counts requests and their times; of one application, so that two in a process do not mix."""

    def __init__(self, app: ASGIApp) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.app, self.registry = app, CollectorRegistry()
        labels = ("method", "route", "status")
        self.count = Counter("worktrial_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "worktrial_request_seconds", "Time to answer", ("method", "route"), buckets=_SECONDS, registry=self.registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun, told = time.perf_counter(), {"status": 500}
        scope.setdefault("state", {})["registry"] = self.registry

        async def seen(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "?"
            self.count.labels(method, route_of(scope), told["status"]).inc()
            self.seconds.labels(method, route_of(scope)).observe(time.perf_counter() - begun)


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Give the counts of all workers; 404 to everybody who may not read them."""
    settings: Settings = request.app.state.settings
    if not (request.state.client.at_this_machine or _has_token(request, settings)):
        raise Problem("not_found")
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    return Response(generate_latest(_registry(request.state.registry)), media_type=CONTENT_TYPE_LATEST)


def is_installed() -> bool:
    """Tell whether the extra is installed."""
    from importlib.util import find_spec

    return find_spec("prometheus_client") is not None


def _registry(own: CollectorRegistry) -> Any:
    if not os.environ.get(SHARED_FOLDER):
        return own
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # its library says no types
    return together


def _has_token(request: Request, settings: Settings) -> bool:
    if settings.metrics_token is None:
        return False
    said = request.headers.get("authorization", "")
    return hmac.compare_digest(said.encode(), f"Bearer {settings.metrics_token.get_secret_value()}".encode())

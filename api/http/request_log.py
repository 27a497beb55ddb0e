"""Gives every request an id, answers what nobody else could, and logs one line about it: route, status, time."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.errors import WorkTrialError

from ..logs import log
from ..settings import Settings
from .clients import client_of
from .problems import Problem, problem_of, problem_response

REQUEST_ID = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
NO_ROUTE = "(no route)"


class RequestLog:
    """The outermost part but for the headers: names the request, catches what went wrong, logs what came of it.

    Sets ``state.request_id``, ``state.client`` for all parts below. The id of a request is taken over from a trusted
    proxy only; in the log stand route and status, never path, query, body, address or a name.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings, self.log = app, settings, log("requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = client_of(scope, self.settings)
        state = scope.setdefault("state", {})
        state["client"] = client
        state["request_id"] = self._id(scope, client.through_proxy)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=state["request_id"])
        begun, told = time.perf_counter(), {"status": 0, "bytes": 0}

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = state["request_id"]
            elif message["type"] == "http.response.body":
                told["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, named)
        except Exception as error:
            if told["status"]:
                self.log.exception("answer_broken_off")
                raise
            await problem_response(self._problem(error), scope)(scope, receive, named)
        finally:
            took = round((time.perf_counter() - begun) * 1000, 1)
            self.log.info("request", method=_method(scope), route=route_of(scope), ms=took, **told)

    def _id(self, scope: Scope, through_proxy: bool) -> str:
        said = Headers(scope=scope).get(REQUEST_ID, "")
        return said if through_proxy and _SANE.fullmatch(said) else secrets.token_hex(12)

    def _problem(self, error: Exception) -> Problem:
        if isinstance(error, Problem):
            return error
        if isinstance(error, WorkTrialError):
            self.log.warning("refused", code=error.code)
            return problem_of(error)
        incident = secrets.token_hex(8)
        self.log.error("incident", incident=incident, exc_info=error)
        return Problem(
            "internal_fault", f"Something went wrong here. Incident {incident}.", more={"incident": incident}
        )


def route_of(scope: Scope) -> str:
    """Name the route that answered, with its parameters unfilled."""
    path = getattr(scope.get("route"), "path", None)
    if path is not None:
        return str(path)
    mounted = scope.get("root_path") if scope.get("endpoint") is not None else ""
    return str(mounted) or NO_ROUTE


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "?"

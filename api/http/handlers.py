"""Turns every error of a route and of the web framework into a problem, without a word of what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from data.errors import WorkTrialError

from ..logs import log
from .changes import KEY_HEADER
from .problems import MOST_FAULTS, Problem, problem_of, problem_of_status, problem_response

_QUOTES_INPUT = {
    "union_tag_invalid": "Input is of an unknown kind",
    "literal_error": "Input is not one of the accepted values",
}
"""Kinds of faults whose sentence would quote what was sent, or be very long."""


def add_handlers(app: FastAPI) -> None:
    """Let an application answer in problems only. What no handler knows is answered by ``RequestLog``."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(WorkTrialError, _known_fault)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    app.add_exception_handler(HTTPException, _framework)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - narrows the type
    return problem_response(error, request.scope)


async def _known_fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, WorkTrialError)  # noqa: S101 - narrows the type
    problem = problem_of(error)
    log("requests").info("refused", code=error.code, shown_as=problem.code)
    return problem_response(problem, request.scope)


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - narrows the type
    kept = {name: value for name, value in (error.headers or {}).items() if name in ("Allow", "WWW-Authenticate")}
    return problem_response(problem_of_status(error.status_code, kept), request.scope)


async def _wrong_request(request: Request, error: Exception) -> Response:
    """Name place and cause of everything wrong; what was sent may be personal, so also names that were made up."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - narrows the type
    found = error.errors()
    if any(fault["type"] == "missing" and fault["loc"][-1] == KEY_HEADER for fault in found):
        return problem_response(Problem("idempotency_key_missing"), request.scope)
    names = _names(request.app)
    faults = [
        {
            "place": ".".join(_place(fault["loc"], names)),
            "code": str(fault["type"]),
            "message": _QUOTES_INPUT.get(str(fault["type"]), str(fault["msg"])[:200]),
        }
        for fault in found[:MOST_FAULTS]
    ]
    detail = "; ".join(f"{fault['place']}: {fault['message']}" for fault in faults[:5])
    return problem_response(Problem("invalid_request", detail, more={"faults": faults}), request.scope)


def _place(location: Iterable[int | str], names: frozenset[str]) -> list[str]:
    return [str(part) if isinstance(part, int) or part in names else "…" for part in location]


def _names(app: FastAPI) -> frozenset[str]:
    """Give the names that the description of the API knows; any other was made up by whoever asked."""
    held: frozenset[str] | None = getattr(app.state, "known_names", None)
    if held is None:
        held = app.state.known_names = frozenset({"body", "query", "path", "header", "cookie", *_named(app.openapi())})
    return held


def _named(part: Any) -> Iterable[str]:
    if isinstance(part, Mapping):
        if isinstance(part.get("properties"), Mapping):
            yield from part["properties"]
        if "in" in part and isinstance(part.get("name"), str):
            yield part["name"]
        for below in part.values():
            yield from _named(below)
    elif isinstance(part, list):
        for below in part:
            yield from _named(below)

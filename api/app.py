"""The HTTP service over the same functions as the commands. Local and single-user for now, and says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from data.errors import EmptyStore, InvalidInput, UnknownId, WorkTrialError
from data.store import open_store
from data.store.objections import PersonObjects
from data.trial_lifecycle import MoveRefused, PlanChanged

from .access.authentication import WITHOUT_LOGIN, Authentication
from .access.errors import (
    InvitationRefused,
    LoginNeeded,
    LoginRefused,
    NotAllowed,
    NotNow,
    NotYours,
    SecondFactorNeeded,
)
from .access.login import SessionLimits
from .access.policy import routes_without_policy
from .access.principal import LOCAL
from .preconditions import MovedOn
from .routes import (
    accounts,
    documents,
    pathways,
    people,
    releases,
    rights,
    sessions,
    solutions,
    suggestions,
    transfer,
    trials,
    workshops,
)

ABOUT = (
    "Work-trial matching engine. **Local, single user, no login: run it on your own machine only.** "
    "Decision support: a human decides. No probability is claimed; scores are expert weights."
)
STATIC = Path(__file__).parent / "static"
_STATUS = {
    UnknownId: 404, EmptyStore: 409, InvalidInput: 422, PersonObjects: 409, LoginNeeded: 401, LoginRefused: 401,
    InvitationRefused: 410, MovedOn: 412, MoveRefused: 409, NotNow: 409, PlanChanged: 412,
    SecondFactorNeeded: 403, NotAllowed: 403, NotYours: 404,
}  # fmt: skip
ROUTERS = (
    sessions, accounts, rights, people, suggestions, trials, releases, pathways,
    documents, solutions, transfer, workshops,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """How people log in: the key that seals secrets, and how long sessions last."""

    key: bytes
    limits: SessionLimits = field(default_factory=SessionLimits)


def create_app(database_url: str, access: Access | None = None) -> FastAPI:
    """Make the application over the store at a database URL; without ``access`` whoever asks is the operator."""
    limits = access.limits if access else SessionLimits()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = open_store(database_url)
        app.state.key = access.key if access else b""
        app.state.limits = limits
        yield
        app.state.store.close()

    app = FastAPI(
        title="Work trial", version="0.1.0", description=ABOUT, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    for module in ROUTERS:
        app.include_router(module.router)
    if missing := routes_without_policy(app.routes, WITHOUT_LOGIN):
        raise RuntimeError(f"routes that do not say what they need: {', '.join(missing)}")
    app.add_middleware(
        Authentication, refuse=partial(_refuse, LoginNeeded()), local=None if access else LOCAL, limits=limits
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/docs", _api_page, include_in_schema=False)
    app.add_exception_handler(WorkTrialError, _known_fault)
    app.add_exception_handler(RequestValidationError, _wrong_request)
    return app


async def _api_page() -> HTMLResponse:
    """Serve the OpenAPI page from our own files: no other origin is asked for anything."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Work trial API",
        swagger_js_url="/static/vendor/swagger-ui/swagger-ui-bundle.js",
        swagger_css_url="/static/vendor/swagger-ui/swagger-ui.css",
        swagger_favicon_url="data:,",
    )


def _problem(status: int, code: str, detail: str) -> JSONResponse:
    """Answer in the one shape of errors (RFC 9457)."""
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json", headers={"Cache-Control": "no-store"})


def _refuse(error: WorkTrialError) -> JSONResponse:
    answer = _problem(_STATUS[type(error)], error.code, str(error))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _known_fault(_request: Request, error: Exception) -> JSONResponse:
    code = error.code if isinstance(error, WorkTrialError) else "error"
    return _problem(_STATUS.get(type(error), 500), code, str(error))


async def _wrong_request(_request: Request, error: Exception) -> JSONResponse:
    """Name place and cause of a wrong parameter; never echo what was sent (it may be personal)."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{'.'.join(str(p) for p in fault['loc'])}: {fault['msg']}" for fault in faults)
    return _problem(422, "invalid_request", detail)

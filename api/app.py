"""The HTTP service over the same functions as the commands: routes inside one frame (``api.http.frame``)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from data.store import open_store

from .http import health, metrics, pages
from .http.frame import frame
from .http.handlers import add_handlers
from .http.openapi import describe, operation_id
from .http.rate_limits import RequestLimits
from .logs import shape_events
from .routes import documents, pathways, solutions, suggestions, transfer, workshops
from .settings import Settings, local_settings

ABOUT = (
    "Work-trial matching engine. Decision support: a human decides. "
    "No probability is claimed; scores are expert weights."
)
LOCAL = "**Local, single user, no login: run it on your own machine only.** "
STATIC = Path(__file__).parent / "static"
ROUTERS = (
    suggestions.router,
    pathways.router,
    documents.router,
    solutions.router,
    transfer.router,
    workshops.router,
    health.router,
    pages.problems,
)


def create_app(database_url: str, settings: Settings | None = None, who_asks: Sequence[Middleware] = ()) -> FastAPI:
    """Make the application over the store at a database URL; without settings, for one person at this machine.

    ``who_asks``: the parts that find out who somebody is and set ``state.principal`` (none in local mode).
    """
    settings = local_settings() if settings is None else settings
    shape_events()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = store = open_store(database_url)
        app.state.readiness = health.readiness(store)
        app.state.limits = RequestLimits(store, settings)
        app.openapi()  # routes are prepared once, before several threads ask for them
        try:
            yield
        finally:
            store.close()

    app = FastAPI(
        title="Work trial",
        version="0.1.0",
        description=(LOCAL if settings.local else "") + ABOUT,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.shows_docs else None,
        generate_unique_id_function=operation_id,
        middleware=frame(settings, who_asks),
    )
    app.state.settings = settings
    for router in (
        *ROUTERS,
        *([pages.docs] if settings.shows_docs else []),
        *([metrics.router] if settings.metrics else []),
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_handlers(app)
    describe(app)
    return app

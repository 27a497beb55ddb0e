"""The HTTP service over the same functions as the commands: routes inside one frame (``api.http.frame``)."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Scope

from data.store import open_store

from .access.authentication import WITHOUT_LOGIN, Authentication
from .access.errors import LoginNeeded
from .access.login import SessionLimits
from .access.policy import routes_without_policy
from .access.principal import whoever_is_here
from .access.provider_settings import ProviderSettings, provider_settings
from .http import health, metrics, pages
from .http.frame import frame
from .http.handlers import add_handlers
from .http.openapi import describe, operation_id
from .http.problems import problem_of, problem_response
from .http.rate_limits import RequestLimits
from .kept_lists import KeptLists
from .kept_patterns import KeptPatterns
from .logs import shape_events
from .pages import accounts as account_pages
from .pages import (
    carving_table,
    caseloads,
    corrections,
    interview,
    offered_tasks,
    organisation,
    own_data,
    own_start,
    own_suggestions,
    own_trial,
    patterns,
    profile_page,
    research_models,
    research_tables,
    rules,
    sharing,
    site_page,
    trial_compare,
    trial_page,
    trial_terms_page,
    workplaces,
)
from .pages import entry as entry_pages
from .pages import people as people_pages
from .pages import proposals as proposal_pages
from .pages import suggestions as suggestion_pages
from .pages.problem_page import problem_page, wants_page
from .routes import (
    accounts,
    documents,
    emergencies,
    identities,
    models,
    pathways,
    people,
    postings,
    proposals,
    releases,
    research,
    rights,
    sessions,
    situations,
    solutions,
    suggestions,
    tables,
    transfer,
    trials,
    workshops,
)
from .settings import Settings, local_settings

if TYPE_CHECKING:
    from .access.identity_provider import IdentityProvider

ABOUT = (
    "Work-trial matching engine. Decision support: a human decides. "
    "No probability is claimed; scores are expert weights."
)
LOCAL = "**Local, single user, no login: run it on your own machine only.** "
STATIC = Path(__file__).parent / "static"
ROUTERS = (
    sessions.router,
    identities.router,
    accounts.router,
    rights.router,
    people.router,
    emergencies.router,
    situations.router,
    proposals.router,
    suggestions.router,
    trials.router,
    releases.router,
    postings.router,
    tables.router,
    pathways.router,
    documents.router,
    solutions.router,
    transfer.router,
    workshops.router,
    research.router,
    models.router,
    health.router,
    pages.problems,
)

PAGES = (
    entry_pages.router,
    people_pages.router,
    site_page.router,
    carving_table.router,
    workplaces.router,
    offered_tasks.router,
    proposal_pages.router,
    suggestion_pages.router,
    interview.router,
    profile_page.router,
    trial_compare.router,
    trial_page.router,
    trial_terms_page.router,
    own_start.router,
    own_suggestions.router,
    own_trial.router,
    own_data.router,
    sharing.router,
    account_pages.router,
    caseloads.router,
    organisation.router,
    rules.router,
    research_models.router,
    research_tables.router,
    corrections.router,
    patterns.router,
)


def create_app(
    database_url: str, settings: Settings | None = None, who_asks: Sequence[Middleware] | None = None
) -> FastAPI:
    """Make the application over the store at a database URL; without settings, for one person at this machine.

    ``who_asks``: the parts that find out who somebody is (None: by session and token; local: nobody is asked).

    SettingsRefused for a service without a secret; RuntimeError when a route does not say what it needs.
    """
    settings = local_settings() if settings is None else settings
    shape_events()
    sessions_last = SessionLimits(
        timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes)
    )  # fmt: skip
    local, provider = whoever_is_here(settings.operator) if settings.local else None, provider_settings(settings)
    by_account = Middleware(Authentication, refuse=_refuse_stranger, local=local, limits=sessions_last)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = store = open_store(database_url)
        app.state.readiness = health.readiness(store)
        app.state.kept_patterns, app.state.kept_lists = KeptPatterns(), KeptLists()
        app.state.limits = RequestLimits(store, settings)
        app.state.session_limits, app.state.key = sessions_last, settings.secret() or b""
        app.state.provider = _provider(provider)
        deque(iter_route_contexts(app.routes), 0)  # routes are prepared once, before several threads ask for them
        try:
            yield
        finally:
            if app.state.provider is not None:
                app.state.provider.close()
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
        middleware=frame(settings, [by_account] if who_asks is None else who_asks),
    )
    app.state.settings = settings
    app.state.problem_as_page = lambda problem, scope: problem_page(problem, scope) if wants_page(scope) else None
    for router in (
        *ROUTERS,
        *PAGES,
        *([pages.docs] if settings.shows_docs else []),
        *([metrics.router] if settings.metrics else []),
    ):
        app.include_router(router)
    if missing := routes_without_policy(app.routes, WITHOUT_LOGIN):
        raise RuntimeError(f"routes that do not say what they need: {', '.join(missing)}")
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_handlers(app)
    describe(app)
    return app


def _provider(settings: ProviderSettings | None) -> IdentityProvider | None:
    """Make what asks the identity provider; without one nothing that could is loaded."""
    if settings is None:
        return None
    from .access.identity_provider import IdentityProvider

    return IdentityProvider(settings)


def _refuse_stranger(scope: Scope) -> ASGIApp:
    problem = problem_of(LoginNeeded())
    problem.headers["WWW-Authenticate"] = "Bearer"
    return problem_response(problem, scope)

"""Applies the table of rights to a route: a route names the action and what it is about; without that it is not served.

Order matters: first the role (403, whatever the thing), then how the asker stands to the thing (404, whether it is
there or not), then the audit, then the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from data.accounts import Actor
from data.audit import AuditEvent
from data.permissions import Action, AuditBy, Of, Relation, load_permissions
from data.store import Store, note

from ..local_time import today_of
from .errors import LoginNeeded, NotAllowed, NotYours, SecondFactorNeeded
from .principal import Principal, candidate_of_trial, stands_to_account, stands_to_person, stands_to_site

WHILE_ENROLLING = frozenset({"me.read", "session.own"})
"""All that a session may do whose second factor is still to be set up."""

OF_THE_FRAME = ("/health/", "/problems/", "/docs", "/metrics")
"""What the frame itself answers: it says nothing of anybody, or looks after itself (``api.http.metrics``)."""


class Needs:
    """What a route needs: an action of the table, and the name of the path parameter that it is about.

    ``in_body``: what it is about stands in the body; the route then asks ``require_person`` itself.
    """

    def __init__(self, action: str, about: str = "", *, in_body: bool = False) -> None:
        self.action: Action = load_permissions().actions[action]
        self.about, self.in_body = about, in_body
        if (self.action.of is not Of.NOTHING) != bool(about or in_body):
            raise ValueError(f"{action} is about {self.action.of}: say where a request names it")

    def __call__(self, request: Request) -> None:
        """Refuse, or let the request go on."""
        who = asker(request)
        relation = allowed_relation(who, self.action.id)
        if self.about:
            require(request, who, self.action, relation, request.path_params[self.about])
        elif self.action.audit is AuditBy.ROUTE and not self.in_body:
            write_down(request, self.action, who.actor)


def needs(action: str, about: str = "", *, in_body: bool = False) -> Any:
    """Make the dependency of a route that needs an action."""
    return Depends(Needs(action, about, in_body=in_body))


def asker(request: Request) -> Principal:
    """Give who asks; LoginNeeded when nobody is logged in."""
    who: Principal | None = getattr(request.state, "asker", None)
    if who is None:
        raise LoginNeeded
    return who


def allowed_relation(who: Principal, action: str) -> Relation:
    """Give the relation in which somebody may do an action; refuses when the role or the token never may."""
    if who.enrolling and action not in WHILE_ENROLLING:
        raise SecondFactorNeeded
    relation = load_permissions().needed(who.actor.role, action)
    if relation is None or (who.scopes is not None and action not in who.scopes):
        raise NotAllowed(action)
    return relation


def require(request: Request, who: Principal, action: Action, relation: Relation, id_: str) -> None:
    """Refuse unless somebody stands to a thing as the action needs it; write down that its data was asked for."""
    today = today_of(request)
    store: Store = request.app.state.store
    with store.read() as connection:
        person: str | None = ""
        if action.of is Of.PERSON:
            person = id_ if stands_to_person(connection, who, relation, id_) else None
        elif action.of is Of.TRIAL:
            person = candidate_of_trial(connection, who, relation, id_, today)
        elif action.of is Of.SITE:
            person = "" if stands_to_site(connection, who, relation, id_, today) else None
        else:
            person = "" if stands_to_account(connection, who, relation, id_) else None
    if person is None:
        raise NotYours
    if action.audit is AuditBy.ROUTE:
        write_down(request, action, who.actor, person, f"trial:{id_}" if action.of is Of.TRIAL else "")


def require_person(request: Request, action: str, person: str) -> None:
    """Do for a person who is named in a body what ``Needs`` does for one named in the path."""
    who = asker(request)
    require(request, who, load_permissions().actions[action], allowed_relation(who, action), person)


def write_down(request: Request, action: Action, actor: Actor, person: str = "", about: str = "") -> None:
    """Put into the audit that somebody asked for something, before they get it."""
    store: Store = request.app.state.store
    with store.write() as connection:
        note(connection, AuditEvent(action.id, actor, datetime.now(UTC), candidate=person, about=about))


def policy_of(route: APIRoute) -> Needs | None:
    """Give what a route needs; None when it does not say."""
    found = [one.call for one in _dependants(route.dependant) if isinstance(one.call, Needs)]
    return found[0] if len(found) == 1 and isinstance(found[0], Needs) else None


def served_routes(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, APIRoute]]:
    """Give every method and route that needs a right: all under /api and all pages, also of routers within routers."""
    for route in routes:
        if isinstance(route, APIRoute):
            if not route.path.startswith(OF_THE_FRAME):
                yield from ((method, route) for method in sorted(route.methods or ()))
        elif (within := getattr(route, "original_router", None)) is not None:  # FastAPI 0.150 keeps them apart
            yield from served_routes(within.routes)


def routes_without_policy(routes: Iterable[BaseRoute], free: frozenset[tuple[str, str]]) -> list[str]:
    """List the routes that do not say what they need, and are not free to all.

    LookupError when no route is found at all: then this check would see nothing, and must not pass.
    """
    found = list(served_routes(routes))
    if not found:
        raise LookupError("no route was found")
    return sorted(
        f"{method} {route.path}"
        for method, route in found
        if policy_of(route) is None and (method, route.path) not in free
    )


def _dependants(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from _dependants(one)

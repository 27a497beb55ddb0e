"""Every route × every role × every relation: who may, gets an answer; who may not, gets nothing and changes nothing.

The routes are those of the application, the expectation is the table of rights and what the world says of relations.
A route that this test does not know how to ask fails it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import APIRoute

from api.access.authentication import WITHOUT_LOGIN
from api.access.policy import policy_of, routes_without_policy, served_routes
from api.app import create_app
from api.http.examples import example_of
from api.http.openapi import operation_id
from data.candidates import Candidate
from data.permissions import Of, Relation, load_permissions
from data.store import Store, open_store
from data.workplaces import Employer

from .world import (
    ABSENT,
    ACCOUNTS,
    ANONYMOUS,
    CANARY,
    COLLEAGUES,
    FOREIGN,
    MINE,
    ROLES,
    TRIALS,
    World,
    digest,
    fill,
    now,
    open_service,
)

PEOPLE = {"mine": MINE, "colleagues": COLLEAGUES, "foreign": FOREIGN, "absent": ABSENT}
OF_ACCOUNT = {"same_tenant": "b-coach", "foreign": "f-coach", "absent": "no-such-account"}
SITES = {"handled": "aallonpesu.seppala", "not_handled": "aanitalo.mediapaja", "absent": "no.such.site"}
DAY = "2026-11-28"


@dataclass(frozen=True, slots=True)
class Ask:
    """How a route is asked: path parameters beside what it is about, query, body (``{about}`` stands for its id)."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None


ASKS: dict[tuple[str, str], Ask] = {
    ("GET", "/api/v1/session"): Ask(),
    ("DELETE", "/api/v1/session"): Ask(),
    ("POST", "/api/v1/session/second-factor"): Ask(),
    ("PUT", "/api/v1/session/second-factor"): Ask(body={"code": "123456"}),
    ("GET", "/api/v1/accounts"): Ask(),
    ("POST", "/api/v1/accounts"): Ask(body={"role": "coach", "login": "new@example.fi", "name": "Nina Nieminen"}),
    ("POST", "/api/v1/accounts/{account_id}/changes"): Ask(body={"change": "shut", "reason": "left the organisation"}),
    ("GET", "/api/v1/candidates/{candidate_id}/coaches"): Ask(),
    ("PUT", "/api/v1/candidates/{candidate_id}/coaches/{account_id}"): Ask({"account_id": "b-coach"}),
    ("DELETE", "/api/v1/candidates/{candidate_id}/coaches/{account_id}"): Ask({"account_id": "b-coach"}),
    ("GET", "/api/v1/tokens"): Ask(),
    ("POST", "/api/v1/tokens"): Ask(body={"name": "table", "scopes": ["rules.read"]}),
    ("DELETE", "/api/v1/tokens/{token_id}"): Ask({"token_id": "none"}),
    ("GET", "/api/v1/permissions"): Ask(),
    ("GET", "/api/v1/permissions/explain"): Ask(query={"action": "list.read"}),
    ("GET", "/api/v1/audit"): Ask(),
    ("GET", "/api/v1/candidates"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/suggestions"): Ask(query={"top": 2}),
    ("GET", "/api/v1/candidates/{candidate_id}/runs"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/profile"): Ask(),
    ("PATCH", "/api/v1/candidates/{candidate_id}/profile"): Ask(body={"hours_max": 38}),
    ("GET", "/api/v1/candidates/{candidate_id}/download"): Ask(),
    ("PUT", "/api/v1/candidates/{candidate_id}/objection"): Ask(body={"objects": True}),
    ("PUT", "/api/v1/candidates/{candidate_id}/learning"): Ask(body={"released": True}),
    ("DELETE", "/api/v1/candidates/{candidate_id}"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/seen-by"): Ask(),
    ("POST", "/api/v1/candidates/{candidate_id}/trials"): Ask(body={"run": 1, "rank": 1}),
    ("GET", "/api/v1/trials"): Ask(),
    ("GET", "/api/v1/trials/{trial_id}"): Ask(),
    ("GET", "/api/v1/trials/{trial_id}/next"): Ask(),
    ("POST", "/api/v1/trials/{trial_id}/moves"): Ask(body={"move": "decline", "seen": "x", "reason": "not_said"}),
    ("GET", "/api/v1/attention"): Ask(),
    ("GET", "/api/v1/sites/{site_id}/postings"): Ask(),
    ("POST", "/api/v1/sites/{site_id}/postings"): Ask(body={"job_title": "Apulainen", "text": "Hyllytys 6 t/vko"}),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/answers"): Ask({"posting_id": "none"}, body={}),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/withdrawal"): Ask({"posting_id": "none"}),
    ("GET", "/api/v1/employers/{employer_id}/contacts"): Ask({"employer_id": "x"}),
    ("POST", "/api/v1/employers/{employer_id}/contacts"): Ask(
        {"employer_id": "x"}, body={"on": DAY, "kind": "call", "note": "Sovittiin käynnistä"}
    ),
    ("GET", "/api/v1/trials.ics"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/releases"): Ask(),
    ("POST", "/api/v1/candidates/{candidate_id}/releases"): Ask(body={"employer": "x", "fact": {"kind": "name"}}),
    ("POST", "/api/v1/candidates/{candidate_id}/withdrawals"): Ask(body={}),
    ("GET", "/api/v1/trials/{trial_id}/disclosure"): Ask(),
    ("GET", "/api/v1/trials/{trial_id}/brief"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/why"): Ask(query={"run": 1, "rank": 1}),
    ("GET", "/api/v1/candidates/{candidate_id}/why-not/{site_id}"): Ask({"site_id": "{site}"}),
    ("POST", "/api/v1/pathways"): Ask(
        query={"on": DAY}, body={"person": "x", "country": "fi", "facts": {}, "events": {}}
    ),
    ("GET", "/api/v1/pathways/rules/{rule}"): Ask({"rule": "fi.pension.trial_unpaid.max_hours"}, {"on": DAY}),
    ("POST", "/api/v1/documents/{kind}"): Ask({"kind": "agreement"}, body={}),
    ("POST", "/api/v1/solutions/find"): Ask(body={"question": "pos_stand 4 2"}),
    ("GET", "/api/v1/solutions/analysis"): Ask(),
    ("POST", "/api/v1/transfer"): Ask(body={"candidate": "{about}", "site": "{site}"}),
    ("GET", "/api/v1/sites/{site_id}/solutions"): Ask({"site_id": "{site}"}),
    ("GET", "/api/v1/job-patterns"): Ask(),
    ("POST", "/api/v1/workshops"): Ask(
        query={"on": DAY, "file": "loads.csv"}, body={"site": "{site}", "candidates": ["{about}"]}
    ),
}  # fmt: skip

NOT_THERE_FOR_ANYBODY = {
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/answers"),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/withdrawal"),
    ("DELETE", "/api/v1/tokens/{token_id}"), ("GET", "/api/v1/pathways/rules/{rule}"),
    ("POST", "/api/v1/candidates/{candidate_id}/trials"), ("GET", "/api/v1/candidates/{candidate_id}/why"),
    ("DELETE", "/api/v1/candidates/{candidate_id}/coaches/{account_id}"),
}  # fmt: skip
"""Allowed, and answered with 404 where what is asked for is not there."""

REFUSED_HERE = {("PUT", "/api/v1/session/second-factor")}
"""Allowed, and answered with 401 because the code is wrong."""


def routes() -> list[tuple[str, str, APIRoute]]:
    app = create_app("sqlite://")
    return [
        (method, route.path, route)
        for method, route in served_routes(app.routes)
        if (method, route.path) not in WITHOUT_LOGIN and route.path.startswith("/api/")
    ]


ROUTES = routes()


def relations(of: Of) -> dict[str, str]:
    if of is Of.PERSON:
        return PEOPLE
    if of is Of.TRIAL:
        return TRIALS | {"absent": "e" * 32}
    if of is Of.SITE:
        return SITES
    return OF_ACCOUNT if of is Of.ACCOUNT else {"nothing": ""}


CELLS = [
    (method, path, role, relation)
    for method, path, route in ROUTES
    if (policy := policy_of(route)) is not None
    for role in ROLES
    for relation in relations(policy.action.of)
]


def may(role: str, action: str, relation: str) -> bool:
    """Say by the table, and by what the world is like, whether a cell is allowed."""
    if role == ANONYMOUS:
        return False
    needed = load_permissions().needed(ACCOUNTS[role].role, action)
    if needed is None or relation == "absent":
        return False
    if relation == "nothing":
        return True
    holds = {
        Relation.SELF: {"mine", "not_shown"},
        Relation.CASELOAD: {"mine", "not_shown"},
        Relation.SITE: {"mine", "handled"},
        Relation.ALL: {"handled", "not_handled"},
        Relation.TENANT: {"mine", "colleagues", "same_tenant"},
    }
    return relation in holds[needed]


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> tuple[Path, str]:
    """A store on disk with the world in it, and the site of the employer."""
    path = tmp_path_factory.mktemp("matrix") / "worktrial.db"
    store = open_store(f"sqlite:///{path}")
    site = fill(store, employers[:12], people, now())
    store.close()
    return path, site


@pytest.fixture(scope="module")
def world(filled: tuple[Path, str]) -> Iterator[World]:
    """A service that only cells may ask that change nothing."""
    yield from _opened(*filled)


def _opened(path: Path, site: str) -> Iterator[World]:
    with open_service(f"sqlite:///{path}") as client:
        yield World(client, client.app.state.store, site)  # type: ignore[attr-defined]


def _send(world: World, role: str, method: str, path: str, about: str) -> Any:
    ask = ASKS[method, path]
    named = {"candidate_id": about, "account_id": about, "trial_id": about, "site_id": about} | {
        name: value.replace("{site}", world.site) for name, value in ask.path.items()
    }
    return world.ask(role, method, path.format(**named), params=ask.query, json=_filled(ask.body, about, world.site))


def _filled(body: Any, about: str, site: str) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, about, site) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, about, site) for value in body]
    return body.replace("{about}", about).replace("{site}", site) if isinstance(body, str) else body


def _seen(answer: Any) -> tuple[int, str, list[tuple[str, str]]]:
    """All that whoever asked can see, but the random number of the request."""
    number = answer.headers["x-request-id"]
    headers = sorted((name, value.replace(number, "…")) for name, value in answer.headers.items())
    return answer.status_code, answer.text.replace(number, "…"), headers


def test_every_route_is_asked() -> None:
    assert {(method, path) for method, path, _ in ROUTES} == set(ASKS)


def test_the_routes_are_those_that_the_service_describes() -> None:
    described = {
        (method.upper(), path)
        for path, item in create_app("sqlite://").openapi()["paths"].items()
        for method in item
        if path.startswith("/api/")
    }
    assert {(method, path) for method, path, _ in ROUTES} | WITHOUT_LOGIN == described


def test_every_route_says_what_it_needs_and_one_that_does_not_is_found() -> None:
    from fastapi import FastAPI

    assert all(policy_of(route) is not None for _, _, route in ROUTES)
    app = FastAPI()
    with pytest.raises(LookupError):
        routes_without_policy(app.routes, frozenset())
    app.add_api_route("/api/v1/forgotten", lambda: None)
    assert routes_without_policy(app.routes, frozenset()) == ["GET /api/v1/forgotten"]


@pytest.mark.parametrize(("method", "path", "role", "relation"), CELLS)
def test_cell(
    method: str, path: str, role: str, relation: str, world: World, filled: tuple[Path, str], tmp_path: Path
) -> None:
    route = next(r for m, p, r in ROUTES if (m, p) == (method, path))
    policy = policy_of(route)
    assert policy is not None
    about = relations(policy.action.of)[relation]
    if may(role, policy.action.id, relation):
        copy = tmp_path / "worktrial.db"
        shutil.copy(filled[0], copy)
        for mine in _opened(copy, filled[1]):
            answer = _send(mine, role, method, path, about)
            if (method, path) in NOT_THERE_FOR_ANYBODY:
                assert answer.status_code in {204, 404}, answer.text
            elif (method, path) in REFUSED_HERE:
                assert answer.status_code == 401, answer.text
            else:
                assert answer.status_code in {200, 201, 204, 409, 412, 422}, answer.text
            example = example_of(operation_id(route))
            if answer.status_code == 200 and isinstance(example, dict) and role != "employer":  # who sees less
                assert set(example) <= set(answer.json()), (method, path)
            if role in {"employer", "admin", "researcher"}:
                assert CANARY not in answer.text + repr(answer.headers), answer.text
        return
    answer = _send(world, role, method, path, about)
    assert answer.status_code in {401, 403, 404}, answer.text
    assert CANARY not in answer.text + repr(answer.headers) and "3.141" not in answer.text
    if answer.status_code == 404:  # there or not: nobody can tell
        absent = _send(world, role, method, path, relations(policy.action.of)["absent"])
        assert _seen(absent) == _seen(answer)


def test_forbidden_cells_are_forbidden_on_every_database(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    site = fill(store, employers[:2], people, now())
    url = store.engine.url.render_as_string(hide_password=False)
    with open_service(url) as client:
        world = World(client, store, site)
        before = digest(store)
        for method, path, role, relation in CELLS:
            policy = policy_of(next(r for m, p, r in ROUTES if (m, p) == (method, path)))
            assert policy is not None
            if not may(role, policy.action.id, relation):
                about = relations(policy.action.of)[relation]
                answer = _send(world, role, method, path, about)
                assert answer.status_code in {401, 403, 404}, (method, path, role, relation, answer.text)
                assert CANARY not in answer.text
        assert digest(store) == before


def test_a_person_who_goes_to_another_organisation_is_gone_from_the_caseload_at_once(world: World) -> None:
    from data.store.account_tables import candidate_tenant

    assert world.ask("coach", "GET", f"/api/v1/candidates/{MINE}/profile").status_code == 200  # type: ignore[attr-defined]
    move = sa.update(candidate_tenant).where(candidate_tenant.c.candidate_id == MINE)
    with world.store.write() as connection:
        connection.execute(move.values(tenant_id="t2"))
    try:
        assert world.ask("coach", "GET", f"/api/v1/candidates/{MINE}/profile").status_code == 404  # type: ignore[attr-defined]
        assert world.ask("coach", "GET", "/api/v1/candidates").json() == {"candidates": [], "next": None}  # type: ignore[attr-defined]
    finally:
        with world.store.write() as connection:
            connection.execute(move.values(tenant_id="t1"))

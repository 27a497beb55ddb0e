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
from data.store import Store, open_store, release, withdraw
from data.store.sqlite_driver import connect
from data.workplaces import Employer

from .world import (
    ABSENT,
    ACCOUNTS,
    ANONYMOUS,
    CANARY,
    COLLEAGUES,
    FOREIGN,
    MINE,
    NAME_RELEASED,
    OPENED,
    OPENED_ONCE,
    OTHERS,
    OUTSIDERS,
    ROLES,
    TRIALS,
    World,
    digest,
    fill,
    now,
    open_service,
)

PEOPLE = {
    "mine": MINE, "colleagues": COLLEAGUES, "foreign": FOREIGN, "absent": ABSENT, "emergency_open": OPENED,
    "emergency_ended": OPENED_ONCE,
}  # fmt: skip
OF_ACCOUNT = {"same_tenant": "b-coach", "foreign": "f-coach", "absent": "no-such-account"}
SITES = {"handled": "aallonpesu.seppala", "not_handled": "aanitalo.mediapaja", "absent": "no.such.site"}
DAY = "2026-11-28"
TABLE = "tehtävä;tunnit\nKukkien kastelu;2,5\nHyllytys;x\n"


@dataclass(frozen=True, slots=True)
class Ask:
    """How a route is asked: path parameters beside what it is about, query, body (``{about}`` stands for its id), or
    the table that is sent."""

    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    table: str = ""


ASKS: dict[tuple[str, str], Ask] = {
    ("GET", "/api/v1/session"): Ask(),
    ("DELETE", "/api/v1/session"): Ask(),
    ("POST", "/api/v1/session/second-factor"): Ask(),
    ("PUT", "/api/v1/session/second-factor"): Ask(body={"code": "123456"}),
    ("GET", "/api/v1/accounts"): Ask(),
    ("POST", "/api/v1/accounts"): Ask(body={"role": "coach", "login": "new@example.fi", "name": "Nina Nieminen"}),
    ("POST", "/api/v1/accounts/{account_id}/changes"): Ask(body={"change": "shut", "reason": "left the organisation"}),
    ("PUT", "/api/v1/accounts/{account_id}/identity"): Ask(body={"subject": "8f4e2c1a90"}),
    ("DELETE", "/api/v1/accounts/{account_id}/identity"): Ask(),
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
    ("POST", "/api/v1/candidates/{candidate_id}/emergency-access"): Ask(
        body={"kind": "coach_away", "reason": "Did not come to the trial today"}
    ),
    ("DELETE", "/api/v1/candidates/{candidate_id}/emergency-access"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/emergency-access/profile"): Ask(),
    ("GET", "/api/v1/candidates/{candidate_id}/emergency-access/trials"): Ask(),
    ("POST", "/api/v1/candidates/{candidate_id}/emergency-access/{access_id}/acknowledgement"): Ask(
        {"access_id": "open"}
    ),
    ("POST", "/api/v1/candidates/{candidate_id}/trials"): Ask(body={"run": 1, "rank": 1}),
    ("GET", "/api/v1/trials"): Ask(),
    ("GET", "/api/v1/trials/reasons"): Ask(),
    ("GET", "/api/v1/trials/{trial_id}"): Ask(),
    ("GET", "/api/v1/trials/{trial_id}/next"): Ask(),
    ("POST", "/api/v1/trials/{trial_id}/moves"): Ask(body={"move": "decline", "seen": "x", "reason": "not_said"}),
    ("GET", "/api/v1/attention"): Ask(),
    ("GET", "/api/v1/sites/{site_id}/postings"): Ask(),
    ("POST", "/api/v1/sites/{site_id}/postings"): Ask(body={"job_title": "Apulainen", "text": "Hyllytys 6 t/vko"}),
    ("POST", "/api/v1/sites/{site_id}/postings/preview"): Ask(body={"job_title": "Apulainen", "text": "Hyllytys 6 t"}),
    ("POST", "/api/v1/sites/{site_id}/postings/file"): Ask(query={"job_title": "Apulainen"}, table=TABLE),
    ("POST", "/api/v1/sites/{site_id}/postings/file/preview"): Ask(query={"job_title": "Apulainen"}, table=TABLE),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/answers"): Ask({"posting_id": "none"}, body={}),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/withdrawal"): Ask({"posting_id": "none"}),
    ("GET", "/api/v1/employers/{employer_id}/contacts"): Ask({"employer_id": "x"}),
    ("POST", "/api/v1/employers/{employer_id}/contacts"): Ask(
        {"employer_id": "x"}, body={"on": DAY, "kind": "call", "note": "Sovittiin käynnistä"}
    ),
    ("GET", "/api/v1/imports"): Ask(),
    ("POST", "/api/v1/imports/{kind}/preview"): Ask({"kind": "tasks"}, {"site": "{site}"}, table=TABLE),
    ("POST", "/api/v1/imports/{kind}/faults"): Ask({"kind": "tasks"}, {"site": "{site}"}, table=TABLE),
    ("POST", "/api/v1/imports/{kind}"): Ask({"kind": "tasks"}, {"site": "{site}", "token": "0" * 64}, table=TABLE),
    ("POST", "/api/v1/imports/{import_id}/undo"): Ask({"import_id": "none"}),
    ("GET", "/api/v1/exports/{kind}"): Ask({"kind": "tasks"}),
    ("GET", "/api/v1/exports/{kind}/template"): Ask({"kind": "tasks"}),
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
    ("GET", "/api/v1/candidates/{candidate_id}/profile-proposals"): Ask(),
    ("POST", "/api/v1/candidates/{candidate_id}/profile-proposals/{proposal}/answer"): Ask(
        {"proposal": "e" * 32 + "-1"}, body={"accept": True}
    ),
    ("GET", "/api/v1/candidates/{candidate_id}/situation"): Ask(),
    ("PATCH", "/api/v1/candidates/{candidate_id}/situation"): Ask(body={"facts": {"age": 44}}),
    ("GET", "/api/v1/candidates/{candidate_id}/pathways"): Ask(query={"on": DAY}),
    ("GET", "/api/v1/research/tables"): Ask(query={"measure": "trials", "by": ["region"]}),
    ("GET", "/api/v1/research/queries"): Ask(),
    ("GET", "/api/v1/research/frames"): Ask(),
    ("POST", "/api/v1/research/frames"): Ask(),
    ("GET", "/api/v1/research/frames/simulated"): Ask(query={"trials": 20}),
    ("GET", "/api/v1/research/frames/{frame}"): Ask({"frame": "frame-0000000000000000"}),
    ("POST", "/api/v1/research/frames/{frame}/models"): Ask({"frame": "frame-0000000000000000"}, body={"seed": 0}),
    ("GET", "/api/v1/models"): Ask(),
    ("GET", "/api/v1/models/{model}"): Ask({"model": "expert"}),
}  # fmt: skip

NOT_THERE_FOR_ANYBODY = {
    ("PUT", "/api/v1/accounts/{account_id}/identity"), ("DELETE", "/api/v1/accounts/{account_id}/identity"),
    ("POST", "/api/v1/imports/{import_id}/undo"),
    ("POST", "/api/v1/candidates/{candidate_id}/profile-proposals/{proposal}/answer"),
    ("GET", "/api/v1/research/frames/{frame}"), ("POST", "/api/v1/research/frames/{frame}/models"),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/answers"),
    ("POST", "/api/v1/sites/{site_id}/postings/{posting_id}/withdrawal"),
    ("DELETE", "/api/v1/tokens/{token_id}"), ("GET", "/api/v1/pathways/rules/{rule}"),
    ("POST", "/api/v1/candidates/{candidate_id}/trials"), ("GET", "/api/v1/candidates/{candidate_id}/why"),
    ("DELETE", "/api/v1/candidates/{candidate_id}/coaches/{account_id}"),
    ("DELETE", "/api/v1/candidates/{candidate_id}/emergency-access"),
    ("POST", "/api/v1/candidates/{candidate_id}/emergency-access/{access_id}/acknowledgement"),
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
ROUTE_OF = {(method, path): route for method, path, route in ROUTES}


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
    if role in OUTSIDERS:
        return False
    needed = load_permissions().needed(ACCOUNTS[role].role, action)
    if needed is None or relation == "absent":
        return False
    if relation == "nothing":
        return True
    holds = {
        Relation.SELF: {"mine", "not_shown"},
        Relation.CASELOAD: {"mine", "not_shown"},
        Relation.SITE: {"mine", "handled", "withdrawn"},
        Relation.ALL: {"handled", "not_handled"},
        Relation.TENANT: {"mine", "colleagues", "same_tenant", "emergency_open", "emergency_ended"},
        Relation.EMERGENCY: {"emergency_open"},
    }
    return relation in holds[needed]


@dataclass
class Served:
    """One service for all cells: what a cell changed is put back as it was before the next one is asked."""

    world: World
    pristine: Path
    live: Path
    absent: dict[tuple[str, str, str], Any] = field(default_factory=dict)

    def put_back(self) -> None:
        source, target = connect(self.pristine), connect(self.live)
        target.execute("PRAGMA synchronous=OFF")
        source.backup(target)
        source.close()
        target.close()

    def answer_when_absent(self, role: str, method: str, path: str, about: str) -> Any:
        if (role, method, path) not in self.absent:
            self.absent[role, method, path] = _seen(_send(self.world, role, method, path, about))
        return self.absent[role, method, path]


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[Served]:
    """A store on disk with the world in it, a copy of it as it was, and a service over it."""
    folder = tmp_path_factory.mktemp("matrix")
    pristine, live = folder / "pristine.db", folder / "worktrial.db"
    store = open_store(f"sqlite:///{pristine}")
    site = fill(store, employers[:12], people, now())
    store.close()
    shutil.copy(pristine, live)
    with open_service(f"sqlite:///{live}") as client:
        yield Served(World(client, client.app.state.store, site), pristine, live)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return served.world


def _send(world: World, role: str, method: str, path: str, about: str) -> Any:
    ask = ASKS[method, path]
    named = {"candidate_id": about, "account_id": about, "trial_id": about, "site_id": about} | {
        name: value.replace("{site}", world.site) for name, value in ask.path.items()
    }
    query = _filled(ask.query, about, world.site)
    if ask.table:
        sent: dict[str, Any] = {"content": ask.table.encode(), "headers": {"Content-Type": "text/csv"}}
    else:
        sent = {"json": _filled(ask.body, about, world.site)}
    return world.ask(role, method, path.format(**named), params=query, **sent)


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
    free = {(method, path) for method, path in WITHOUT_LOGIN if path.startswith("/api/")}
    assert {(method, path) for method, path, _ in ROUTES} | free == described


def test_every_route_says_what_it_needs_and_one_that_does_not_is_found() -> None:
    from fastapi import FastAPI

    assert all(policy_of(route) is not None for _, _, route in ROUTES)
    app = FastAPI()
    with pytest.raises(LookupError):
        routes_without_policy(app.routes, frozenset())
    app.add_api_route("/api/v1/forgotten", lambda: None)
    assert routes_without_policy(app.routes, frozenset()) == ["GET /api/v1/forgotten"]


@pytest.mark.parametrize(("method", "path", "role", "relation"), CELLS)
def test_cell(method: str, path: str, role: str, relation: str, served: Served) -> None:
    route = ROUTE_OF[method, path]
    policy = policy_of(route)
    assert policy is not None
    about = relations(policy.action.of)[relation]
    if may(role, policy.action.id, relation):
        answer = _send(served.world, role, method, path, about)
        served.put_back()
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
    answer = _send(served.world, role, method, path, about)
    assert answer.status_code in ({401} if role in OUTSIDERS else {403, 404}), answer.text
    assert CANARY not in answer.text + repr(answer.headers) and "3.141" not in answer.text
    if role not in (ANONYMOUS, *ACCOUNTS):  # what held once is worth no more than nothing
        assert _seen(answer) == served.answer_when_absent(ANONYMOUS, method, path, about)
    if answer.status_code == 404:  # there or not: nobody can tell
        absent = relations(policy.action.of)["absent"]
        assert _seen(answer) == served.answer_when_absent(role, method, path, absent)


def test_forbidden_cells_are_forbidden_on_every_database(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    site = fill(store, employers[:2], people, now())
    url = store.engine.url.render_as_string(hide_password=False)
    with open_service(url) as client:
        world = World(client, store, site)
        before = digest(store)
        for method, path, role, relation in CELLS:
            policy = policy_of(ROUTE_OF[method, path])
            assert policy is not None
            if role in OUTSIDERS and (method, path) != ("GET", "/api/v1/session"):
                continue  # refused before any route, whichever: one asks the database as all do
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


def test_the_employer_reads_a_name_only_until_it_is_taken_back(served: Served, employers: tuple[Employer, ...]) -> None:
    brief, coach = f"/api/v1/trials/{TRIALS['withdrawn']}/brief", OTHERS[0].actor
    assert CANARY not in served.world.ask("employer", "GET", brief).text  # type: ignore[attr-defined]
    with served.world.store.write() as connection:
        release(connection, coach, COLLEAGUES, employers[0].id, NAME_RELEASED, now(), "3" * 32)
    assert CANARY in served.world.ask("employer", "GET", brief).text  # type: ignore[attr-defined]
    with served.world.store.write() as connection:
        withdraw(connection, coach, COLLEAGUES, now(), "4" * 32)
    assert CANARY not in served.world.ask("employer", "GET", brief).text  # type: ignore[attr-defined]
    served.put_back()

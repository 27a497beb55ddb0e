"""Every page × every role × every relation: who may sees it, who may not sees, changes and learns nothing.

The pages are those of the application. A page is asked without a query; a form is sent empty but for its key: a right
is asked for before anything of a form is read.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.access.authentication import WITHOUT_LOGIN
from api.access.policy import policy_of, served_routes
from api.app import create_app
from data.accounts import Role
from tests.api.access.test_matrix import OUTSIDERS, Served, may, relations, served
from tests.api.access.world import ACCOUNTS, CANARY, ROLES, World

__all__ = ["served"]  # the fixture: one service for all cells

ABOUT = {"candidate_id", "account_id", "trial_id", "site_id"}
NAMED: dict[str, str] = {
    "dimension": "env_noise",
    "part": "env_noise",
    "posting_id": "none",
    "access_id": "none",
    "search_id": "none",
    "run": "1",
    "form": "csv",
    "model": "expert",
    "name": "none",
    "frame": "frame-none",
}
"""What else stands in the address of a page: an example of each."""

PAGES = [
    (method, route.path, route)
    for method, route in served_routes(create_app("sqlite://").routes)
    if not route.path.startswith("/api/") and (method, route.path) not in WITHOUT_LOGIN
]
ROUTE_OF = {(method, path): route for method, path, route in PAGES}


def _about(route: APIRoute) -> dict[str, str]:
    policy = policy_of(route)
    assert policy is not None, route.path
    return {"nothing": ""} if policy.in_body else relations(policy.action.of)


CELLS = [
    (method, path, role, relation) for method, path, route in PAGES for role in ROLES for relation in _about(route)
]


def _may(role: str, route: APIRoute, relation: str) -> bool:
    policy = policy_of(route)
    assert policy is not None
    if route.path.startswith("/me"):
        own = relation in {"nothing", "mine", "not_shown"}
        return role == Role.CANDIDATE and own and may(role, policy.action.id, "nothing" if policy.in_body else relation)
    if route.path.startswith("/trials/") and role != Role.COACH:
        return False  # these pages are the coach's; the other parties have pages of their own
    if policy.in_body:
        return role in ACCOUNTS
    return may(role, policy.action.id, relation)


def _send(world: World, role: str, method: str, path: str, about: str) -> Any:
    names = re.findall(r"\{(\w+)\}", path)
    first, *others = [name for name in names if name in ABOUT] or [""]
    filled = {name: NAMED[name] for name in names if name not in ABOUT} | dict.fromkeys(others, world.site)
    if first:
        filled[first] = about
    more = {"data": {"once": secrets.token_urlsafe(24)}} if method == "POST" else {}
    return world.ask(
        role, method, path.format(**filled), headers={"Accept": "text/html"}, follow_redirects=False, **more
    )  # fmt: skip


def _seen(answer: Any) -> tuple[int, str]:
    """What whoever asked can see, but the random number of the request and the keys of forms."""
    text = answer.text.replace(answer.headers["x-request-id"], "…")
    return answer.status_code, re.sub(r'name="once" value="[^"]*"', 'name="once"', text)


def test_there_are_pages_and_each_says_what_it_needs() -> None:
    assert len(PAGES) > 20
    assert all(policy_of(route) is not None for _, _, route in PAGES)


@pytest.mark.parametrize(("method", "path", "role", "relation"), CELLS)
def test_page_cell(method: str, path: str, role: str, relation: str, served: Served) -> None:
    route = ROUTE_OF[method, path]
    about = _about(route)[relation]
    answer = _send(served.world, role, method, path, about)
    if _may(role, route, relation):
        served.put_back()
        assert answer.status_code in {200, 303, 404, 409, 412, 422}, answer.text
        if role in {"employer", "admin", "researcher"}:
            assert CANARY not in answer.text + repr(answer.headers), answer.text
        return
    assert CANARY not in answer.text + repr(answer.headers)
    assert "3.141" not in answer.text
    if role in OUTSIDERS:
        assert answer.status_code in {303, 401}
        assert answer.headers.get("location", "/login").startswith("/login")
        return
    assert answer.status_code in {403, 404}, answer.text
    if answer.status_code == 404 and "absent" in _about(route):  # there or not: nobody can tell
        absent = _send(served.world, role, method, path, _about(route)["absent"])
        assert _plain(answer, about) == _plain(absent, _about(route)["absent"])


def _plain(answer: Any, about: str) -> tuple[int, str]:
    """Leave out the address of the page itself, which stands in the links to other languages."""
    status, text = _seen(answer)
    return status, text.replace(about, "…") if about else text

"""Which coach a person of the organisation has: people by their ids, nothing of what is known about them."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from data.accounts import Account, Role
from data.errors import InvalidInput
from data.store import Store
from data.store.accounts import accounts_of, coaches_by_person, coaches_of
from data.store.change_receipts import Receipt

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..account_changes import give_coach, take_coach
from ..http.named import CandidateId
from ..http.paging import Cursor, cut_page, read_cursor
from ..local_time import now_of
from .forms import Form, OnceByForm
from .frame import show
from .notices import Notice, go_to

router = APIRouter(include_in_schema=False)

A_PAGE = 100
_LIST = "pages.caseloads"


@router.get("/admin/people", dependencies=[needs("accounts.read")])
def people(request: Request, cursor: Cursor = "", without: Annotated[bool, Query()] = False) -> Response:
    """Show the people of the organisation by their ids, each with their coaches; or only those whom nobody coaches."""
    store: Store = request.app.state.store
    after, who = read_cursor(cursor, _LIST, str), asker(request)
    with store.read() as connection:
        among = people_in_view(connection, who, allowed_relation(who, "person.assign"))
        found = coaches_by_person(connection, among)
    listed = [one for one in found.items() if (after is None or one[0] > after) and not (without and one[1])]
    page = cut_page(listed[: A_PAGE + 1], A_PAGE, _LIST, lambda one: one[0])
    alone = sum(not coaches for coaches in found.values())
    return show(
        request, "caseloads.html.jinja", part="list", people=page.things, next=page.next, without=without,
        alone=alone, all=len(found),
    )  # fmt: skip


@router.get("/admin/people/{candidate_id}", dependencies=[needs("person.assign", "candidate_id")])
def person(request: Request, candidate_id: CandidateId) -> Response:
    """Show who coaches a person, and let another coach be given or one be taken away."""
    return _person(request, candidate_id)


@router.post("/admin/people/{candidate_id}", dependencies=[needs("person.assign", "candidate_id")])
def change(request: Request, candidate_id: CandidateId, form: Form, once: OnceByForm) -> Response:
    """Give a person a coach, or take one away: from the next request on that coach sees nothing of them."""
    who, now, coach = asker(request), now_of(request), form.one("coach")
    do = {"give": give_coach, "take": take_coach}.get(form.one("do"))
    if do is None or coach not in {one.id for one in _coaches(request)}:
        return _person(request, candidate_id, Notice("fault", "admin.people.choose"), 422)

    def change(connection: sa.Connection) -> Receipt:
        do(connection, who, candidate_id, coach, now)
        return go_to(f"/admin/people/{candidate_id}", f"coach_{form.one('do')}")

    try:
        return once(change)
    except InvalidInput:
        return _person(request, candidate_id, Notice("fault", "admin.people.choose"), 422)


def _person(request: Request, candidate_id: str, notice: Notice | None = None, status: int = 200) -> Response:
    with request.app.state.store.read() as connection:
        mine = coaches_of(connection, candidate_id)
    has = {one.id for one in mine}
    free = [(one.id, one.name) for one in _coaches(request) if one.id not in has and not one.disabled]
    return show(
        request, "caseload.html.jinja", status=status, notice=notice, id=candidate_id, coaches=mine, free=free
    )  # fmt: skip


def _coaches(request: Request) -> list[Account]:
    with request.app.state.store.read() as connection:
        found = accounts_of(connection, asker(request).actor.tenant or None)
    return [one for one in found if one.role is Role.COACH]

"""Pages of workplaces: those that somebody handles and what waits there, and one of them with what it could free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from data.accounts import Role
from data.permissions import Relation
from data.postings import IN_MARKET, Posting, PostingState
from data.store import Store, employers_of
from data.store.accounts import handled_sites
from data.store.postings import SOON, postings_of
from data.store.workplaces import places_after
from matching.freed_time import freed_time

from ..access.policy import allowed_relation, asker, needs
from ..http.named import SiteId
from ..http.paging import Cursor, cut_page, read_cursor
from ..local_time import day_text, today_of, zone_of
from .frame import show
from .language import messages_of
from .offered_tasks import offered_notice, workplace
from .proposal_view import proposals_waiting

router = APIRouter(include_in_schema=False)

PLACES_A_PAGE = 50
USUAL_HOURS = 10.0
_LIST = "pages.workplaces"

Hours = Annotated[float, Query(ge=1, le=40, allow_inf_nan=False)]


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer in a few words: its title, how many tasks and weekly hours, until when it holds."""

    posting: Posting
    tasks: int
    hours: float
    stale_on: date
    stale: bool


@router.get("/workplaces", dependencies=[needs("posting.list")])
def workplaces(
    request: Request, words: Annotated[str, Query(alias="q", max_length=100)] = "", cursor: Cursor = ""
) -> Response:
    """Show the workplaces that the reader handles, what is offered at each, and what waits for an answer."""
    store: Store = request.app.state.store
    who, today = asker(request), today_of(request)
    handles = allowed_relation(who, "posting.list") is Relation.SITE
    after = read_cursor(cursor, _LIST, str)
    with store.read() as connection:
        mine = handled_sites(connection, who.actor.account, today) if handles else None
        page = cut_page(
            places_after(connection, after, PLACES_A_PAGE + 1, mine, words), PLACES_A_PAGE, _LIST, lambda one: one.id
        )
        owners = {owner.id for owner in employers_of(connection, sites=[one.id for one in page.things])}
        offers = [_line(one, today) for one in postings_of(connection, owners)]
    by_site: dict[str, list[OfferLine]] = {one.id: [] for one in page.things}
    for offer in offers:
        if offer.posting.site in by_site and offer.posting.state is not PostingState.WITHDRAWN:
            by_site[offer.posting.site].append(offer)
    listed = [one for several in by_site.values() for one in several]
    return show(
        request,
        "workplaces.html.jinja",
        part="list",
        places=page.things,
        offers=by_site,
        next=page.next,
        words=words,
        handles=handles,
        waiting=proposals_waiting(store, who, today, zone_of(request)) if who.actor.role is Role.EMPLOYER else [],
        drafts=[one for one in listed if one.posting.state is PostingState.DRAFT],
        stale=[one for one in listed if one.stale],
        day=partial(day_text, messages=messages_of(request)),
        site_names={one.id: one.name for one in page.things},
    )


@router.get("/workplaces/{site_id}", dependencies=[needs("posting.read", "site_id")])
def workplace_page(request: Request, site_id: SiteId, hours: Hours = USUAL_HOURS) -> Response:
    """Show what a workplace offers, and what could be taken out of its jobs for nobody in particular."""
    owner, place = workplace(request, site_id)
    today = today_of(request)
    with request.app.state.store.read() as connection:
        found = [one for one in postings_of(connection, [owner.id]) if one.site == site_id]
    offers = [one for one in found if one.state in IN_MARKET]
    return show(
        request,
        "workplace.html.jinja",
        part="freed",
        notice=offered_notice(request, site_id, offers),
        site=place,
        employer=owner,
        offers=[_line(one, today) for one in offers],
        others=[_line(one, today) for one in found if one.state in (PostingState.DRAFT, PostingState.EXPIRED)],
        hours=hours,
        free=freed_time(owner, site_id, hours),
        day=partial(day_text, messages=messages_of(request)),
    )


def _line(posting: Posting, today: date) -> OfferLine:
    ends = posting.stale_on()
    given = [one.task for one in posting.tasks if not one.task.core]
    stale = (posting.state in IN_MARKET and ends <= today + SOON) or posting.state is PostingState.EXPIRED
    return OfferLine(posting, len(given), round(sum(task.hours_per_week for task in given), 2), ends, stale)

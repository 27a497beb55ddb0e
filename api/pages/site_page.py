"""One workplace for one person: the suggestion with every dimension, what if something were otherwise, or why nothing.

Levels that are tried are data about the person. So a what-if travels as a POST to the page's own address: an address
stays in the history of a browser, in a bookmark and in the reports of other programs, a form does not. Nothing is
changed by it, so it carries no key of a change; it is logged like every list that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response

from data.candidates import Candidate
from data.store import Store, get_candidate
from data.store.change_receipts import Receipt
from data.workplaces import Employer, Site
from matching import Caution, MatchConfig, MatchList
from matching.carving import Blocker
from matching.held_market import HeldMarket
from matching.one_site import SiteQuestion, site_number
from matching.retrieval import retrieve_only
from matching.why_not import WhyNot, why_not

from ..access.policy import asker, needs
from ..commands.match_lists import Question
from ..commands.progress import named_blocker
from ..commands.sites import ask_about_site, changed_person, names_of, why_closed
from ..http.named import CandidateId, SiteId
from ..http.problems import Problem
from ..local_time import now_of
from ..messages import Messages
from ..profile_correction import correct_profile, profile_tag
from ..shown_lists import show_list
from ..wording import blocker_text
from ..workspace import ask_market, candidate_to_match
from .forms import FieldFault, Form, OnceByForm, SentForm
from .frame import show
from .language import language_of
from .notices import Notice, go_to
from .pictures import at_level
from .profile_page import CORRECTED, STATE, corrected_notice, require_state
from .site_links import page_address, table_address
from .suggestion_card import suggestion_card
from .suggestions import footer_text
from .way_on import line_of, list_with, taken, to_take
from .what_if import (
    STEPS,
    WhatIf,
    WhatIfFields,
    difference,
    dimension_choices,
    first_fields,
    measure_choices,
    read_what_if,
    tried_lines,
)
from .whole_comparison import counted_fits, to_watch, whole_comparison

router = APIRouter(include_in_schema=False)

PAGE = "/people/{candidate_id}/sites/{site_id}"
SHOWN_TASKS = 5


@dataclass(frozen=True, slots=True)
class Closed:
    """Why there is no part-job: what speaks against the workplace, the tasks that are closed, what would open it."""

    against: str
    tasks: tuple[tuple[str, str], ...]
    ways: tuple[str, ...]


@router.get(PAGE, dependencies=[needs("list.read", "candidate_id")])
def site_page(
    request: Request, candidate_id: CandidateId, site_id: SiteId, caution: Caution = Caution.BALANCED
) -> Response:
    """Show the suggestion of one workplace for one person, dimension by dimension; or why nothing."""
    found = _list_of(request, Question(candidate_id, MatchConfig(1, caution), site=site_id))
    person = candidate_to_match(request.app.state.store, candidate_id)
    return _page(request, site_id, person, found, "details", fields=first_fields(person, caution))


@router.post(PAGE, dependencies=[needs("list.read", "candidate_id")])
def what_if(request: Request, candidate_id: CandidateId, site_id: SiteId, form: Form) -> Response:
    """Show what would come of other hours, another level, an accommodation more or less, another caution."""
    store: Store = request.app.state.store
    person, messages = candidate_to_match(store, candidate_id), Messages(language_of(request))
    fields = {name: form.one(name) for name in WhatIfFields.model_fields}
    tried = read_what_if(form, person)
    before = _list_of(request, Question(candidate_id, MatchConfig(1, _caution_before(form)), site=site_id))
    if not isinstance(tried, WhatIf):
        return _page(request, site_id, person, before, "alone", fields=fields, faults=tried, status=422)
    config = MatchConfig(1, tried.caution)
    asked = Question(
        candidate_id, config, changes=tried.changes, without=tried.without, site=site_id, accepted=tried.accepted
    )  # fmt: skip
    after = _list_of(request, asked)
    ways: tuple[str, ...] = ()
    if not after.suggestions:
        other = changed_person(person, tried.changes, tried.without, tried.accepted)
        ways = _closed(ask_about_site(store, other, site_id, config), messages).ways
    way_on = to_take(tried, candidate_id, site_id, before.config.caution) if after.suggestions else None
    lines = tried_lines(tried, person, messages)
    if tried.caution is not before.config.caution:
        levels = (messages.text(f"caution.{one.value}") for one in (before.config.caution, tried.caution))
        lines += (messages.text("page.site.tried.caution", **dict(zip(("before", "after"), levels, strict=True))),)
    answer = difference(before, after, messages, ways)
    return _page(request, site_id, person, before, "alone", fields=fields, answer=answer, tried=lines, way_on=way_on)


@router.post(PAGE + "/profile", dependencies=[needs("person.correct", "candidate_id")])
def take_into_profile(
    request: Request, candidate_id: CandidateId, site_id: SiteId, once: OnceByForm, form: Form
) -> Response:
    """Take what was tried into the profile, and show the workplace with it; there it can be taken back."""
    store: Store = request.app.state.store
    who, now = asker(request), now_of(request)
    caution = _caution_before(form)

    def change(connection: sa.Connection) -> Receipt:
        asked, names = taken(form, get_candidate(connection, candidate_id))
        correct_profile(connection, candidate_id, asked, names, who.actor, now, lambda tag: require_state(form, tag))
        return go_to(page_address(candidate_id, site_id, caution), CORRECTED)

    try:
        return once(change)
    except Problem as problem:
        if problem.code != "precondition_failed":
            raise
    person = candidate_to_match(store, candidate_id)
    found = _list_of(request, Question(candidate_id, MatchConfig(1, caution), site=site_id))
    changed = Notice("fault", "page.site.changed_meanwhile")
    fields = first_fields(person, caution)
    return _page(request, site_id, person, found, "details", fields=fields, notice=changed, status=412)


def _list_of(request: Request, question: Question) -> MatchList:
    """Make the list of one workplace; it is logged before it is shown, like every list."""
    store: Store = request.app.state.store
    messages = Messages(language_of(request))
    return show_list(store, question, messages, now_of(request), actor=asker(request).actor).listed.found


def _caution_before(form: SentForm) -> Caution:
    """Read the caution that the page was shown with."""
    said = form.one("was")
    return Caution(said) if said in {one.value for one in Caution} else Caution.BALANCED


def _page(
    request: Request,
    site_id: str,
    person: Candidate,
    found: MatchList,
    part: str,
    *,
    fields: Mapping[str, str],
    faults: tuple[FieldFault, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
    **said: Any,
) -> Response:
    store: Store = request.app.state.store
    messages, caution = Messages(language_of(request)), found.config.caution
    suggestion = next(iter(found.suggestions), None)
    employer, site, against = _place(store, person, site_id)
    with store.read() as connection:
        tag, line = profile_tag(connection, person), line_of(connection, person, site_id)
        notice = notice or corrected_notice(request, connection, person)
    groups = () if suggestion is None else whole_comparison(suggestion, person, caution, messages.language)
    closed = None
    if suggestion is None:
        closed = _closed(ask_about_site(store, person, site_id, found.config), messages)
    return show(
        request,
        "site.html.jinja",
        status=status,
        notice=notice,
        part=part,
        part_alone=request.headers.get("hx-request") == "true",
        id=person.id,
        person=person.name or person.id,
        site=site,
        employer=employer,
        against=against,
        closed=closed,
        card=None if suggestion is None else suggestion_card(suggestion, person, messages, None),
        groups=groups,
        watched=to_watch(groups),
        fits=counted_fits(groups),
        at=at_level,
        footer=footer_text(found, messages),
        simulated=found.simulated,
        page=page_address(person.id, site_id, caution),
        table=table_address(person.id, site_id, caution),
        fields=fields,
        faults=faults,
        wrong={one.name: one.text(messages) for one in faults},
        dimensions=dimension_choices(messages),
        steps=[(step, step if step.isdecimal() else messages.text("level.unknown")) for step in STEPS],
        measures=measure_choices(suggestion, person, messages),
        cautions=[(one.value, messages.text(f"caution.{one.value}")) for one in Caution],
        was=caution.value,
        state=tag,
        state_field=STATE,
        line=line,
        long_list=list_with(person.id, site_id, caution),
        **{"answer": None, "tried": (), "way_on": None, **said},
    )


def _place(store: Store, person: Candidate, site_id: str) -> tuple[Employer, Site, str]:
    """Give the employer and site of a page, and what leaves the site out of a list of all (empty: nothing)."""

    def look(market: HeldMarket) -> tuple[Employer, Site, str]:
        number = site_number(market.index, site_id)
        place = market.site(number).places[0]
        return place.employer, place.site, retrieve_only(person, market.index, number)[1]

    return ask_market(store, "", look)


def _closed(asked: SiteQuestion, messages: Messages) -> Closed:
    """Say why there is no part-job, and the smallest single changes that would open one."""
    found: WhyNot = why_not(asked)
    names = names_of(asked.view)
    return Closed(
        messages.text(f"left.{found.against}") if found.against else "",
        tuple((one.task.text, why_closed(one, messages)) for one in found.closed),
        tuple(blocker_text(named_blocker(_shortened(one), names), messages) for one in found.changes),
    )


def _shortened(blocker: Blocker) -> Blocker:
    return replace(blocker, tasks=blocker.tasks[:SHOWN_TASKS])

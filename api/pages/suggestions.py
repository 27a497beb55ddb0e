"""The match list of one person: choices, saved searches with what is new, files of it, and which change opens most."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response

from data.audit import AuditEvent
from data.errors import InvalidInput, UnknownId
from data.pathways import load_pathways
from data.store import Store, note, regions
from data.store.change_receipts import Receipt
from data.store.exposure import find_run, suggestions_of
from data.store.kept_contents import kept_for
from data.store.objections import refuse_objecting
from data.store.saved_searches import (
    SavedSearch,
    find_search,
    forget_search,
    note_shown,
    save_search,
    searches_of,
)
from matching import Caution, MatchList
from matching.one_site import NearSite
from matching.opening_changes import opening_changes

from ..access.login import random_id
from ..access.policy import asker, needs
from ..commands.match_lists import list_matches
from ..commands.progress import named_blocker
from ..commands.sites import names_of
from ..http.named import CandidateId, RandomId
from ..list_inputs import StoredInputs
from ..local_time import now_of
from ..messages import Messages
from ..shown_lists import show_list
from ..wording import blocker_text, workplace_name
from .forms import Form, OnceByForm, read_fields
from .frame import show
from .language import language_of
from .list_choices import ListChoices, choices_of, sectors_of
from .list_files import FORMS, list_file
from .notices import Notice, go_to
from .pictures import at_level
from .site_links import card_links
from .suggestion_card import suggestion_card
from .way_on import anchor_of

router = APIRouter(include_in_schema=False)

TOPS = (5, 10, 20, 50)
NEAR = 15
"""So many workplaces just outside are looked at for the change that opens most."""

SAVED, FORGOTTEN = "search.saved", "search.deleted"
Choices = Annotated[ListChoices, Query()]


@router.get("/people/{candidate_id}/suggestions", dependencies=[needs("list.read", "candidate_id")])
def suggestions(request: Request, candidate_id: CandidateId, choices: Choices) -> Response:
    """Show the ranked match list of one person; it is logged before it is shown, like every list."""
    store: Store = request.app.state.store
    messages, who, now = Messages(language_of(request)), asker(request), now_of(request)
    notice, kept_lists = None, request.app.state.kept_lists
    try:
        shown = show_list(
            store, choices.question(candidate_id, now.date()), messages, now, actor=who.actor, kept=kept_lists
        )
    except InvalidInput:
        if not choices.pathway:
            raise
        choices, notice = choices.model_copy(update={"pathway": ""}), Notice("fault", "page.list.pathway_no_week")
        shown = show_list(
            store, choices.question(candidate_id, now.date()), messages, now, actor=who.actor, kept=kept_lists
        )
    found = shown.listed.found
    lines = [one for one in found.suggestions if choices.shows(one)]
    with store.read() as connection:
        known = regions(connection)
        kept = searches_of(connection, who.actor.account, candidate_id)
        search = find_search(connection, choices.search, who.actor.account, candidate_id) if choices.search else None
        before = _sites_before(connection, search)
    response = show(
        request,
        "suggestions.html.jinja",
        part="list",
        notice=notice,
        id=candidate_id,
        run=shown.number,
        person=found.person.name or found.person.id,
        cards=[suggestion_card(one, found.person, messages) for one in lines],
        links={
            one.rank: card_links(candidate_id, one.reach.place.site.id, found.config.caution, messages)
            for one in lines
        },
        new=set() if before is None else {one.rank for one in lines if one.reach.place.site.id not in before},
        hidden=len(found.suggestions) - len(lines),
        search=search,
        searches=[(one, choices_of(one.choices).address(candidate_id, search=one.id)) for one in kept],
        choices=choices,
        chosen=json.dumps(choices.chosen()),
        near_address=choices.address(candidate_id).replace("/suggestions", "/suggestions/near", 1),
        at=at_level,
        anchor_of=anchor_of,
        left_out=found.left_out,
        certificate=certificate_text(found, messages),
        footer=footer_text(found, messages),
        simulated=found.simulated,
        fictional=found.person.fictional,
        cautions=[(one.value, messages.text(f"caution.{one.value}")) for one in Caution],
        tops=[(one, one) for one in sorted({*TOPS, choices.top})],
        regions=[("", messages.text("page.list.all_regions")), *((one, one) for one in known)],
        sectors=_sectors(found, choices, messages),
        pathways=_pathways(messages),
        forms=FORMS,
    )  # fmt: skip
    response.headers["Worktrial-Run"] = str(shown.number)
    return response


@router.get("/people/{candidate_id}/suggestions/near", dependencies=[needs("reasons.read", "candidate_id")])
def near(request: Request, candidate_id: CandidateId, choices: Choices) -> Response:
    """Show which one change would open most workplaces that are just outside; a must-not is never such a change."""
    store: Store = request.app.state.store
    messages, now = Messages(language_of(request)), now_of(request)
    with store.read() as connection:
        refuse_objecting(connection, candidate_id)
    question = replace(choices.question(candidate_id, now.date()), near=NEAR)
    listed = list_matches(StoredInputs(store, now.date()), question, lambda _stage: None)
    sites = listed.near or ()
    by_id = {one.view.place.site.id: one for one in sites}
    changes = [
        (blocker_text(one.change, messages), len(one.sites), [_site_name(by_id[id_]) for id_ in one.sites])
        for one in opening_changes(sites)
    ]
    return show(
        request,
        "near.html.jinja",
        part="near",
        id=candidate_id,
        person=listed.found.person.name or candidate_id,
        looked=len(sites),
        more=len(sites) == NEAR,
        changes=changes,
        sites=[
            (_site_name(one), [blocker_text(named_blocker(c, names_of(one.view)), messages) for c in one.changes])
            for one in sites
        ],
        back=choices.address(candidate_id),
    )


@router.get(
    "/people/{candidate_id}/suggestions/{run}/export/{form}", dependencies=[needs("list.history", "candidate_id")]
)
def export(request: Request, candidate_id: CandidateId, run: int, form: str) -> Response:
    """Give a list that was shown as a file: JSON as it was shown, CSV or XLSX a line a suggestion."""
    store: Store = request.app.state.store
    messages, who = Messages(language_of(request)), asker(request)
    if form not in FORMS or not 0 < run < 2**53:
        raise UnknownId("form", form[:10])
    with store.write() as connection:
        found = find_run(connection, str(run))
        answer = kept_for(connection, candidate_id, found.answer) if found.candidate == candidate_id else None
        if answer is None or found.number != run:
            raise UnknownId("run", str(run))
        facts = {"form": form}
        made = AuditEvent("export.made", who.actor, now_of(request), candidate_id, f"run:{run}", facts)
        note(connection, made)
    content, kind = list_file(answer, form, messages)
    response = Response(content, media_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="suggestions-{run}.{form}"'
    return response


@router.post("/people/{candidate_id}/searches", dependencies=[needs("list.read", "candidate_id")])
def save(request: Request, candidate_id: CandidateId, once: OnceByForm, form: Form) -> Response:
    """Keep the choices of a list under a name, so that it tells next time what is new."""
    who, now = asker(request), now_of(request)
    choices = read_fields(ListChoices, _kept_choices(form.one("choices")))
    if not isinstance(choices, ListChoices) or not form.one("name"):
        return Response(status_code=303, headers={"Location": f"/people/{candidate_id}/suggestions"})
    id_ = random_id()

    def change(connection: sa.Connection) -> Receipt:
        run = _run_of(connection, form.one("run"), candidate_id)
        new = SavedSearch(id_, who.actor.account, candidate_id, form.one("name"), choices.chosen(), run)
        save_search(connection, new, now)
        note(connection, AuditEvent(SAVED, who.actor, now, candidate_id))
        return go_to(choices.address(candidate_id, search=id_), "search_saved")

    return once(change)


@router.post("/people/{candidate_id}/searches/{search_id}", dependencies=[needs("list.read", "candidate_id")])
def change_search(
    request: Request, candidate_id: CandidateId, search_id: RandomId, once: OnceByForm, form: Form
) -> Response:
    """Note the list that was looked at for a search, or delete the search."""
    who, now = asker(request), now_of(request)

    def change(connection: sa.Connection) -> Receipt:
        search = find_search(connection, search_id, who.actor.account, candidate_id)
        if form.one("delete"):
            forget_search(connection, search_id)
            note(connection, AuditEvent(FORGOTTEN, who.actor, now, candidate_id))
            return go_to(f"/people/{candidate_id}/suggestions", "search_deleted")
        note_shown(connection, search_id, _run_of(connection, form.one("run"), candidate_id))
        return go_to(choices_of(search.choices).address(candidate_id, search=search_id), "search_seen")

    return once(change)


def _kept_choices(said: str) -> dict[str, Any]:
    try:
        told = json.loads(said or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _run_of(connection: sa.Connection, said: str, candidate: str) -> int:
    """Give the number of a list of this person; UnknownId for any other."""
    run = find_run(connection, said)
    if run.candidate != candidate:
        raise UnknownId("run", said[:20])
    return run.number


def _sites_before(connection: sa.Connection, search: SavedSearch | None) -> frozenset[str] | None:
    """Give the workplaces that stood on the list that was last looked at; None without a search."""
    if search is None:
        return None
    return frozenset(one.site for one in suggestions_of(connection, [search.last_run])[search.last_run])


def _pathways(messages: Messages) -> list[tuple[str, str]]:
    country = load_pathways().country("fi")
    return [("", "–"), *((one.id, one.names[messages.language]) for one in country.pathways)]


def _sectors(found: MatchList, choices: ListChoices, messages: Messages) -> list[tuple[str, str]]:
    names = sorted({*sectors_of(found.suggestions), choices.sector} - {""})
    return [("", messages.text("page.list.all_sectors")), *((one, messages.word("sectors", one)) for one in names)]


def _site_name(one: NearSite) -> str:
    return workplace_name(one.view.place.employer.name, one.view.place.site.name)


def certificate_text(found: MatchList, messages: Messages) -> str:
    """Say whether anything better can be left."""
    proof = found.certificate
    if not proof.proven:
        return messages.text("list.unproven")
    key = "list.certificate_all" if proof.best_bound_left is None else "list.certificate"
    return messages.text(key, sites=proof.sites, solved=proof.solved)


def footer_text(found: MatchList, messages: Messages) -> str:
    """Name the run, the model and the caution of a list."""
    key = "list.footer_learned" if found.learned else "list.footer"
    caution = messages.text(f"caution.{found.config.caution.value}")
    return messages.text(key, run=found.run_id, model=found.model, caution=caution)

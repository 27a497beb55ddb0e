"""The people whom a coach works with, and the match list of one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from data.store import Store, candidates_after, regions
from matching import Caution, MatchConfig, MatchList

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..commands.match_lists import Question
from ..http.named import CandidateId
from ..http.paging import Cursor, cut_page, read_cursor
from ..messages import Messages
from ..shown_lists import show_list
from .frame import show
from .language import language_of
from .pictures import at_level
from .site_links import card_links
from .suggestion_card import suggestion_card

router = APIRouter(include_in_schema=False)

TOPS = (5, 10, 20, 50)
PEOPLE_A_PAGE = 50
_LIST = "pages.people"


@router.get("/people", dependencies=[needs("people.list")])
def people(request: Request, cursor: Cursor = "") -> Response:
    """Show the people whom the reader works with, page by page."""
    store: Store = request.app.state.store
    after, who = read_cursor(cursor, _LIST, str), asker(request)
    with store.read() as connection:
        mine = people_in_view(connection, who, allowed_relation(who, "people.list"))
        found = candidates_after(connection, after, PEOPLE_A_PAGE + 1, mine)
    page = cut_page(found, PEOPLE_A_PAGE, _LIST, lambda person: person.id)
    return show(request, "people.html.jinja", people=page.things, next=page.next)


@router.get("/people/{candidate_id}/suggestions", dependencies=[needs("list.read", "candidate_id")])
def suggestions(
    request: Request,
    candidate_id: CandidateId,
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show the ranked match list of one person; it is logged before it is shown, like every list."""
    store: Store = request.app.state.store
    messages = Messages(language_of(request))
    question = Question(candidate_id, MatchConfig(top, caution, region))
    shown = show_list(store, question, messages, datetime.now(UTC), actor=asker(request).actor)
    found = shown.listed.found
    with store.read() as connection:
        known = regions(connection)
    response = show(
        request,
        "suggestions.html.jinja",
        part="list",
        id=candidate_id,
        person=found.person.name or found.person.id,
        cards=[suggestion_card(one, found.person, messages) for one in found.suggestions],
        links={
            one.rank: card_links(candidate_id, one.reach.place.site.id, caution, messages) for one in found.suggestions
        },
        at=at_level,
        left_out=found.left_out,
        certificate=certificate_text(found, messages),
        footer=footer_text(found, messages),
        simulated=found.simulated,
        fictional=found.person.fictional,
        caution=caution.value,
        cautions=[(one.value, messages.text(f"caution.{one.value}")) for one in Caution],
        top=top,
        tops=[(one, one) for one in sorted({*TOPS, top})],
        region=region,
        regions=[("", messages.text("page.list.all_regions")), *((one, one) for one in known)],
    )
    response.headers["Worktrial-Run"] = str(shown.number)
    return response


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

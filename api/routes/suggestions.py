"""``GET /api/v1/candidates``, ``/api/v1/candidates/{id}/suggestions`` and ``/api/v1/candidates/{id}/runs``."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from data.store import Store, candidates_after
from matching import Caution, MatchConfig

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..commands.match_lists import Question
from ..commands.runs import find_runs, runs_as_json
from ..http.examples import answers
from ..http.named import CandidateId, Lang
from ..http.paging import Cursor, Limit, cut_page, link_next, read_cursor
from ..local_time import now_of, today_of
from ..messages import Messages
from ..shown_lists import show_answer

router = APIRouter(prefix="/api/v1", tags=["suggestions"])

PEOPLE, RUNS = "candidates", "runs"


@router.get(
    "/candidates",
    summary="The people whom I coach",
    responses=answers("candidates"),
    dependencies=[needs("people.list")],
)
def list_candidates(request: Request, response: Response, cursor: Cursor = "", limit: Limit = 100) -> dict[str, Any]:
    """List ids, municipalities and weekly hours of the candidates, by id, page by page."""
    store: Store = request.app.state.store
    after = read_cursor(cursor, PEOPLE, str)
    who = asker(request)
    with store.read() as connection:
        mine = people_in_view(connection, who, allowed_relation(who, "people.list"))
        people = candidates_after(connection, after, limit + 1, mine)
    page = cut_page(people, limit, PEOPLE, lambda person: person.id)
    link_next(request, response, page)
    told = [{"id": p.id, "municipality": p.municipality, "hours_max": p.hours_max} for p in page.things]
    return {"candidates": told, "next": page.next}


@router.get(
    "/candidates/{candidate_id}/suggestions",
    summary="The ranked match list of one person",
    responses=answers("suggestions"),
    dependencies=[needs("list.read", "candidate_id")],
)
def list_suggestions(
    request: Request,
    candidate_id: CandidateId,
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
    pathway: Annotated[str, Query(max_length=80, description="keep to the terms of a pathway, by its id")] = "",
    on: Annotated[date | None, Query(description="with a pathway: the day whose terms hold; today if not said")] = None,
    lang: Lang = "fi",
) -> Response:
    """Give the same list as ``worktrial match --json``; the header ``Worktrial-Run`` is its number in the log.

    With a pathway the list keeps to its terms, and says by the person's kept situation whether the pathway is open.
    A list that would be made of the same as one that was shown before is that one, under its number.
    """
    day = today_of(request) if on is None else on
    question = Question(candidate_id, MatchConfig(top, caution, region), pathway=pathway, on=day)
    actor = asker(request).actor
    shown = show_answer(request.app.state.store, question, Messages(lang), now_of(request), actor)
    return Response(shown.answer, media_type="application/json", headers={"Worktrial-Run": str(shown.number)})


@router.get(
    "/candidates/{candidate_id}/runs",
    summary="The match lists that one person was shown",
    responses=answers("runs"),
    dependencies=[needs("list.history", "candidate_id")],
)
def list_runs(
    request: Request, response: Response, candidate_id: CandidateId, cursor: Cursor = "", limit: Limit = 20
) -> dict[str, Any]:
    """Give the same as ``worktrial runs CANDIDATE --json``, the latest first, page by page."""
    before = read_cursor(cursor, RUNS, int)
    found = find_runs(request.app.state.store, candidate_id, limit + 1, before)
    page = cut_page(found, limit, RUNS, lambda one: one.run.number)
    link_next(request, response, page)
    return {**runs_as_json(page.things), "next": page.next}

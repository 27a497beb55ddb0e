"""``GET /api/v1/candidates``, ``/api/v1/candidates/{id}/suggestions`` and ``/api/v1/candidates/{id}/runs``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from data.store import Store, all_candidates
from matching import Caution, MatchConfig

from ..access.policy import allowed_relation, asker, needs
from ..access.principal import people_in_view
from ..commands.match_lists import Question
from ..commands.runs import find_runs, runs_as_json
from ..messages import Messages
from ..shown_lists import show_list

router = APIRouter(prefix="/api/v1", tags=["suggestions"])


@router.get("/candidates", summary="The people whom I coach", dependencies=[needs("people.list")])
def list_candidates(request: Request, response: Response) -> dict[str, Any]:
    """List ids and municipalities of the candidates."""
    response.headers["Cache-Control"] = "no-store"
    store: Store = request.app.state.store
    who = asker(request)
    with store.read() as connection:
        mine = people_in_view(connection, who, allowed_relation(who, "people.list"))
        people = [person for person in all_candidates(connection) if mine is None or person.id in mine]
    return {"candidates": [{"id": p.id, "municipality": p.municipality, "hours_max": p.hours_max} for p in people]}


@router.get(
    "/candidates/{candidate_id}/suggestions",
    summary="The ranked match list of one person",
    dependencies=[needs("list.read", "candidate_id")],
)
def list_suggestions(
    request: Request,
    response: Response,
    candidate_id: Annotated[str, Path(max_length=100)],
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
    lang: Literal["fi", "sv", "en"] = "fi",
) -> dict[str, Any]:
    """Give the same list as ``worktrial match --json``; the header ``Worktrial-Run`` is its number in the log."""
    question = Question(candidate_id, MatchConfig(top, caution, region))
    actor = asker(request).actor
    shown = show_list(request.app.state.store, question, Messages(lang), datetime.now(UTC), actor=actor)
    response.headers.update({"Cache-Control": "no-store", "Worktrial-Run": str(shown.number)})
    return shown.written


@router.get(
    "/candidates/{candidate_id}/runs",
    summary="The match lists that one person was shown",
    dependencies=[needs("list.history", "candidate_id")],
)
def list_runs(
    request: Request,
    response: Response,
    candidate_id: Annotated[str, Path(max_length=100)],
    top: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> dict[str, Any]:
    """Give the same as ``worktrial runs CANDIDATE --json``: when, by which model, what stood on the lists."""
    response.headers["Cache-Control"] = "no-store"
    return runs_as_json(find_runs(request.app.state.store, candidate_id, top))

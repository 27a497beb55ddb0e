"""``GET /api/v1/candidates`` and ``/api/v1/candidates/{id}/suggestions``."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from data.store import Store, all_candidates
from matching import Caution, MatchConfig

from ..match_json import match_as_json
from ..messages import Messages
from ..workspace import match_candidate

router = APIRouter(prefix="/api/v1", tags=["suggestions"])


@router.get("/candidates", summary="Who is in the store")
def list_candidates(request: Request, response: Response) -> dict[str, Any]:
    """List ids and municipalities of the candidates."""
    response.headers["Cache-Control"] = "no-store"
    store: Store = request.app.state.store
    with store.read() as connection:
        people = all_candidates(connection)
    return {"candidates": [{"id": p.id, "municipality": p.municipality, "hours_max": p.hours_max} for p in people]}


@router.get("/candidates/{candidate_id}/suggestions", summary="The ranked match list of one person")
def list_suggestions(
    request: Request,
    response: Response,
    candidate_id: Annotated[str, Path(max_length=100)],
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
    lang: Literal["fi", "sv", "en"] = "fi",
) -> dict[str, Any]:
    """Give the same list as ``worktrial match --json``."""
    response.headers["Cache-Control"] = "no-store"
    found = match_candidate(request.app.state.store, candidate_id, MatchConfig(top, caution, region))
    return match_as_json(found, Messages(lang))

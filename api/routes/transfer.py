"""Transfer over HTTP: where a job would work, which earlier solutions fit a workplace, which kinds of job recur."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from matching import Caution, MatchConfig

from ..access.policy import needs, require_person
from ..http.changes import READS_ONLY
from ..http.examples import answers, asked
from ..http.named import Lang
from ..kept_patterns import KeptPatterns
from ..messages import Messages
from ..transfer_json import elsewhere_as_json, here_as_json
from ..transfers import JobAsked, elsewhere, here

router = APIRouter(prefix="/api/v1", tags=["transfer"])

Id = Annotated[str, Field(max_length=200)]


class TransferQuestion(BaseModel):
    """A candidate and a site, a job (a site answer, carve-solution/1 or transfer-job/1), or an earlier solution."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": asked("transfer")})

    candidate: Id = ""
    site: Id = ""
    job: Annotated[dict[str, Any], Field(max_length=50)] | None = None
    solution: Id = ""


@router.post(
    "/transfer",
    summary="Other workplaces where a job would work, and what would have to change there",
    responses=answers("transfer"),
    openapi_extra=READS_ONLY,
    dependencies=[needs("transfer.ask", in_body=True)],
)
def find_elsewhere(
    request: Request,
    question: TransferQuestion,
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    near: Annotated[int, Query(ge=0, le=20)] = 3,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``worktrial transfer fits --json``."""
    if question.candidate:
        require_person(request, "transfer.ask", question.candidate)
    asked = JobAsked(question.candidate, question.site, question.job, question.solution)
    config = MatchConfig(top, caution, region)
    return elsewhere_as_json(elsewhere(request.app.state.store, asked, config, near), config, Messages(lang))


@router.get(
    "/sites/{site_id}/solutions",
    summary="Earlier solutions that fit a workplace",
    responses=answers("here"),
    dependencies=[needs("workplaces.read")],
)
def find_here(
    request: Request,
    site_id: Annotated[str, Path(max_length=200, examples=["saarikirjasto.paakirjasto"])],
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    caution: Caution = Caution.BALANCED,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``worktrial transfer reverse --json``."""
    found = here(request.app.state.store, site_id, top, MatchConfig(caution=caution))
    return here_as_json(found, Messages(lang))


@router.get(
    "/job-patterns",
    summary="Kinds of job that recur over workplaces",
    responses=answers("patterns"),
    dependencies=[needs("workplaces.read")],
)
def find_patterns(
    request: Request,
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    least_sites: Annotated[int, Query(ge=2, le=1000)] = 3,
    generic: bool = False,
    caution: Caution = Caution.BALANCED,
    region: Annotated[str, Query(max_length=100)] = "",
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``worktrial transfer patterns --json``."""
    kept: KeptPatterns = request.app.state.kept_patterns
    return kept.give(request.app.state.store, MatchConfig(top, caution, region), least_sites, generic, lang)

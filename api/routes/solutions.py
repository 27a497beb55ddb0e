"""Earlier solutions over HTTP: asked by gap (the question travels in the body), and what they say together."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from data.errors import EmptyStore
from data.solutions import Solution
from data.store import Store, all_solutions
from features.gap_question import read_question, with_loads
from matching.solutions import SolutionAnalysis, analyse, index_solutions, nearest_solutions

from ..access.policy import needs
from ..http.changes import READS_ONLY
from ..http.examples import answers, asked
from ..http.named import Lang
from ..solution_json import analysis_as_json, found_as_json

router = APIRouter(prefix="/api/v1/solutions", tags=["solutions"])


class GapAsked(BaseModel):
    """A gap in words: dimension and two levels, what is fine, the work."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": asked("gap")})

    question: Annotated[str, Field(min_length=1, max_length=2000)]


@router.post(
    "/find",
    summary="The earlier solutions nearest to a gap: why near, what differs, how it went",
    responses=answers("solutions"),
    openapi_extra=READS_ONLY,
    dependencies=[needs("solutions.find")],
)
def find(
    request: Request,
    asked: GapAsked,
    top: Annotated[int, Query(ge=1, le=100)] = 5,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``worktrial solutions find --json``."""
    question = with_loads(read_question(asked.question), asked.question)
    return found_as_json(question, nearest_solutions(index_solutions(_cases(request)), question, top), lang)


@router.get(
    "/analysis",
    summary="What was tried on which gap and how it went, with intervals and too few",
    responses=answers("analysis"),
    dependencies=[needs("solutions.analyse")],
)
def count_all(request: Request) -> dict[str, Any]:
    """Give the same answer as ``worktrial solutions analyse --json``."""
    return analysis_as_json(analysed(request))


def analysed(request: Request) -> SolutionAnalysis:
    """Count all earlier solutions together; EmptyStore when there are none."""
    return analyse(_cases(request))


def _cases(request: Request) -> tuple[Solution, ...]:
    store: Store = request.app.state.store
    with store.read() as connection:
        found = all_solutions(connection)
    if not found:
        raise EmptyStore("earlier solutions", store.where)
    return found

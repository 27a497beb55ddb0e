"""Earlier solutions over HTTP: asked by gap (the question travels in the body), and what they say together."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from features.gap_question import read_question, with_loads
from matching.solutions import index_solutions, nearest_solutions

from ..access.policy import needs
from ..earlier_solutions import analysed, earlier_solutions
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
    index = index_solutions(earlier_solutions(request.app.state.store))
    return found_as_json(question, nearest_solutions(index, question, top), lang)


@router.get(
    "/analysis",
    summary="What was tried on which gap and how it went, with intervals and too few",
    responses=answers("analysis"),
    dependencies=[needs("solutions.analyse")],
)
def count_all(request: Request) -> dict[str, Any]:
    """Give the same answer as ``worktrial solutions analyse --json``."""
    return analysis_as_json(analysed(request.app.state.store))

"""Pathways over HTTP: a person's case (the situation travels in the body, never in a URL) and single rules."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query

from data.errors import InvalidInput, UnknownId
from data.pathways import load_pathways
from data.situation import situation_of
from matching.pathway_case import pathway_case

from ..access.policy import needs
from ..http.changes import READS_ONLY
from ..http.examples import answers, asked
from ..http.named import Lang
from ..messages import Messages
from ..pathway_json import case_as_json, rule_as_json

router = APIRouter(prefix="/api/v1/pathways", tags=["pathways"])


@router.post(
    "",
    summary="Which pathways are open to a person on a day, with terms, money and duties",
    responses=answers("pathways"),
    openapi_extra=READS_ONLY,
    dependencies=[needs("pathway.ask")],
)
def answer(
    situation: Annotated[
        dict[str, Any],
        Body(
            max_length=20, description="person, country, facts, events: a situation file", examples=asked("situation")
        ),
    ],
    on: Annotated[date, Query(description="the day that the answer is for", examples=["2020-06-01"])],
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give the same answer as ``worktrial pathway --json``."""
    book = load_pathways()
    try:
        read = situation_of(situation, "body")
        country = book.country(read.country)
    except InvalidInput:  # its sentence may name what was sent
        accepted = "person, country (" + ", ".join(book.countries) + "), facts and events of facts.yaml"
        raise InvalidInput("body", "holds something that is not accepted", accepted) from None
    return case_as_json(pathway_case(country, read, on), book, Messages(lang))


@router.get(
    "/rules/{rule}",
    summary="What a rule said on a day, and where it is written",
    responses=answers("rule"),
    dependencies=[needs("rules.read")],
)
def rule(
    rule: Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9_.]+$", examples=["fi.kela.earnings_cut"])],
    on: Annotated[date, Query(description="the day", examples=["2020-06-01"])],
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Give value, unit, text, dates and source; 404 when the rule did not hold on that day."""
    book = load_pathways()
    try:
        held = book.held(rule, on)
    except InvalidInput:
        held = None
    if held is None:
        raise UnknownId("rule of that day", rule)
    return rule_as_json(held.rule, on, book, Messages(lang))

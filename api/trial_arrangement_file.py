"""Reads what the people of a trial have agreed on: the part ``arrangement`` of a planned trial's file.

A document reaches the employer. A text that names an illness or an identity code is refused, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from data.errors import InvalidInput
from data.trial_document_facts import (
    AgreedTask,
    FollowUp,
    HalfDay,
    LearningStep,
    PlanContents,
    PlannedMeasure,
    ReportContents,
    TrialArrangement,
    WorkEffect,
)
from data.workplaces import BLOCKS
from features.deidentification import check_personal

_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Signs that no document can hold."""

NAMES = frozenset(("candidate", "site", "supervisor", "coach", "case_manager", "responsible", "ask"))
"""Fields that hold names: a surname may look like another word, so only codes are looked for."""


def _tidy(value: object) -> object:
    return "" if value is None else _UNWRITABLE.sub("", value).strip() if isinstance(value, str) else value


def _block(value: str) -> str:
    if value not in BLOCKS:
        raise ValueError("half-days are written mon_am, tue_pm, ...")
    return value


Text = Annotated[str, BeforeValidator(_tidy), Field(max_length=4000)]
Hours = Annotated[float, Field(ge=0, le=168)]
DayHours = Annotated[float, Field(ge=0, le=24)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Task(_Strict):
    text: Text
    hours_per_week: Hours | None = None
    how_it_went: Text = ""


class _Effect(_Strict):
    shows: Text
    helps: Text = ""
    ask: Text = ""


class _Measure(_Strict):
    what: Text
    responsible: Text = ""
    by: date | None = None
    result: Text = ""


class _Step(_Strict):
    what: Text
    when: Text = ""
    support: Text = ""
    seen_by: Text = ""


class _FollowUp(_Strict):
    day: date
    about: Text = ""


class _Plan(_Strict):
    starting_point: Text = ""
    target_job: Text = ""
    prospects: Text = ""
    working_time: Text = ""
    other_tasks: Text = ""
    aids: Text = ""
    training: Text = ""
    services: Text = ""
    contact: Text = ""
    keeping: Text = ""
    rehabilitation: Text = ""
    case_manager: Text = ""
    return_on: date | None = None


class _Report(_Strict):
    outcome: Text = ""
    candidate_view: Text = ""
    employer_feedback: Text = ""
    next_steps: Text = ""
    follow_up: Text = ""


class ArrangementFile(_Strict):
    """The part ``arrangement`` as it stands in a file."""

    candidate: Text = ""
    candidate_contact: Text = ""
    site: Text = ""
    employer_contact: Text = ""
    supervisor: Text = ""
    supervisor_contact: Text = ""
    coach: Text = ""
    coach_contact: Text = ""
    body_contact: Text = ""
    goal: Text = ""
    strengths: Text = ""
    interruption: Text = ""
    outside_training: Text = ""
    tasks: tuple[_Task, ...] = ()
    half_days: dict[Annotated[str, AfterValidator(_block)], DayHours] = {}
    accommodations: tuple[Text, ...] = ()
    effects: tuple[_Effect, ...] = ()
    measures: tuple[_Measure, ...] = ()
    steps: tuple[_Step, ...] = ()
    follow_ups: tuple[_FollowUp, ...] = ()
    plan: _Plan = _Plan()
    report: _Report = _Report()
    written_on: date | None = None
    fictional: bool = False


def arrangement_of(read: ArrangementFile, file: str) -> TrialArrangement:
    """Give the arrangement; InvalidInput names the field that holds an illness or an identity code, never its words."""
    for place, text in _texts(read.model_dump(), ()):
        kinds = {one.kind for one in check_personal(text).findings}
        name = place[-1] in NAMES or place[-1].endswith("_contact")
        if "id" in kinds or ("diagnosis" in kinds and not name):
            what = "holds an identity code" if "id" in kinds else "names an illness or a diagnosis"
            accepted = "how it shows in the work and what helps; the document reaches the employer"
            raise InvalidInput(file, f"arrangement.{'.'.join(place)} {what}", accepted)
    own = read.model_dump(
        exclude={"tasks", "half_days", "effects", "measures", "steps", "follow_ups", "plan", "report"}
    )
    return TrialArrangement(
        **own,
        tasks=tuple(AgreedTask(**one.model_dump()) for one in read.tasks),
        half_days=tuple(HalfDay(block, read.half_days[block]) for block in BLOCKS if block in read.half_days),
        effects=tuple(WorkEffect(**one.model_dump()) for one in read.effects),
        measures=tuple(PlannedMeasure(**one.model_dump()) for one in read.measures),
        steps=tuple(LearningStep(**one.model_dump()) for one in read.steps),
        follow_ups=tuple(FollowUp(**one.model_dump()) for one in read.follow_ups),
        plan=PlanContents(**read.plan.model_dump()),
        report=ReportContents(**read.report.model_dump()),
    )


def _texts(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Walk every text with its place."""
    if isinstance(value, str):
        if value:
            yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value, start=1):
            yield from _texts(inner, (*place[:-1], f"{place[-1]}[{number}]"))

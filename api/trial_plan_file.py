"""Reads a planned trial and the trials before it from YAML or JSON, and says what stands in its way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.dimensions import dimension_index
from data.errors import FileUnreadable, InvalidInput, ReferenceFault
from data.pathways import load_guard_rules, load_pathways
from data.reference_files import read_yaml
from data.situation import first_fault
from data.trial_document_facts import TrialDocumentFacts
from matching.pathway_case import PathwayCase
from matching.rotation_guard import GuardFinding, Override, blocks, guard, override
from matching.trial_documents import country_of, document_facts
from matching.trial_terms import Breach, PastTrial, PlannedTrial, check_trial, held_terms

from .messages import Messages
from .pathway_wording import breach_text, day_text, guard_text, rule_text
from .trial_arrangement_file import ArrangementFile, arrangement_of

Hours = Annotated[float, Field(ge=0, le=168)]


class _Period(BaseModel):
    model_config = ConfigDict(extra="forbid")
    pathway: str
    employer: str
    task: str
    starts: date
    ends: date

    @model_validator(mode="after")
    def _in_order(self) -> _Period:
        if self.ends < self.starts:
            raise ValueError("a trial ends before it starts")
        return self


class _Past(_Period):
    person: str
    paid: bool = False
    hired_on: date | None = None


class _Plan(_Period):
    host: Literal["company", "municipality", "private_person", "other"] = "company"
    hours_per_week: Hours | None = None
    hours_per_day_least: Hours | None = None
    hours_per_day_most: Hours | None = None
    days_per_week: Annotated[int, Field(ge=1, le=7)] | None = None
    full_time_hours: Hours | None = None
    paid: bool | None = None
    agreement_signed: bool | None = None
    supervisor_named: bool | None = None
    body_decided: bool | None = None
    plan_made: bool | None = None
    programme_made: bool | None = None
    recall_offered: bool | None = None
    distorts_competition: bool | None = None
    output_demanded: bool | None = None
    skills_demanded: bool | None = None
    undone_work_elsewhere: bool | None = None
    own_employer: bool | None = None
    contract_months_after: Annotated[float, Field(ge=0)] | None = None
    first_sick_day: date | None = None
    agreed_on: date | None = None
    levels: dict[str, Annotated[float, Field(ge=0, le=5)]] = {}


class _Override(BaseModel):
    model_config = ConfigDict(extra="forbid")
    by: str
    reason: str
    on: date
    findings: Annotated[list[Literal["chain", "share", "person"]], Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    trial: _Plan
    history: list[_Past] = []
    overrides: list[_Override] = []
    arrangement: ArrangementFile = ArrangementFile()


class _RotationFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    person: str = ""
    trial: _Plan | None = None
    history: list[_Past]
    overrides: list[_Override] = []
    arrangement: ArrangementFile = ArrangementFile()


@dataclass(frozen=True, slots=True)
class Overriding:
    """What a file says of an override: who lets which kinds of findings pass, why, since when."""

    by: str
    reason: str
    on: date
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialFile:
    """What a file holds of trials: one that is planned, if any, those before it, and overrides of the guard."""

    plan: PlannedTrial | None
    history: tuple[PastTrial, ...]
    overrides: tuple[Overriding, ...] = ()


Shape = TypeVar("Shape", _File, _RotationFile)


class TrialCheck:
    """What stands in the way of a planned trial: terms of its pathway on its first day, and the rotation guard."""

    def __init__(self, case: PathwayCase, plan: PlannedTrial, read: TrialFile) -> None:
        history = read.history
        country = case.country
        pathway, facts = country.pathway(plan.pathway), case.situation.facts
        self.country, self.plan = country, plan
        terms = held_terms(country, pathway, plan.starts, facts)
        self.terms_known = bool(terms) or plan.starts >= country.known_from
        self.breaches: tuple[Breach, ...] = check_trial(plan, terms, history)
        self.findings: tuple[GuardFinding, ...] = guard(plan, history, load_guard_rules(), plan.starts)
        self.overrides: tuple[Override, ...] = overridden(self.findings, read.overrides)


def overridden(findings: Sequence[GuardFinding], said: Iterable[Overriding]) -> tuple[Override, ...]:
    """Put named people's decisions beside the findings; InvalidInput without name, reason or finding."""
    return tuple(
        override(tuple(one for one in findings if one.kind in each.kinds), each.by, each.reason, each.on)
        for each in said
    )


def read_trial(path: Path, person: str) -> tuple[PlannedTrial, TrialFile]:
    """Read the plan of one person and what was before; FileUnreadable or InvalidInput name place and remedy."""
    read = _read(path, _File)
    plan = PlannedTrial(person=person, **read.trial.model_dump())
    return plan, TrialFile(plan, _history(read.history), _overrides(read.overrides))


def read_rotation(path: Path) -> TrialFile:
    """Read an employer's history of trials; faults as in ``read_trial``."""
    read = _read(path, _RotationFile)
    plan = None if read.trial is None else PlannedTrial(person=read.person, **read.trial.model_dump())
    return TrialFile(plan, _history(read.history), _overrides(read.overrides))


def _history(read: list[_Past]) -> tuple[PastTrial, ...]:
    return tuple(PastTrial(**past.model_dump()) for past in read)


def _overrides(read: list[_Override]) -> tuple[Overriding, ...]:
    return tuple(Overriding(one.by, one.reason, one.on, tuple(one.findings)) for one in read)


def read_document_facts(path: Path) -> TrialDocumentFacts:
    """Read what fills the documents of a planned trial; FileUnreadable or InvalidInput name place and remedy."""
    read = _read(path, _File)
    plan = PlannedTrial(person="", **read.trial.model_dump())
    return document_facts(plan, arrangement_of(read.arrangement, path.name), country_of(load_pathways(), plan.pathway))


def _read(path: Path, shape: type[Shape]) -> Shape:
    if not path.is_file():
        raise FileUnreadable(path, "there is no such file", "Check the path.")
    try:
        return _checked(read_yaml(path), shape, path.name)
    except (ReferenceFault, UnicodeDecodeError):
        raise FileUnreadable(path, "this is not readable YAML or JSON", "Save it as UTF-8 YAML or JSON.") from None


def _checked(raw: Any, shape: type[Shape], name: str) -> Shape:
    try:
        read = shape.model_validate(raw)
    except ValidationError as error:
        accepted = "trial, history, overrides and arrangement as in docs/reference/formats.md"
        raise InvalidInput(name, first_fault(error), accepted) from None
    levels = {} if read.trial is None else read.trial.levels
    if unknown := sorted(set(levels) - set(dimension_index())):
        raise InvalidInput(name, f"unknown dimension '{unknown[0][:40]}'", "ids of dimensions.yaml")
    return read


def check_as_json(check: TrialCheck, messages: Messages) -> dict[str, Any]:
    """Write what was found; ``may_start`` only when nothing is broken or open and the guard does not block."""
    return {
        "pathway": check.plan.pathway,
        "terms_known": check.terms_known,
        "may_start": check.terms_known and not check.breaches and not blocks(check.findings, check.overrides),
        "breaches": [
            {
                "rule": one.rule,
                "term": one.term.value,
                "severity": one.severity.value,
                "planned": one.planned,
                "limit": one.limit,
                "unit": one.unit,
                "last_day": None if one.last_day is None else one.last_day.isoformat(),
                "text": _said(check, one, messages),
            }
            for one in check.breaches
        ],
        "guard": findings_as_json(check.findings, messages),
        "overrides": overrides_as_json(check.overrides),
    }


def findings_as_json(findings: Iterable[GuardFinding], messages: Messages) -> list[dict[str, Any]]:
    """Write what the rotation guard found."""
    return [
        {
            "kind": one.kind,
            "alarm": one.alarm.value,
            "found": one.found,
            "threshold": one.threshold,
            "rule": one.rule,
            "text": guard_text(one, messages),
        }
        for one in findings
    ]


def overrides_as_json(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    """Write who let which findings pass, and why."""
    return [
        {"by": one.by, "reason": one.reason, "on": one.on.isoformat(), "findings": [f.kind for f in one.findings]}
        for one in overrides
    ]


def override_lines(overrides: Iterable[Override], messages: Messages) -> list[str]:
    """Say who let which findings pass, and why, a line each."""
    return [
        messages.text(
            "guard.override",
            by=one.by,
            day=day_text(one.on, messages),
            what=", ".join(messages.text(f"guard.kind.{finding.kind}") for finding in one.findings),
            reason=one.reason,
        )
        for one in overrides
    ]


def check_lines(check: TrialCheck, messages: Messages) -> list[str]:
    """Say what was found, a line each."""
    lines = [_said(check, one, messages) for one in check.breaches]
    lines += [guard_text(one, messages) for one in check.findings]
    lines += override_lines(check.overrides, messages)
    if not check.terms_known:
        lines.insert(0, messages.text("pathway.not_held"))
    return lines or [messages.text("trial.may_start")]


def _said(check: TrialCheck, breach: Breach, messages: Messages) -> str:
    version = check.country.rules[breach.rule].held(check.plan.starts)
    term = "" if version is None else rule_text(version, messages)
    return f"{breach_text(breach, messages)} {term}".strip()

"""Reads a planned trial and the trials before it from YAML or JSON, and says what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.dimensions import dimension_index
from data.errors import FileUnreadable, InvalidInput, ReferenceFault
from data.pathways import load_pathways
from data.reference_files import read_yaml
from data.situation import first_fault
from data.trial_document_facts import TrialDocumentFacts
from matching.trial_documents import country_of, document_facts
from matching.trial_terms import PastTrial, PlannedTrial

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


def document_facts_of(raw: dict[str, Any]) -> TrialDocumentFacts:
    """Check what came as a body and give what fills the documents; InvalidInput names the place, not what was sent."""
    try:
        read = _File.model_validate(raw)
    except ValidationError as error:
        fault = error.errors()[0]
        known = _keys(_File)
        place = ".".join(str(part) if isinstance(part, int) or part in known else "…" for part in fault["loc"])
        accepted = "trial and arrangement as in docs/reference/formats.md"
        raise InvalidInput("body", f"{place}: {FAULTS.get(fault['type'], 'is not accepted')}", accepted) from None
    plan = PlannedTrial(person="", **read.trial.model_dump())
    try:
        country = country_of(load_pathways(), plan.pathway)
        country.pathway(plan.pathway)
    except InvalidInput:  # its sentence names what was sent
        raise InvalidInput("body", "trial.pathway is not known", "the ids of `worktrial pathway --json`") from None
    return document_facts(plan, arrangement_of(read.arrangement, "body"), country)


FAULTS = {"missing": "is missing", "extra_forbidden": "is not a known key", "value_error": "does not go together"}
"""What is said of a fault in a body: words of ours, since pydantic's may repeat what was sent."""


def _keys(model: type[BaseModel]) -> frozenset[str]:
    """List the keys that a file may have, at every depth."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        found.add(name)
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                found |= _keys(inner)
    return frozenset(found)


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

"""Reads a job that is to be tried elsewhere: ``transfer-job/1`` or an answer of carving (docs/reference/formats.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.accommodations import load_accommodations
from data.candidates import Ban, Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.errors import FileUnreadable, InvalidInput
from data.vocabulary import vocabulary
from data.workplaces import BLOCKS

from ..config import MatchConfig
from ..held_market import HeldMarket
from .job import LEAST_SHARE, TransferJob, job_from_answer, stated
from .work_kinds import WorkPart

MOST_BYTES = 5_000_000
FORMAT = "transfer-job/1"

Step = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)]
Words = Annotated[str, Field(max_length=2_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Span(_Strict):
    min: Hours | None = None
    max: Hours | None = None


class _Part(_Strict):
    text: Words
    title: Words = ""
    hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)]
    activities: list[str] = []
    levels: dict[str, Step] = {}


class _Job(_Strict):
    format: Literal["transfer-job/1"]
    name: Annotated[str, Field(max_length=200)] = ""
    hours: _Span = _Span()
    parts: Annotated[list[_Part], Field(min_length=1, max_length=100)]
    capacity: dict[str, Step] = {}
    bans: dict[str, Step] = {}
    blocks: dict[str, Annotated[float, Field(gt=0, le=12, allow_inf_nan=False)]] = {}
    accommodations: list[str] = []


def read_job(
    path: Path, held: HeldMarket, person: Candidate | None = None, config: MatchConfig | None = None
) -> TransferJob:
    """Read a job from a JSON file; FileUnreadable when it is not JSON, InvalidInput for a wrong value."""
    return job_from_json(read_json(path), held, person, config, path.name)


def read_json(path: Path) -> Any:
    """Read JSON of a bounded size."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileUnreadable(path, f"it is larger than {MOST_BYTES // 1_000_000} MB", "One job a file.")
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(path, "this is not JSON", f"Write it as {FORMAT}, docs/reference/formats.md.") from error


def job_from_json(
    raw: Any,
    held: HeldMarket,
    person: Candidate | None = None,
    config: MatchConfig | None = None,
    name: str = "the job",
) -> TransferJob:
    """Read a job from parsed JSON: ``transfer-job/1``, else an answer of carving. A ``person`` goes before levels."""
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        return job_from_answer(raw, held, person, config)
    try:
        job = _Job.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise InvalidInput(f"{name}, {place}", first["msg"], f"{FORMAT}, docs/reference/formats.md") from error
    _check_ids(job, name)
    parts = tuple(_part(number, part) for number, part in enumerate(job.parts, start=1))
    return TransferJob(
        name=job.name,
        origin="file",
        person=person or _person(job, name),
        known_person=person is not None,
        parts=parts,
        demand=dict(sorted(job.capacity.items())),
        measures=tuple(job.accommodations),
    )


def _part(number: int, part: _Part) -> WorkPart:
    column, level = dimension_index(), np.full(len(dimension_index()), np.nan)
    for dimension, value in part.levels.items():
        level[column[dimension]] = value
    text = f"{part.title} {part.text}".strip()
    return WorkPart(f"part {number}", (text,), tuple(dict.fromkeys(part.activities)), level, part.hours)


def _person(job: _Job, name: str) -> Candidate:
    total = sum(part.hours for part in job.parts)
    most = total if job.hours.max is None else job.hours.max
    least = min(LEAST_SHARE * total, most) if job.hours.min is None else job.hours.min
    if least > most:
        raise InvalidInput(f"{name}, hours", "min is above max", "min <= max")
    bans = tuple(Ban(dimension, level) for dimension, level in sorted(job.bans.items()))
    return Candidate("", "", least, most, stated(job.capacity), bans=bans, blocks=job.blocks)


def _check_ids(job: _Job, name: str) -> None:
    levels = dimension_index().keys() - {HOURS_DIMENSION}
    named = [("capacity", d, levels, "ids of the 60 dimensions but org_hours") for d in job.capacity]
    named += [("bans", d, levels, "ids of the 60 dimensions but org_hours") for d in job.bans]
    named += [
        ("parts, levels", d, levels, "ids of the 60 dimensions but org_hours")
        for part in job.parts
        for d in part.levels
    ]
    named += [("blocks", block, set(BLOCKS), "half-days: mon_am ... sun_night") for block in job.blocks]
    known = set(vocabulary("activities"))
    named += [
        ("parts, activities", a, known, ", ".join(vocabulary("activities")))
        for part in job.parts
        for a in part.activities
    ]
    measures = {measure.id for measure in load_accommodations()}
    named += [("accommodations", a, measures, "ids of the catalogue") for a in job.accommodations]
    for where, id_, accepted, said in named:
        if id_ not in accepted:
            raise InvalidInput(f"{name}, {where}", f"unknown id '{id_[:60]}'", said)

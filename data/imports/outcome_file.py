"""Reads trials from YAML: the form that holds several reviews of one trial."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ..errors import FileUnreadable, ReferenceFault, RowFault
from ..reference_files import read_yaml
from ..trials import Course, Interruption, MeasureEffect, Outcome, Retention, Trial, TrialReview, TriedTask

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReviewEntry(_Entry):
    """One review: the day, what was seen, and by how many steps each measure helped."""

    day: date
    loads: dict[str, Number] = {}
    performance: Number | None = None
    strain: Number | None = None
    effects: dict[str, dict[str, Number]] = {}

    def record(self) -> TrialReview:
        """Give the frozen record."""
        effects = [MeasureEffect(m, d, steps) for m, of in self.effects.items() for d, steps in of.items()]
        return TrialReview(self.day, self.loads, self.performance, self.strain, tuple(effects))


class TrialEntry(_Entry):
    """One trial as it stands in a YAML file (``docs/reference/formats.md``)."""

    id: Id
    candidate: str
    site: str
    employer: str = ""
    tasks: dict[str, Number]
    measures: tuple[str, ...] = ()
    decided: date | None = None
    starts: date
    planned_end: date | None = None
    ended: date | None = None
    course: Course
    interruption: Interruption | None = None
    outcome: Outcome | None = None
    retention: dict[int, bool | None] = {}
    reviews: tuple[ReviewEntry, ...] = ()
    pathway: str = ""
    suggestion: str = ""
    run: str = ""
    sector: str = ""
    released: bool = False
    fictional: bool = False

    def record(self) -> Trial:
        """Give the frozen record."""
        return Trial(
            id=self.id,
            candidate=self.candidate,
            employer=self.employer,
            site=self.site,
            starts=self.starts,
            course=self.course,
            tasks=tuple(TriedTask(task, hours) for task, hours in self.tasks.items()),
            measures=tuple(dict.fromkeys(self.measures)),
            decided_on=self.decided,
            planned_end=self.planned_end,
            ended_on=self.ended,
            interruption=self.interruption,
            outcome=self.outcome,
            retention=Retention(*(self.retention.get(months) for months in (3, 6, 12))),
            reviews=tuple(review.record() for review in self.reviews),
            pathway=self.pathway,
            suggestion=self.suggestion,
            run=self.run,
            group=self.sector,
            released=self.released,
            fictional=self.fictional,
        )


def read_outcome_file(path: Path) -> tuple[list[tuple[int, Trial]], list[RowFault]]:
    """Read ``trials:`` of a YAML file: each good trial with its number from 1, and every fault of the others.

    ``fictional: true`` above the list holds for all. Raises FileUnreadable when it is no such file.
    """
    try:
        document = read_yaml(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except (ReferenceFault, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "this is not readable YAML in UTF-8", "Mend the file.") from error
    entries = document.get("trials") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise FileUnreadable(path, "this is not a file of trials", "See docs/reference/formats.md.")
    rows, faults = list[tuple[int, Trial]](), list[RowFault]()
    for number, entry in enumerate(entries, start=1):
        trial, found = _trial(number, entry, document.get("fictional") is True)
        faults += found
        if trial is not None:
            rows.append((number, trial))
    return rows, faults


def _trial(number: int, entry: Any, fictional: bool) -> tuple[Trial | None, list[RowFault]]:
    try:
        if isinstance(entry, dict) and fictional:
            entry = {**entry, "fictional": True}
        read = TrialEntry.model_validate(entry)
    except ValidationError as error:
        found = [
            RowFault(
                number, ".".join(str(part) for part in one["loc"]) or "trial", "not_accepted", str(one["msg"]),
                "See docs/reference/formats.md.",
            )
            for one in error.errors(include_input=False, include_url=False)
        ]  # fmt: skip
        return None, found
    if strange := sorted(set(read.retention) - {3, 6, 12}):
        fault = RowFault(number, "retention", "unknown", f"{strange[0]} months are not asked", "Write 3, 6 and 12.")
        return None, [fault]
    return read.record(), []

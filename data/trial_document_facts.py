"""What fills a document of a trial: people, place, week, tasks, what helps, dates, terms and duties.

Documents reach the employer. So nothing here can hold a level of capacity, a diagnosis, a score, a rank or a first day
of sickness: there is no such field. What the workplace is told is how something shows in the work, and what helps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .pathway_records import Version, Words


@dataclass(frozen=True, slots=True)
class AgreedTask:
    """One task of the trial: in words, hours a week (None: not agreed), and afterwards how it went."""

    text: str
    hours_per_week: float | None = None
    how_it_went: str = ""


@dataclass(frozen=True, slots=True)
class HalfDay:
    """One half-day of the week and how many hours of it."""

    block: str
    hours: float


@dataclass(frozen=True, slots=True)
class WorkEffect:
    """How something shows in the work, what helps, and whom to ask; never why."""

    shows: str
    helps: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class PlannedMeasure:
    """One measure: what, who is responsible, by when, and afterwards its result."""

    what: str
    responsible: str = ""
    by: date | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class LearningStep:
    """One step of coaching: what is learnt, when, with what support, and how it shows that it is learnt."""

    what: str
    when: str = ""
    support: str = ""
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A day on which the three look at how it goes."""

    day: date
    about: str = ""


@dataclass(frozen=True, slots=True)
class PlanContents:
    """What the plan says beside the trial itself; empty: to be written by hand."""

    starting_point: str = ""
    target_job: str = ""
    prospects: str = ""
    working_time: str = ""
    other_tasks: str = ""
    aids: str = ""
    training: str = ""
    services: str = ""
    contact: str = ""
    keeping: str = ""
    rehabilitation: str = ""
    case_manager: str = ""
    return_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReportContents:
    """What the final report says; empty: to be written by hand."""

    outcome: str = ""
    candidate_view: str = ""
    employer_feedback: str = ""
    next_steps: str = ""
    follow_up: str = ""


@dataclass(frozen=True, slots=True)
class TrialArrangement:
    """What the people have agreed on. ``accommodations``: ids of the catalogue, or own words.

    ``candidate`` is the name as the candidate chose it for this document.
    """

    candidate: str = ""
    candidate_contact: str = ""
    site: str = ""
    employer_contact: str = ""
    supervisor: str = ""
    supervisor_contact: str = ""
    coach: str = ""
    coach_contact: str = ""
    body_contact: str = ""
    goal: str = ""
    strengths: str = ""
    interruption: str = ""
    outside_training: str = ""
    tasks: tuple[AgreedTask, ...] = ()
    half_days: tuple[HalfDay, ...] = ()
    accommodations: tuple[str, ...] = ()
    effects: tuple[WorkEffect, ...] = ()
    measures: tuple[PlannedMeasure, ...] = ()
    steps: tuple[LearningStep, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    plan: PlanContents = PlanContents()
    report: ReportContents = ReportContents()
    written_on: date | None = None
    fictional: bool = False


@dataclass(frozen=True, slots=True)
class KeptTerm:
    """A term that is a yes or no: its text and whether the plan keeps it (None: nobody has told)."""

    version: Version
    kept: bool | None


@dataclass(frozen=True, slots=True)
class DocumentDuty:
    """One duty: what, for whom, by when (None: all the time, or no day known)."""

    version: Version
    who: tuple[Words, ...]
    due: date | None


@dataclass(frozen=True, slots=True)
class TrialDocumentFacts:
    """Everything that may stand in a document of one trial; lengths in days, hours in hours."""

    pathway: Words
    body: Words
    employer: str
    starts: date
    ends: date
    hours_per_week: float | None
    hours_per_day_least: float | None
    hours_per_day_most: float | None
    days_per_week: int | None
    paid: bool | None
    arrangement: TrialArrangement
    terms: tuple[Version, ...]
    kept_terms: tuple[KeptTerm, ...]
    insurance: tuple[Version, ...]
    duties: tuple[DocumentDuty, ...]

    @property
    def dated(self) -> date:
        """The day that the document bears: the day it was written, else the first day of the trial."""
        return self.arrangement.written_on or self.starts

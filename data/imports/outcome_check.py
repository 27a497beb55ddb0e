"""Whether trials that somebody wants to store agree with the store, with the calendar and with themselves.

Every disagreement is a fault with its column and a way out; the rows around it are not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import process

from ..accommodations import load_accommodations
from ..calendar_months import months_after
from ..candidates import Candidate
from ..dimensions import dimension_index
from ..errors import RowFault
from ..levels import TOP
from ..trials import IN_WORK, Course, Interruption, Outcome, Trial, TrialReview
from ..workplaces import Employer
from .outcome_list import Faulty

MOST_HOURS = 60.0
_OVER = frozenset({Course.ENDED, Course.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site of the store: its employer, the employer's line of business, and the ids of its tasks."""

    employer: str
    sector: str
    tasks: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownToStore:
    """What a list of trials may refer to. ``candidates``: id and whether the person is fictional."""

    candidates: Mapping[str, bool]
    sites: Mapping[str, KnownSite]
    pathways: frozenset[str]
    trials: Mapping[str, Trial] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        people: Iterable[Candidate],
        employers: Iterable[Employer],
        pathways: Iterable[str],
        trials: Iterable[Trial],
    ) -> KnownToStore:
        """Gather it from records."""
        sites = {
            site.id: KnownSite(employer.id, employer.sector, frozenset(t.id for job in site.jobs for t in job.tasks))
            for employer in employers
            for site in employer.sites
        }
        return cls({p.id: p.fictional for p in people}, sites, frozenset(pathways), {t.id: t for t in trials})


def check_trials(
    rows: Sequence[tuple[int, Trial]], known: KnownToStore, today: date, replacing: bool = False
) -> tuple[list[Trial], list[RowFault]]:
    """Check trials and fill in what the store knows (employer, line of business, fictional): good ones and faults.

    ``replacing``: a trial that is stored under the same id is brought up to date instead of being a duplicate.
    """
    good, faults = list[Trial](), list[RowFault]()
    ids: dict[str, int] = {}
    starts: dict[tuple[str, str, date], int] = {}
    stored = {(t.candidate, t.site, t.starts): t.id for t in known.trials.values()}
    for number, written in rows:
        trial, found = _with_whole_ids(written, known), list[RowFault]()

        def fault(
            column: str, code: str, reason: str, way_out: str, row: int = number, to: list[RowFault] = found
        ) -> None:
            to.append(RowFault(row, column, code, reason, way_out))

        same = (trial.candidate, trial.site, trial.starts)
        if (first := ids.setdefault(trial.id, number)) != number:
            fault("id", "duplicate", f"the same id stands in row {first}", "Delete one of them, or give it its own id.")
        elif (first := starts.setdefault(same, number)) != number:
            fault("starts", "duplicate", f"row {first} is the same person at the same site on that day", "Delete one.")
        if trial.id in known.trials and not replacing:
            fault(
                "id",
                "stored",
                "a trial of this id is stored already",
                "Leave it out, or --update to bring it up to date.",
            )
        elif stored.get(same, trial.id) != trial.id:
            fault("starts", "stored", f"this trial is stored as {stored[same]}", "Use that id with --update.")
        _check_ids(trial, known, fault)
        _check_tasks(trial, known.sites.get(trial.site), fault)
        _check_days(trial, today, fault)
        _check_course(trial, fault)
        _check_retention(trial, today, fault)
        for review in trial.reviews:
            _check_review(trial, review, today, fault)
        faults += found
        if not found:
            good.append(_filled(trial, known))
    return good, faults


def _with_whole_ids(trial: Trial, known: KnownToStore) -> Trial:
    """Let tasks be named as within their site: ``stock.1`` is ``hall.stock.1`` where that is a task of the site."""
    site = known.sites.get(trial.site)
    if site is None:
        return trial
    whole = [f"{trial.site}.{task.task}" for task in trial.tasks]
    tasks = [replace(t, task=w) if w in site.tasks else t for t, w in zip(trial.tasks, whole, strict=True)]
    return replace(trial, tasks=tuple(tasks))


def _filled(trial: Trial, known: KnownToStore) -> Trial:
    site = known.sites[trial.site]
    return replace(
        trial, employer=site.employer, group=trial.group or site.sector, fictional=known.candidates[trial.candidate]
    )


def _close(asked: str, known: Iterable[str]) -> str:
    near = [match for match, score, _ in process.extract(asked, list(known), limit=3) if score >= 70]
    return f"Close to it: {', '.join(near)}." if near else "Store it first, or correct the id."


def _check_ids(trial: Trial, known: KnownToStore, fault: Faulty) -> None:
    if trial.candidate not in known.candidates:
        fault("candidate", "unknown", "there is no such candidate", _close(trial.candidate, known.candidates))
    elif trial.fictional and not known.candidates[trial.candidate]:
        fault("fictional", "contradiction", "the trial is fictional, the candidate is not", "Correct one of them.")
    if trial.pathway and trial.pathway not in known.pathways:
        fault("pathway", "unknown", "there is no such pathway", _close(trial.pathway, known.pathways))
    site = known.sites.get(trial.site)
    if site is None:
        fault("site", "unknown", "there is no such site", _close(trial.site, known.sites))
    elif trial.employer and trial.employer != site.employer:
        fault("employer", "contradiction", "the site belongs to another employer", f"Write {site.employer}.")


def _check_tasks(trial: Trial, site: KnownSite | None, fault: Faulty) -> None:
    if not trial.tasks:
        fault("tasks", "missing", "no task is named", "Write for example stock.1=6,5; stock.3=2.")
    if site is not None and (strange := [task.task for task in trial.tasks if task.task not in site.tasks]):
        fault("tasks", "unknown", f"{len(strange)} tasks are not of this site", _close(strange[0], site.tasks))
    if len({task.task for task in trial.tasks}) < len(trial.tasks):
        fault("tasks", "duplicate", "a task stands twice", "Add its hours up.")
    if any(not 0 < task.hours_per_week <= MOST_HOURS for task in trial.tasks) or trial.hours_per_week > MOST_HOURS:
        fault("tasks", "not_hours", "weekly hours are above 0 and together at most 60", "Correct the hours.")
    if strange := sorted(set(trial.measures) - {measure.id for measure in load_accommodations()}):
        fault("measures", "unknown", f"{len(strange)} measures are not in the catalogue", "Use ids of the catalogue.")


def _check_days(trial: Trial, today: date, fault: Faulty) -> None:
    for name in ("starts", "ended_on", "decided_on"):
        day = getattr(trial, name)
        if day is not None and day > today:
            fault(name, "in_future", f"this day is after today, {today.isoformat()}", "Correct it, or store it later.")
    if trial.ended_on is not None and trial.ended_on < trial.starts:
        fault("ended_on", "order", "the trial ends before it starts", "Correct one of the two days.")
    if trial.planned_end is not None and trial.planned_end < trial.starts:
        fault("planned_end", "order", "the planned end is before the start", "Correct one of the two days.")
    if trial.decided_on is not None and trial.decided_on > trial.starts:
        fault("decided_on", "order", "it was decided after it started", "Correct one of the two days.")


def _check_course(trial: Trial, fault: Faulty) -> None:
    over, broken = trial.course in _OVER, trial.course is Course.INTERRUPTED
    if over and trial.ended_on is None:
        fault("ended_on", "missing", "the trial is over, but its last day is not said", "Write the last day.")
    if not over and (trial.ended_on is not None or trial.outcome is not None):
        fault(
            "course", "contradiction", "a running trial has no last day and no outcome", "Write ended or interrupted."
        )
    if broken and trial.interruption is None:
        fault(
            "interruption",
            "missing",
            "it is not said why the trial was broken off",
            f"One of: {', '.join(Interruption)}.",
        )
    if not broken and trial.interruption is not None:
        fault("interruption", "contradiction", "the trial was not broken off", "Leave it empty, or correct the course.")
    if trial.interruption is Interruption.NEXT_STEP and trial.outcome in {None, Outcome.NONE}:
        fault("outcome", "contradiction", "a next step is the reason, but none is named", "Name the job or training.")


def _check_retention(trial: Trial, today: date, fault: Faulty) -> None:
    answers = [(months, answer) for months, answer in trial.retention.answers() if answer is not None]
    if answers and trial.outcome not in IN_WORK:
        column = f"at_{answers[0][0]}"
        fault(
            column, "impossible_retention", "no job followed that could last", "Leave it empty, or correct the outcome."
        )
        return
    gone = False
    for months, answer in answers:
        if gone and answer:
            fault(
                f"at_{months}",
                "impossible_retention",
                "the job was gone before",
                "Write ei, or correct the earlier one.",
            )
        if trial.ended_on is not None and months_after(trial.ended_on, months) > today:
            fault(f"at_{months}", "too_early", f"{months} months have not gone by since the end", "Leave it empty.")
        gone = gone or not answer


def _check_review(trial: Trial, review: TrialReview, today: date, fault: Faulty) -> None:
    if review.day > today:
        fault("review_day", "in_future", f"this day is after today, {today.isoformat()}", "Correct it.")
    if review.day < trial.starts:
        fault("review_day", "order", "the review is before the trial", "Correct one of the two days.")
    if strange := sorted(set(review.loads) - set(dimension_index())):
        fault("loads", "unknown", f"{len(strange)} dimensions are unknown", _close(strange[0], dimension_index()))
    levels: dict[str, list[float | None]] = {
        "loads": list(review.loads.values()),
        "performance": [review.performance],
        "strain": [review.strain],
    }
    for column, values in levels.items():
        if any(value is not None and not (0 <= value <= TOP and (value * 2).is_integer()) for value in values):
            fault(column, "not_a_step", "a level is not a step of the scale", "0 to 5, in half steps.")
    told = {(measure.id, effect.dimension) for measure in load_accommodations() for effect in measure.effects}
    for effect in review.effects:
        if effect.measure not in trial.measures:
            fault("effects", "contradiction", "the measure was not in use in this trial", "Add it to the measures.")
        elif (effect.measure, effect.dimension) not in told:
            way_out = "Name a dimension that the measure lowers in the catalogue."
            fault("effects", "unknown", "the measure has no effect on that dimension in the catalogue", way_out)
        if not -TOP <= effect.steps <= TOP:
            fault("effects", "not_a_step", "an effect is not a number of steps", "-5 to 5.")

"""Trials as rows, as ``imports.outcome_list`` reads them back: the first review in its columns, others in one cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from ..review_cells import reviews_text
from ..table_cells import list_text, number_text, pairs_text
from ..trials import Trial, TrialReview
from .table_files import Cell

Words = Mapping[bool, str]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _maybe(answer: bool | None, words: Words) -> str:
    return "" if answer is None else words[answer]


def _numbers(values: Iterable[tuple[str, float]]) -> str:
    return pairs_text({name: number_text(float(value)) for name, value in values})


def _effects(review: TrialReview) -> str:
    return " | ".join(f"{one.measure}:{one.dimension}={number_text(float(one.steps))}" for one in review.effects)


def _cells(trial: Trial, yes_no: Words) -> dict[str, Cell]:
    review = trial.reviews[0] if trial.reviews else None
    return {
        "id": trial.id,
        "candidate": trial.candidate,
        "employer": trial.employer,
        "site": trial.site,
        "tasks": _numbers((one.task, one.hours_per_week) for one in trial.tasks),
        "measures": list_text(trial.measures),
        "starts": _day(trial.starts),
        "planned_end": _day(trial.planned_end),
        "ended_on": _day(trial.ended_on),
        "course": trial.course.value,
        "interruption": trial.interruption.value if trial.interruption else None,
        "outcome": trial.outcome.value if trial.outcome else None,
        "at_3": _maybe(trial.retention.at_3, yes_no),
        "at_6": _maybe(trial.retention.at_6, yes_no),
        "at_12": _maybe(trial.retention.at_12, yes_no),
        "decided_on": _day(trial.decided_on),
        "suggestion": trial.suggestion,
        "run": trial.run,
        "pathway": trial.pathway,
        "group": trial.group,
        "review_day": _day(review.day) if review else "",
        "loads": _numbers(review.loads.items()) if review else "",
        "performance": review.performance if review else None,
        "strain": review.strain if review else None,
        "effects": _effects(review) if review else "",
        "more_reviews": reviews_text(trial.reviews[1:]),
        "released": yes_no[trial.released],
        "fictional": yes_no[trial.fictional],
    }


def outcome_rows(trials: Iterable[Trial], columns: Sequence[str], yes_no: Words) -> list[list[Cell]]:
    """Give one row a trial."""
    return [[cells[column] for column in columns] for cells in (_cells(trial, yes_no) for trial in trials)]

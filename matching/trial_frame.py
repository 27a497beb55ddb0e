"""From a suggestion to its row of features: all that a scorer and the training frame read.

Values follow the declarations in ``features.trial_features``; what is not known stays NaN. A row is made when the
suggestion is shown and kept with it, so that training later sees what was known then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from data.candidates import Candidate
from data.dimensions import load_dimensions
from data.levels import TOP, most_direct, share_of_shift
from data.workplaces import Job, Task
from features.hour_value import ALONE
from features.trial_features import dimension_groups, feature_index, trial_features

from .learning.lessons import EmployerHistory
from .suggestion import Suggestion

NOTHING = float("nan")
_Reading = Callable[[Task, Job], float]

_FLAGS: Mapping[str, tuple[str, ...]] = {
    "flags_tight": ("tight",),
    "flags_unknown": ("unknown_capacity", "unknown_demand"),
    "flags_open": (
        "ban_unverified", "condition_unknown", "facility_unknown", "access_unknown", "travel_unknown",
        "supervision_unknown", "hours_assumed", "occupation_prior",
    ),
    "flags_social": ("isolating", "alone", "quiet_hours"),
}  # fmt: skip


def trial_row(
    person: Candidate, suggestion: Suggestion, history: EmployerHistory | None = None
) -> npt.NDArray[np.float64]:
    """Compute the features of one suggestion, in the order of ``trial_features()``."""
    values = {
        **_margins(suggestion),
        **_flags(suggestion),
        **_wants(person, suggestion),
        **_circumstances(person, suggestion),
        "employer_history": (history or EmployerHistory()).share,
    }
    row = np.full(len(trial_features()), NOTHING)
    for name, at in feature_index().items():
        row[at] = values[name]
    return row


def trial_rows(
    person: Candidate, suggestions: Sequence[Suggestion], histories: Mapping[str, EmployerHistory]
) -> npt.NDArray[np.float64]:
    """Compute the rows of a list; ``histories`` by employer id, absent is none yet."""
    rows = [trial_row(person, one, histories.get(one.reach.place.employer.id)) for one in suggestions]
    return np.array(rows, np.float64).reshape(len(rows), len(trial_features()))


def _margins(suggestion: Suggestion) -> dict[str, float]:
    """Read gap and reserve by group: nothing demanded is no gap and full reserve, nothing known is unknown."""
    group_of = {dimension.id: dimension.group for dimension in load_dimensions()}
    values: dict[str, float] = {}
    for group in dimension_groups():
        here = [c for c in suggestion.comparisons if group_of[c.dimension] == group and c.demand_before > 0]
        known = [(c.capacity - c.demand_before, c.capacity - c.demand) for c in here if c.capacity is not None]
        values[f"gap_{group}"] = max((max(0.0, -before) for before, _ in known), default=NOTHING if here else 0.0)
        values[f"reserve_{group}"] = min((after for _, after in known), default=NOTHING if here else TOP)
    return values


def _flags(suggestion: Suggestion) -> dict[str, float]:
    count = {flag.kind: max(1, len(flag.about)) for flag in suggestion.flags}
    values = {name: float(sum(count.get(kind, 0) for kind in kinds)) for name, kinds in _FLAGS.items()}
    return values | {"known_share": suggestion.known_share}


def _wants(person: Candidate, suggestion: Suggestion) -> dict[str, float]:
    """Read wishes, strengths and skills; where the person has stated none, there is nothing to agree with."""
    coded = {skill.activity for skill in person.skills if skill.activity}
    words = [skill.text.lower() for skill in person.skills]
    stated = bool(person.wishes or person.preferences)
    return {
        "wish_agreement": suggestion.wish_agreement if stated else NOTHING,
        "strength_agreement": _in_hours(suggestion, lambda task, _: float(bool(set(person.strengths) & _kinds(task))))
        if person.strengths
        else NOTHING,
        "skill_coded": _in_hours(suggestion, lambda task, _: float(bool(coded & _kinds(task)))) if coded else NOTHING,
        "skill_words": _in_hours(suggestion, lambda task, job: _likeness(words, task, job)) if words else NOTHING,
    }


def _likeness(words: Sequence[str], task: Task, job: Job) -> float:
    said = f"{job.title} {task.text}".lower()
    return max(fuzz.token_set_ratio(skill, said) for skill in words) / 100.0


def _kinds(task: Task) -> set[str]:
    return set(task.activities)


def _in_hours(suggestion: Suggestion, reading: _Reading) -> float:
    """Average a reading of the tasks (0-1) over the hours of the part-job, leaving out tasks of which it is unknown."""
    read = [(part.hours, reading(part.task, part.job)) for part in suggestion.tasks]
    known = [(hours, value) for hours, value in read if not np.isnan(value)]
    return sum(h * v for h, v in known) / sum(h for h, _ in known) if known else NOTHING


def _circumstances(person: Candidate, suggestion: Suggestion) -> dict[str, float]:
    site, minutes, measures = suggestion.reach.place.site, suggestion.reach.minutes, suggestion.measures
    guidance = sum(part.hours * part.task.supervision for part in suggestion.tasks)
    there = site.supervision_hours_per_week
    longest = person.travel_minutes_max
    alone = _in_hours(suggestion, _alone)
    return {
        "hours_fit": _hours_fit(person, suggestion.hours),
        "travel_share": NOTHING if minutes is None or not longest else min(1.0, minutes / longest),
        "supervision_margin": NOTHING if there is None else there - guidance,
        "accommodations_number": float(len(measures)),
        "accommodations_kinds": float(len({measure.kind for measure in measures})),
        "accommodations_lead_days": float(max((measure.lead_time_days for measure in measures), default=0)),
        "inclusion": 1.0 - alone,
        "natural_support": NOTHING if site.natural_support is None else site.natural_support,
        "variety": _variety(suggestion),
    }


def _hours_fit(person: Candidate, hours: float) -> float:
    half = (person.hours_max - person.hours_min) / 2
    off = abs(hours - (person.hours_min + person.hours_max) / 2)
    return max(0.0, 1.0 - off / half) if half > 0 else float(off == 0)


def _alone(task: Task, job: Job) -> float:
    """Read the share of a task's time that is worked alone, as the most direct source says; NaN when nobody says."""
    level = most_direct(task.levels.get(ALONE, ())) or most_direct(job.levels.get(ALONE, ()))
    if level is not None:
        return share_of_shift(level.value)
    return 0.0 if job.confirmed else NOTHING


def _variety(suggestion: Suggestion) -> float:
    """Count kinds of work as if all had the same hours: the exponential of their entropy (Hill 1973)."""
    hours: dict[str, float] = {}
    for part in suggestion.tasks:
        for kind in part.task.activities:
            hours[kind] = hours.get(kind, 0.0) + part.hours / len(part.task.activities)
    if not hours:
        return NOTHING
    share = np.array([hours[kind] for kind in sorted(hours)]) / sum(hours.values())
    return float(np.exp(-(share * np.log(share)).sum()))

"""What one hour of a task is worth for this person at this employer, 0-1, and why.

A weighted mean of four readings: what the person wants, how far the work is from their limits, what they know, and
what the employer gains; hours that are worked all alone are worth a little less, because inclusion is social. Weights
are expert judgement (``data/reference/weights.yaml``), not learned. Each reading is split into named parts that add up
to it, so that a score can be explained exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.candidates import Candidate
from data.dimensions import dimension_index
from data.levels import TOP, share_of_shift
from data.reference_files import read_reference
from data.workplaces import Job, Task

from .market import Levels
from .skills import skill_agreement

NEUTRAL = 0.5
MIDDLE = TOP / 2
ALONE = "soc_alone"
COUNTED_STRAINS = 3
"""Comfort looks at the three dimensions that come closest to the person's limit."""


@dataclass(frozen=True, slots=True)
class HourValue:
    """The value of an hour, 0-1, as named parts: (reading, what) -> part of the value; the parts add up to it."""

    parts: Mapping[tuple[str, str], float]

    @property
    def value(self) -> float:
        """Add the parts up, within 0-1 but for rounding."""
        return float(min(1.0, max(0.0, sum(self.parts[key] for key in sorted(self.parts)))))


def hour_value(person: Candidate, capacity: Levels, task: Task, job: Job, demand: Levels) -> HourValue:
    """Value one hour of a task.

    ``capacity`` and ``demand`` are levels over the dimensions at the same caution, NaN where unknown. More capacity
    never lowers the value: only comfort looks at it, and comfort only rises.
    """
    weights = {name: entry["weight"] for name, entry in read_reference("weights.yaml")["hour"].items()}
    parts: dict[tuple[str, str], float] = {}
    for what, part in wish_parts(person, task, demand).items():
        parts["wish", what] = weights["wish"] * part
    for what, part in comfort_parts(capacity, demand).items():
        parts["comfort", what] = weights["comfort"] * part
    known, by = skill_agreement(person, task, job.title)
    if known:
        parts["skill", by] = weights["skill"] * known
    gain = task.benefit.value if task.benefit else "unknown"
    parts["benefit", gain] = weights["benefit"] * benefit_of(task)
    alone = demand[dimension_index()[ALONE]]
    if alone > 0:
        cost = read_reference("weights.yaml")["inclusion"]["alone"]["cost"]
        parts["inclusion", "alone"] = -cost * share_of_shift(float(alone))
    return HourValue(parts)


def benefit_of(task: Task) -> float:
    """Read 0-1 what the employer gains from an hour of a task.

    >>> from data.workplaces import Benefit
    >>> benefit_of(Task("t", "Varaston siivous", 2, benefit=Benefit.UNDONE))
    1.0
    """
    gain = task.benefit.value if task.benefit else "unknown"
    return float(read_reference("weights.yaml")["benefit_reading"][gain])


def wish_parts(person: Candidate, task: Task, demand: Levels) -> dict[str, float]:
    """Split agreement with wishes (0-1) into a neutral half and what each wish adds or takes.

    >>> someone = Candidate("x", "X", 4, 20, {}, wishes={"garden": 2.0})
    >>> wish_parts(someone, Task("t", "Ruusujen leikkuu", 2, activities=("garden",)), np.full(60, np.nan))
    {'neutral': 0.5, 'garden': 0.5}
    """
    rules = read_reference("weights.yaml")["wish_parts"]
    columns = dimension_index()
    known = {
        dimension: demand[columns[dimension]] / TOP - NEUTRAL
        for dimension in person.preferences
        if np.isfinite(demand[columns[dimension]])
    }
    of_activities = rules["activities"] if person.preferences else 1.0
    parts = {"neutral": NEUTRAL}
    for activity in task.activities:
        if wish := person.wishes.get(activity, 0.0):
            parts[activity] = of_activities * wish / 4 / len(task.activities)
    for dimension, above_middle in known.items():
        sign = 1.0 if person.preferences[dimension] == "more" else -1.0
        parts[dimension] = rules["preferences"] * sign * float(above_middle) / len(person.preferences)
    return parts


def comfort_parts(capacity: Levels, demand: Levels) -> dict[str, float]:
    """Split comfort (0-1) into a full 1 and what the three tightest dimensions take.

    A dimension strains from one step below the limit (0) over the limit (0.5) to one step above it (1). An unknown
    demand counts as the middle of the scale, so that silence is never more comfortable than an answer.
    """
    asked = np.where(np.isnan(demand), MIDDLE, demand)
    strain = np.clip((asked - capacity + 1) / 2, 0.0, 1.0)
    strain = np.where(np.isfinite(strain) & (asked > 0), strain, 0.0)
    tightest = np.argsort(-strain, kind="stable")[:COUNTED_STRAINS]
    names = list(dimension_index())
    parts = {"room": 1.0}
    parts |= {names[at]: -float(strain[at]) / COUNTED_STRAINS for at in tightest if strain[at] > 0}
    return parts

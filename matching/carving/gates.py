"""Which tasks can be part of any part-job for this person at all, and which measures could matter.

Exact: what is dropped here can be in no feasible bundle, or is replaced one for one by something no dearer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from data.dimensions import Combine, load_dimensions
from data.levels import share_of_shift

from .problem import SMALLEST_STEP, Blocker, CarveMeasure, CarveProblem, CarveTask
from .twins import needed_twins

DOSE = frozenset(dimension.id for dimension in load_dimensions() if dimension.combine is Combine.DOSE)
"""Dimensions that combine by the share of working time; the others are peaks."""


@dataclass(frozen=True, slots=True)
class Gated:
    """A problem without the tasks and measures that cannot matter, and why each task fell."""

    problem: CarveProblem
    fallen: dict[str, tuple[Blocker, ...]]


def gate(problem: CarveProblem) -> Gated:
    """Drop tasks that no set of measures makes possible, then measures that help nothing that is left."""
    limits = Limits.of(problem)
    blockers = {task.id: task_blockers(problem, task, limits) for task in problem.tasks}
    fallen = {id_: found for id_, found in blockers.items() if found}
    for group in _tied_groups(problem):
        gone = sorted(group & fallen.keys())
        if gone:
            for id_ in sorted(group - fallen.keys()):
                fallen[id_] = (Blocker("tied", gone[0], tasks=(id_,)),)
    left = replace(problem, tasks=tuple(task for task in problem.tasks if task.id not in fallen))
    left = replace(left, tasks=needed_twins(left))
    return Gated(replace(left, measures=useful_measures(left)), fallen)


def helpers(measures: tuple[CarveMeasure, ...]) -> dict[str, list[CarveMeasure]]:
    """List the measures that touch each dimension."""
    found: dict[str, list[CarveMeasure]] = {}
    for measure in measures:
        for dimension in measure.effects:
            found.setdefault(dimension, []).append(measure)
    return found


def peak_limits(problem: CarveProblem) -> dict[str, float]:
    """Give the highest level that a task may ask on each peak without help, rounding allowed for."""
    return {d: level + SMALLEST_STEP for d, level in problem.capacity.items() if d not in DOSE}


@dataclass(frozen=True, slots=True)
class Limits:
    """What tasks are held against, worked out once for a problem.

    ``peaks``: the person's levels; ``reach``: with the strongest measure on any task; ``sure``: with the strongest
    that applies to all tasks. ``rooms``: hours of the half-days that fit a task, filled as they are asked for.
    """

    helping: Mapping[str, list[CarveMeasure]]
    peaks: Mapping[str, float]
    reach: Mapping[str, float]
    sure: Mapping[str, float]
    rooms: dict[frozenset[str] | None, float]

    @classmethod
    def of(cls, problem: CarveProblem) -> Limits:
        """Work the limits of a problem out."""
        helping, peaks = helpers(problem.measures), peak_limits(problem)
        reach, sure = {}, {}
        for dimension, level in peaks.items():
            steps = [(measure.effects[dimension], measure.tasks is None) for measure in helping.get(dimension, ())]
            reach[dimension] = level + max((taken for taken, _ in steps), default=0.0)
            sure[dimension] = level + max((taken for taken, everywhere in steps if everywhere), default=0.0)
        return cls(helping, peaks, reach, sure, {})

    def beyond_help(self, task: CarveTask, dimension: str, needed: float) -> bool:
        """Tell if no measure brings a peak of a task within the person's level."""
        if needed > self.reach[dimension] or needed <= self.sure[dimension]:
            return needed > self.reach[dimension]
        best = max(measure.steps(task.id, dimension) for measure in self.helping[dimension])
        return needed > self.peaks[dimension] + best


def task_blockers(problem: CarveProblem, task: CarveTask, limits: Limits) -> tuple[Blocker, ...]:
    """Say why a task can be in no bundle for this person; empty when it can."""
    if task.core:
        return (Blocker("core", task.id, tasks=(task.id,)),)
    most = task.most
    found = [
        Blocker("ban", dimension, most[dimension], highest, (task.id,))
        for dimension, highest in problem.bans.items()
        if most.get(dimension, 0.0) > highest + SMALLEST_STEP
    ]
    peaks = limits.peaks
    over = [(d, needed) for d, needed in task.levels.items() if needed > peaks.get(d, math.inf)]
    found += [
        Blocker("peak", dimension, needed, problem.capacity[dimension], (task.id,))
        for dimension, needed in sorted(over)
        if limits.beyond_help(task, dimension, needed)
    ]
    least = task.min_hours if task.divisible else task.hours
    if least > problem.hours_max + SMALLEST_STEP:
        found.append(Blocker("hours", task.id, least, problem.hours_max, (task.id,)))
    if problem.blocks is not None:
        if task.blocks not in limits.rooms:
            fits = (hours for block, hours in problem.blocks if task.blocks is None or block in task.blocks)
            limits.rooms[task.blocks] = sum(fits)
        room = limits.rooms[task.blocks]
        if room < max(least, SMALLEST_STEP) - SMALLEST_STEP or room == 0:
            found.append(Blocker("blocks", task.id, least, room, (task.id,)))
    return tuple(found)


def _tied_groups(problem: CarveProblem) -> list[set[str]]:
    """Join tied groups that share a task."""
    groups: list[set[str]] = []
    for tied in problem.tied:
        joined = set(tied)
        apart = []
        for group in groups:
            if group & joined:
                joined |= group
            else:
                apart.append(group)
        groups = [*apart, joined]
    return groups


def binding_doses(problem: CarveProblem) -> list[str]:
    """Name the dose dimensions on which some task takes a larger share of time than the person tolerates."""
    limits = {d: level + SMALLEST_STEP for d, level in problem.capacity.items() if d in DOSE}
    return sorted({d for task in problem.tasks for d, level in task.levels.items() if level > limits.get(d, math.inf)})


def useful_measures(problem: CarveProblem) -> tuple[CarveMeasure, ...]:
    """Keep the measures that open a task or ease a binding dose, without those that another one replaces.

    A measure is replaced by one that does at least as much everywhere and costs no more (ties: the smaller id).
    """
    help_ = _help(problem)
    kept: list[CarveMeasure] = []
    for measure in sorted(problem.measures, key=lambda measure: (measure.cost, measure.id)):
        own = help_[measure.id]
        if own and not any(_covers(help_[other.id], own) for other in kept):
            kept.append(measure)
    return tuple(sorted(kept, key=lambda measure: measure.id))


def _help(problem: CarveProblem) -> dict[str, dict[tuple[str, str], float]]:
    """Tell how much each measure helps on each task and dimension: the share it saves of a dose, 1 for an open peak."""
    doses, peaks = frozenset(binding_doses(problem)), peak_limits(problem)
    helping = helpers(problem.measures)
    found: dict[str, dict[tuple[str, str], float]] = {measure.id: {} for measure in problem.measures}
    for task in problem.tasks:
        for dimension, level in task.levels.items():
            eases, most = dimension in doses, peaks.get(dimension, math.inf)
            if not eases and level <= most:
                continue
            for measure in helping.get(dimension, ()):
                steps = measure.steps(task.id, dimension)
                if eases and steps and level:
                    saved = share_of_shift(level) - share_of_shift(level - min(level, steps))
                    found[measure.id][task.id, dimension] = saved
                elif not eases and level - steps <= most:
                    found[measure.id][task.id, dimension] = 1.0
    return found


def _covers(other: Mapping[tuple[str, str], float], own: Mapping[tuple[str, str], float]) -> bool:
    return all(other.get(key, 0.0) >= value for key, value in own.items())

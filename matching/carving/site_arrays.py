"""Lays the carving problem of one site out as arrays for the search in ``branching``, where it has that form."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from data.levels import share_of_shift

from .branching import MOST_MEASURES, SiteArrays
from .days import most_hours
from .gates import DOSE, binding_doses
from .problem import SMALLEST_STEP, CarveProblem, CarveTask

MOST_CLASSES = 6
"""Tasks that fit different half-days fall into classes; more of them are left to the general program."""

UNLIMITED = 1 << 30


def site_arrays(problem: CarveProblem) -> SiteArrays | None:
    """Lay a gated problem out; None when it has another form (very many measures or kinds of week).

    That two sites never share a half-day is left away: where the best hours cannot be laid out so, the general program
    decides (``part_job``).
    """
    tasks, limits = problem.tasks, problem.limits
    measures = problem.measures
    most = len(measures) if limits.accommodations is None else min(limits.accommodations, len(measures))
    if len(measures) > MOST_MEASURES:
        return None
    week = _week_rows(problem)
    if week is None:
        return None
    doses = binding_doses(problem)
    budgets = all_budgets(problem)
    need_start, need = _needs(problem)
    jobs = {job: at for at, job in enumerate(sorted({job_of(task) for task in tasks}))}
    unit = _units(problem)
    place = {task.id: at for at, task in enumerate(tasks)}
    clash = [(unit[place[one]], unit[place[two]]) for one, two in problem.excluded if {one, two} <= place.keys()]
    applies = [[m.tasks is None or task.id in m.tasks for task in tasks] for m in measures]
    return SiteArrays(
        hours=np.array([task.hours for task in tasks], float),
        least=np.array([task.min_hours if task.divisible else task.hours for task in tasks], float),
        worth=np.array([task.value for task in tasks], float),
        forced=np.array([task.id in problem.locked for task in tasks], np.bool_),
        job=np.array([jobs[job_of(task)] for task in tasks], np.int64),
        unit=np.array(unit, np.int64),
        clash=np.array(clash, np.int64).reshape(-1, 2),
        need_start=np.array(need_start, np.int64),
        need=np.array(need, np.uint64),
        level=np.array([[task.levels.get(d, 0.0) for d in doses] for task in tasks], float).reshape(
            len(tasks), len(doses)
        ),
        allowed=np.array([share_of_shift(problem.capacity[d]) for d in doses], float),
        effect=np.array([[m.effects.get(d, 0.0) for d in doses] for m in measures], float).reshape(
            len(measures), len(doses)
        ),
        applies=np.array(applies, np.bool_).reshape(len(measures), len(tasks)),
        price=np.array([m.cost for m in measures], float),
        week=week[0],
        room=week[1],
        budget=np.array([[f.get(task.id, 0.0) for task in tasks] for f, _ in budgets], float).reshape(-1, len(tasks)),
        budget_most=np.array([most for _, most in budgets], float),
        group=np.array([[t.id in some for t in tasks] for some, _ in problem.at_most], np.bool_).reshape(
            -1, len(tasks)
        ),
        group_most=np.array([most for _, most in problem.at_most], np.int64),
        hours_min=float(max(problem.hours_min, SMALLEST_STEP)),
        hours_max=float(problem.hours_max),
        most_tasks=UNLIMITED if limits.tasks is None else limits.tasks,
        most_jobs=UNLIMITED if limits.jobs is None else limits.jobs,
        most_measures=most,
        switch_cost=float(problem.switch_cost),
    )


def all_budgets(problem: CarveProblem) -> list[tuple[Mapping[str, float], float]]:
    """List the budgets of a problem: guidance first, where it is limited."""
    most = problem.limits.supervision
    guidance = [] if most is None else [({task.id: task.supervision for task in problem.tasks}, most)]
    return [*guidance, *problem.budgets]


def job_of(task: CarveTask) -> str:
    """Name the job of a task; a task without one is a job of its own."""
    return task.job or f"task:{task.id}"


def _needs(problem: CarveProblem) -> tuple[list[int], list[int]]:
    """List, task by task, the peaks above the person's level as sets of measures one of which is enough."""
    start, need = [0], []
    for task in problem.tasks:
        found = set()
        for dimension, level in task.levels.items():
            capacity = problem.capacity.get(dimension)
            if capacity is None or dimension in DOSE or level <= capacity + SMALLEST_STEP:
                continue
            found.add(
                sum(
                    1 << at
                    for at, measure in enumerate(problem.measures)
                    if level - measure.steps(task.id, dimension) <= capacity + SMALLEST_STEP
                )
            )
        need += sorted(found)
        start.append(len(need))
    return start, need


def _units(problem: CarveProblem) -> list[int]:
    """Number the tasks so that tied ones share a number."""
    first = {task.id: at for at, task in enumerate(problem.tasks)}
    unit = list(range(len(problem.tasks)))
    for group in problem.tied:
        places = [first[id_] for id_ in group if id_ in first]
        for one, other in itertools.pairwise(places):
            old, new = unit[other], unit[one]
            unit = [new if number == old else number for number in unit]
    numbers = {number: at for at, number in enumerate(dict.fromkeys(unit))}
    return [numbers[number] for number in unit]


def _week_rows(problem: CarveProblem) -> tuple[np.ndarray, np.ndarray] | None:
    """Give the rows that decide if hours fit the week: for unions of classes, tasks inside and the hours there.

    Exact for one site (the condition of Hall and Gale for a transport problem), with a rule about days a bound.
    None: too many classes.
    """
    n = len(problem.tasks)
    if problem.blocks is None:
        return np.zeros((0, n)), np.zeros(0)
    room = dict(problem.blocks)
    fits = [frozenset(room) if task.blocks is None else task.blocks.intersection(room) for task in problem.tasks]
    classes = sorted(set(fits), key=sorted)
    if len(classes) > MOST_CLASSES:
        return None
    unions = {
        frozenset().union(*some)
        for size in range(1, len(classes) + 1)
        for some in itertools.combinations(classes, size)
    }
    rows, rooms = [], []
    for union in sorted(unions, key=sorted):
        there = most_hours(problem.day, [(block, room[block]) for block in union])
        inside = [1.0 if fit <= union else 0.0 for fit in fits]
        if sum(task.hours * one for task, one in zip(problem.tasks, inside, strict=True)) > there:
            rows.append(inside)
            rooms.append(there)
    return np.array(rows, float).reshape(-1, n), np.array(rooms, float)

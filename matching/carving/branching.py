"""The best part-job of one site under one set of measures, exactly: branch and bound over tasks.

A linear program at each node (``simplex``); a search made for these small problems. Which set of measures is the best
is decided in ``choosing_measures``. Work is counted in table cells touched, never in seconds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.levels import SHARE_KNOTS

from .compiled import compiled
from .simplex import OPTIMAL, STALLED, best_hours, start_basis

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Masks = npt.NDArray[np.uint64]
Flags = npt.NDArray[np.bool_]

PROVEN, WORK_LIMIT, DOUBT = 0, 1, 2
MOST_MEASURES = 63
"""Measures are bits of one word."""

TOLERANCE = 1e-7
"""Two part-jobs whose worth differs by less are equally good."""

_HOURS = 1e-7


class SiteArrays(NamedTuple):
    """One carving problem as arrays: n tasks in a fixed order, a measures, d doses that can bind.

    ``need[need_start[t]:need_start[t + 1]]`` are the peaks on which task t asks too much: each a set of measures one of
    which is enough. ``week`` (k, n) with ``room`` (k): tasks that only fit some half-days, and the hours in those.
    """

    hours: Floats
    least: Floats
    worth: Floats
    forced: Flags
    job: Integers
    unit: Integers
    clash: Integers
    need_start: Integers
    need: Masks
    level: Floats
    allowed: Floats
    effect: Floats
    applies: Flags
    price: Floats
    week: Floats
    room: Floats
    budget: Floats
    budget_most: Floats
    group: Flags
    group_most: Integers
    hours_min: float
    hours_max: float
    most_tasks: int
    most_jobs: int
    most_measures: int
    switch_cost: float


@compiled
def share(level: float) -> float:
    """Turn a level into a share of working time, as ``data.levels.share_of_shift``."""
    if level <= 0.0:
        return 0.0
    below = min(int(level), 4)
    return SHARE_KNOTS[below] + (level - below) * (SHARE_KNOTS[below + 1] - SHARE_KNOTS[below])


@compiled
def open_under(site: SiteArrays, mask: np.uint64, open_: Flags) -> None:
    """Mark the tasks whose peaks are all within reach under a set of measures; tied tasks only together."""
    n = len(site.hours)
    for t in range(n):
        open_[t] = True
        for at in range(site.need_start[t], site.need_start[t + 1]):
            if site.need[at] & mask == np.uint64(0):
                open_[t] = False
                break
    for t in range(n):
        if not open_[t]:
            for other in range(n):
                if site.unit[other] == site.unit[t]:
                    open_[other] = False


@compiled
def forced_open(site: SiteArrays, open_: Flags) -> bool:
    """Tell if every task that must be taken is open."""
    for t in range(len(open_)):  # noqa: SIM110 -- a loop, because this is compiled
        if site.forced[t] and not open_[t]:
            return False
    return True


@compiled
def site_rows(site: SiteArrays, mask: np.uint64, column: Integers) -> tuple[Floats, Floats, Floats]:
    """Build the rows (tasks' hours only), their right sides and the room of their slacks."""
    n, doses, weeks = len(column), len(site.allowed), len(site.room)
    size = 2 + len(site.budget_most) + len(site.group_most) + doses + weeks
    rows, right, slack = np.zeros((size, n)), np.zeros(size), np.zeros(size)
    right[0], slack[0], m = site.hours_max, site.hours_max - site.hours_min, 1
    for c in range(n):
        rows[0, c] = 1.0
    if site.most_tasks < n:
        for c in range(n):
            rows[m, c] = 1.0 / site.hours[column[c]]
        right[m] = slack[m] = float(site.most_tasks)
        m += 1
    for k in range(len(site.budget_most)):
        right[m] = slack[m] = site.budget_most[k]
        for c in range(n):
            rows[m, c] = site.budget[k, column[c]]
            slack[m] -= min(0.0, rows[m, c]) * site.hours[column[c]]
        m += 1
    for k in range(len(site.group_most)):
        right[m] = slack[m] = float(site.group_most[k])
        for c in range(n):
            rows[m, c] = 1.0 / site.hours[column[c]] if site.group[k, column[c]] else 0.0
        m += 1
    for d in range(doses):
        lowest = dose_row(site, mask, column, d, rows[m])
        if lowest <= 0.0:
            slack[m] = -lowest
            m += 1
    for k in range(weeks):
        right[m] = slack[m] = site.room[k]
        for c in range(n):
            rows[m, c] = site.week[k, column[c]]
        m += 1
    return rows[:m], right[:m], slack[:m]


@compiled
def dose_row(site: SiteArrays, mask: np.uint64, column: Integers, dose: int, row: Floats) -> float:
    """Write how far each task's share lies above what is tolerated; returns the lowest sum, 1 if it cannot bind."""
    binds, lowest = False, 0.0
    for c in range(len(column)):
        t = column[c]
        steps = 0.0
        for a in range(len(site.price)):
            if (mask >> np.uint64(a)) & np.uint64(1) and site.applies[a, t]:
                steps = max(steps, site.effect[a, dose])
        over = share(site.level[t, dose] - steps) - site.allowed[dose]
        row[c] = over
        if over > 0.0:
            binds = True
        else:
            lowest += over * site.hours[t]
    return lowest if binds else 1.0


@compiled
def _settle_clashes(site: SiteArrays, state: Integers) -> bool:
    """Leave out what a taken unit excludes; False when two taken ones exclude each other."""
    for k in range(len(site.clash)):
        one, other = site.clash[k, 0], site.clash[k, 1]
        if state[one] == 1 and state[other] == 1:
            return False
        if state[one] == 1:
            state[other] = -1
        elif state[other] == 1:
            state[one] = -1
    return True


@compiled
def _settle_groups(site: SiteArrays, column: Integers, state: Integers) -> bool:
    """Leave out the rest of a group of which as many are taken as may be; False when there are more."""
    for k in range(len(site.group_most)):
        taken = 0
        for c in range(len(column)):
            taken += 1 if site.group[k, column[c]] and state[site.unit[column[c]]] == 1 else 0
        if taken > site.group_most[k]:
            return False
        if taken == site.group_most[k]:
            for c in range(len(column)):
                if site.group[k, column[c]] and state[site.unit[column[c]]] == 0:
                    state[site.unit[column[c]]] = -1
    return True


@compiled
def _settle(
    site: SiteArrays,
    column: Integers,
    path_unit: Integers,
    path_in: Integers,
    depth: int,
    state: Integers,
    job_in: Flags,
) -> int:
    """Say what the decisions mean for every unit (1 in, -1 out, 0 open); returns jobs touched, -1 if it cannot be."""
    state[:] = 0
    job_in[:] = False
    for c in range(len(column)):
        if site.forced[column[c]]:
            state[site.unit[column[c]]] = 1
    for at in range(depth):
        state[path_unit[at]] = path_in[at]
    tasks, jobs, hours = 0, 0, 0.0
    for c in range(len(column)):
        t = column[c]
        if state[site.unit[t]] == 1:
            tasks += 1
            hours += site.least[t]
            if not job_in[site.job[t]]:
                job_in[site.job[t]] = True
                jobs += 1
    if tasks > site.most_tasks or jobs > site.most_jobs or hours > site.hours_max + _HOURS:
        return -1
    if not _settle_clashes(site, state) or not _settle_groups(site, column, state):
        return -1
    for c in range(len(column)):
        t = column[c]
        if state[site.unit[t]] == 0 and (
            tasks + 1 > site.most_tasks
            or (jobs >= site.most_jobs and not job_in[site.job[t]])
            or hours + site.least[t] > site.hours_max + _HOURS
        ):
            state[site.unit[t]] = -1
    return jobs


@compiled
def best_of_tasks(
    site: SiteArrays,
    mask: np.uint64,
    price: float,
    column: Integers,
    best: Floats,
    best_hours_: Floats,
    most_work: int,
) -> tuple[int, int]:
    """Search the part-jobs under one set of measures; improves ``best`` in place; returns (status, work)."""
    n, units, jobs = len(column), site.unit.max() + 1, site.job.max() + 1
    rows, right, slack = site_rows(site, mask, column)
    m = len(right)
    total = n + m
    table, held = np.empty((m, total)), np.empty(m)
    basic, row_of = np.empty(m, np.int64), np.empty(total, np.int64)
    start_basis(rows, right, table, held, basic, row_of)
    lower, upper, cost = np.zeros(total), np.zeros(total), np.zeros(total)
    value, reduced = np.zeros(total), np.zeros(total)
    for i in range(m):
        upper[n + i] = slack[i]
    widest = np.zeros(jobs)
    for c in range(n):
        widest[site.job[column[c]]] += site.hours[column[c]]
    state, job_in, used = np.zeros(units, np.int64), np.zeros(jobs, np.bool_), np.zeros(units, np.bool_)
    path_unit, path_in = np.zeros(units + 1, np.int64), np.zeros(units + 1, np.int64)
    second = np.zeros(units + 1, np.bool_)
    depth, work, since = 0, 0, 0
    while True:
        touched = _settle(site, column, path_unit, path_in, depth, state, job_in)
        branch_on = -1
        if touched >= 0:
            fixed = -price - site.switch_cost * (touched - 1)
            _set_bounds(site, column, state, job_in, widest, lower, upper, cost)
            if since > 400:
                start_basis(rows, right, table, held, basic, row_of)
                since = 0
            status, bound, pivots = best_hours(
                table, held, basic, row_of, cost, lower, upper, value, reduced, best[0] + TOLERANCE - fixed, 50 * total
            )
            since += pivots
            work += (pivots + 2) * total * m
            bound += fixed
            if status == STALLED:
                since = 1_000_000
                branch_on = _first_open(site, column, state)
                if branch_on < 0:
                    return DOUBT, work
            elif status == OPTIMAL:
                branch_on = _judge(site, column, value, state, job_in, used, bound, price, best, best_hours_)
        if work > most_work:
            return WORK_LIMIT, work
        if branch_on >= 0:
            path_unit[depth], path_in[depth], second[depth] = branch_on, 1, False
            depth += 1
            continue
        depth = turn_back(path_in, second, depth)
        if depth == 0:
            return PROVEN, work


@compiled
def turn_back(path_in: Integers, second: Flags, depth: int) -> int:
    """Go back to the last decision with an untried side and take that; returns the depth, 0 at the end."""
    while depth > 0 and second[depth - 1]:
        depth -= 1
    if depth > 0:
        path_in[depth - 1], second[depth - 1] = -1, True
    return depth


@compiled
def _set_bounds(
    site: SiteArrays,
    column: Integers,
    state: Integers,
    job_in: Flags,
    widest: Floats,
    lower: Floats,
    upper: Floats,
    cost: Floats,
) -> None:
    """Bound the hours by what is decided; a job not yet touched charges its switch by the hour, at most once in all."""
    for c in range(len(column)):
        t = column[c]
        chosen = state[site.unit[t]]
        lower[c] = site.least[t] if chosen == 1 else 0.0
        upper[c] = 0.0 if chosen == -1 else site.hours[t]
        cost[c] = site.worth[t]
        if not job_in[site.job[t]]:
            cost[c] -= site.switch_cost / min(widest[site.job[t]], site.hours_max)


@compiled
def _first_open(site: SiteArrays, column: Integers, state: Integers) -> int:
    for c in range(len(column)):
        if state[site.unit[column[c]]] == 0:
            return int(site.unit[column[c]])
    return -1


@compiled
def _judge(
    site: SiteArrays,
    column: Integers,
    value: Floats,
    state: Integers,
    job_in: Flags,
    used: Flags,
    bound: float,
    price: float,
    best: Floats,
    best_hours_: Floats,
) -> int:
    """Keep the hours found if they are a part-job; returns the unit to branch on, -1 when nothing better is below."""
    n = len(column)
    used[:] = False
    worth = 0.0
    for c in range(n):
        if value[c] > _HOURS:
            used[site.unit[column[c]]] = True
            worth += site.worth[column[c]] * value[c]
    branch_on = _most_split(site, column, value, used)
    if branch_on >= 0:
        return branch_on
    jobs = _jobs_if_allowed(site, column, used, job_in)
    if jobs > 0:
        objective = worth - price - site.switch_cost * (jobs - 1)
        if objective > best[0] + TOLERANCE:
            best[0] = objective
            best_hours_[:] = 0.0
            for c in range(n):
                if used[site.unit[column[c]]]:
                    best_hours_[column[c]] = max(value[c], 0.0)
        if bound <= best[0] + TOLERANCE:
            return -1
    largest = 0.0
    for c in range(n):
        t = column[c]
        if state[site.unit[t]] == 0 and used[site.unit[t]]:
            gain = site.worth[t] * value[c] + 1e-9
            if gain > largest:
                branch_on, largest = int(site.unit[t]), gain
    return branch_on


@compiled
def _most_split(site: SiteArrays, column: Integers, value: Floats, used: Flags) -> int:
    """Find the unit that is most between taken and left: some hours, but fewer than a task of it needs (-1: none)."""
    branch_on, largest = -1, 0.0
    for c in range(len(column)):
        t = column[c]
        if used[site.unit[t]] and value[c] < site.least[t] - _HOURS:
            split = min(value[c], site.least[t] - value[c]) + 1e-3 * site.hours[t]
            if split > largest:
                branch_on, largest = int(site.unit[t]), split
    return branch_on


@compiled
def _jobs_if_allowed(site: SiteArrays, column: Integers, used: Flags, job_in: Flags) -> int:
    """Count the jobs of the used units; 0 when there is none, or tasks, jobs or exclusions are broken."""
    job_used = np.zeros(len(job_in), np.bool_)
    tasks, jobs = 0, 0
    for c in range(len(column)):
        t = column[c]
        if used[site.unit[t]]:
            tasks += 1
            if not job_used[site.job[t]]:
                job_used[site.job[t]] = True
                jobs += 1
    for k in range(len(site.clash)):
        if used[site.clash[k, 0]] and used[site.clash[k, 1]]:
            return 0
    for k in range(len(site.group_most)):
        taken = 0
        for c in range(len(column)):
            taken += 1 if site.group[k, column[c]] and used[site.unit[column[c]]] else 0
        if taken > site.group_most[k]:
            return 0
    return 0 if tasks > site.most_tasks or jobs > site.most_jobs else jobs

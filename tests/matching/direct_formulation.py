"""Carving as DESIGN section 5 reads, line by line, for SciPy's ``milp`` (HiGHS, its own settings): independent truth.

No gates, no classes, nothing shared with the engine: every task has its hours in every half-day, every measure its
share of every task's hours on every dose.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_matrix

from data.dimensions import Combine, load_dimensions
from data.levels import share_of_shift
from matching.carving import CarveProblem

DOSE = {dimension.id for dimension in load_dimensions() if dimension.combine is Combine.DOSE}


class _Model:
    def __init__(self) -> None:
        self.gain: list[float] = []
        self.upper: list[float] = []
        self.whole: list[int] = []
        self.rows: list[tuple[dict[int, float], float, float]] = []

    def new(self, upper: float, gain: float = 0.0, whole: bool = False) -> int:
        self.gain.append(gain)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.gain) - 1

    def add(self, terms: dict[int, float], low: float = -np.inf, high: float = np.inf) -> None:
        self.rows.append((terms, low, high))


def best_worth(problem: CarveProblem) -> float | None:
    """Give the worth of the best part-job, None where there is none."""
    model = _Model()
    x = [model.new(1, whole=True) for _ in problem.tasks]
    g = [model.new(task.hours, gain=task.value) for task in problem.tasks]
    y = [model.new(1, gain=-measure.cost, whole=True) for measure in problem.measures]
    jobs = {task.job or f"alone:{task.id}" for task in problem.tasks}
    w = {job: model.new(1, gain=-problem.switch_cost, whole=True) for job in sorted(jobs)}
    place = {task.id: number for number, task in enumerate(problem.tasks)}
    for number, task in enumerate(problem.tasks):
        least = task.min_hours if task.divisible else task.hours
        model.add({g[number]: 1, x[number]: -task.hours}, high=0)
        model.add({g[number]: 1, x[number]: -least}, low=0)
        model.add({w[task.job or f"alone:{task.id}"]: 1, x[number]: -1}, low=0)
        if task.core or any(task.most.get(d, 0.0) > most for d, most in problem.bans.items()):
            model.add({x[number]: 1}, high=0)
    model.add(dict.fromkeys(g, 1.0), problem.hours_min, problem.hours_max)
    model.add(dict.fromkeys(x, 1.0), low=1)
    for group in problem.tied:
        for other in group[1:]:
            model.add({x[place[group[0]]]: 1, x[place[other]]: -1}, 0, 0)
    for one, other in problem.excluded:
        model.add({x[place[one]]: 1, x[place[other]]: 1}, high=1)
    for dimension, capacity in problem.capacity.items():
        if dimension in DOSE:
            _dose(model, problem, dimension, capacity, g, y)
        else:
            _peak(model, problem, dimension, capacity, x, y)
    limits = problem.limits
    for most, columns in ((limits.tasks, x), (limits.jobs, list(w.values())), (limits.accommodations, y)):
        if most is not None and columns:
            model.add(dict.fromkeys(columns, 1.0), high=most)
    if limits.supervision is not None:
        model.add({g[n]: t.supervision for n, t in enumerate(problem.tasks)}, high=limits.supervision)
    _chosen(model, problem, x, g)
    if problem.blocks is not None:
        _week(model, problem, g, y)
    return _solve(model, problem)


def _chosen(model: _Model, problem: CarveProblem, x: list[int], g: list[int]) -> None:
    place = {task.id: number for number, task in enumerate(problem.tasks)}
    for id_ in problem.locked:
        model.add({x[place[id_]]: 1}, low=1)
    for some, number in problem.at_most:
        model.add({x[place[id_]]: 1.0 for id_ in some}, high=number)
    for factors, spent in problem.budgets:
        model.add({g[place[id_]]: factor for id_, factor in factors.items()}, high=spent)


def _peak(model: _Model, problem: CarveProblem, dimension: str, capacity: float, x: list[int], y: list[int]) -> None:
    for number, task in enumerate(problem.tasks):
        level = task.levels.get(dimension, 0.0)
        if level > capacity:
            enough = [
                y[a]
                for a, measure in enumerate(problem.measures)
                if max(0.0, level - measure.steps(task.id, dimension)) <= capacity
            ]
            model.add({**dict.fromkeys(enough, 1.0), x[number]: -1}, low=0)


def _dose(model: _Model, problem: CarveProblem, dimension: str, capacity: float, g: list[int], y: list[int]) -> None:
    """Each hour of a task is done without help on this dimension, or with the help of one measure."""
    terms: dict[int, float] = {}
    for number, task in enumerate(problem.tasks):
        level, allowed = task.levels.get(dimension, 0.0), share_of_shift(capacity)
        parts = {g[number]: -1.0}
        plain = model.new(task.hours)
        parts[plain], terms[plain] = 1.0, share_of_shift(level) - allowed
        for a, measure in enumerate(problem.measures):
            if measure.steps(task.id, dimension):
                helped = model.new(task.hours)
                model.add({helped: 1, y[a]: -task.hours}, high=0)
                eased = max(0.0, level - measure.steps(task.id, dimension))
                parts[helped], terms[helped] = 1.0, share_of_shift(eased) - allowed
        model.add(parts, 0, 0)
    model.add(terms, high=0)


def _week(model: _Model, problem: CarveProblem, g: list[int], y: list[int]) -> None:
    sites = sorted({task.site for task in problem.tasks})
    for number, task in enumerate(problem.tasks):
        parts = {g[number]: -1.0}
        for block, _ in problem.blocks or ():
            parts[model.new(task.hours if task.blocks is None or block in task.blocks else 0.0)] = 1.0
        model.add(parts, 0, 0)
    cells = [[column for column in row[0] if column != g[n]] for n, row in enumerate(model.rows[-len(problem.tasks) :])]
    if problem.alternate:
        for dimension in DOSE & problem.capacity.keys():
            for at in range(len(problem.blocks or ())):
                _dose(model, problem, dimension, problem.capacity[dimension], [mine[at] for mine in cells], y)
    there: dict[tuple[str, str], int] = {}
    for at, (block, hours) in enumerate(problem.blocks or ()):
        there |= {(site, block): model.new(1, whole=True) for site in sites}
        model.add({there[site, block]: 1.0 for site in sites}, high=1)
        for site in sites:
            mine = [cells[n][at] for n, task in enumerate(problem.tasks) if task.site == site]
            model.add({**dict.fromkeys(mine, 1.0), there[site, block]: -hours}, high=0)
    _day_rule(model, problem, cells)
    for (one, a), first in there.items():
        for (other, b), second in there.items():
            if a[:3] == b[:3] and a != b and problem.far_apart(one, other):
                model.add({first: 1, second: 1}, high=1)


def _day_rule(model: _Model, problem: CarveProblem, cells: list[list[int]]) -> None:
    """A day is free, or has from the fewest to the most hours; only so many days are worked."""
    if problem.day is None:
        return
    rule, names = problem.day, [block for block, _ in problem.blocks or ()]
    worked = []
    for day in sorted({name[:3] for name in names}):
        used = model.new(1, whole=True)
        hours = {mine[at]: 1.0 for mine in cells for at, name in enumerate(names) if name[:3] == day}
        model.add({**hours, used: -(24.0 if rule.most is None else rule.most)}, high=0)
        model.add({**hours, used: -rule.least}, low=0)
        worked.append(used)
    if rule.days is not None:
        model.add(dict.fromkeys(worked, 1.0), high=rule.days)


def _solve(model: _Model, problem: CarveProblem) -> float | None:
    entries = [(r, c, v) for r, (terms, _, _) in enumerate(model.rows) for c, v in terms.items()]
    rows, columns, values = (list(part) for part in zip(*entries, strict=True))
    matrix = coo_matrix((values, (rows, columns)), shape=(len(model.rows), len(model.gain))).tocsr()
    found = milp(
        -np.array(model.gain),
        constraints=LinearConstraint(matrix, [low for _, low, _ in model.rows], [high for _, _, high in model.rows]),
        bounds=Bounds(0, model.upper),
        integrality=model.whole,
        options={"mip_rel_gap": 0.0},
    )
    return None if found.x is None else float(-found.fun) + problem.switch_cost

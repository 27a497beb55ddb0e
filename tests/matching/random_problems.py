"""Random small carving problems, and their optimum by trying everything: an independent formulation."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog

from data.levels import share_of_shift
from matching.carving import CarveLimits, CarveMeasure, CarveProblem, CarveTask, DayRule
from matching.carving.gates import DOSE

DIMENSIONS = ("pos_stand", "org_mono", "env_skin", "str_lift", "com_read", "env_noise", "saf_height")
BLOCKS = (("mon_am", 4.0), ("mon_pm", 3.0), ("tue_am", 4.0))


def random_problem(seed: int, most_tasks: int = 5, sites: int = 1) -> CarveProblem:
    """Make a problem with every kind of rule in it."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, most_tasks + 1))
    ids = [f"t{i}" for i in range(n)]
    tasks = tuple(_task(rng, id_, sites) for id_ in ids)
    capacity = {d: float(rng.choice([1, 2, 2.5, 3, 4, 5])) for d in DIMENSIONS if rng.random() < 0.8}
    measures = tuple(_measure(rng, f"a{i}", ids) for i in range(int(rng.integers(0, 4))))
    least = float(rng.choice([0.5, 2, 4]))
    return CarveProblem(
        hours_min=least,
        hours_max=least + float(rng.choice([2, 4, 8])),
        tasks=tasks,
        capacity=capacity,
        bans={"saf_height": 2.0} if rng.random() < 0.3 else {},
        blocks=BLOCKS if rng.random() < 0.6 else None,
        tied=(tuple(ids[:2]),) if rng.random() < 0.25 else (),
        excluded=((ids[0], ids[-1]),) if rng.random() < 0.25 else (),
        measures=measures,
        limits=CarveLimits(
            tasks=int(rng.integers(1, n + 1)) if rng.random() < 0.5 else None,
            jobs=int(rng.integers(1, 3)) if rng.random() < 0.5 else None,
            accommodations=int(rng.integers(0, 3)) if rng.random() < 0.5 else None,
            supervision=float(rng.choice([0.3, 1.0])) if rng.random() < 0.5 else None,
        ),
        switch_cost=float(rng.choice([0, 0.3])),
    )


def _task(rng: np.random.Generator, id_: str, sites: int) -> CarveTask:
    hours = float(rng.choice([1, 2, 3, 4, 6]))
    divisible = bool(rng.random() < 0.5)
    levels = {d: float(rng.choice([1, 2, 2.5, 3, 3.5, 4, 5])) for d in DIMENSIONS if rng.random() < 0.5}
    return CarveTask(
        id=id_,
        hours=hours,
        value=round(float(rng.uniform(0.1, 1)), 3),
        levels=levels,
        job=f"j{rng.integers(0, 3)}",
        site=f"s{rng.integers(0, sites)}",
        divisible=divisible,
        min_hours=0.5 if divisible else hours,
        core=bool(rng.random() < 0.1),
        blocks=frozenset(b for b, _ in BLOCKS if rng.random() < 0.7) or None,
        supervision=float(rng.choice([0, 0.1, 0.3])),
    )


def _measure(rng: np.random.Generator, id_: str, tasks: list[str]) -> CarveMeasure:
    chosen = rng.choice(DIMENSIONS, size=2, replace=False)
    effects = {str(d): float(rng.choice([0.5, 1, 2, 3])) for d in chosen}
    some = frozenset(t for t in tasks if rng.random() < 0.7) if rng.random() < 0.5 else None
    return CarveMeasure(id_, round(float(rng.uniform(0.05, 1)), 2), effects, some)


def with_many_measures(problem: CarveProblem, seed: int) -> CarveProblem:
    """Give little capacity and five to eleven cheap measures, a few may be used: many sets are worth trying."""
    rng = np.random.default_rng([seed, 77])
    ids = [task.id for task in problem.tasks]
    several = (_measure(rng, f"m{at:02}", ids) for at in range(int(rng.integers(5, 12))))
    return replace(
        problem,
        measures=tuple(replace(one, cost=float(rng.choice([0.05, 0.1, 0.3]))) for one in several),
        capacity={d: float(rng.choice([0.5, 1, 1.5, 2, 3])) for d in problem.capacity},
        limits=replace(problem.limits, accommodations=int(rng.integers(1, 5))),
    )


def with_choices(problem: CarveProblem, seed: int) -> CarveProblem:
    """Add what a coach may choose: a locked task, a group of which only some may be taken, a budget of strain."""
    rng = np.random.default_rng([seed, 5])
    ids = [task.id for task in problem.tasks]
    some = frozenset(id_ for id_ in ids if rng.random() < 0.6)
    return replace(
        problem,
        locked=frozenset(ids[:1]) if rng.random() < 0.3 else frozenset(),
        at_most=((some, int(rng.integers(0, 3))),) if some and rng.random() < 0.5 else (),
        budgets=(({id_: float(rng.choice([-0.5, 0.2, 1.0])) for id_ in ids}, float(rng.choice([0.5, 2.0]))),)
        if rng.random() < 0.5
        else (),
        between={("s0", "s1"): 50.0},
        travel_within_day=30.0 if rng.random() < 0.5 else None,
    )


WEEK = (("mon_am", 4.0), ("mon_pm", 3.0), ("tue_am", 4.0), ("tue_pm", 1.5), ("wed_pm", 5.0), ("thu_am", 2.0))


def with_days(problem: CarveProblem, seed: int) -> CarveProblem:
    """Add a rule about days, a longer week, and tasks bound to half-days of it, often more than six kinds."""
    rng = np.random.default_rng([seed, 8])
    least = float(rng.choice([0, 1.5, 2, 3, 4, 5]))
    rule = DayRule(
        least,
        least + float(rng.choice([0, 0.5, 2, 4])) + 0.5 if rng.random() < 0.7 else None,
        int(rng.integers(1, 4)) if rng.random() < 0.6 else None,
    )
    blocks = [frozenset(b for b, _ in WEEK if rng.random() < 0.5) or None for _ in problem.tasks]
    tasks = tuple(replace(task, blocks=fit) for task, fit in zip(problem.tasks, blocks, strict=True))
    most = problem.hours_max + float(rng.choice([0, 6]))
    return replace(problem, tasks=tasks, blocks=WEEK, hours_max=most, day=rule, alternate=rng.random() < 0.15)


def best_by_trying_everything(problem: CarveProblem) -> float | None:
    """Give the optimum over all sets of tasks and measures, hours by a linear program for each; None: infeasible."""
    best: float | None = None
    for size in range(1, len(problem.tasks) + 1):
        for chosen in itertools.combinations(problem.tasks, size):
            if not _allowed(problem, chosen):
                continue
            for used in _subsets(problem.measures):
                worth = _worth(problem, chosen, used)
                if worth is not None and (best is None or worth > best):
                    best = worth
    return best


def _subsets(measures: tuple[CarveMeasure, ...]) -> list[tuple[CarveMeasure, ...]]:
    return [s for size in range(len(measures) + 1) for s in itertools.combinations(measures, size)]


def _allowed(problem: CarveProblem, chosen: tuple[CarveTask, ...]) -> bool:
    ids, limits = {task.id for task in chosen}, problem.limits
    if any(task.core for task in chosen) or (limits.tasks is not None and len(chosen) > limits.tasks):
        return False
    if limits.jobs is not None and len({task.job for task in chosen}) > limits.jobs:
        return False
    if any(ids & set(group) and not set(group) <= ids for group in problem.tied):
        return False
    if any(set(pair) <= ids for pair in problem.excluded):
        return False
    return all(task.levels.get(d, 0) <= most for task in chosen for d, most in problem.bans.items())


def _worth(problem: CarveProblem, chosen: tuple[CarveTask, ...], used: tuple[CarveMeasure, ...]) -> float | None:
    if problem.limits.accommodations is not None and len(used) > problem.limits.accommodations:
        return None

    def eased(task: CarveTask, dimension: str) -> float:
        return max(0.0, task.levels.get(dimension, 0.0) - max((m.steps(task.id, dimension) for m in used), default=0.0))

    for dimension, capacity in problem.capacity.items():
        if dimension not in DOSE and any(eased(task, dimension) > capacity for task in chosen):
            return None
    rooms = [problem.blocks] if problem.blocks is None else _site_plans(problem, chosen)
    found = [w for room in rooms if (w := _hours_worth(problem, chosen, eased, room)) is not None]
    if not found:
        return None
    switches = problem.switch_cost * (len({task.job for task in chosen}) - 1)
    return max(found) - sum(m.cost for m in used) - switches


def _site_plans(problem: CarveProblem, chosen: tuple[CarveTask, ...]):  # type: ignore[no-untyped-def]
    """Give every way to share the half-days out between sites: block -> site."""
    sites = sorted({task.site for task in chosen})
    names = [block for block, _ in problem.blocks or ()]
    for owners in itertools.product(sites, repeat=len(names)):
        yield dict(zip(names, owners, strict=True))


def _hours_worth(problem, chosen, eased, owners) -> float | None:  # type: ignore[no-untyped-def]
    n = len(chosen)
    cells = [(t, b) for t in range(n) for b, _ in (problem.blocks or ())] if owners is not None else []
    width = n + len(cells)
    upper_rows: list[list[float]] = []
    upper: list[float] = []

    def row(factors: dict[int, float], most: float) -> None:
        upper_rows.append([factors.get(i, 0.0) for i in range(width)])
        upper.append(most)

    row(dict.fromkeys(range(n), 1.0), problem.hours_max)
    row(dict.fromkeys(range(n), -1.0), -problem.hours_min)
    if problem.limits.supervision is not None:
        row({i: task.supervision for i, task in enumerate(chosen)}, problem.limits.supervision)
    for dimension, capacity in problem.capacity.items():
        if dimension in DOSE:
            limit = share_of_shift(capacity)
            row({i: share_of_shift(eased(task, dimension)) - limit for i, task in enumerate(chosen)}, 0.0)
    equal_rows, equal = [], []
    bounds = [(task.min_hours if task.divisible else task.hours, task.hours) for task in chosen]
    if owners is not None:
        for t, task in enumerate(chosen):
            for b, _ in problem.blocks:
                open_ = (task.blocks is None or b in task.blocks) and owners[b] == task.site
                bounds.append((0.0, None if open_ else 0.0))
            mine = {n + i: 1.0 for i, (owner, _) in enumerate(cells) if owner == t}
            equal_rows.append([-1.0 if i == t else mine.get(i, 0.0) for i in range(width)])
            equal.append(0.0)
        for b, hours in problem.blocks:
            row({n + i: 1.0 for i, (_, block) in enumerate(cells) if block == b}, hours)
    result = linprog(
        [-task.value for task in chosen] + [0.0] * len(cells),
        A_ub=upper_rows,
        b_ub=upper,
        A_eq=equal_rows or None,
        b_eq=equal or None,
        bounds=bounds,
    )
    return -float(result.fun) if result.status == 0 else None

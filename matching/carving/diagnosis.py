"""Why there is no part-job here, and the smallest changes that would make one possible.

Each change is tried alone, exactly, and made as small as it can be: half a step of a limit, half an hour of lighter
work, one more task. Only where none is enough alone, pairs are named.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from .gates import DOSE, binding_doses, gate
from .part_job import carve
from .problem import SMALLEST_STEP, Blocker, CarveProblem, CarveTask, DayRule

HALF = 0.5
MOST_LIGHT_HOURS = 40.0
MOST_HOURS_A_DAY, DAYS_OF_A_WEEK = 24, 7


@dataclass(frozen=True, slots=True)
class _Lever:
    """One thing that could change, in equal steps: ``after(problem, steps)``; the blocker that says how far."""

    after: Callable[[CarveProblem, int], CarveProblem]
    most: int
    said: Callable[[int], Blocker]


def explain_infeasible(problem: CarveProblem) -> tuple[Blocker, ...]:
    """Say why nothing fits: first what is missing, then each single change that would be enough, then what fell.

    A reason of rule ``hours`` about ``least`` gives the hours needed and the hours that can be put together. The
    others give what is there (``available``) and what would be enough (``needed``).
    """
    gated = gate(problem)
    fallen = _grouped(blocker for id_ in sorted(gated.fallen) for blocker in gated.fallen[id_])
    changes = smallest_changes(problem)
    if not gated.problem.tasks:
        return (*changes, *fallen)
    reached = _most_hours(gated.problem)
    return (Blocker("hours", "least", problem.hours_min, reached), *changes, *fallen)


def smallest_changes(problem: CarveProblem) -> tuple[Blocker, ...]:
    """List the single changes each of which makes a part-job possible here, each as small as it can be."""
    levers = list(_levers(problem))
    enough = [lever for lever in levers if _possible(lever.after(problem, lever.most))]
    found = tuple(lever.said(_fewest_steps(problem, lever)) for lever in enough)
    if found:
        return found
    for one, other in itertools.combinations(levers, 2):
        if _possible(other.after(one.after(problem, one.most), other.most)):
            pair = [one.said(one.most), other.said(other.most)]
            names = "+".join("lighter" if blocker.rule == "lighter" else blocker.about for blocker in pair)
            return (Blocker("together", names),)
    return ()


def _fewest_steps(problem: CarveProblem, lever: _Lever) -> int:
    low, high = 0, lever.most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _possible(lever.after(problem, middle)) else (middle, high)
    return high


def _possible(problem: CarveProblem) -> bool:
    """Tell if there is any part-job; values and prices do not matter for that."""
    plain = replace(
        problem,
        tasks=tuple(replace(task, value=1.0) for task in problem.tasks),
        measures=tuple(replace(measure, cost=0.0) for measure in problem.measures),
        switch_cost=0.0,
    )
    return carve(plain).objective is not None


def _levers(problem: CarveProblem) -> Iterator[_Lever]:
    yield from _capacities(problem)
    yield _lighter_work(problem, "+".join(binding_doses(gate(problem).problem)))
    for name in ("tasks", "jobs", "accommodations"):
        most = getattr(problem.limits, name)
        if most is not None:
            yield _limit(problem, name, most)
    if problem.limits.supervision is not None:
        yield _guidance(problem, problem.limits.supervision)
    if problem.day is not None:
        yield from _days(problem.day)
    if problem.blocks is not None:
        hours = sum(room for _, room in problem.blocks)
        yield _Lever(
            lambda p, _steps: replace(p, blocks=None),
            1,
            lambda _steps: Blocker("blocks", "week", problem.hours_min, hours),
        )
    if problem.hours_min > HALF:
        steps = int(problem.hours_min / HALF)
        yield _Lever(
            lambda p, n: replace(p, hours_min=max(0.0, problem.hours_min - n * HALF)),
            steps,
            lambda n: Blocker("hours", "smallest", max(0.0, problem.hours_min - n * HALF), problem.hours_min),
        )


def _capacities(problem: CarveProblem) -> Iterator[_Lever]:
    for dimension, level in sorted(problem.capacity.items()):
        if any(task.levels.get(dimension, 0.0) > level + SMALLEST_STEP for task in problem.tasks):
            rule = "dose" if dimension in DOSE else "peak_limit"

            def eased(p: CarveProblem, steps: int, d: str = dimension, base: float = level) -> CarveProblem:
                return replace(p, capacity={**p.capacity, d: min(5.0, base + steps * HALF)})

            def said(steps: int, d: str = dimension, base: float = level, rule: str = rule) -> Blocker:
                return Blocker(rule, d, min(5.0, base + steps * HALF), base)

            yield _Lever(eased, max(1, int((5.0 - level) / HALF + 0.999)), said)


def _lighter_work(problem: CarveProblem, about: str) -> _Lever:
    """Add work without any load that fits any half-day, beside at least half an hour of the work that is there."""

    def added(p: CarveProblem, steps: int) -> CarveProblem:
        limits = p.limits
        more = replace(
            limits,
            tasks=None if limits.tasks is None else limits.tasks + 1,
            jobs=None if limits.jobs is None else limits.jobs + 1,
        )
        light = CarveTask("lighter work", steps * HALF, 0.0, {}, site=p.tasks[0].site, divisible=True, min_hours=0.0)
        some_of_it = ({task.id: -1.0 for task in p.tasks}, -HALF)
        return replace(p, tasks=(*p.tasks, light), limits=more, budgets=(*p.budgets, some_of_it))

    most = int(min(MOST_LIGHT_HOURS, problem.hours_max) / HALF)
    return _Lever(added, most, lambda steps: Blocker("lighter", about, steps * HALF))


def _limit(problem: CarveProblem, name: str, most: int) -> _Lever:
    def eased(p: CarveProblem, steps: int) -> CarveProblem:
        whole: dict[str, int] = {name: most + steps}
        return replace(p, limits=replace(p.limits, **whole))

    return _Lever(eased, len(problem.tasks), lambda steps: Blocker("limits", name, most + steps, float(most)))


def _days(rule: DayRule) -> Iterator[_Lever]:
    """Change one part of the rule about days: fewer hours on a day, more of them, one more day."""

    def changed(p: CarveProblem, **part: float) -> CarveProblem:
        return replace(p, day=replace(p.day or rule, **part))  # type: ignore[arg-type]  # days are whole numbers here

    if rule.least > 0:

        def lower(steps: int) -> float:
            return max(0.0, rule.least - steps * HALF)

        yield _Lever(
            lambda p, steps: changed(p, least=lower(steps)),
            math.ceil(rule.least / HALF),
            lambda steps: Blocker("day", "least", lower(steps), rule.least),
        )
    if rule.most is not None:
        most = rule.most
        yield _Lever(
            lambda p, steps: changed(p, most=most + steps * HALF),
            max(1, int((MOST_HOURS_A_DAY - most) / HALF)),
            lambda steps: Blocker("day", "most", most + steps * HALF, most),
        )
    if rule.days is not None and rule.days < DAYS_OF_A_WEEK:
        days = rule.days
        yield _Lever(
            lambda p, steps: changed(p, days=days + steps),
            DAYS_OF_A_WEEK - days,
            lambda steps: Blocker("day", "days", float(days + steps), float(days)),
        )


def _guidance(problem: CarveProblem, most: float) -> _Lever:
    def eased(p: CarveProblem, steps: int) -> CarveProblem:
        return replace(p, limits=replace(p.limits, supervision=most + steps * HALF))

    steps = max(1, int(problem.hours_max / HALF))
    return _Lever(eased, steps, lambda n: Blocker("limits", "supervision", most + n * HALF, most))


def _grouped(blockers: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Join blockers of one rule about one thing; the tasks are listed together."""
    found: dict[tuple[str, str], Blocker] = {}
    for blocker in blockers:
        key = (blocker.rule, blocker.about if blocker.rule in {"ban", "peak", "dose"} else "")
        known = found.get(key)
        if known is None:
            found[key] = blocker
        else:
            needed = min(known.needed or 0.0, blocker.needed or 0.0)
            found[key] = replace(known, needed=needed, tasks=(*known.tasks, *blocker.tasks))
    return tuple(found.values())


def _most_hours(problem: CarveProblem) -> float:
    """Find how many weekly hours can be put together at most when the smallest number of hours is no matter."""
    tasks = tuple(replace(task, value=1.0) for task in problem.tasks)
    measures = tuple(replace(measure, cost=0.0) for measure in problem.measures)
    solution = carve(replace(problem, tasks=tasks, measures=measures, hours_min=0.0, switch_cost=0.0))
    return round(solution.hours, 2)

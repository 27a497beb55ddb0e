"""Whether a part-job keeps every rule, computed from the definitions and not from the solver's program.

Returns blockers, never a bare boolean: an empty list means feasible.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from data.levels import level_of_share, share_of_shift

from .days import day_of, hours_of_days, spans_of_hours
from .gates import DOSE, helpers
from .problem import Blocker, CarveMeasure, CarveProblem, CarveSolution, CarveTask, DayRule

TOLERANCE = 1e-4
"""Hours and shares may miss by this much: a solver's rounding, below half a minute a week."""


def eased_level(measures: Sequence[CarveMeasure], task: CarveTask, dimension: str) -> float:
    """Give a task's level with these measures in use: only the strongest applicable one counts."""
    steps = max((measure.steps(task.id, dimension) for measure in measures), default=0.0)
    return max(0.0, task.levels.get(dimension, 0.0) - steps)


def bundle_levels(problem: CarveProblem, solution: CarveSolution) -> tuple[dict[str, float], dict[str, float]]:
    """Give the bundle's peak levels and its dose shares (0-1), after accommodations, where above 0."""
    tasks = {task.id: task for task in problem.tasks}
    hours = solution.hours or 1.0
    used = helpers(tuple(measure for measure in problem.measures if measure.id in solution.accommodations))
    peaks: dict[str, float] = {}
    doses: dict[str, float] = {}
    for taken in solution.tasks:
        task = tasks[taken.id]
        for dimension, level in task.levels.items():
            if dimension in used:
                level = eased_level(used[dimension], task, dimension)
            if dimension in DOSE:
                doses[dimension] = doses.get(dimension, 0.0) + taken.hours * share_of_shift(level) / hours
            else:
                peaks[dimension] = max(peaks.get(dimension, 0.0), level)
    return (
        {d: level for d, level in sorted(peaks.items()) if level > 0},
        {d: round(share, 6) for d, share in sorted(doses.items()) if share > 0},
    )


def recheck(
    problem: CarveProblem, solution: CarveSolution, levels: tuple[dict[str, float], dict[str, float]] | None = None
) -> list[Blocker]:
    """List every rule of DESIGN section 4 that the part-job breaks; ``levels``: its ``bundle_levels``, if at hand."""
    tasks = {task.id: task for task in problem.tasks}
    chosen = [tasks[taken.id] for taken in solution.tasks]
    found = [Blocker("core", task.id, tasks=(task.id,)) for task in chosen if task.core]
    found += [
        Blocker("ban", dimension, task.most[dimension], highest, (task.id,))
        for task in chosen
        for dimension, highest in problem.bans.items()
        if task.most.get(dimension, 0.0) > highest + TOLERANCE
    ]
    found += _load_blockers(problem, solution, levels or bundle_levels(problem, solution))
    found += _hours_blockers(problem, solution, tasks)
    found += _limit_blockers(problem, solution, tasks)
    if problem.blocks is not None:
        found += _plan_blockers(solution, tasks, dict(problem.blocks))
        found += _day_blockers(problem, solution, tasks)
        if problem.alternate:
            found += _alternation_blockers(problem, solution, tasks)
    if problem.day is not None:
        found += _day_rule_blockers(problem, solution, problem.day)
    return found


def _day_rule_blockers(problem: CarveProblem, solution: CarveSolution, rule: DayRule) -> list[Blocker]:
    """List the days with too few or too many hours, and too many days; the whole week where nothing is planned."""
    if problem.blocks is None:
        spans = spans_of_hours(rule, 0.0, 168.0)
        fits = any(low - TOLERANCE <= solution.hours <= high + TOLERANCE for low, high in spans)
        return [] if fits else [Blocker("day", "week", rule.least, solution.hours)]
    worked = {day: hours for day, hours in hours_of_days(solution).items() if hours > TOLERANCE}
    found = [Blocker("day", day, rule.least, hours) for day, hours in worked.items() if hours < rule.least - TOLERANCE]
    if rule.most is not None:
        found += [Blocker("day", d, rule.most, hours) for d, hours in worked.items() if hours > rule.most + TOLERANCE]
    if rule.days is not None and len(worked) > rule.days:
        found.append(Blocker("day", "days", float(rule.days), float(len(worked))))
    return found


def _day_blockers(problem: CarveProblem, solution: CarveSolution, tasks: Mapping[str, CarveTask]) -> list[Blocker]:
    """List the days on which two sites are too far from each other."""
    days: dict[str, set[str]] = {}
    for taken in solution.tasks:
        for block in taken.blocks:
            days.setdefault(day_of(block), set()).add(tasks[taken.id].site)
    return [
        Blocker("travel", day, problem.between.get((one, other)), problem.travel_within_day)
        for day, sites in sorted(days.items())
        for one, other in combinations(sorted(sites), 2)
        if problem.far_apart(one, other)
    ]


def _alternation_blockers(
    problem: CarveProblem, solution: CarveSolution, tasks: Mapping[str, CarveTask]
) -> list[Blocker]:
    """List the doses that a single half-day breaks."""
    used = [measure for measure in problem.measures if measure.id in solution.accommodations]
    found = []
    for dimension, capacity in problem.capacity.items():
        if dimension not in DOSE:
            continue
        for block, _ in problem.blocks or ():
            hours = {taken.id: taken.blocks.get(block, 0.0) for taken in solution.tasks}
            shares = sum(h * share_of_shift(eased_level(used, tasks[id_], dimension)) for id_, h in hours.items() if h)
            if shares > (share_of_shift(capacity) + TOLERANCE) * sum(hours.values()) + TOLERANCE:
                found.append(Blocker("dose", dimension, None, capacity, tuple(id_ for id_, h in hours.items() if h)))
    return found


def _load_blockers(
    problem: CarveProblem, solution: CarveSolution, levels: tuple[dict[str, float], dict[str, float]]
) -> list[Blocker]:
    peaks, doses = levels
    ids = tuple(taken.id for taken in solution.tasks)
    found = []
    for dimension, capacity in problem.capacity.items():
        if dimension in DOSE:
            if doses.get(dimension, 0.0) > share_of_shift(capacity) + TOLERANCE:
                found.append(Blocker("dose", dimension, level_of_share(doses[dimension]), capacity, ids))
        elif peaks.get(dimension, 0.0) > capacity + TOLERANCE:
            found.append(Blocker("peak", dimension, peaks[dimension], capacity, ids))
    return found


def _hours_blockers(problem: CarveProblem, solution: CarveSolution, tasks: Mapping[str, CarveTask]) -> list[Blocker]:
    found = []
    total = solution.hours
    if not solution.tasks or total < problem.hours_min - TOLERANCE:
        found.append(Blocker("hours", "least", problem.hours_min, total))
    if total > problem.hours_max + TOLERANCE:
        found.append(Blocker("hours", "most", total, problem.hours_max))
    for taken in solution.tasks:
        task = tasks[taken.id]
        least = task.min_hours if task.divisible else task.hours
        if not least - TOLERANCE <= taken.hours <= task.hours + TOLERANCE:
            found.append(Blocker("hours", task.id, least, taken.hours, (task.id,)))
    return found


def _limit_blockers(problem: CarveProblem, solution: CarveSolution, tasks: Mapping[str, CarveTask]) -> list[Blocker]:
    limits, found = problem.limits, []
    ids = {taken.id for taken in solution.tasks}
    jobs = {tasks[id_].job or id_ for id_ in ids}
    guidance = sum(taken.hours * tasks[taken.id].supervision for taken in solution.tasks)
    measured: tuple[tuple[str, float, float | None], ...] = (
        ("tasks", len(ids), limits.tasks),
        ("jobs", len(jobs), limits.jobs),
        ("accommodations", len(solution.accommodations), limits.accommodations),
        ("supervision", guidance, limits.supervision),
    )
    for name, there, most in measured:
        if most is not None and there > most + TOLERANCE:
            found.append(Blocker("limits", name, there, float(most)))
    found += [
        Blocker("tied", ",".join(sorted(set(group) - ids)), tasks=tuple(group))
        for group in problem.tied
        if ids & set(group) and not set(group) <= ids
    ]
    found += [Blocker("excluded", one, tasks=(one, other)) for one, other in problem.excluded if {one, other} <= ids]
    found += [Blocker("locked", id_, tasks=(id_,)) for id_ in sorted(problem.locked - ids)]
    for group, most in problem.at_most:
        if len(group & ids) > most:
            found.append(Blocker("at_most", ",".join(sorted(group & ids)), len(group & ids), most))
    for factors, most in problem.budgets:
        spent = sum(taken.hours * factors.get(taken.id, 0.0) for taken in solution.tasks)
        if spent > most + TOLERANCE:
            found.append(Blocker("budget", "", spent, most))
    return found


def _plan_blockers(solution: CarveSolution, tasks: Mapping[str, CarveTask], room: Mapping[str, float]) -> list[Blocker]:
    found: list[Blocker] = []
    in_block: dict[str, float] = {}
    sites: dict[str, set[str]] = {}
    for taken in solution.tasks:
        task = tasks[taken.id]
        if abs(sum(taken.blocks.values()) - taken.hours) > TOLERANCE:
            found.append(Blocker("blocks", task.id, taken.hours, sum(taken.blocks.values()), (task.id,)))
        for block, hours in taken.blocks.items():
            in_block[block] = in_block.get(block, 0.0) + hours
            sites.setdefault(block, set()).add(task.site)
            if task.blocks is not None and block not in task.blocks:
                found.append(Blocker("blocks", block, tasks=(task.id,)))
    for block, hours in sorted(in_block.items()):
        if hours > room.get(block, 0.0) + TOLERANCE:
            found.append(Blocker("blocks", block, hours, room.get(block, 0.0)))
        if len(sites[block]) > 1:
            found.append(Blocker("blocks", block, float(len(sites[block])), 1.0))
    return found

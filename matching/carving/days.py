"""Days of a week plan: a day is free or has a fitting number of hours, and only so many days are worked.

A rule about days is kept exactly, and costs nothing where there is none. What the search of one site knows of it (the
hours that a set of half-days can hold) is a bound; hours that are found are laid out so that the rule holds; only where
that cannot be, the general program decides with a variable for every day (``milp``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .problem import SMALLEST_STEP, CarveProblem, CarveSolution, DayRule
from .program import Program


def day_of(block: str) -> str:
    """Name the day of a half-day: ``mon_am`` is on ``mon``."""
    return block.rpartition("_")[0] or block


def days_of(blocks: Sequence[tuple[str, float]]) -> dict[str, list[str]]:
    """List the half-days of each day."""
    days: dict[str, list[str]] = {}
    for block, _ in blocks:
        days.setdefault(day_of(block), []).append(block)
    return days


def hours_of_days(solution: CarveSolution) -> dict[str, float]:
    """Add up the planned hours of each day."""
    found: dict[str, float] = {}
    for task in solution.tasks:
        for block, hours in task.blocks.items():
            found[day_of(block)] = found.get(day_of(block), 0.0) + hours
    return found


def usable_half_days(rule: DayRule, blocks: Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Cut half-days to what a day may hold, and drop days too short for the fewest hours: nothing possible is lost.

    >>> usable_half_days(DayRule(4, 6), [("mon_am", 8.0), ("tue_am", 3.0)])
    (('mon_am', 6),)
    """
    there = tuple(blocks)
    room = {day: sum(hours for block, hours in there if day_of(block) == day) for day, _ in days_of(there).items()}
    most = float("inf") if rule.most is None else rule.most
    enough = {day for day, hours in room.items() if min(hours, most) >= rule.least - SMALLEST_STEP}
    return tuple((block, min(hours, most)) for block, hours in there if day_of(block) in enough)


def most_hours(rule: DayRule | None, blocks: Iterable[tuple[str, float]]) -> float:
    """Tell how many hours of a week these half-days can hold at most.

    >>> most_hours(DayRule(4, 6, 2), [("mon_am", 4.0), ("mon_pm", 4.0), ("tue_am", 5.0), ("wed_am", 3.0)])
    11.0
    """
    if rule is None:
        return sum(hours for _, hours in blocks)
    room: dict[str, float] = {}
    for block, hours in blocks:
        room[day_of(block)] = room.get(day_of(block), 0.0) + hours
    days = sorted((hours if rule.most is None else min(hours, rule.most) for hours in room.values()), reverse=True)
    return sum(days[: rule.days])


def spans_of_hours(rule: DayRule, low: float, high: float) -> list[tuple[float, float]]:
    """List the weekly hours from ``low`` to ``high`` that whole days can make up, whatever the half-days.

    >>> spans_of_hours(DayRule(5, 6, 3), 0, 40)
    [(5, 6), (10, 12), (15, 18)]
    """
    found: list[tuple[float, float]] = []
    for days in range(1, (rule.days or 7) + 1):
        least = max(low, days * rule.least)
        most = high if rule.most is None else min(high, days * rule.most)
        if least > most + SMALLEST_STEP:
            continue
        if found and least <= found[-1][1] + SMALLEST_STEP:
            found[-1] = (found[-1][0], max(found[-1][1], most))
        else:
            found.append((least, most))
    return found


def held_to_days(problem: CarveProblem) -> CarveProblem:
    """Bring half-days and weekly hours down to what the rule about days could ever allow."""
    rule = problem.day
    if rule is None or problem.blocks is None:
        return problem
    blocks = usable_half_days(rule, problem.blocks)
    most = min(problem.hours_max, most_hours(rule, blocks))
    return replace(problem, blocks=blocks, hours_min=max(problem.hours_min, rule.least), hours_max=most)


def keep_days(
    program: Program, rule: DayRule, rooms: Mapping[str, float], planned: Mapping[str, Sequence[tuple[int, float]]]
) -> None:
    """Add the rule to a program; ``planned``: the columns that make up the hours of each day, ``rooms`` its hours."""
    worked = []
    for day, terms in planned.items():
        used = program.column(1, whole=True)
        most = rooms[day] if rule.most is None else min(rule.most, rooms[day])
        program.row([*terms, (used, -most)], upper=0)
        program.row([*terms, (used, -rule.least)], lower=0)
        worked.append((used, 1.0))
    if rule.days is not None:
        program.row(worked, upper=rule.days)


def could_hold(rule: DayRule, blocks: Sequence[tuple[str, float]], total: float) -> bool:
    """Tell, before anything is laid out, if just these days could be worked for so many hours in all."""
    days = {day_of(block) for block, _ in blocks}
    if rule.days is not None and len(days) > rule.days:
        return False
    whole = usable_half_days(rule, blocks)
    return (
        len({day_of(block) for block, _ in whole}) == len(days)
        and rule.least * len(days) <= total + SMALLEST_STEP
        and most_hours(rule, whole) >= total - SMALLEST_STEP
    )


def spread_over_days(
    rule: DayRule, wanted: Sequence[float], fits: Sequence[Sequence[bool]], blocks: Sequence[tuple[str, float]]
) -> list[list[float]] | None:
    """Spread hours of classes over half-days so that each of their days has fitting hours; None: it cannot be.

    A flow from classes over half-days to days, in two steps: every day gets its fewest hours first, the rest follows.
    The second step takes nothing away from a day, so both together are exact.
    """
    days = list(days_of(blocks))
    source, classes, halves = 0, 1, 1 + len(wanted)
    first_day = halves + len(blocks)
    sink = first_day + len(days)
    left = [[0.0] * (sink + 1) for _ in range(sink + 1)]
    for one, hours in enumerate(wanted):
        left[source][classes + one] = hours
        for at, (_, room) in enumerate(blocks):
            left[classes + one][halves + at] = room if fits[one][at] else 0.0
    for at, (block, room) in enumerate(blocks):
        left[halves + at][first_day + days.index(day_of(block))] = room
    for at in range(len(days)):
        left[first_day + at][sink] = rule.least
    placed = _push(left, source, sink)
    if placed < rule.least * len(days) - SMALLEST_STEP:
        return None
    for at in range(len(days)):
        left[first_day + at][sink] = (sum(wanted) if rule.most is None else rule.most) - rule.least
    placed += _push(left, source, sink)
    if placed < sum(wanted) - SMALLEST_STEP:
        return None
    return [[left[halves + at][classes + one] for at in range(len(blocks))] for one in range(len(wanted))]


def _push(left: list[list[float]], source: int, sink: int) -> float:
    """Push as much as can be through what is left, along shortest ways; gives how much."""
    placed = 0.0
    while True:
        came = {source: source}
        queue = [source]
        for at in queue:
            if sink in came:
                break
            for to, room in enumerate(left[at]):
                if room > SMALLEST_STEP and to not in came:
                    came[to] = at
                    queue.append(to)
        if sink not in came:
            return placed
        way, at = [], sink
        while at != source:
            way.append((came[at], at))
            at = came[at]
        part = min(left[one][other] for one, other in way)
        for one, other in way:
            left[one][other] -= part
            left[other][one] += part
        placed += part

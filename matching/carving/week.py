"""A week that a person would accept: the hours of a part-job in as few half-days as possible, rather on different days.

The worth of a part-job does not depend on when in the week it is done, so any plan within the rules is as good. Among
them this chooses the fewest half-days, then the fewest days with two of them, then the earliest.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import lru_cache

from data.levels import share_of_shift

from .days import could_hold, day_of, days_of, keep_days, spread_over_days
from .gates import binding_doses
from .problem import SMALLEST_STEP, CarveProblem, CarveSolution, CarveTask, DayRule
from .program import Program
from .recheck import eased_level

SECOND_HALF_DAY = 0.1
LATER = 0.001
NODE_LIMIT = 5_000
DECIMALS = 6
MOST_TRIED = 12
"""Up to so many half-days every choice of them is tried in order; longer weeks go to the general program."""

MOST_JOINED = 4
"""Up to so many classes of tasks are looked at together before hours are laid out."""

Plan = dict[str, dict[str, float]]
Class = tuple[str, frozenset[str], str]
"""A site and the half-days that fit: tasks that share both are alike for the week plan; or a task by itself."""


def tidy_week(problem: CarveProblem, hours: Mapping[str, float], used: Sequence[str] = ()) -> Plan | None:
    """Spread the hours of each task over half-days: task -> half-day -> hours; empty when no plan is wanted.

    ``used``: the measures in use, for a problem whose loads must alternate. None when the hours do not fit the
    half-days, or the work limit of a long week comes first.
    """
    if problem.blocks is None or not hours:
        return {id_: {} for id_ in hours}
    tasks = [task for task in problem.tasks if task.id in hours]
    alternate = problem.alternate and binding_doses(problem)
    if len({task.site for task in tasks}) == 1 and len(problem.blocks) <= MOST_TRIED and not alternate:
        return _fewest(problem.blocks, tasks, hours, problem.day)
    return _program(problem, tasks, hours, used)


def classes_of(
    tasks: Sequence[CarveTask], blocks: Sequence[tuple[str, float]], apart: bool = False
) -> dict[Class, list[CarveTask]]:
    """Group tasks by site and by the half-days that they and the person share; each by itself when ``apart``."""
    available = frozenset(block for block, _ in blocks)
    found: dict[Class, list[CarveTask]] = {}
    for task in tasks:
        fit = available if task.blocks is None else task.blocks & available
        found.setdefault((task.site, fit, task.id if apart else ""), []).append(task)
    return found


@lru_cache(maxsize=256)
def _choices(blocks: tuple[str, ...], size: int) -> tuple[tuple[int, ...], ...]:
    """Order the sets of so many half-days from the most to the least welcome; one half-day less is always welcomer."""

    def cost(chosen: tuple[int, ...]) -> float:
        days = {day_of(blocks[at]) for at in chosen}
        return sum(1 + LATER * at for at in chosen) + SECOND_HALF_DAY * (len(chosen) - len(days))

    every = itertools.combinations(range(len(blocks)), size)
    return tuple(sorted(every, key=lambda chosen: (round(cost(chosen), 9), chosen)))


def rooms_needed(wanted: Sequence[float], fits: Sequence[Sequence[bool]]) -> list[tuple[float, frozenset[int]]]:
    """List what half-days must offer: hours that some classes want, and the half-days that fit any of these.

    Where one of them offers less, the hours do not fit, which is known without trying to lay them out (Hall, Gale).
    """
    found = []
    for size in range(1, len(wanted) + 1):
        for some in itertools.combinations(range(len(wanted)), size):
            union = frozenset(block for one in some for block, fit in enumerate(fits[one]) if fit)
            found.append((sum(wanted[one] for one in some) - size * SMALLEST_STEP, union))
    return found


def _fewest(
    blocks: tuple[tuple[str, float], ...], tasks: list[CarveTask], hours: Mapping[str, float], rule: DayRule | None
) -> Plan | None:
    groups = list(classes_of(tasks, blocks).items())
    wanted = [sum(hours[task.id] for task in members) for _, members in groups]
    fits = [[block in fit for block, _ in blocks] for (_, fit, _), _ in groups]
    total, rooms = sum(wanted), [room for _, room in blocks]
    most = list(itertools.accumulate(sorted(rooms, reverse=True)))
    fewest = next((n for n, room in enumerate(most, start=1) if room >= total - SMALLEST_STEP), len(rooms) + 1)
    if rule is not None and not _some_days(rule, wanted, fits, blocks):
        return None
    needed = rooms_needed(wanted, fits) if len(groups) <= MOST_JOINED else []
    names = tuple(block for block, _ in blocks)
    for chosen in itertools.chain.from_iterable(_choices(names, size) for size in range(fewest, len(rooms) + 1)):
        if sum(rooms[at] for at in chosen) < total - SMALLEST_STEP:
            continue
        if any(sum(rooms[at] for at in chosen if at in union) < hours_ for hours_, union in needed):
            continue
        if rule is None:
            flow = spread(wanted, fits, [hours_ if at in chosen else 0.0 for at, (_, hours_) in enumerate(blocks)])
        else:
            flow = _on_days(rule, wanted, fits, blocks, chosen)
        if flow is not None:
            break
    else:
        return None
    plan: Plan = {}
    for (_, members), parts in zip(groups, flow, strict=True):
        free = {block: part for (block, _), part in zip(blocks, parts, strict=True) if part > 0}
        plan |= share_out(members, hours, free)
    return plan


def _on_days(
    rule: DayRule,
    wanted: list[float],
    fits: list[list[bool]],
    blocks: tuple[tuple[str, float], ...],
    chosen: Sequence[int],
) -> list[list[float]] | None:
    """Spread hours over the chosen half-days, all of whose days are worked for fitting hours; None: it cannot be."""
    some = [blocks[at] for at in chosen]
    if not could_hold(rule, some, sum(wanted)):
        return None
    flow = spread_over_days(rule, wanted, [[fit[at] for at in chosen] for fit in fits], some)
    if flow is None:
        return None
    place = {at: number for number, at in enumerate(chosen)}
    return [[parts[place[at]] if at in place else 0.0 for at in range(len(blocks))] for parts in flow]


def _some_days(
    rule: DayRule, wanted: list[float], fits: list[list[bool]], blocks: tuple[tuple[str, float], ...]
) -> bool:
    """Tell if there is any set of days on which the hours could be worked: few to try, where half-days are many."""
    days = sorted({day_of(block) for block, _ in blocks})
    sets = (set(some) for size in range(1, len(days) + 1) for some in itertools.combinations(days, size))
    return any(
        _on_days(rule, wanted, fits, blocks, [at for at, (block, _) in enumerate(blocks) if day_of(block) in some])
        is not None
        for some in sets
    )


def share_out(tasks: Sequence[CarveTask], hours: Mapping[str, float], free: dict[str, float]) -> Plan:
    """Give the planned hours of a class to its tasks, half-day by half-day in the order of the week."""
    plan: Plan = {}
    for task in tasks:
        left, plan[task.id] = hours[task.id], {}
        for block in free:
            part = min(left, free[block])
            if part > SMALLEST_STEP:
                plan[task.id][block] = round(part, DECIMALS)
                free[block] -= part
                left -= part
    return plan


def spread(wanted: list[float], fits: list[list[bool]], room: list[float]) -> list[list[float]] | None:
    """Spread hours of classes over half-days within their room; None when they do not fit (augmenting paths)."""
    flow = [[0.0] * len(room) for _ in wanted]
    left = list(room)
    for one, hours in enumerate(wanted):
        missing = hours
        while missing > SMALLEST_STEP:
            path = _path(one, fits, flow, left)
            if path is None:
                return None
            part = min(missing, left[path[-1][1]], *(flow[c][path[k - 1][1]] for k, (c, _) in enumerate(path) if k))
            for k, (class_, block) in enumerate(path):
                flow[class_][block] += part
                if k:
                    flow[class_][path[k - 1][1]] -= part
            left[path[-1][1]] -= part
            missing -= part
    return flow


def _path(
    start: int, fits: list[list[bool]], flow: list[list[float]], left: list[float]
) -> list[tuple[int, int]] | None:
    """Find the shortest way to free hours: pairs (class, half-day that takes hours of it)."""
    came: dict[int, tuple[int, int | None]] = {}
    queue: list[tuple[int, int | None]] = [(start, None)]
    for class_, through in queue:
        for block in range(len(left)):
            if not fits[class_][block] or block in came:
                continue
            came[block] = (class_, through)
            if left[block] > SMALLEST_STEP:
                path, at = [], block
                while at is not None:
                    owner, before = came[at]
                    path.append((owner, at))
                    at = before  # type: ignore[assignment]  # None ends the path
                return path[::-1]
            queue += [(other, block) for other in range(len(flow)) if flow[other][block] > SMALLEST_STEP]
    return None


def _program(
    problem: CarveProblem, tasks: list[CarveTask], hours: Mapping[str, float], used: Sequence[str]
) -> Plan | None:
    """Plan several sites, a long week, or loads that alternate, as a mixed-integer program."""
    program, blocks = Program(), problem.blocks or ()
    there = _attendance(program, problem, sorted({task.site for task in tasks}))
    cells: dict[tuple[str, str], int] = {}
    for task in tasks:
        mine = []
        for block, room in blocks:
            if task.blocks is None or block in task.blocks:
                cells[task.id, block] = program.column(min(room, hours[task.id]))
                mine.append((cells[task.id, block], 1.0))
        program.row(mine, hours[task.id], hours[task.id])
    sites = {task.id: task.site for task in tasks}
    room_of = dict(blocks)
    for (site, block), column in there.items():
        inside = [(cell, 1.0) for (id_, b), cell in cells.items() if b == block and sites[id_] == site]
        program.row([*inside, (column, -room_of[block])], upper=0)
    if problem.alternate:
        _alternate(program, problem, tasks, cells, used)
    if problem.day is not None:
        days = days_of(blocks)
        planned = {day: [(c, 1.0) for (_, block), c in cells.items() if day_of(block) == day] for day in days}
        rooms = {day: sum(room_of[block] for block in some) for day, some in days.items()}
        keep_days(program, problem.day, rooms, planned)
    answer = program.solve(NODE_LIMIT)
    if answer.values is None:
        return None
    plan: Plan = {task.id: {} for task in tasks}
    for (id_, block), column in cells.items():
        part = round(answer.values[column], DECIMALS)
        if part > 0:
            plan[id_][block] = part
    return plan


def _alternate(
    program: Program,
    problem: CarveProblem,
    tasks: list[CarveTask],
    cells: Mapping[tuple[str, str], int],
    used: Sequence[str],
) -> None:
    """Keep every half-day within the dose limits on its own."""
    measures = [measure for measure in problem.measures if measure.id in used]
    for dimension in binding_doses(problem):
        allowed = share_of_shift(problem.capacity[dimension])
        over = {task.id: share_of_shift(eased_level(measures, task, dimension)) - allowed for task in tasks}
        for block, _ in problem.blocks or ():
            program.row([(cell, over[id_]) for (id_, b), cell in cells.items() if b == block], upper=0)


def _attendance(program: Program, problem: CarveProblem, sites: list[str]) -> dict[tuple[str, str], int]:
    """Add what it costs to be at a site in a half-day; two sites never share one, far ones not even a day."""
    blocks = problem.blocks or ()
    there = {
        (site, block): program.column(1, gain=-(1 + LATER * at), whole=True)
        for at, (block, _) in enumerate(blocks)
        for site in sites
    }
    for block, _ in blocks:
        program.row([(there[site, block], 1.0) for site in sites], upper=1)
    keep_apart(program, problem, there)
    for same_day in days_of(blocks).values():
        if len(same_day) > 1:
            more = program.column(len(same_day), gain=-SECOND_HALF_DAY)
            attended = [(there[site, block], 1.0) for site in sites for block in same_day]
            program.row([*attended, (more, -1.0)], upper=1)
    return there


def day_trips(problem: CarveProblem, solution: CarveSolution) -> list[tuple[str, str, str, float]]:
    """List the days with two sites: (day, from, to, minutes), in the order of the week."""
    site = {task.id: task.site for task in problem.tasks}
    at = {block: site[task.id] for task in solution.tasks for block in task.blocks}
    trips = []
    for day, blocks in days_of(problem.blocks or ()).items():
        on_the_way = [at[block] for block in blocks if block in at]
        for one, other in itertools.pairwise(on_the_way):
            if one != other:
                minutes = problem.between.get((one, other), problem.between.get((other, one), 0.0))
                trips.append((day, one, other, minutes))
    return trips


def keep_apart(program: Program, problem: CarveProblem, there: Mapping[tuple[str, str], int]) -> None:
    """Forbid two far sites on one day; ``there`` are the columns of (site, half-day)."""
    sites = sorted({site for site, _ in there})
    for one, other in itertools.combinations(sites, 2):
        if problem.far_apart(one, other):
            for same_day in days_of(problem.blocks or ()).values():
                for a, b in itertools.permutations(same_day, 2):
                    program.row([(there[one, a], 1.0), (there[other, b], 1.0)], upper=1)

"""The best part-jobs of a whole market, exactly: a bound for every site, then the search in the order of the bounds.

The list is complete when the worth that is still possible anywhere is below the last place: that is the certificate.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import numpy.typing as npt

from data.levels import PER_STEP

from .branching import PROVEN, Flags, Floats, Integers, SiteArrays
from .choosing_measures import best_part_job, root_bound
from .columns import NO_LIMIT, UNKNOWN, Asked, Bytes, MarketColumns, Measures, Words
from .compiled import compiled
from .gate_bitmaps import PER_HALF_STEP, bitmaps_for, closed_words
from .laying_out import BUILT, EMPTY, lay_out

NOT_NEEDED, FOUND, BELOW, NO_PART_JOB, GENERAL = 0, 1, 2, 3, 4
SLACK = 1e-4
"""Scores are compared to four decimals, so places closer than this are looked at together."""


@compiled
def highest_peaks(asked: Asked, measures: Measures) -> Integers:
    """Give for every dimension the highest level of a task that some measure could still bring within capacity."""
    dimensions = len(asked.capacity)
    highest = np.empty(dimensions, np.int64)
    for d in range(dimensions):
        best = 0
        for at in range(measures.touch_start[d], measures.touch_start[d + 1]):
            best = max(best, int(measures.effect[measures.touching[at], d]))
        reach = NO_LIMIT if asked.dose[d] else int(asked.capacity[d]) + best
        highest[d] = min(reach, UNKNOWN - 1)
    return highest


@compiled
def pass_gates(market: MarketColumns, asked: Asked, measures: Measures) -> Flags:
    """Tell which tasks could be in a part-job at all: open, no ban broken, every peak in reach of some measure."""
    highest = highest_peaks(asked, measures)
    closed = np.empty(market.above.shape[1], np.uint64)
    closed_words(market.above, bitmaps_for(highest), closed)
    between = np.flatnonzero((highest < 5 * PER_STEP) & (highest % PER_HALF_STEP != 0))
    banned = np.flatnonzero(asked.ban < NO_LIMIT)
    ban = asked.ban.astype(np.int64)
    passed = np.zeros(len(asked.open), np.bool_)
    for word in range(len(closed)):
        left = ~closed[word]
        if left == np.uint64(0):
            continue
        for row in range(word * 64, min(word * 64 + 64, len(passed))):
            if (left >> np.uint64(row % 64)) & np.uint64(1) and asked.open[row]:
                passed[row] = _within(market.level[row], between, highest) and _within(
                    market.ban_level[row], banned, ban
                )
    return passed


@compiled
def _within(levels: Bytes, dimensions: Integers, highest: Integers) -> bool:
    """Tell if a task's known levels are within the highest that are allowed."""
    for d in dimensions:  # noqa: SIM110 -- a loop, because this is compiled
        if levels[d] > highest[d] and levels[d] != UNKNOWN:
            return False
    return True


@compiled
def bound_sites(market: MarketColumns, asked: Asked, passed: Flags) -> Floats:
    """Bound the score of every site: its best hours as if no measure cost anything; minus infinity: no such week.

    Of each kind of work, no more hours count than may be taken.
    """
    sites = len(market.first)
    bounds = np.full(sites, -np.inf)
    if asked.hours_min > asked.hours_max + 1e-6:
        return bounds
    left = np.empty(len(asked.kind_hours))
    for site in range(sites):
        first, last = market.first[site], market.last[site]
        rows = np.empty(last - first, np.int64)
        there, width = 0.0, 0
        for row in range(first, last):
            if passed[row]:
                rows[width] = row
                width += 1
                there += market.hours[row]
        if width == 0 or there < asked.hours_min - 1e-6:
            continue
        order = np.argsort(-asked.worth[rows[:width]], kind="mergesort")
        worth, room = 0.0, asked.hours_max
        yields = np.empty(width)
        left[:] = asked.kind_hours
        for at in range(width):
            row = rows[order[at]]
            there = min(market.hours[row], asked.hours_max)
            kind = asked.kind[row] if len(left) > 0 else -1
            if kind >= 0:
                there = min(there, asked.kind_hours[kind])
            yields[at] = asked.worth[row] * there
            part = min(there, room)
            if kind >= 0:
                part = min(part, left[kind])
                left[kind] -= part
            worth += asked.worth[row] * part
            room -= part
        if width > asked.most_tasks:
            worth = min(worth, np.sort(yields)[width - asked.most_tasks :].sum())
        bounds[site] = worth + asked.extra[site]
    return bounds


@compiled
def best_of_market(
    market: MarketColumns,
    asked: Asked,
    measures: Measures,
    known: Floats,
    top: int,
    most_work: int,
    scores: Floats,
    states: Words,
    hours: Floats,
    used: Flags,
) -> tuple[int, int, float]:
    """Score the sites that can be among the ``top`` best; returns (sites bounded, solved, highest bound left).

    The site with the highest bound comes next: it gets a tighter bound, and when that is still the highest, it is
    solved. Workplaces whose problem is the same (branches of a chain) follow each other and are worked out once.
    ``known``: scores from elsewhere that hold places of the list.

    ``scores`` (sites): the exact score where FOUND, else minus infinity. ``states`` (sites): NOT_NEEDED, FOUND,
    BELOW the list, NO_PART_JOB, or GENERAL: to be solved by the general program (another form, or work limit reached).
    ``hours`` (tasks) and ``used`` (sites, measures): the part-job itself where FOUND, else nothing.
    """
    passed = pass_gates(market, asked, measures)
    bounds = bound_sites(market, asked, passed)
    scores[:], states[:], hours[:], used[:] = -np.inf, NOT_NEEDED, 0.0, False
    best = np.full(top, -np.inf)
    for score in known:
        _insert(best, score)
    solved, bounded = 0, int(np.isfinite(bounds).sum())
    queue = [(-bounds[site], site, False) for site in range(len(bounds)) if bounds[site] > -np.inf]
    heapq.heapify(queue)
    if len(queue) == 0:
        return bounded, solved, -np.inf
    bounded_at, bound = np.nan, np.inf
    solved_at, solved_above, status, worth = np.nan, -np.inf, PROVEN, -np.inf
    taken, chosen = np.zeros(0), np.uint64(0)
    bounded_before = solved_before = lay_out(market, asked, measures, passed, queue[0][1])[1]
    while len(queue) > 0:
        lowest, site, tight = heapq.heappop(queue)
        if -lowest < best[top - 1] - SLACK:
            return bounded, solved, -lowest
        form, arrays, rows, helping = lay_out(market, asked, measures, passed, site)
        if form != BUILT:
            states[site] = NO_PART_JOB if form == EMPTY else GENERAL
            continue
        if not tight:
            if lowest != bounded_at or not same_problem(bounded_before, arrays):
                bounded_at, bounded_before, bound = lowest, arrays, root_bound(arrays)
            if bound == -np.inf:
                states[site] = NO_PART_JOB
            else:
                heapq.heappush(queue, (max(lowest, -bound - asked.extra[site]), site, True))
            continue
        solved += 1
        floor = best[top - 1] - SLACK - asked.extra[site]
        if lowest != solved_at or floor < solved_above or not same_problem(solved_before, arrays):
            solved_at, solved_above, solved_before = lowest, floor, arrays
            taken = np.zeros(len(rows))
            status, worth, _, chosen, _, _ = best_part_job(arrays, floor, most_work, taken)
        if status != PROVEN:
            states[site] = GENERAL
        elif worth > -np.inf:
            states[site] = FOUND
            scores[site] = worth + asked.extra[site]
            _write_down(taken, chosen, rows, helping, hours, used[site])
            _insert(best, scores[site])
        else:
            states[site] = BELOW if floor > -np.inf else NO_PART_JOB
    return bounded, solved, -np.inf


@compiled
def _write_down(
    taken: Floats, chosen: np.uint64, rows: Integers, helping: Integers, hours: Floats, used: Flags
) -> None:
    """Write a part-job of one site into the columns of the market."""
    hours[rows] = taken
    for at in range(len(helping)):
        used[helping[at]] = (chosen >> np.uint64(at)) & np.uint64(1) == np.uint64(1)


@compiled
def same_problem(one: SiteArrays, other: SiteArrays) -> bool:
    """Tell if two workplaces set the same problem, number by number: their best part-jobs are worth the same."""
    return (
        _alike(one.hours, other.hours)
        and _alike(one.least, other.least)
        and _alike(one.worth, other.worth)
        and _alike(one.forced, other.forced)
        and _alike(one.job, other.job)
        and _alike(one.unit, other.unit)
        and _alike(one.clash, other.clash)
        and _alike(one.need_start, other.need_start)
        and _alike(one.need, other.need)
        and _alike(one.level, other.level)
        and _alike(one.allowed, other.allowed)
        and _alike(one.effect, other.effect)
        and _alike(one.applies, other.applies)
        and _alike(one.price, other.price)
        and _alike(one.week, other.week)
        and _alike(one.room, other.room)
        and _alike(one.budget, other.budget)
        and _alike(one.budget_most, other.budget_most)
        and _alike(one.group, other.group)
        and _alike(one.group_most, other.group_most)
        and one.hours_min == other.hours_min
        and one.hours_max == other.hours_max
        and one.most_tasks == other.most_tasks
        and one.most_jobs == other.most_jobs
        and one.most_measures == other.most_measures
        and one.switch_cost == other.switch_cost
    )


@compiled
def _alike(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Tell if two arrays hold the same numbers in the same shape."""
    if one.shape != other.shape:
        return False
    for a, b in zip(one.flat, other.flat):  # noqa: SIM110, B905 -- a loop, because this is compiled
        if a != b:
            return False
    return True


@compiled
def _insert(best: Floats, score: float) -> None:
    """Put a score into its place among the best, the highest first."""
    at = len(best)
    while at > 0 and best[at - 1] < score:
        at -= 1
    for later in range(len(best) - 1, at, -1):
        best[later] = best[later - 1]
    if at < len(best):
        best[at] = score

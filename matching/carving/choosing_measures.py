"""Which measures the best part-job of a site needs, exactly: a tree of decisions, measure by measure in or out.

At each node everything undecided is allowed, and every hour pays its part of the cheapest measure that its task would
need: that bounds all sets below. So does the best part-job (whole tasks, not parts of them) if all that is undecided
cost nothing: the tighter bound wherever the tasks decide and not the measures. Where the measures that are in do for
the best hours found, their own part-jobs are searched (``branching``) before another measure is tried.
"""

from __future__ import annotations

import numpy as np

from .branching import (
    PROVEN,
    TOLERANCE,
    WORK_LIMIT,
    Flags,
    Floats,
    Integers,
    SiteArrays,
    best_of_tasks,
    dose_row,
    forced_open,
    open_under,
    share,
    site_rows,
    turn_back,
)
from .compiled import compiled
from .simplex import INFEASIBLE, STALLED, best_hours, start_basis

IN, OUT = 1, -1
_HOURS = 1e-7
_ONE = np.uint64(1)


@compiled
def best_part_job(
    site: SiteArrays, floor: float, most_work: int, hours: Floats
) -> tuple[int, float, float, np.uint64, int, int]:
    """Find the best part-job worth more than ``floor``: (status, worth, bound, measures, sets searched, work).

    ``hours`` (n) receives the hours; the worth is minus infinity when there is no such part-job. ``bound`` is proven.
    """
    n, measures = len(site.hours), len(site.price)
    best, chosen = np.array([floor]), np.uint64(0)
    value, charge, payer = np.zeros(n), np.zeros(n), np.zeros((n, measures), np.bool_)
    state, path, way = np.zeros(measures, np.int64), np.zeros(measures + 1, np.int64), np.zeros(measures + 1, np.int64)
    second, searched_here = np.zeros(measures + 1, np.bool_), np.zeros(measures + 1, np.bool_)
    above, free, spare = np.full(measures + 1, np.inf), np.full(measures + 1, np.inf), np.zeros((measures + 1, n))
    depth, searched, work = 0, 0, 0
    while True:
        inside, allowed, price, cheapest = _decided(site, path, way, depth, state)
        more = cheapest if searched_here[depth] else 0.0
        bound, done = _bounded(
            site, inside, allowed, price, more, best[0], depth, free, spare, value, charge, payer, most_work - work
        )
        branch_on, work = -1, work + done
        above[depth] = bound
        if bound > best[0] + TOLERANCE:
            branch_on = _paid_most(value, charge, payer, state, inside, allowed)
            if branch_on < 0 and not searched_here[depth]:
                before = best[0]
                status, done = _search_tasks(site, inside, price, best, hours, most_work - work)
                searched_here[depth] = True
                searched, work = searched + 1, work + done
                if best[0] > before:
                    chosen = inside
                if status != PROVEN:
                    return status, best[0], _bound_left(above, second, depth, best[0]), chosen, searched, work
                bound = min(bound, free[depth] - price - cheapest) if allowed != inside else -np.inf
            if branch_on < 0 and allowed != inside and bound > best[0] + TOLERANCE:
                branch_on = _eases_most(site, spare[depth], inside, allowed)
        if work > most_work:
            return WORK_LIMIT, best[0], _bound_left(above, second, depth, best[0]), chosen, searched, work
        if branch_on >= 0:
            path[depth], way[depth], second[depth] = branch_on, IN, False
            depth += 1
            searched_here[depth] = False
            continue
        depth = turn_back(way, second, depth)
        if depth == 0:
            worth = best[0] if best[0] > floor else -np.inf
            return PROVEN, worth, worth, chosen, searched, work
        searched_here[depth] = searched_here[depth - 1]


@compiled
def root_bound(site: SiteArrays) -> float:
    """Bound the worth of any part-job at a site; minus infinity: there is none."""
    n, measures = len(site.hours), len(site.price)
    state, none = np.zeros(measures, np.int64), np.zeros(1, np.int64)
    inside, allowed, price, _ = _decided(site, none, none, 0, state)
    payer = np.zeros((n, measures), np.bool_)
    bound, _ = relaxed_bound(site, inside, allowed, price, -np.inf, np.zeros(n), np.zeros(n), payer)
    return bound


@compiled
def _decided(
    site: SiteArrays, path: Integers, way: Integers, depth: int, state: Integers
) -> tuple[np.uint64, np.uint64, float, float]:
    """Give the measures that are in, those not ruled out, the price of the first and of the cheapest undecided."""
    state[:] = 0
    for at in range(depth):
        state[path[at]] = way[at]
    inside, undecided, price, cheapest, several = np.uint64(0), np.uint64(0), 0.0, np.inf, 0
    for a in range(len(state)):
        if state[a] == IN:
            inside |= _ONE << np.uint64(a)
            price += site.price[a]
            several += 1
        elif state[a] == 0:
            undecided |= _ONE << np.uint64(a)
            cheapest = min(cheapest, site.price[a])
    if several >= site.most_measures:
        return inside, inside, price, np.inf
    return inside, inside | undecided, price, cheapest


@compiled
def _bounded(
    site: SiteArrays,
    inside: np.uint64,
    allowed: np.uint64,
    price: float,
    more: float,
    best: float,
    depth: int,
    free: Floats,
    spare: Floats,
    value: Floats,
    charge: Floats,
    payer: Flags,
    most_work: int,
) -> tuple[float, int]:
    """Bound the sets below a node, by what costs least first, until that is not better than the best; (bound, work).

    What the node above would be worth if no measure cost anything (``free``, with its hours in ``spare``); the linear
    program, where hours pay; the best part-job here if what is undecided cost nothing. Where the hours of the node
    above are still possible, that is known already. ``more``: what the next measure costs at least (0: none may be
    needed, infinite: there is none).
    """
    if more == np.inf:
        return -np.inf, 1
    bound, work = free[depth - 1] - price - more if depth > 0 else np.inf, 1
    if bound > best + TOLERANCE:
        relaxed, cells = relaxed_bound(site, inside, allowed, price, best + TOLERANCE, value, charge, payer)
        bound, work = min(bound, relaxed), work + cells
    if bound > best + TOLERANCE and allowed != inside:
        if depth > 0 and _keeps(site, allowed, spare[depth - 1]):
            free[depth], spare[depth] = free[depth - 1], spare[depth - 1]
        else:
            free[depth], cells = _freely(site, allowed, best + price + more, spare[depth], most_work - work)
            bound, work = min(bound, free[depth] - price - more), work + cells
    return bound, work


@compiled
def _keeps(site: SiteArrays, allowed: np.uint64, hours: Floats) -> bool:
    """Tell if hours that were possible under more measures keep the limits on peaks and doses under those allowed."""
    n = len(hours)
    for t in range(n):
        if hours[t] > 0.0:
            for at in range(site.need_start[t], site.need_start[t + 1]):
                if site.need[at] & allowed == np.uint64(0):
                    return False
    column, row = np.arange(n), np.zeros(n)
    for d in range(len(site.allowed)):
        if dose_row(site, allowed, column, d, row) <= 0.0:
            over = 0.0
            for t in range(n):
                over += row[t] * hours[t]
            if over > _HOURS:
                return False
    return True


@compiled
def _freely(site: SiteArrays, allowed: np.uint64, floor: float, spare: Floats, most_work: int) -> tuple[float, int]:
    """Bound the part-jobs under at most these measures by the best one if none of them cost anything; (bound, work)."""
    best = np.array([floor])
    status, work = _search_tasks(site, allowed, 0.0, best, spare, most_work)
    if status != PROVEN:
        return np.inf, work
    return (best[0] if best[0] > floor else -np.inf), work


@compiled
def relaxed_bound(
    site: SiteArrays,
    inside: np.uint64,
    allowed: np.uint64,
    price: float,
    enough: float,
    value: Floats,
    charge: Floats,
    payer: Flags,
) -> tuple[float, int]:
    """Bound the worth of any part-job with at least the measures ``inside`` and at most ``allowed``; (bound, work).

    Tasks may be taken in part; each hour pays its share of the switch to its job (the first one is free, so one switch
    is given back) and of the cheapest measures its task still needs; tasks that need more of them than may still be
    bought are closed. Work ends as soon as the bound is known to be at most
    ``enough``. ``value`` receives the hours, ``charge`` what an hour pays for measures, ``payer`` which these are.
    """
    n = len(site.hours)
    open_, column, width = np.empty(n, np.bool_), np.empty(n, np.int64), 0
    value[:], charge[:] = 0.0, 0.0
    open_under(site, allowed, open_)
    for t in range(n):
        if open_[t]:
            column[width] = t
            width += 1
    if width == 0 or not forced_open(site, open_):
        return -np.inf, n
    column = column[:width]
    column = _charge(site, inside, allowed, column, charge, payer)
    if len(column) == 0:
        return -np.inf, n
    width = len(column)
    switch, given_back = _switches(site, column)
    rows, right, slack = site_rows(site, allowed, column)
    m = len(right)
    total = width + m
    table, held = np.empty((m, total)), np.empty(m)
    basic, row_of = np.empty(m, np.int64), np.empty(total, np.int64)
    start_basis(rows, right, table, held, basic, row_of)
    lower, upper, cost = np.zeros(total), np.zeros(total), np.zeros(total)
    for i in range(m):
        upper[width + i] = slack[i]
    for c in range(width):
        t = column[c]
        lower[c] = site.least[t] if site.forced[t] else 0.0
        upper[c], cost[c] = site.hours[t], site.worth[t] - charge[t] - switch[c]
    found, reduced = np.zeros(total), np.zeros(total)
    paid = price - given_back
    status, bound, pivots = best_hours(
        table, held, basic, row_of, cost, lower, upper, found, reduced, enough + paid, 50 * total
    )
    for c in range(width):
        value[column[c]] = found[c]
    work = (pivots + 2) * total * m
    if status == STALLED:
        return np.inf, work
    return (-np.inf if status == INFEASIBLE else bound - paid), work


@compiled
def _switches(site: SiteArrays, column: Integers) -> tuple[Floats, float]:
    """Let each hour pay its share of the switch to its job; gives that and what the first job gets back."""
    switch, widest, jobs = np.zeros(len(column)), np.zeros(site.job.max() + 1), 0
    for c in range(len(column)):
        jobs += 1 if widest[site.job[column[c]]] == 0.0 else 0
        widest[site.job[column[c]]] += site.hours[column[c]]
    if jobs < 2:
        return switch, 0.0
    for c in range(len(column)):
        switch[c] = site.switch_cost / min(widest[site.job[column[c]]], site.hours_max)
    return switch, site.switch_cost


@compiled
def _charge(
    site: SiteArrays, inside: np.uint64, allowed: np.uint64, column: Integers, charge: Floats, payer: Flags
) -> Integers:
    """Let each hour pay for the measures that its task still needs, so that no set below can cost less.

    A measure that serves tasks of at most H hours together takes its price / H of each of those hours. A task pays the
    least among those that would do, for needs that have no measure in common. Gives the tasks that need no more of
    them than may still be bought.
    """
    rate = _rates(site, allowed & ~inside, column)
    room = site.most_measures
    for a in range(len(rate)):
        room -= 1 if (inside >> np.uint64(a)) & _ONE else 0
    kept, width = np.empty(len(column), np.int64), 0
    for c in range(len(column)):
        t = column[c]
        payer[t, :] = False
        paid, bought = inside, 0
        which = _dearest_need(site, t, allowed, paid, rate)
        while which >= 0:
            need = site.need[which] & allowed
            a = _cheapest(need, rate)
            charge[t] += rate[a]
            payer[t, a] = True
            paid |= need
            bought += 1
            which = _dearest_need(site, t, allowed, paid, rate)
        if bought <= room:
            kept[width] = t
            width += 1
    return kept[:width]


@compiled
def _rates(site: SiteArrays, undecided: np.uint64, column: Integers) -> Floats:
    """Give what an hour pays at least for each undecided measure that serves it."""
    rate, served = np.zeros(len(site.price)), np.zeros(len(site.price))
    for c in range(len(column)):
        t = column[c]
        some = np.uint64(0)
        for at in range(site.need_start[t], site.need_start[t + 1]):
            some |= site.need[at] & undecided
        for a in range(len(rate)):
            if (some >> np.uint64(a)) & _ONE:
                served[a] += site.hours[t]
    for a in range(len(rate)):
        if served[a] > 0.0:
            rate[a] = site.price[a] / min(served[a], site.hours_max)
    return rate


@compiled
def _dearest_need(site: SiteArrays, t: int, allowed: np.uint64, paid: np.uint64, rate: Floats) -> int:
    """Find the need of a task that costs most at the cheapest, among those that nothing paid meets (-1: none)."""
    which, dearest = -1, 0.0
    for at in range(site.need_start[t], site.need_start[t + 1]):
        need = site.need[at] & allowed
        if need & paid == np.uint64(0):
            least = rate[_cheapest(need, rate)]
            if least > dearest:
                which, dearest = at, least
    return which


@compiled
def _cheapest(need: np.uint64, rate: Floats) -> int:
    """Find the measure of a set for which an hour pays least."""
    which = -1
    for a in range(len(rate)):
        if (need >> np.uint64(a)) & _ONE and (which < 0 or rate[a] < rate[which]):
            which = a
    return which


@compiled
def _paid_most(
    value: Floats, charge: Floats, payer: Flags, state: Integers, inside: np.uint64, allowed: np.uint64
) -> int:
    """Choose the undecided measure for which the hours found pay the most; -1: they need none."""
    if allowed == inside:
        return -1
    which, most = -1, 0.0
    for a in range(len(state)):
        paid = 0.0
        if state[a] == 0:
            for t in range(len(value)):
                if payer[t, a] and value[t] > _HOURS:
                    paid += value[t] * charge[t]
        if paid > most:
            which, most = a, paid
    return which


@compiled
def _eases_most(site: SiteArrays, value: Floats, inside: np.uint64, allowed: np.uint64) -> int:
    """Choose the undecided measure that takes most off the doses of the hours found, for its price."""
    which, most = -1, -1.0
    for a in range(len(site.price)):
        bit = _ONE << np.uint64(a)
        if not (allowed & ~inside & bit):
            continue
        eased = 0.0
        for d in range(len(site.allowed)):
            for t in range(len(value)):
                if value[t] > _HOURS and site.applies[a, t]:
                    level = site.level[t, d]
                    eased += value[t] * max(0.0, share(level) - share(level - site.effect[a, d]))
        if eased / (site.price[a] + 0.01) > most:
            which, most = a, eased / (site.price[a] + 0.01)
    return which


@compiled
def _search_tasks(
    site: SiteArrays, inside: np.uint64, price: float, best: Floats, hours: Floats, most_work: int
) -> tuple[int, int]:
    """Search the part-jobs under just these measures; improves ``best`` in place; returns (status, work)."""
    n = len(site.hours)
    open_, column, width = np.empty(n, np.bool_), np.empty(n, np.int64), 0
    open_under(site, inside, open_)
    for t in range(n):
        if open_[t]:
            column[width] = t
            width += 1
    if width == 0 or not forced_open(site, open_):
        return PROVEN, n
    status, work = best_of_tasks(site, inside, price, column[:width], best, hours, most_work)
    return status, work


@compiled
def _bound_left(above: Floats, second: Flags, depth: int, best: float) -> float:
    """Bound what the nodes that are still open could hold."""
    bound = max(best, float(above[depth]))
    for at in range(depth):
        if not second[at]:
            bound = max(bound, float(above[at]))
    return bound

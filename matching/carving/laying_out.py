"""Puts the search of one site together out of the columns of the market, in machine code."""

from __future__ import annotations

import numpy as np

from data.levels import PER_STEP

from .branching import MOST_MEASURES, Flags, Floats, Integers, Masks, SiteArrays, share
from .columns import UNKNOWN, Asked, MarketColumns, Measures
from .compiled import compiled
from .site_arrays import MOST_CLASSES

EMPTY, BUILT, OTHER_FORM = 0, 1, 2


@compiled
def fits_task(market: MarketColumns, measures: Measures, row: int, a: int) -> bool:
    """Tell if a measure fits a task of this kind and these levels."""
    if not measures.fits[measures.task_kind[row], a]:
        return False
    for at in range(measures.bound_start[a], measures.bound_start[a + 1]):
        level = int(market.level[row, measures.bound[at, 0]])
        below = level < measures.bound[at, 1]
        if level != UNKNOWN and below != (measures.bound[at, 2] > 0):
            return False
    return True


@compiled
def _price(measures: Measures, site: int, a: int) -> float:
    return float(measures.price[measures.site_kind[site], a])


@compiled
def _helps(market: MarketColumns, asked: Asked, measures: Measures, site: int, row: int, d: int, a: int) -> bool:
    """Tell if a measure brings one peak of one task within the person's capacity."""
    if not np.isfinite(_price(measures, site, a)):
        return False
    if not fits_task(market, measures, row, a):
        return False
    return bool(int(market.level[row, d]) - measures.effect[a, d] <= asked.capacity[d])


@compiled
def _over(market: MarketColumns, asked: Asked, row: int, d: int) -> bool:
    level = market.level[row, d]
    return bool(level != UNKNOWN and level > asked.capacity[d])


@compiled
def _helped(market: MarketColumns, asked: Asked, measures: Measures, site: int, row: int) -> bool:
    """Tell if every peak of a task is within capacity or within the reach of some measure."""
    for d in range(len(asked.capacity)):
        if asked.dose[d] or not _over(market, asked, row, d):
            continue
        helped = False
        for at in range(measures.touch_start[d], measures.touch_start[d + 1]):
            helped = helped or _helps(market, asked, measures, site, row, d, measures.touching[at])
        if not helped:
            return False
    return True


@compiled
def _reachable(market: MarketColumns, asked: Asked, measures: Measures, passed: Flags, site: int) -> Integers:
    """List the rows of a site whose peaks can all be helped there, tied ones only together."""
    first, last = market.first[site], market.last[site]
    alive = passed[first:last].copy()
    for row in range(first, last):
        alive[row - first] = alive[row - first] and _helped(market, asked, measures, site, row)
    for row in range(first, last):
        if not alive[row - first]:
            for other in range(first, last):
                if market.unit[other] == market.unit[row]:
                    alive[other - first] = False
    rows = np.empty(last - first, np.int64)
    width = 0
    for row in range(first, last):
        if alive[row - first]:
            rows[width] = row
            width += 1
    return rows[:width]


@compiled
def _note_wanted(
    market: MarketColumns, asked: Asked, measures: Measures, site: int, rows: Integers, wanted: Flags
) -> None:
    """Note the measures that bring some peak of these tasks within capacity."""
    for row in rows:
        for d in range(len(asked.capacity)):
            if not asked.dose[d] and _over(market, asked, row, d):
                for at in range(measures.touch_start[d], measures.touch_start[d + 1]):
                    a = measures.touching[at]
                    wanted[a] = wanted[a] or _helps(market, asked, measures, site, row, d, a)


@compiled
def _doses(
    market: MarketColumns, asked: Asked, measures: Measures, site: int, rows: Integers, wanted: Flags
) -> Integers:
    """List the doses that can bind among these rows, and note the measures that ease them."""
    binding = np.zeros(len(asked.capacity), np.bool_)
    for d in range(len(asked.capacity)):
        if not asked.dose[d] or asked.capacity[d] >= 5 * PER_STEP:
            continue
        for row in rows:
            binding[d] = binding[d] or _over(market, asked, row, d)
        if not binding[d]:
            continue
        for at in range(measures.touch_start[d], measures.touch_start[d + 1]):
            a = measures.touching[at]
            if np.isfinite(_price(measures, site, a)):
                for row in rows:
                    eases = market.level[row, d] != UNKNOWN and market.level[row, d] > 0
                    wanted[a] = wanted[a] or (eases and fits_task(market, measures, row, a))
    return np.flatnonzero(binding)


@compiled
def _kinds_of_week(market: MarketColumns, there: int, rows: Integers, fits: Integers, kinds: Integers) -> int:
    """Write down which half-days fit each task, and the different ones among them; -1: too many."""
    found = 0
    for c in range(len(rows)):
        fits[c] = int(market.half_days[rows[c]]) & there
        known = False
        for k in range(found):
            known = known or kinds[k] == fits[c]
        if not known:
            if found == MOST_CLASSES:
                return -1
            kinds[found] = fits[c]
            found += 1
    return found


@compiled
def _week(market: MarketColumns, asked: Asked, rows: Integers) -> tuple[Floats, Floats, bool]:
    """Give the rows that decide if hours fit the week (see ``site_arrays``); False: too many kinds of task."""
    n, there = len(rows), 0
    for bit in range(len(asked.room)):
        if asked.room[bit] > 0.0:
            there |= 1 << bit
    fits, kinds = np.empty(n, np.int64), np.zeros(MOST_CLASSES, np.int64)
    found = _kinds_of_week(market, there, rows, fits, kinds) if asked.weekly else 0
    if found < 0:
        return np.zeros((0, n)), np.zeros(0), False
    unions = np.zeros(1 << found, np.int64)
    inside, rooms, several = np.zeros((1 << found, n)), np.zeros(1 << found), 0
    for some in range(1, 1 << found):
        union = 0
        for k in range(found):
            if some >> k & 1:
                union |= kinds[k]
        new = True
        for k in range(several):
            new = new and unions[k] != union
        room, most = 0.0, 0.0
        for bit in range(len(asked.room)):
            room += asked.room[bit] if union >> bit & 1 else 0.0
        for c in range(n):
            inside[several, c] = 1.0 if fits[c] & ~union == 0 else 0.0
            most += inside[several, c] * market.hours[rows[c]]
        if new and most > room:
            unions[several], rooms[several] = union, room
            several += 1
    return inside[:several], rooms[:several], True


@compiled
def _without_dominated(need: Masks, doses: int, effect: Floats, applies: Flags, price: Floats) -> Flags:
    """Keep the measures that no other replaces everywhere at no higher price."""
    a_count = len(price)
    kept = np.ones(a_count, np.bool_)
    for a in range(a_count):
        for b in range(a_count):
            if a == b or not kept[b] or price[b] > price[a] or (price[b] == price[a] and b > a):
                continue
            replaces = True
            for at in range(len(need)):
                in_a = (need[at] >> np.uint64(a)) & np.uint64(1)
                in_b = (need[at] >> np.uint64(b)) & np.uint64(1)
                replaces = replaces and (in_a == 0 or in_b == 1)
            for d in range(doses):
                replaces = replaces and effect[b, d] >= effect[a, d]
            for t in range(applies.shape[1]):
                replaces = replaces and (applies[b, t] or not applies[a, t])
            if replaces:
                kept[a] = False
                break
    return kept


@compiled
def _needs(
    market: MarketColumns, asked: Asked, measures: Measures, site: int, rows: Integers, local: Integers
) -> tuple[Integers, Masks]:
    """List each task's peaks above the person's level as sets of the site's measures, one of which is enough."""
    need_start = np.zeros(len(rows) + 1, np.int64)
    for c in range(len(rows)):
        need_start[c + 1] = need_start[c]
        for d in range(len(asked.capacity)):
            if not asked.dose[d] and _over(market, asked, rows[c], d):
                need_start[c + 1] += 1
    need = np.zeros(need_start[-1], np.uint64)
    at_need = 0
    for c in range(len(rows)):
        for d in range(len(asked.capacity)):
            if asked.dose[d] or not _over(market, asked, rows[c], d):
                continue
            for at in range(measures.touch_start[d], measures.touch_start[d + 1]):
                a = measures.touching[at]
                if local[a] >= 0 and _helps(market, asked, measures, site, rows[c], d, a):
                    need[at_need] |= np.uint64(1) << np.uint64(local[a])
            at_need += 1
    return need_start, need


@compiled
def _numbered(values: Integers) -> Integers:
    """Renumber from 0 in the order of appearance."""
    out = np.empty(len(values), np.int64)
    found = 0
    for at in range(len(values)):
        out[at] = -1
        for before in range(at):
            if values[before] == values[at]:
                out[at] = out[before]
                break
        if out[at] < 0:
            out[at] = found
            found += 1
    return out


@compiled
def _clashes(market: MarketColumns, site: int, rows: Integers, unit: Integers) -> Integers:
    first = market.first[site]
    place = np.full(market.last[site] - first, -1, np.int64)
    for c in range(len(rows)):
        place[rows[c] - first] = c
    found = np.empty((market.clash_start[site + 1] - market.clash_start[site], 2), np.int64)
    several = 0
    for at in range(market.clash_start[site], market.clash_start[site + 1]):
        one, other = place[market.clash[at, 0]], place[market.clash[at, 1]]
        if one >= 0 and other >= 0:
            found[several, 0], found[several, 1] = unit[one], unit[other]
            several += 1
    return found[:several]


@compiled
def _effects(
    market: MarketColumns, measures: Measures, site: int, rows: Integers, used: Integers, doses: Integers
) -> tuple[Floats, Floats, Flags]:
    """Give steps on the doses, price, and the tasks each applies to, for the measures of a site."""
    effect, price = np.zeros((len(used), len(doses))), np.empty(len(used))
    applies = np.empty((len(used), len(rows)), np.bool_)
    for k in range(len(used)):
        price[k] = _price(measures, site, used[k])
        for at in range(len(doses)):
            effect[k, at] = measures.effect[used[k], doses[at]] / PER_STEP
        for c in range(len(rows)):
            applies[k, c] = fits_task(market, measures, rows[c], used[k])
    return effect, price, applies


@compiled
def _shares(market: MarketColumns, asked: Asked, rows: Integers, doses: Integers) -> tuple[Floats, Floats]:
    """Give the levels of the tasks on the doses, and the share of time that the person tolerates on each."""
    level, allowed = np.zeros((len(rows), len(doses))), np.empty(len(doses))
    for at in range(len(doses)):
        allowed[at] = share(asked.capacity[doses[at]] / PER_STEP)
        for c in range(len(rows)):
            if market.level[rows[c], doses[at]] != UNKNOWN:
                level[c, at] = market.level[rows[c], doses[at]] / PER_STEP
    return level, allowed


@compiled
def _budgets(market: MarketColumns, asked: Asked, site: int, rows: Integers) -> tuple[Floats, Floats]:
    """Give the budgets there: guidance where it is limited, and the hours of each kind of work that could exceed it."""
    factors, most = np.zeros((len(asked.kind_hours) + 1, len(rows))), np.empty(len(asked.kind_hours) + 1)
    found = 0
    if np.isfinite(market.guidance_there[site]):
        for c in range(len(rows)):
            factors[found, c] = market.guidance[rows[c]]
        most[found] = market.guidance_there[site]
        found += 1
    for kind in range(len(asked.kind_hours)):
        there = 0.0
        for c in range(len(rows)):
            same = asked.kind[rows[c]] == kind
            factors[found, c] = 1.0 if same else 0.0
            there += market.hours[rows[c]] if same else 0.0
        if there > asked.kind_hours[kind]:
            most[found] = asked.kind_hours[kind]
            found += 1
    return factors[:found], most[:found]


@compiled
def lay_out(
    market: MarketColumns, asked: Asked, measures: Measures, passed: Flags, site: int
) -> tuple[int, SiteArrays, Integers, Integers]:
    """Put one site's search together: (EMPTY, BUILT or OTHER_FORM, arrays, rows of its tasks, its measures)."""
    wanted = np.zeros(len(measures.effect), np.bool_)
    rows = _reachable(market, asked, measures, passed, site)
    _note_wanted(market, asked, measures, site, rows, wanted)
    doses = _doses(market, asked, measures, site, rows, wanted)
    used = np.flatnonzero(wanted)
    local = np.full(len(wanted), -1, np.int64)
    form = BUILT if len(rows) > 0 else EMPTY
    if len(used) > MOST_MEASURES:
        form, used = OTHER_FORM, used[:0]
    for k in range(len(used)):
        local[used[k]] = k
    need_start, need = _needs(market, asked, measures, site, rows, local)
    effect, price, applies = _effects(market, measures, site, rows, used, doses)
    kept = _without_dominated(need, len(doses), effect, applies, price)
    if not kept.all():
        used = used[kept]
        local[:] = -1
        for k in range(len(used)):
            local[used[k]] = k
        need_start, need = _needs(market, asked, measures, site, rows, local)
        effect, price, applies = effect[kept], price[kept], applies[kept]
    week, room, simple = _week(market, asked, rows)
    if not simple:
        form = OTHER_FORM
    level, allowed = _shares(market, asked, rows, doses)
    hours, least = np.empty(len(rows)), np.empty(len(rows))
    worth, job, unit = np.empty(len(rows)), np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    for c in range(len(rows)):
        row = rows[c]
        hours[c], least[c] = market.hours[row], market.least[row]
        worth[c], job[c], unit[c] = asked.worth[row], market.job[row], market.unit[row]
    unit = _numbered(unit)
    budget, budget_most = _budgets(market, asked, site, rows)
    arrays = SiteArrays(
        hours,
        least,
        worth,
        np.zeros(len(rows), np.bool_),
        _numbered(job),
        unit,
        _clashes(market, site, rows, unit),
        need_start,
        need,
        level,
        allowed,
        effect,
        applies,
        price,
        week,
        room,
        budget,
        budget_most,
        np.zeros((0, len(rows)), np.bool_),
        np.zeros(0, np.int64),
        max(asked.hours_min, 1e-6),
        asked.hours_max,
        asked.most_tasks,
        asked.most_jobs,
        min(asked.most_measures, len(used)),
        asked.switch_cost,
    )
    return form, arrays, rows, used

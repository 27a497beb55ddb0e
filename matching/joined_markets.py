"""Puts markets in columns together: chunks of a long market, a market and what changed in it, room for more tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .carving.columns import MarketColumns
from .carving.gate_bitmaps import build_bitmaps, clear_row
from .market_index import MarketIndex, Names, SiteFacts, TaskFacts

SPARE_SHARE = 0.1
SPARE_LEAST = 2
"""Room for new tasks that each site keeps: a tenth of what it has, at least two rows."""

_OF_TASKS = ("level", "ban_level", "hours", "least", "guidance", "job", "unit", "half_days")
Integers = npt.NDArray[np.int64]
Numbers = dict[str, npt.NDArray[np.int32]]


def merge_names(names: Names, fresh: Names) -> Numbers:
    """Add the values of ``fresh`` to ``names`` where they are new; tells for each table its new numbers."""
    found = {}
    for table in ("regions", "municipalities", "employers", "sectors", "facilities", "activities", "conditions"):
        known = getattr(names, table)
        numbers = {value: number for number, value in enumerate(known)}
        for value in getattr(fresh, table):
            if numbers.setdefault(value, len(known)) == len(known):
                known.append(value)
        found[table] = np.array([numbers[value] for value in getattr(fresh, table)], np.int32)
    found["words"] = np.arange(len(names.words), len(names.words) + len(fresh.words), dtype=np.int32)
    names.words.add(fresh.words[number] for number in range(len(fresh.words)))
    return found


def renumbered(index: MarketIndex, numbers: Numbers) -> MarketIndex:
    """Give a market whose columns speak in other numbers."""
    sites, tasks = index.sites, index.tasks
    return replace(
        index,
        sites=sites._replace(
            region=numbers["regions"][sites.region],
            municipality=numbers["municipalities"][sites.municipality],
            employer=numbers["employers"][sites.employer],
            sector=numbers["sectors"][sites.sector],
            facilities=numbers["facilities"][sites.facilities],
        ),
        tasks=tasks._replace(
            activities=numbers["activities"][tasks.activities],
            conditions=numbers["conditions"][tasks.conditions],
            words=numbers["words"][tasks.words],
        ),
    )


def join(old: MarketIndex, fresh: MarketIndex, without: frozenset[str] = frozenset()) -> MarketIndex:
    """Put two markets together, sites in the order of their ids; of the old one those in ``without`` are left out."""
    names = old.names.copy()
    fresh = renumbered(fresh, merge_names(names, fresh.names))
    kept = np.flatnonzero(~np.isin(old.sites.id, sorted(without))) if without else np.arange(len(old.sites.id))
    ids = np.concatenate([old.sites.id[kept], fresh.sites.id])
    order = np.argsort(ids, kind="stable")

    def of_sites(one: Any, other: Any) -> Any:
        return np.concatenate([one[kept], other])[order]

    some, others = next(iter(old.columns.values())), next(iter(fresh.columns.values()))
    sizes = of_sites(some.last - some.first, others.last - others.first)
    rows = _ranges(of_sites(some.first, others.first + len(some.hours)), sizes)
    clash_sizes = of_sites(np.diff(some.clash_start), np.diff(others.clash_start))
    clashes = _ranges(of_sites(some.clash_start[:-1], others.clash_start[:-1] + len(some.clash)), clash_sizes)
    last = np.cumsum(sizes).astype(np.int32)
    columns = {}
    for caution, mine in old.columns.items():
        new = fresh.columns[caution]
        laid = {name: np.concatenate([getattr(mine, name), getattr(new, name)])[rows] for name in _OF_TASKS}
        columns[caution] = MarketColumns(
            first=(last - sizes).astype(np.int32),
            last=last,
            end=last,
            above=build_bitmaps(laid["level"]),
            clash_start=np.cumsum([0, *clash_sizes]).astype(np.int32),
            clash=np.concatenate([mine.clash, new.clash])[clashes],
            guidance_there=of_sites(mine.guidance_there, new.guidance_there),
            **laid,
        )
    sites = SiteFacts(*(of_sites(getattr(old.sites, n), getattr(fresh.sites, n)) for n in SiteFacts._fields))
    facts = {n: np.concatenate([getattr(old.tasks, n), getattr(fresh.tasks, n)])[rows] for n in TaskFacts._fields}
    facts["site"] = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    return MarketIndex(names, sites, TaskFacts(**facts), columns)


def _ranges(first: npt.NDArray[Any], sizes: npt.NDArray[Any]) -> Integers:
    """List the numbers of ranges one after the other.

    >>> _ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    shifts = np.asarray(first, np.int64) - (ends - sizes)
    listed: Integers = np.arange(total, dtype=np.int64) + np.repeat(shifts, sizes)
    return listed


def only(index: MarketIndex, numbers: Integers) -> MarketIndex:
    """Cut out some sites (``numbers``, rising) with their tasks; what numbers stand for stays as it is."""
    some = next(iter(index.columns.values()))
    sizes = (some.last - some.first)[numbers]
    rows = _ranges(some.first[numbers], sizes)
    clashes = _ranges(some.clash_start[numbers], np.diff(some.clash_start)[numbers])
    last = np.cumsum(sizes).astype(np.int32)
    columns = {}
    for caution, mine in index.columns.items():
        laid = {name: getattr(mine, name)[rows] for name in _OF_TASKS}
        columns[caution] = MarketColumns(
            first=(last - sizes).astype(np.int32),
            last=last,
            end=last,
            above=build_bitmaps(laid["level"]),
            clash_start=np.cumsum([0, *np.diff(some.clash_start)[numbers]]).astype(np.int32),
            clash=mine.clash[clashes],
            guidance_there=mine.guidance_there[numbers],
            **laid,
        )
    sites = SiteFacts(*(getattr(index.sites, name)[numbers] for name in SiteFacts._fields))
    tasks = TaskFacts(*(getattr(index.tasks, name)[rows] for name in TaskFacts._fields))
    tasks = tasks._replace(site=np.repeat(np.arange(len(numbers), dtype=np.int32), sizes))
    return MarketIndex(index.names, sites, tasks, columns)


def with_room(index: MarketIndex) -> MarketIndex:
    """Spread the tasks so that each site has room for some more."""
    some = next(iter(index.columns.values()))
    sizes = some.last - some.first
    room = sizes + np.maximum(SPARE_LEAST, np.ceil(sizes * SPARE_SHARE)).astype(np.int32)
    first = (np.cumsum(room) - room).astype(np.int32)
    total = int(room.sum())
    old, new = _ranges(some.first, sizes), _ranges(first, sizes)
    empty = np.setdiff1d(np.arange(total), new)

    def spread(fill: int) -> Callable[[Any], Any]:
        def laid(column: Any) -> Any:
            out = np.full((total, *column.shape[1:]), fill, column.dtype)
            out[new] = column[old]
            return out

        return laid

    columns = {}
    for caution, mine in index.columns.items():
        tasks = {name: spread(0)(getattr(mine, name)) for name in _OF_TASKS}
        above = build_bitmaps(tasks["level"])
        for row in empty:
            clear_row(above, int(row))
        columns[caution] = mine._replace(first=first, last=first + sizes, end=first + room, above=above, **tasks)
    facts = {name: spread(-1 if name == "site" else 0)(getattr(index.tasks, name)) for name in TaskFacts._fields}
    return MarketIndex(index.names, index.sites, TaskFacts(**facts), columns)

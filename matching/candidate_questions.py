"""What a candidate could be asked, and what each answer would change: unknown capacity, unknown conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from data.conditions import Condition
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import PER_STEP
from data.reference_files import read_reference
from features.condition_check import Answer, check_condition
from features.hour_value import MIDDLE
from features.market import LevelRow, Levels

from .carving.columns import UNKNOWN
from .check import Capacity
from .learned_worth import most_gained_by_answer, orders_lists
from .list_change import NOISE, STEPS, Asking, Change, Flags, ListAsItIs, Totals, change_of, in_order, shares_of
from .meeting import Meeting
from .search import best_sites


def capacity_changes(base: ListAsItIs) -> Iterator[tuple[Asking, list[Change]]]:
    """Try every level of every dimension on which the person's capacity is not known."""
    small, planned = base.small, base.meeting.capacity.planned
    learned = orders_lists(base.meeting.scorer)
    shares = _shares_of_person(planned)
    level, open_ = small.columns.level, small.asked.open
    for dimension, at in dimension_index().items():
        if np.isfinite(planned[at]) or dimension == HOURS_DIMENSION:
            continue
        steps = np.where(level[:, at] == UNKNOWN, round(MIDDLE * PER_STEP), level[:, at].astype(np.int64))
        gain = most_gained_by_answer(base.meeting.scorer, dimension, small.asked.hours_max)
        changes = []
        for step in STEPS:
            least = 0 if learned else (step - 1) * PER_STEP  # with one step of room nothing strains
            touched = open_ & (steps > max(least, 0))
            if not touched.any():
                continue
            capacity = _with_level(base.meeting.capacity, at, float(step))
            order = _after_answer(base, small.with_less(capacity), touched)
            if _may_be_beaten(base, order, gain):
                order = _whole_market(base.meeting.with_less(capacity))
            changes.append(change_of(base, order, shares[step], str(step)))
        yield Asking("capacity", dimension, None, "candidate"), changes


def _with_level(capacity: Capacity, at: int, level: float) -> Capacity:
    def put(column: Levels) -> Levels:
        column = column.copy()
        column[at] = level
        return column

    row = capacity.row
    return Capacity(put(capacity.planned), LevelRow(put(row.value), put(row.low), put(row.high), row.direct))


def _shares_of_person(planned: Levels) -> list[float]:
    """Give the chance of each level before asking: the stated counts, and the person's own known levels."""
    known = planned[np.isfinite(planned)]
    return shares_of(np.bincount(np.round(known).astype(np.int64), minlength=len(STEPS)))


def condition_changes(base: ListAsItIs) -> Iterator[tuple[Asking, list[Change]]]:
    """Try "no" for every condition of which nobody knows whether the person meets it; "yes" changes nothing."""
    small, unmet = base.small, 1.0 - read_reference("weights.yaml")["questions"]["condition_met"]
    here = small.held.index.tasks.conditions[small.asked.open]
    keys = {key for kind in np.unique(here) for key in _unknown_keys(base, small.held.index.names.conditions[kind])}
    for key in sorted(keys):
        touched = small.asked.open & _asks_for(base, small, key)
        closed = replace(small, asked=small.asked._replace(open=small.asked.open & ~touched))
        order = _after_answer(base, closed, touched)
        if _may_be_beaten(base, order, 0.0):
            whole = base.meeting
            left = whole.asked.open & ~_asks_for(base, whole, key)
            order = _whole_market(replace(whole, asked=whole.asked._replace(open=left)))
        yield Asking("condition", key, None, "candidate"), [change_of(base, order, unmet, "no")]


def _unknown_keys(base: ListAsItIs, conditions: Sequence[Condition]) -> set[str]:
    person = base.meeting.person
    return {one.key for one in conditions if check_condition(one, person) is Answer.UNKNOWN}


def _asks_for(base: ListAsItIs, meeting: Meeting, key: str) -> Flags:
    index = meeting.held.index
    kinds = np.array([key in _unknown_keys(base, some) for some in index.names.conditions], np.bool_)
    return np.asarray(kinds[index.tasks.conditions])


def _after_answer(base: ListAsItIs, answered: Meeting, touched: Flags) -> Totals:
    """Score anew the sites whose part-job an answer touches; the others keep theirs. Exact among the sites at hand."""
    columns, numbers = answered.columns, base.some.numbers
    again, open_ = set(), np.zeros_like(touched)
    for site, number in enumerate(numbers):
        rows = slice(int(columns.first[site]), int(columns.last[site]))
        here = touched[rows]
        if here.any():
            taken = base.taken(number)
            if taken is None or here[taken].any():
                again.add(number)
                open_[rows] = answered.asked.open[rows]
    totals = {number: total for number, total in base.order if number not in again}
    if again:
        asked = answered.asked._replace(open=open_)
        known = list(totals.values())
        best = best_sites(columns, asked, answered.measures, base.top, answered.score, known=known)
        totals |= {numbers[site]: total for site, total in best.found}
    return in_order(totals)[: base.top]


def _may_be_beaten(base: ListAsItIs, order: Totals, gain: float) -> bool:
    """Tell whether a site that is not at hand could be in the list after the answer."""
    if base.rest == -np.inf:
        return False
    return len(order) < base.top or order[-1][1] < base.rest + gain + NOISE


def _whole_market(meeting: Meeting) -> Totals:
    return best_sites(meeting.columns, meeting.asked, meeting.measures, meeting.config.top, meeting.score).found

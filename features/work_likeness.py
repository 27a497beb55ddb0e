"""How much two pieces of work are of one kind: what is done, how it loads, and the words for it, each 0-1.

The likeness is a weighted mean of the three; what one side does not say (no activity known, no load known on both) is
left out and the others weigh more: unknown is neither like nor unlike. Weights are expert judgement, not learned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from data.levels import PER_STEP

from .market import Levels

ACTIVITIES, LOADS, WORDS = 0.5, 0.3, 0.2
"""Weights: what is done says most, how it loads decides about the person, words are how an employer happens to talk."""

SAME_KIND = 0.5
"""From this likeness on two tasks are of one kind, unless both say what is done and have no activity in common."""

DECIMALS = 4

STEPS_APART = 2.0
"""Loads that differ by so many steps on average have nothing in common."""

STRANGE_WORDS = 50.0
"""rapidfuzz token set ratio (0-100) that any two task texts of one language reach; counts from there."""


def shared_activities(activities: Sequence[str], others: Sequence[Sequence[str]]) -> Levels:
    """Compare what is done: twice the activities in common over all of both (Dice); NaN where one side says none.

    >>> shared_activities(("laundry", "packing"), [("laundry",), ("cleaning",), ()]).round(2).tolist()
    [0.67, 0.0, nan]
    """
    own = set(activities)
    if not own:
        return np.full(len(others), np.nan)
    return np.array([2 * len(own & set(o)) / (len(own) + len(set(o))) if o else np.nan for o in others], np.float64)


def shared_loads(levels: Levels, others: Levels) -> Levels:
    """Compare loads (dimensions,) with (tasks, dimensions): 1 less mean difference / ``STEPS_APART``, not below 0.

    Counts the dimensions that both sides know and at least one asks something on; NaN where there is none.

    >>> shared_loads(np.array([3.0, 0.0, np.nan]), np.array([[2.0, 0.0, 5.0], [np.nan, 0.0, 1.0]])).tolist()
    [0.5, nan]
    """
    with np.errstate(invalid="ignore"):
        # whole fiftieths of a step, so that sums are exact and never depend on how many tasks are compared at once
        apart = np.abs(np.rint(others * PER_STEP) - np.rint(levels * PER_STEP))
        counts = ~np.isnan(apart) & (np.maximum(others, levels) > 0)
    several = counts.sum(axis=1)
    total = np.where(counts, apart, 0.0).sum(axis=1)
    mean = np.divide(total, several, out=np.full(len(several), np.nan), where=several > 0)
    return np.asarray(np.clip(1 - mean / (STEPS_APART * PER_STEP), 0.0, 1.0))


def shared_words(texts: Sequence[str], others: Sequence[str]) -> Levels:
    """Compare words without regard to their order: the best of several texts; NaN where there are no words.

    >>> shared_words(["lattioiden moppaus"], ["Moppaus lattioiden", ""]).tolist()
    [1.0, nan]
    """
    own = [text.lower() for text in texts if text.strip()]
    if not own or not others:
        return np.full(len(others), np.nan)
    ratio: npt.NDArray[np.float64] = process.cdist(
        own, [text.lower() for text in others], scorer=fuzz.token_set_ratio, dtype=np.float64, workers=1
    )
    shared = np.clip((ratio.max(axis=0) - STRANGE_WORDS) / (100 - STRANGE_WORDS), 0.0, 1.0)
    return np.asarray(np.where([bool(text.strip()) for text in others], shared, np.nan))


def likeness_parts(activities: Levels, loads: Levels, words: Levels) -> Levels:
    """Weigh the three comparisons: (tasks, 3), what each adds to the likeness; a row adds up to it.

    >>> likeness_parts(np.array([1.0]), np.array([0.5]), np.array([np.nan])).round(4).tolist()
    [[0.625, 0.1875, 0.0]]
    """
    compared = np.column_stack([activities, loads, words])
    known = ~np.isnan(compared)
    weights = np.array([ACTIVITIES, LOADS, WORDS])
    whole = _added(known * weights)[:, None]
    weighed = np.where(known, compared, 0.0) * weights
    return np.asarray(np.divide(weighed, whole, out=np.zeros_like(weighed), where=whole > 0))


def likeness(parts: Levels) -> Levels:
    """Add the parts of each likeness up (tasks,), rounded so that it never hangs on the last bit.

    >>> likeness(np.array([[0.5, 0.225, 0.1]])).tolist()
    [0.825]
    """
    return np.asarray(np.round(_added(parts), DECIMALS))


def _added(columns: Levels) -> Levels:
    return np.asarray(columns[:, 0] + columns[:, 1] + columns[:, 2])

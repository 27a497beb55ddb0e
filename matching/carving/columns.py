"""A market of tasks in columns, and what one person asks of it, in the form that machine code takes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .branching import Flags, Floats

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int32]
Shorts = npt.NDArray[np.int16]

UNKNOWN = 255
"""Levels lie in the columns as fiftieths of a step, rounded up; 255 is unknown."""

NO_LIMIT = 32_000


class MarketColumns(NamedTuple):
    """Tasks of all sites: site s owns rows ``first[s]`` to ``last[s]``, with room to grow up to ``end[s]``.

    Jobs, units (tied tasks share one) and clashes count within a site.

    ``level`` and ``ban_level`` (tasks, dimensions) are fiftieths of a step; ``above`` are the bitmaps of ``level``
    (``gate_bitmaps``). ``half_days`` are bits. ``guidance_there`` (sites) is infinite where nobody limits it.
    """

    first: Words
    last: Words
    end: Words
    level: Bytes
    ban_level: Bytes
    above: npt.NDArray[np.uint64]
    hours: Floats
    least: Floats
    guidance: Floats
    job: Words
    unit: Words
    half_days: npt.NDArray[np.uint32]
    clash_start: Words
    clash: Words
    guidance_there: Floats


class Asked(NamedTuple):
    """What one person brings: capacity and bans by dimension in fiftieths (NO_LIMIT: none), open rows and their worth.

    ``extra`` (sites) is added to the worth of a part-job there. ``room`` are the hours of each half-day, bit by bit;
    ``weekly`` tells if a week plan is wanted. ``kind`` (tasks, or empty) numbers kinds of work, and ``kind_hours`` is
    the most weekly hours of each; tasks of kind -1 belong to none.
    """

    capacity: Shorts
    ban: Shorts
    dose: Flags
    open: Flags
    worth: Floats
    extra: Floats
    room: Floats
    weekly: bool
    hours_min: float
    hours_max: float
    most_tasks: int
    most_jobs: int
    most_measures: int
    switch_cost: float
    kind: Words = np.zeros(0, np.int32)
    kind_hours: Floats = np.zeros(0)


class Measures(NamedTuple):
    """What could help: steps off each dimension in fiftieths (measures, dimensions), its price, and where it applies.

    ``price`` is (kinds of site, measures); infinite: not at this kind of site; ``site_kind`` (sites). A measure applies
    to a task when it ``fits`` the task's kind (kinds of task, measures; ``task_kind``: tasks) and no bound of its own,
    ``bound[bound_start[a]:bound_start[a + 1]]``, speaks against it: (dimension, fiftieths, 1: only below it
    or -1: only from it on). An unknown level speaks against nothing. Those that touch dimension d are
    ``touching[touch_start[d]:touch_start[d + 1]]``.
    """

    effect: Shorts
    price: Floats
    site_kind: Words
    fits: Flags
    task_kind: Words
    bound_start: Words
    bound: Words
    touch_start: Words
    touching: Words


def no_bounds(measures: int) -> tuple[Words, Words]:
    """Give the bounds of measures that apply whatever the level."""
    return np.zeros(measures + 1, np.int32), np.zeros((0, 3), np.int32)

"""A market on disk, mapped into memory: every process shares one copy, and a changed task is changed in its place.

One process writes, any number read. A counter is odd while a change is under way; a reader who sees it
move reads again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from data.errors import InvalidInput

from .carving.columns import MarketColumns
from .carving.gate_bitmaps import build_bitmaps, clear_row, set_row

Answer = TypeVar("Answer")

SPARE_SHARE = 0.1
SPARE_LEAST = 2
"""Room for new tasks that each site keeps: a tenth of what it has, at least two rows."""

_OF_TASKS = ("level", "ban_level", "hours", "least", "guidance", "job", "unit", "half_days")


@dataclass(frozen=True, slots=True)
class TaskColumns:
    """One task as it stands in the columns: levels in fiftieths (255 unknown), hours, and its place within the site."""

    level: npt.NDArray[np.uint8]
    ban_level: npt.NDArray[np.uint8]
    hours: float
    least: float
    guidance: float
    job: int
    unit: int
    half_days: int


@dataclass(frozen=True, slots=True)
class MarketFile:
    """An open market: its columns (mapped) and the counter of changes."""

    columns: MarketColumns
    generation: npt.NDArray[np.int64]

    def read(self, question: Callable[[MarketColumns], Answer]) -> Answer:
        """Answer a question from one state of the market: asked again when a change came in between."""
        while True:
            before = int(self.generation[0])
            answer = question(self.columns)
            if before % 2 == 0 and before == int(self.generation[0]):
                return answer

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Mark the market as under change; the only writer's door."""
        self.generation[0] += 1
        try:
            yield
        finally:
            self.generation[0] += 1

    def put_task(self, row: int, task: TaskColumns) -> None:
        """Write a task over the one that stands in a row."""
        with self.changing():
            for name in _OF_TASKS:
                getattr(self.columns, name)[row] = getattr(task, name)
            set_row(self.columns.above, row, task.level)

    def add_task(self, site: int, task: TaskColumns) -> int:
        """Write a new task into the room that its site has left; returns its row.

        Raises InvalidInput when there is none left: the market is then written anew.
        """
        row = int(self.columns.last[site])
        if row >= int(self.columns.end[site]):
            raise InvalidInput("market file", f"site {site} has no room for another task", "write the market anew")
        self.put_task(row, task)
        with self.changing():
            self.columns.last[site] = row + 1
        return row

    def drop_task(self, row: int) -> None:
        """Take a task out of the market; its row stays empty until the market is written anew."""
        with self.changing():
            clear_row(self.columns.above, row)


def write_market(folder: Path, columns: MarketColumns) -> None:
    """Write a market to a folder, one file a column, each site with room to grow."""
    folder.mkdir(parents=True, exist_ok=True)
    sizes = columns.last - columns.first
    room = sizes + np.maximum(SPARE_LEAST, np.ceil(sizes * SPARE_SHARE)).astype(np.int32)
    first = np.concatenate([[0], np.cumsum(room)[:-1]]).astype(np.int32)
    old = np.concatenate([np.arange(a, b) for a, b in zip(columns.first, columns.last, strict=True)])
    new = np.concatenate([np.arange(a, a + n) for a, n in zip(first, sizes, strict=True)])
    rows = int(room.sum())
    laid: dict[str, Any] = {}
    for name in _OF_TASKS:
        column = getattr(columns, name)
        laid[name] = np.zeros((rows, *column.shape[1:]), column.dtype)
        laid[name][new] = column[old]
    above = build_bitmaps(laid["level"])
    for row in np.setdiff1d(np.arange(rows), new):
        clear_row(above, int(row))
    written = columns._replace(first=first, last=first + sizes, end=first + room, above=above, **laid)
    for name, column in written._asdict().items():
        np.save(folder / f"{name}.npy", column)
    np.save(folder / "generation.npy", np.zeros(1, np.int64))


def open_market(folder: Path) -> MarketFile:
    """Open a market that ``write_market`` wrote; nothing is read before it is needed."""
    arrays = {
        name: np.load(folder / f"{name}.npy", mmap_mode="r+").view(np.ndarray)
        for name in (*MarketColumns._fields, "generation")
    }
    generation = arrays.pop("generation")
    return MarketFile(MarketColumns(**arrays), generation)

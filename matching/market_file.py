"""A market's columns on disk, mapped into memory: every process shares one copy, and a site is changed in its place.

One folder a version of the market, one file a column; ``state.json`` names the version in force. Whoever reads holds
the shared lock, whoever writes the other one, so nobody ever sees half a change.
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from data.conditions import Condition, ConditionType, Need

from .carving.columns import MarketColumns
from .carving.gate_bitmaps import clear_row, set_row
from .config import Caution
from .joined_markets import merge_names, renumbered, with_room
from .market_index import MarketIndex, Names, SiteFacts, TaskFacts
from .task_words import TaskWords

OF_CAUTION = ("level", "above")
OF_TASKS = ("ban_level", "hours", "least", "guidance", "job", "unit", "half_days")


@dataclass(frozen=True, slots=True)
class Version:
    """Which market lies on disk: its folder, the layout and reference data it was made with, the last change in it."""

    folder: str
    made_with: str
    number: int
    token: str


class MarketFolder:
    """The folder in which a store's market is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def locked(self, *, to_write: bool) -> Iterator[None]:
        """Hold the lock: one writer, or any number of readers."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX if to_write else fcntl.LOCK_SH)
            yield

    def version(self) -> Version | None:
        """Tell which market is in force; None when there is none that can be read."""
        try:
            return Version(**json.loads((self.path / "state.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, version: Version) -> None:
        """Put a version in force, all at once."""
        state = {name: getattr(version, name) for name in version.__slots__}
        _replace(self.path / "state.json", json.dumps(state))

    def write(self, index: MarketIndex, made_with: str, number: int, token: str) -> None:
        """Write a market as a new version, each site with room to grow, and put it in force."""
        old = self.version()
        count = int(old.folder.removeprefix("market-")) + 1 if old else 1
        folder = self.path / f"market-{count}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        roomy = with_room(index)
        shared = next(iter(roomy.columns.values()))
        for name, column in shared._asdict().items():
            if name not in OF_CAUTION:
                np.save(folder / f"{name}.npy", column)
        for caution, columns in roomy.columns.items():
            for name in OF_CAUTION:
                np.save(folder / f"{name}-{caution.value}.npy", getattr(columns, name))
        for kind, facts in (("site", roomy.sites), ("task", roomy.tasks)):
            for name, column in facts._asdict().items():
                np.save(folder / f"{kind}_{name}.npy", column)
        blob, start = roomy.names.words.packed()
        np.save(folder / "words.npy", blob)
        np.save(folder / "words_start.npy", start)
        _write_names(folder, roomy.names, [])
        self.note(Version(folder.name, made_with, number, token))
        for other in self.path.glob("market-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def open(self, version: Version) -> MarketIndex:
        """Map a version; nothing is read before it is needed. OSError or ValueError when files are missing or cut."""
        folder = self.path / version.folder
        shared = {name: _mapped(folder / f"{name}.npy") for name in MarketColumns._fields if name not in OF_CAUTION}
        columns = {
            caution: MarketColumns(
                **shared, **{name: _mapped(folder / f"{name}-{caution.value}.npy") for name in OF_CAUTION}
            )
            for caution in Caution
        }
        sites = SiteFacts(*(_mapped(folder / f"site_{name}.npy") for name in SiteFacts._fields))
        tasks = TaskFacts(*(_mapped(folder / f"task_{name}.npy") for name in TaskFacts._fields))
        return MarketIndex(_read_names(folder), sites, tasks, columns)

    def with_new_names(self, version: Version, index: MarketIndex) -> MarketIndex:
        """Read again what the numbers in the columns stand for."""
        return replace(index, names=_read_names(self.path / version.folder))

    def put_site(self, version: Version, index: MarketIndex, number: int, fresh: MarketIndex) -> bool:
        """Write one site over the one that stands there; False when it does not fit, and nothing was written."""
        columns, new = index.columns[Caution.BALANCED], fresh.columns[Caution.BALANCED]
        first, size = int(columns.first[number]), len(new.hours)
        clashes = slice(int(columns.clash_start[number]), int(columns.clash_start[number + 1]))
        if size > int(columns.end[number]) - first or len(new.clash) != clashes.stop - clashes.start:
            return False
        fresh = renumbered(fresh, merge_names(index.names, fresh.names))
        _write_names(self.path / version.folder, index.names, index.names.words.more)
        rows = slice(first, first + size)
        for name in OF_TASKS:
            getattr(columns, name)[rows] = getattr(new, name)
        for name in TaskFacts._fields:
            getattr(index.tasks, name)[rows] = number if name == "site" else getattr(fresh.tasks, name)
        index.tasks.site[rows.stop : int(columns.end[number])] = -1
        columns.clash[clashes] = new.clash
        columns.guidance_there[number] = new.guidance_there[0]
        columns.last[number] = rows.stop
        for caution, mine in index.columns.items():
            mine.level[rows] = fresh.columns[caution].level
            for row in range(first, int(columns.end[number])):
                if row < rows.stop:
                    set_row(mine.above, row, mine.level[row])
                else:
                    clear_row(mine.above, row)
        for name in SiteFacts._fields:
            getattr(index.sites, name)[number] = getattr(fresh.sites, name)[0]
        return True


def _mapped(path: Path) -> Any:
    np.load(path, mmap_mode="r", allow_pickle=False)  # refuses a file that is cut; "r+" would fill it up with zeros
    column = np.load(path, mmap_mode="r+", allow_pickle=False)
    return column.view(np.ndarray)


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _write_names(folder: Path, names: Names, more_words: list[str]) -> None:
    document = {
        "regions": names.regions,
        "municipalities": names.municipalities,
        "employers": names.employers,
        "sectors": names.sectors,
        "facilities": [[sorted(has), sorted(lacks)] for has, lacks in names.facilities],
        "activities": names.activities,
        "conditions": [[[c.type.value, c.value, c.need.value, c.language] for c in some] for some in names.conditions],
        "more_words": more_words,
    }
    _replace(folder / "names.json", json.dumps(document, ensure_ascii=False))


def _read_names(folder: Path) -> Names:
    document = json.loads((folder / "names.json").read_text(encoding="utf-8"))
    return Names(
        regions=document["regions"],
        municipalities=document["municipalities"],
        employers=document["employers"],
        sectors=document["sectors"],
        facilities=[(frozenset(has), frozenset(lacks)) for has, lacks in document["facilities"]],
        activities=[tuple(some) for some in document["activities"]],
        conditions=[
            tuple(Condition(ConditionType(t), value, Need(need), lang) for t, value, need, lang in some)
            for some in document["conditions"]
        ],
        words=TaskWords(document["more_words"], _mapped(folder / "words.npy"), _mapped(folder / "words_start.npy")),
    )

"""A market that stays on disk between questions and follows the store: only what changed is read again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeVar

from data.dimensions import dimension_index
from data.levels import PER_STEP
from data.reference_files import read_reference
from data.workplaces import Employer
from features.market import Market, build_market

from .config import Caution
from .held_market import hold
from .joined_markets import join
from .kept_records import KeptRecords, State
from .market_file import MarketFolder, Version
from .market_index import MarketIndex, index_market

Answer = TypeVar("Answer")

LAYOUT = 2
"""Raised whenever the columns change their meaning."""

CHUNK = 500
"""Sites are read from the store so many at a time, so that a large market never lies in memory as records."""

MOST_IN_PLACE = 200
MOST_TRIES = 5


class Workplaces(Protocol):
    """Where the records are: a store, or something like it in a test."""

    def latest_change(self) -> tuple[int, str]:
        """Name the last write: its number and its token."""

    def changed_since(self, number: int, token: str) -> frozenset[str] | None:
        """Name the sites written since; None when that cannot be told."""

    def site_ids(self) -> list[str]:
        """List all sites, sorted."""

    def employers(self, sites: Sequence[str]) -> tuple[Employer, ...]:
        """Give the records of some sites."""


class MarketMovedError(Exception):
    """The records of a site are no longer those of its columns: ask again."""


@dataclass(frozen=True, slots=True)
class OpenMarket:
    """A kept market that is open for one question, in one state of the store."""

    index: MarketIndex
    source: Workplaces
    state: State
    records: KeptRecords

    def site(self, number: int) -> Market:
        """Give the records of one site; MarketMovedError when it has changed meanwhile."""
        return self.sites((number,))[0]

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites, each by itself; MarketMovedError when one has changed meanwhile."""
        asked = [str(self.index.sites.id[number]) for number in numbers]
        ids = dict(zip(asked, numbers, strict=True))
        found = self.records.find(self.state, asked)
        missing = [id_ for id_ in ids if id_ not in found]
        if missing:
            read = hold(build_market(_one_by_one(self.source.employers(missing))), ())
            fresh = {str(id_): number for number, id_ in enumerate(read.index.sites.id)}
            for id_ in missing:
                told, known = fresh.get(id_), self.index.sites.digest[ids[id_]]
                if told is None or read.index.sites.digest[told].tobytes() != known.tobytes():
                    raise MarketMovedError(id_)
            now = {id_: read.site(fresh[id_]) for id_ in missing}
            self.records.keep(self.state, now)
            found |= now
        return tuple(found[id_] for id_ in asked)


class KeptMarket:
    """Keeps the market of one store in a folder and answers questions from it."""

    def __init__(self, folder: Path, source: Workplaces, progress: Callable[[int, int], None] | None = None) -> None:
        self._folder, self._source = MarketFolder(folder), source
        self._progress = progress or (lambda _done, _all: None)
        self._open: tuple[Version, MarketIndex] | None = None
        self._records = KeptRecords(source.changed_since)

    def answer(self, question: Callable[[OpenMarket], Answer]) -> Answer:
        """Answer a question from the newest state; asked again when the market moves meanwhile."""
        for _ in range(MOST_TRIES - 1):
            try:
                with self.reading() as market:
                    return question(market)
            except MarketMovedError:
                continue
        with self.reading() as market:
            return question(market)

    @contextmanager
    def reading(self) -> Iterator[OpenMarket]:
        """Open the market as the store has it now; no other process can change it meanwhile."""
        while True:
            if not self._is_newest():
                with self._folder.locked(to_write=True):
                    self._follow()
            with self._folder.locked(to_write=False):
                version = self._folder.version()
                if version is not None and self._is_readable():
                    state = version.number, version.token
                    yield OpenMarket(self._index(), self._source, state, self._records)
                    return

    def _is_newest(self) -> bool:
        version = self._folder.version()
        if version is None or version.made_with != made_with():
            return False
        return (version.number, version.token) == self._source.latest_change() and self._is_readable()

    def _is_readable(self) -> bool:
        try:
            self._index()
        except (OSError, ValueError, KeyError):
            return False
        return True

    def _index(self) -> MarketIndex:
        """Give the columns of the version in force, mapped once."""
        version = self._folder.version()
        if version is None:
            raise ValueError("there is no market on disk")
        if self._open is None or self._open[0].folder != version.folder:
            self._open = version, self._folder.open(version)
        elif self._open[0] != version:  # the same columns, changed in their place; the names may have grown
            self._open = version, self._folder.with_new_names(version, self._open[1])
        return self._open[1]

    def _follow(self) -> None:
        """Bring the market up to the last change of the store (the lock is held)."""
        version, latest = self._folder.version(), self._source.latest_change()
        if version is None or version.made_with != made_with() or not self._is_readable():
            return self._build(latest)
        changed = self._source.changed_since(version.number, version.token)
        if changed is None:
            return self._build(latest)
        index = self._index()
        known = {str(id_): number for number, id_ in enumerate(index.sites.id) if str(id_) in changed}
        fresh = self._read(sorted(changed))
        there = {str(id_) for id_ in fresh.sites.id}
        if there != known.keys() or len(changed) > MOST_IN_PLACE or not self._in_place(version, index, known):
            fresh = self._read(sorted(changed))
            self._folder.write(join(index, fresh, frozenset(changed)), made_with(), *latest)
        else:
            self._folder.note(Version(version.folder, version.made_with, *latest))
        return None

    def _in_place(self, version: Version, index: MarketIndex, known: dict[str, int]) -> bool:
        return all(self._folder.put_site(version, index, number, self._read([id_])) for id_, number in known.items())

    def _read(self, sites: Sequence[str]) -> MarketIndex:
        return index_market(build_market(self._source.employers(sites)))

    def _build(self, latest: tuple[int, str]) -> None:
        """Read the whole store, some sites at a time."""
        sites = self._source.site_ids()
        parts = []
        for start in range(0, len(sites), CHUNK):
            parts.append(self._read(sites[start : start + CHUNK]))
            self._progress(min(start + CHUNK, len(sites)), len(sites))
        while len(parts) > 1:
            pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
            parts = [join(pair[0], pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
        self._folder.write(parts[0] if parts else self._read([]), made_with(), *latest)


def _one_by_one(employers: Iterable[Employer]) -> list[Employer]:
    """Give each site an employer record of its own: what is known of a site does not hang on what else was read."""
    return [replace(employer, sites=(site,)) for employer in employers for site in employer.sites]


def made_with() -> str:
    """Name all that decides how records become columns."""
    smallest = read_reference("weights.yaml")["minimum_hours_of_a_part"]
    quantiles = [caution.quantile for caution in Caution]
    told = repr((LAYOUT, tuple(dimension_index()), PER_STEP, smallest, quantiles))
    return hashlib.sha256(told.encode()).hexdigest()[:16]

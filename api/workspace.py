"""What commands and routes share: the open store, the market that follows it, one person, the scorer in force."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from data.candidates import Candidate
from data.errors import EmptyStore, UnknownId
from data.home import data_home
from data.store import Change, Store, employers_of, get_candidate, latest_change, regions, site_ids, sites_changed_since
from data.store.candidates import candidate_ids
from data.store.objections import refuse_objecting
from data.workplaces import Employer
from features.market import build_market
from matching.held_market import HeldMarket, hold
from matching.kept_market import KeptMarket
from matching.learning.scorer import TrialScorer

from .model_registry import model_in_force

Answer = TypeVar("Answer")


class StoredWorkplaces:
    """The workplaces of a store, as a kept market asks for them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest_change(self) -> tuple[int, str]:
        """Name the last write: its number and its token."""
        with self._store.read() as connection:
            change = latest_change(connection)
        return change.number, change.token

    def changed_since(self, number: int, token: str) -> frozenset[str] | None:
        """Name the sites written since; None when that cannot be told."""
        with self._store.read() as connection:
            return sites_changed_since(connection, Change(number, token))

    def site_ids(self) -> list[str]:
        """List all sites, sorted."""
        with self._store.read() as connection:
            return site_ids(connection)

    def employers(self, sites: Sequence[str]) -> tuple[Employer, ...]:
        """Give the records of some sites."""
        with self._store.read() as connection:
            return employers_of(connection, sites=sites)


def market_folder(store: Store, home: Path | None = None) -> Path:
    """Name the folder in which the market of a store is kept: one for each store, whatever its address says."""
    name = hashlib.sha256(store.where.encode()).hexdigest()[:16]
    return (home or data_home(os.environ)) / "market" / name


def ask_market(store: Store, region: str, question: Callable[[HeldMarket], Answer]) -> Answer:
    """Answer a question from the market of a store.

    Raises EmptyStore when there is no work, or none in the region. Where no market can be kept on disk (no folder to
    write to, no room left), it is built in memory for this question.
    """
    _require_work(store, region)
    try:
        return _kept_market(store, market_folder(store)).answer(question)
    except OSError:
        with store.read() as connection:
            employers = employers_of(connection, region or None)
        return question(hold(build_market(employers)))


@lru_cache(maxsize=2)
def _kept_market(store: Store, folder: Path) -> KeptMarket:
    """Give the market of an open store; a process that stays, like the service, maps it once."""
    return KeptMarket(folder, StoredWorkplaces(store))


def _require_work(store: Store, region: str) -> None:
    with store.read() as connection:
        known = regions(connection)
    if region and region not in known:
        there = ", ".join(known) or "none"
        raise EmptyStore(f"employers of the region '{region[:40]}' (regions: {there})", store.where)
    if not known:
        raise EmptyStore("employers", store.where)


def load_candidate(store: Store, id_: str) -> Candidate:
    """Read one person; EmptyStore when there is nobody, UnknownId with close ids when there is no such person."""
    with store.read() as connection:
        return _candidate(connection, store, id_)


def candidate_to_match(store: Store, id_: str) -> Candidate:
    """Read one person for anything that matches them with work; PersonObjects when they object to that."""
    with store.read() as connection:
        person = _candidate(connection, store, id_)
        refuse_objecting(connection, id_)
    return person


def _candidate(connection: sa.Connection, store: Store, id_: str) -> Candidate:
    try:
        return get_candidate(connection, id_)
    except UnknownId:
        if not candidate_ids(connection):
            raise EmptyStore("candidates", store.where) from None
        raise


def scorer_in_force(store: Store) -> TrialScorer:
    """Give the scorer that lists are made with: the promoted one when it passes its checks, else the experts'."""
    return model_in_force(store).scorer

"""What commands and routes share: the open store, the market built from it, and a match for one person."""

from __future__ import annotations

from collections.abc import Callable

from data.candidates import Candidate
from data.errors import EmptyStore
from data.store import Store, employers_of, get_candidate, regions
from data.store.candidates import candidate_ids
from features.market import Market, build_market
from matching import MatchConfig, MatchList, match


def load_market(store: Store, region: str = "") -> Market:
    """Build the market of a region (or of all) from the store; EmptyStore when it holds no work."""
    with store.read() as connection:
        employers = employers_of(connection, region or None)
        known = regions(connection)
    if not employers:
        what = (
            f"employers of the region '{region[:40]}' (regions: {', '.join(known) or 'none'})"
            if region
            else "employers"
        )
        raise EmptyStore(what, store.where)
    return build_market(employers)


def load_candidate(store: Store, id_: str) -> Candidate:
    """Read one person; EmptyStore when there is nobody, UnknownId with close ids when there is no such person."""
    with store.read() as connection:
        if not candidate_ids(connection):
            raise EmptyStore("candidates", store.where)
        return get_candidate(connection, id_)


def match_candidate(
    store: Store, id_: str, config: MatchConfig, progress: Callable[[str], None] = lambda _stage: None
) -> MatchList:
    """Match one person of the store over its work."""
    person = load_candidate(store, id_)
    progress("read")
    return match(person, load_market(store, config.region), config, progress=progress)

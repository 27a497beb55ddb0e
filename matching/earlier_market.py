"""The market as it was: the one of today, with other sites in place of those that have changed, come or gone since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from data.workplaces import Employer
from features.market import Market, build_market

from .held_market import HeldMarket, MarketInMemory, hold
from .joined_markets import join
from .market_index import MarketIndex


class EarlierMarket:
    """A market of an earlier day. It answers just as the market of that day did (a test holds it to that)."""

    def __init__(self, live: HeldMarket, before: MarketInMemory, otherwise: frozenset[str]) -> None:
        self._live, self._before = live, before
        self._index = join(live.index, before.index, otherwise)
        self._was = {str(id_): number for number, id_ in enumerate(before.index.sites.id)}
        self._is = {str(id_): number for number, id_ in enumerate(live.index.sites.id)}

    @property
    def index(self) -> MarketIndex:
        """Give the columns."""
        return self._index

    def site(self, number: int) -> Market:
        """Give the records of one site as they were."""
        id_ = str(self._index.sites.id[number])
        return self._before.site(self._was[id_]) if id_ in self._was else self._live.site(self._is[id_])

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites as they were."""
        return tuple(self.site(number) for number in numbers)


def market_before(live: HeldMarket | None, before: Iterable[Employer], otherwise: Iterable[str]) -> HeldMarket:
    """Give the market of an earlier day.

    ``live``: the market of today (None: no work is left in the store); ``before``: employers with the sites that were
    otherwise; ``otherwise``: their ids, and the ids of sites that were not there yet.
    """
    changed = frozenset(otherwise)
    held = hold(build_market(before))
    if live is None:
        return held
    return EarlierMarket(live, held, changed) if changed else live

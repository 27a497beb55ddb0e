"""The market as a process holds it: columns for searching, and the records of a site when they are to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from features.market import Market

from .config import Caution
from .market_index import MarketIndex, index_market


class HeldMarket(Protocol):
    """What a match needs of a market, in memory or on disk."""

    @property
    def index(self) -> MarketIndex:
        """Give the columns."""

    def site(self, number: int) -> Market:
        """Give the records of one site; its tasks stand in the order of its columns."""

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites, one by one in the order asked; they may be read together."""


@dataclass(frozen=True, slots=True)
class MarketInMemory:
    """A market whose records are all in memory."""

    market: Market
    index: MarketIndex

    def site(self, number: int) -> Market:
        """Cut one site out."""
        market, place = self.market, self.market.places[number]
        rows = slice(place.rows.start, place.rows.stop)
        return Market(
            (replace(place, rows=range(len(place.rows))),),
            market.tasks[rows],
            market.jobs[rows],
            market.value[rows],
            market.low[rows],
            market.high[rows],
            market.direct[rows],
        )

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Cut some sites out."""
        return tuple(self.site(number) for number in numbers)


def hold(market: Market, cautions: Sequence[Caution] = tuple(Caution)) -> MarketInMemory:
    """Hold a market in memory, ready for questions at these caution levels."""
    return MarketInMemory(market, index_market(market, cautions))

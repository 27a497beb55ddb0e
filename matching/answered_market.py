"""A few sites of a market, and one site as it would be if an answer were known: what question value asks again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.dimensions import dimension_index
from data.levels import PER_STEP, Source
from features.market import Levels, Market

from .carving.columns import UNKNOWN
from .carving.gate_bitmaps import build_bitmaps
from .config import Caution
from .held_market import HeldMarket
from .joined_markets import only
from .market_index import MarketIndex, index_market


@dataclass(frozen=True, slots=True)
class SomeSites:
    """Some sites of a held market, renumbered from 0 in their old order."""

    held: HeldMarket
    numbers: tuple[int, ...]
    index: MarketIndex

    @classmethod
    def of(cls, held: HeldMarket, numbers: Sequence[int]) -> SomeSites:
        """Cut sites out of a market."""
        kept = tuple(sorted(numbers))
        return cls(held, kept, only(held.index, np.array(kept, np.int64)))

    @classmethod
    def alone(cls, held: HeldMarket, number: int, caution: Caution) -> SomeSites:
        """Take one site by itself, with no more names than it uses."""
        return cls(held, (number,), index_market(held.site(number), (caution,)))

    def site(self, number: int) -> Market:
        """Give the records of one site."""
        return self.held.site(self.numbers[number])

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites."""
        return self.held.sites([self.numbers[number] for number in numbers])


@dataclass(frozen=True, slots=True)
class WithLevel:
    """One site (a market of its own) if the employer answered a dimension for the tasks of which it is unknown."""

    held: HeldMarket
    index: MarketIndex
    dimension: int
    level: float

    @classmethod
    def of(cls, held: HeldMarket, dimension: str, level: float) -> WithLevel:
        """Put the answer into the columns; the records follow when they are looked at."""
        at = dimension_index()[dimension]
        columns = {}
        for caution, mine in held.index.columns.items():
            levels, bans = mine.level.copy(), mine.ban_level.copy()
            for column in (levels[:, at], bans[:, at]):
                column[column == UNKNOWN] = round(level * PER_STEP)
            columns[caution] = mine._replace(level=levels, ban_level=bans, above=build_bitmaps(levels))
        return cls(held, replace(held.index, columns=columns), at, level)

    def site(self, number: int) -> Market:
        """Give the records with the answer in them."""
        market = self.held.site(number)
        unknown = np.isnan(market.value[:, self.dimension])

        def put(column: Levels) -> Levels:
            column = column.copy()
            column[unknown, self.dimension] = self.level
            return column

        direct = market.direct.copy()
        direct[unknown, self.dimension] = Source.EMPLOYER.directness
        value, low, high = put(market.value), put(market.low), put(market.high)
        return replace(market, value=value, low=low, high=high, direct=direct)

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites, with the answer in them."""
        return tuple(self.site(number) for number in numbers)


@dataclass(frozen=True, slots=True)
class WithFacility:
    """One site (a market of its own) if the employer answered whether it has a facility."""

    held: HeldMarket
    index: MarketIndex
    facility: str
    there: bool

    @classmethod
    def of(cls, held: HeldMarket, facility: str, there: bool) -> WithFacility:
        """Put the answer into the columns; the records follow when they are looked at."""
        names, sites = held.index.names.copy(), held.index.sites
        has, lacks = names.facilities[int(sites.facilities[0])]
        fact = frozenset({facility})
        names.facilities[:] = [(has | fact, lacks) if there else (has, lacks | fact)]
        index = replace(
            held.index, names=names, sites=sites._replace(facilities=np.zeros(1, np.int32))
        )  # fmt: skip
        return cls(held, index, facility, there)

    def site(self, number: int) -> Market:
        """Give the records with the answer in them."""
        market, fact = self.held.site(number), frozenset({self.facility})
        place = market.places[number]
        site = place.site
        site = replace(site, has=site.has | fact) if self.there else replace(site, lacks=site.lacks | fact)
        return replace(market, places=(replace(place, site=site),))

    def sites(self, numbers: Sequence[int]) -> tuple[Market, ...]:
        """Give the records of some sites, with the answer in them."""
        return tuple(self.site(number) for number in numbers)

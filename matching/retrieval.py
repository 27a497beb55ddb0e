"""Stage 1: which workplaces are within reach at all: travel time, a free place, step-free entry where it is needed.

What is not known (a site without a municipality, places not stated) keeps the site in and becomes a question later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.candidates import Candidate
from features.market import Place
from features.travel import travel_minutes

from .market_index import MarketIndex


@dataclass(frozen=True, slots=True)
class InReach:
    """A workplace within reach, with minutes of travel one way (None: unknown)."""

    place: Place
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Which sites are within reach, minutes of travel to each site (NaN: unknown), how many fell by reason."""

    reached: npt.NDArray[np.bool_]
    minutes: npt.NDArray[np.float64]
    left_out: Counter[str]

    def minutes_to(self, number: int) -> float | None:
        """Give the minutes to one site; None when they are not known."""
        minutes = float(self.minutes[number])
        return None if np.isnan(minutes) else minutes


def retrieve(person: Candidate, index: MarketIndex, region: str = "") -> Retrieved:
    """Keep the workplaces within reach; count the others by reason (``site.travel``, ``site.no_place`` ...)."""
    names, sites = index.names, index.sites
    minutes = _minutes(person, index)
    reached = np.ones(len(sites.id), np.bool_)
    if region:
        reached = sites.region == (names.regions.index(region) if region in names.regions else -1)
    left_out: Counter[str] = Counter()
    for reason, hit in _reasons(person, index, minutes).items():
        left_out[reason] = int((hit & reached).sum())
        reached = reached & ~hit
    return Retrieved(reached, minutes, +left_out)


def retrieve_only(person: Candidate, index: MarketIndex, number: int) -> tuple[Retrieved, str]:
    """Keep one site whatever speaks against it, and name the first reason why it would be left out (empty: none)."""
    minutes = _minutes(person, index)
    reached = np.zeros(len(index.sites.id), np.bool_)
    reached[number] = True
    against = [reason for reason, hit in _reasons(person, index, minutes).items() if hit[number]]
    return Retrieved(reached, minutes, Counter()), next(iter(against), "")


def _reasons(
    person: Candidate, index: MarketIndex, minutes: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[np.bool_]]:
    """Tell what speaks against each site, the first reason first."""
    no_step = np.array(["step_free_access" in lacks for _, lacks in index.names.facilities], np.bool_)
    farthest = np.inf if person.travel_minutes_max is None else person.travel_minutes_max
    return {
        "site.travel": minutes > farthest,
        "site.no_place": index.sites.full,
        "site.not_step_free": no_step[index.sites.facilities] & person.step_free_needed,
    }


def _minutes(person: Candidate, index: MarketIndex) -> npt.NDArray[np.float64]:
    ways = [travel_minutes(person.municipality, to, person.travel_by) for to in index.names.municipalities]
    of_place = np.array([np.nan if way is None else way for way in ways], np.float64)
    return of_place[index.sites.municipality]

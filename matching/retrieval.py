"""Stage 1: which workplaces are within reach at all: travel time, a free place, step-free entry where it is needed.

What is not known (a site without a municipality, places not stated) keeps the site in and becomes a question later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from data.candidates import Candidate
from features.market import Market, Place
from features.travel import travel_minutes


@dataclass(frozen=True, slots=True)
class InReach:
    """A workplace within reach, with minutes of travel one way (None: unknown)."""

    place: Place
    minutes: float | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What stage 1 hands on, and how many sites it left out by reason."""

    places: tuple[InReach, ...]
    left_out: Counter[str]


def retrieve(person: Candidate, market: Market, region: str = "") -> Retrieved:
    """Keep the workplaces within reach; count the others by reason (``site.travel``, ``site.no_place`` ...)."""
    kept: list[InReach] = []
    left_out: Counter[str] = Counter()
    for place in market.places:
        if region and place.employer.region != region:
            continue
        site = place.site
        minutes = travel_minutes(person.municipality, site.municipality, person.travel_by)
        if minutes is not None and person.travel_minutes_max is not None and minutes > person.travel_minutes_max:
            left_out["site.travel"] += 1
        elif site.places == 0:
            left_out["site.no_place"] += 1
        elif person.step_free_needed and "step_free_access" in site.lacks:
            left_out["site.not_step_free"] += 1
        else:
            kept.append(InReach(place, minutes))
    return Retrieved(tuple(kept), left_out)

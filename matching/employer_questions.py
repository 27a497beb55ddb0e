"""What the employers shown could be asked, and what each answer would change: unknown demands, unknown facilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import PER_STEP
from data.reference_files import read_reference
from features.hour_value import ALONE, COUNTED_STRAINS, MIDDLE

from .answered_market import SomeSites, WithFacility, WithLevel
from .asked import lay_measures_out
from .carving.columns import NO_LIMIT, UNKNOWN
from .learned_worth import orders_lists
from .list_change import NOISE, STEPS, Asking, Change, ListAsItIs, Totals, change_of, in_order, meet_again, shares_of
from .meeting import Meeting
from .retrieval import retrieve
from .search import best_sites


class UnknownOfSites:
    """The unknowns of the workplaces shown; ``waiting``: (bound of the expected change, question), highest first."""

    def __init__(self, base: ListAsItIs) -> None:
        self._base, self._shares = base, _SharesOfMarket(base.meeting)
        self._alone: dict[int, Meeting] = {}
        self.waiting: list[tuple[float, Asking]] = []
        for number, total in base.shown:
            alone = meet_again(base.meeting, SomeSites.of(base.meeting.held, [number]))
            self._alone[number] = alone
            for facility in _facilities(alone):
                self.waiting.append((np.inf, Asking("facility", facility, number, "employer")))
            for dimension in _unknown_demands(alone):
                bound = _largest_effect(base, alone, dimension, total, self._shares)
                self.waiting.append((bound, Asking("demand", dimension, number, "employer")))
        self.waiting.sort(key=lambda one: -one[0])

    def changes(self, asked: Asking) -> list[Change]:
        """Make the list anew for every answer to one question."""
        if asked.site is None:
            raise ValueError("an employer is asked about one workplace")
        alone = self._alone[asked.site]
        if asked.kind == "demand":
            return _levels(self._base, asked, alone, self._shares)
        return _there(self._base, asked, alone)


class _SharesOfMarket:
    """How likely each level of a demand is before asking: the stated counts, and the known levels of the market."""

    def __init__(self, meeting: Meeting) -> None:
        self._columns, self._stands = meeting.columns, meeting.held.index.tasks.site >= 0
        self._known: dict[str, list[float]] = {}

    def __getitem__(self, dimension: str) -> list[float]:
        if dimension not in self._known:
            level = self._columns.level[:, dimension_index()[dimension]][self._stands]
            steps = (level[level != UNKNOWN].astype(np.int64) + PER_STEP // 2) // PER_STEP
            self._known[dimension] = shares_of(np.bincount(steps, minlength=len(STEPS)))
        return self._known[dimension]


def _unknown_demands(alone: Meeting) -> list[str]:
    """Name the dimensions of which some task is unknown and on which the person's level, or wish, is known."""
    unknown = (alone.columns.level[alone.asked.open] == UNKNOWN).any(axis=0)
    told = set(alone.person.preferences) | {ban.dimension for ban in alone.person.bans} | {ALONE}
    known = np.isfinite(alone.capacity.planned)
    return [
        dimension
        for dimension, at in dimension_index().items()
        if unknown[at] and (known[at] or dimension in told) and dimension != HOURS_DIMENSION
    ]


def _is_plain(alone: Meeting, dimension: str) -> bool:
    """Tell whether the level of a dimension matters by strain and limit only, so that low levels are all alike."""
    told = {*alone.person.preferences, ALONE, *(ban.dimension for ban in alone.person.bans)}
    bound = set(alone.measures.bound[:, 0].tolist())
    return not (orders_lists(alone.scorer) or dimension in told or dimension_index()[dimension] in bound)


def _largest_effect(
    base: ListAsItIs, alone: Meeting, dimension: str, total: float, shares: _SharesOfMarket
) -> float:  # fmt: skip
    """Bound the expected change of asking a workplace about a demand, without solving anything."""
    if not _is_plain(alone, dimension):
        return np.inf
    rules = read_reference("weights.yaml")
    capacity = float(alone.capacity.planned[dimension_index()[dimension]])
    a_strain = alone.asked.hours_max * rules["hour"]["comfort"]["weight"] / COUNTED_STRAINS
    leaving = max(0.0, total - base.next) + rules["questions"]["place"]
    effect = 0.0
    for step, share in zip(STEPS, shares[dimension], strict=True):
        change = a_strain * (_strain(step, capacity) - _strain(MIDDLE, capacity))
        if step > capacity:
            effect += share * max(leaving, -change)
        elif change > 0 and total - change <= base.next:
            effect += share * (min(change, max(0.0, total - base.next)) + rules["questions"]["place"])
        else:
            effect += share * abs(change)
    return effect + NOISE


def _strain(level: float, capacity: float) -> float:
    return min(1.0, max(0.0, (level - capacity + 1) / 2)) if level > 0 else 0.0


def _levels(base: ListAsItIs, asked: Asking, alone: Meeting, shares: _SharesOfMarket) -> list[Change]:
    """Try every level that an employer could answer; those that are alike for the person are tried once."""
    capacity = float(alone.capacity.planned[dimension_index()[asked.about]])
    comfortable = capacity - 1 if _is_plain(alone, asked.about) else -1.0
    changes: list[Change] = []
    for step, share in zip(STEPS, shares[asked.about], strict=True):
        if 0 < step <= comfortable:
            changes.append(replace(changes[0], share=share, answer=str(step)))
            continue
        answered = alone.again(held=WithLevel.of(alone.held, asked.about, float(step)))
        changes.append(change_of(base, _with_site(base, asked, answered), share, str(step)))
    return changes


def _there(base: ListAsItIs, asked: Asking, alone: Meeting) -> list[Change]:
    """Try that a facility is there and that it is not."""
    there = read_reference("weights.yaml")["questions"]["facility_there"]
    changes = []
    for answer, share, has in (("yes", there, True), ("no", 1.0 - there, False)):
        held = WithFacility.of(alone.held, asked.about, has)
        retrieved = retrieve(alone.person, held.index)
        measures = lay_measures_out(held.index, alone.catalogue, alone.person.declined_accommodations)
        answered = replace(alone, retrieved=retrieved, measures=measures).again(held=held)
        changes.append(change_of(base, _with_site(base, asked, answered), share, answer))
    return changes


def _facilities(alone: Meeting) -> list[str]:
    """Name unknown facilities that a measure needs which eases what is beyond the person, and step-free entry."""
    index = alone.held.index
    has, lacks = index.names.facilities[int(index.sites.facilities[0])]
    level = alone.columns.level[alone.asked.open]
    limit = np.where(np.isfinite(alone.capacity.planned), alone.asked.capacity, NO_LIMIT)
    beyond = ((level != UNKNOWN) & (level > limit)).any(axis=0)
    eases = np.flatnonzero((alone.measures.effect[:, beyond] > 0).any(axis=1))
    needed = {facility for at in eases for facility in alone.catalogue[at].requires}
    if alone.person.step_free_needed:
        needed.add("step_free_access")
    return sorted(needed - has - lacks)


def _with_site(base: ListAsItIs, asked: Asking, answered: Meeting) -> Totals:
    """Put the new total of one site into the order, or take the site out."""
    best = best_sites(answered.columns, answered.asked, answered.measures, 1, answered.score)
    totals = {number: total for number, total in base.order if number != asked.site}
    if best.found and asked.site is not None:
        totals[asked.site] = best.found[0][1]
    return in_order(totals)

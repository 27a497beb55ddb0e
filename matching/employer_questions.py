"""What the employers shown could be asked, and what each answer would change: unknown demands, unknown facilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import PER_STEP, TOP, share_of_shift
from data.reference_files import read_reference
from features.hour_value import ALONE, COUNTED_STRAINS, MIDDLE, NEUTRAL

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
            alone = meet_again(
                base.meeting, SomeSites.alone(base.meeting.held, number, base.meeting.config.caution)
            )  # fmt: skip
            self._alone[number] = alone
            for facility in _facilities(alone):
                asking = Asking("facility", facility, number, "employer")
                self.waiting.append((_largest_of_facility(base, asking, alone, total), asking))
            for dimension in _unknown_demands(alone):
                asking = Asking("demand", dimension, number, "employer")
                self.waiting.append((_largest_of_demand(base, asking, alone, total, self._shares), asking))
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
    """Tell whether levels with a step of room are all alike: no wish, ban, dose or measure looks at them."""
    at = dimension_index()[dimension]
    told = {*alone.person.preferences, ALONE, *(ban.dimension for ban in alone.person.bans)}
    looked_at = dimension in told or alone.asked.dose[at] or at in set(alone.measures.bound[:, 0].tolist())
    return not (orders_lists(alone.scorer) or looked_at or np.isnan(alone.capacity.planned[at]))


def _largest_of_demand(
    base: ListAsItIs, asked: Asking, alone: Meeting, total: float, shares: _SharesOfMarket
) -> float:  # fmt: skip
    """Bound the expected change of asking a workplace about a demand, without solving anything.

    An answer moves the worth of an hour by strain, wish and company, each bounded. Where only tasks are asked about
    that are not taken, it can take nothing from the part-job.
    """
    taken = None if asked.site is None else base.taken(asked.site)
    if asked.site is None or taken is None:
        return np.inf
    at = dimension_index()[asked.about]
    hits = bool((alone.columns.level[taken, at] == UNKNOWN).any())
    leaving, effect = _leaving(base, total), 0.0
    for step, share in zip(STEPS, shares[asked.about], strict=True):
        rise, fall = _worth_moved(alone, asked.about, float(step))
        largest = rise
        if hits and _may_close(base, asked, alone, step):
            largest = max(rise, leaving)
        elif hits:
            largest = max(rise, fall if total - fall > base.next + NOISE else min(fall, leaving) + _place())
        effect += share * largest
    return effect + NOISE


def _worth_moved(alone: Meeting, dimension: str, step: float) -> tuple[float, float]:
    """Bound by how much a part-job can be worth more, and less, when an unknown demand becomes this level."""
    rules, person = read_reference("weights.yaml"), alone.person
    capacity = float(alone.capacity.planned[dimension_index()[dimension]])
    strain = (
        rules["hour"]["comfort"]["weight"] / COUNTED_STRAINS * (_strain(step, capacity) - _strain(MIDDLE, capacity))
    )
    wish = 0.0
    if dimension in person.preferences:
        sign = 1.0 if person.preferences[dimension] == "more" else -1.0
        most = rules["hour"]["wish"]["weight"] * rules["wish_parts"]["preferences"] / len(person.preferences)
        wish = -most * sign * (step / TOP - NEUTRAL)
    company = rules["inclusion"]["alone"]["cost"] * share_of_shift(step) if dimension == ALONE else 0.0
    hours = alone.asked.hours_max
    return hours * (max(0.0, -strain) + max(0.0, -wish)), hours * (max(0.0, strain) + max(0.0, wish) + company)


def _may_close(base: ListAsItIs, asked: Asking, alone: Meeting, step: int) -> bool:
    """Tell whether a level could take a task out of the part-job: by limit, dose, ban, or a measure ruled out."""
    at = dimension_index()[asked.about]
    beyond = step > float(alone.capacity.planned[at]) or (step > 0 and bool(alone.asked.dose[at]))
    banned = step * PER_STEP > int(alone.ban[at])
    used = base.measures[asked.site] if asked.site is not None else ()
    bound = any(asked.about in {*(m.scope.only_when or {}), *(m.scope.not_when or {})} for m in used)
    return beyond or banned or bound


def _largest_of_facility(base: ListAsItIs, asked: Asking, alone: Meeting, total: float) -> float:
    """Bound the expected change of asking about a facility: what becomes sure gets cheaper, what is used may go."""
    rules, there = read_reference("weights.yaml"), read_reference("weights.yaml")["questions"]["facility_there"]
    cheaper = sum(asked.about in measure.requires for measure in alone.catalogue)
    rise = rules["accommodation_cost"]["facility_unknown"] * min(cheaper, alone.asked.most_measures)
    return float(
        there * rise + (1.0 - there) * (_leaving(base, total) if _is_used(base, asked, alone) else 0.0) + NOISE
    )


def _leaving(base: ListAsItIs, total: float) -> float:
    return max(0.0, total - base.next) + _place()


def _place() -> float:
    return float(read_reference("weights.yaml")["questions"]["place"])


def _is_used(base: ListAsItIs, asked: Asking, alone: Meeting) -> bool:
    """Tell whether the part-job counts on a facility: without it the others are still as good."""
    entry = asked.about == "step_free_access" and alone.person.step_free_needed
    return entry or asked.site is None or any(asked.about in m.requires for m in base.measures[asked.site])


def _strain(level: float, capacity: float) -> float:
    known = level > 0 and not np.isnan(capacity)
    return min(1.0, max(0.0, (level - capacity + 1) / 2)) if known else 0.0


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
        if not has and not _is_used(base, asked, alone):
            continue
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
    """Put the new total of one site into the order, or take the site out when it has no place in the list left."""
    known = [base.next] if len(base.order) > base.top else []
    best = best_sites(answered.columns, answered.asked, answered.measures, 1, answered.score, known=known)
    totals = {number: total for number, total in base.order if number != asked.site}
    if best.found and asked.site is not None:
        totals[asked.site] = best.found[0][1]
    return in_order(totals)

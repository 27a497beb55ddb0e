"""What ended trials add to the worth of an hour and of a workplace, so that the order heeds them and keeps its laws.

A learned scorer speaks of a whole part-job. Added to the score of the part-job chosen, it would break two laws: more
capacity, or one ban less, can lead to another part-job whose chances are worse. So the order takes from its tables only
what can be said before a part-job is chosen, and the carving sees it (decision 0016): of an hour of a task, its margins
to the person's limits, wishes, strengths, skills and company; of a workplace, the employer, the branch, the way and the
co-workers. Margins only grow with capacity, and nothing here looks at bans, so the optimum keeps the laws by itself.

Units are whole ten-thousandths of log-odds against an ordinary hour: nothing demanded, neither wished for nor turned
down, among others. Expert weights add nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from data.candidates import Candidate
from data.dimensions import dimension_index, load_dimensions
from data.levels import PER_STEP, TOP, share_of_shift
from data.reference_files import read_reference
from features.hour_value import ALONE, NEUTRAL
from features.market import Levels
from features.trial_features import dimension_groups, feature, feature_index

from .carving.columns import UNKNOWN, Bytes
from .carving.compiled import compiled
from .hours_worth import Rows, hours_wish
from .learning.scorer import TrialScorer
from .learning.tables import UNITS_PER_LOG_ODDS, AdditiveTables, Points
from .market_index import MarketIndex
from .scoring import MIDDLE_SUPPORT, Contribution

KIND = "outcomes"
LIMIT = "limit"
"""What is about the bounds of the range, not about any one feature."""

_ABSENT = 1 << 40
_UNKNOWN_ONLY = 1 << 39
_HALF_WAY = 0.5
_WORK = ("wish_agreement", "strength_agreement", "skill_coded", "inclusion")


def orders_lists(scorer: TrialScorer) -> bool:
    """Tell whether a scorer has a say in the order: it was learned from outcomes."""
    return scorer.posterior is not None


@cache
def hour_features() -> tuple[str, ...]:
    """Name the features that are read hour by hour, in the order of the columns of ``hour_units``."""
    margins = tuple(f"{kind}_{group}" for kind in ("gap", "reserve") for group in dimension_groups())
    return (*margins, *_WORK)


def hour_units(
    person: Candidate, capacity: Levels, index: MarketIndex, level: Bytes, rows: Rows, tables: AdditiveTables
) -> Points:
    """Read the tables for an hour of each task in ``rows``: units of log-odds, (rows, ``hour_features()``).

    A task beyond the limit counts with its full gap and with no reserve: a measure that closes it does not change this.
    """
    margins = margin_units(capacity, level, rows, tables)
    return np.concatenate([margins, work_units(person, index, level, rows, tables)], axis=1)


def hours_with_outcomes(worth: Levels, units: Points) -> Levels:
    """Add to the worth of hours what outcomes say (units of log-odds), within the stated range; never below zero."""
    rules = read_reference("weights.yaml")["outcomes"]["hour"]
    most = rules["range"] * UNITS_PER_LOG_ODDS
    log_odds = np.clip(units, -most, most) / UNITS_PER_LOG_ODDS
    return np.asarray(np.maximum(worth + rules["weight"] * log_odds, 0.0))


def hour_parts(units: Sequence[int] | Points, before: float, after: float) -> dict[tuple[str, str], float]:
    """Name the parts by which outcomes moved the worth of one hour from ``before`` to ``after``."""
    weight = read_reference("weights.yaml")["outcomes"]["hour"]["weight"]
    named = zip(hour_features(), units, strict=True)
    parts = {(KIND, name): weight * int(some) / UNITS_PER_LOG_ODDS for name, some in named if some}
    rest = after - before - sum(parts.values())
    if abs(rest) > 1e-9:
        parts[KIND, LIMIT] = rest
    return parts


def site_contributions(
    person: Candidate, scorer: TrialScorer, employer: str, sector: str, support: float | None, minutes: float | None
) -> tuple[Contribution, ...]:
    """Name what outcomes say of one workplace, in value-hours a week."""
    nan = float("nan")
    share = nan if minutes is None or not person.travel_minutes_max else min(1.0, minutes / person.travel_minutes_max)
    units = _site_units(
        scorer.order_tables, [employer], [sector], np.array([nan if support is None else support]), np.array([share])
    )
    rules = read_reference("weights.yaml")["outcomes"]["site"]
    found = [
        Contribution(KIND, name, rules["weight"] * int(some[0]) / UNITS_PER_LOG_ODDS) for name, some in units.items()
    ]
    rest = float(_within_range(np.sum(list(units.values()), axis=0))[0]) - sum(term.value for term in found)
    if abs(rest) > 1e-9:
        found.append(Contribution(KIND, f"site_{LIMIT}", rest))
    return tuple(found)


def sites_with_outcomes(
    person: Candidate, scorer: TrialScorer, index: MarketIndex, minutes: Levels
) -> Levels:  # fmt: skip
    """Give what outcomes say of every workplace at once: the sums of ``site_contributions``, in value-hours a week."""
    share = np.full(len(minutes), np.nan)
    if person.travel_minutes_max:
        share = np.minimum(1.0, minutes / person.travel_minutes_max)
    names, sites = index.names, index.sites
    tables = scorer.order_tables
    of_employer = np.array([tables.employers.get(one, 0) for one in names.employers], np.int64)
    of_sector = np.array([tables.groups.get(one, 0) for one in names.sectors], np.int64)
    units = of_employer[sites.employer] + of_sector[sites.sector]
    units += _relative(tables, "travel_share", share, _HALF_WAY)
    units += _relative(tables, "natural_support", np.asarray(sites.support), MIDDLE_SUPPORT)
    return _within_range(units)


def most_gained_by_answer(scorer: TrialScorer, dimension: str, hours_max: float) -> float:
    """Bound what a site can gain when the person's level on a dimension becomes known (value-hours a week).

    With expert weights nothing: who is not known to be limited is not limited. A learned table can hold more for a
    known margin than for an unknown one.
    """
    if not orders_lists(scorer):
        return 0.0
    group = next(one.group for one in load_dimensions() if one.id == dimension)
    more = 0
    for name in (f"gap_{group}", f"reserve_{group}"):
        table = _table(scorer.order_tables, name)
        more += max(0, int(table[1:].max()) - int(table[0]))
    return float(read_reference("weights.yaml")["outcomes"]["hour"]["weight"]) * hours_max * more / UNITS_PER_LOG_ODDS


def _within_range(units: Points) -> Levels:
    rules = read_reference("weights.yaml")["outcomes"]["site"]
    most = rules["range"] * UNITS_PER_LOG_ODDS
    return np.asarray(rules["weight"] * np.clip(units, -most, most) / UNITS_PER_LOG_ODDS)


def _site_units(
    tables: AdditiveTables, employers: Sequence[str], sectors: Sequence[str], support: Levels, share: Levels
) -> Mapping[str, Points]:
    return {
        "employer": np.array([tables.employers.get(one, 0) for one in employers], np.int64),
        "group": np.array([tables.groups.get(one, 0) for one in sectors], np.int64),
        "travel_share": _relative(tables, "travel_share", share, _HALF_WAY),
        "natural_support": _relative(tables, "natural_support", support, MIDDLE_SUPPORT),
    }


def _table(tables: AdditiveTables, name: str) -> Points:
    return np.asarray(tables.units[feature_index()[name], : feature(name).bins])


def _relative(tables: AdditiveTables, name: str, values: Levels, ordinary: float) -> Points:
    """Read a table at some values (NaN: unknown), less what it says of an ordinary value."""
    spec, table = feature(name), _table(tables, name)
    bins = np.where(np.isnan(values), 0, 1 + np.searchsorted(spec.edges, values, side="right"))
    return np.asarray(table[bins] - table[spec.bin_of(ordinary)])


def work_units(
    person: Candidate, index: MarketIndex, level: Bytes, rows: Rows, tables: AdditiveTables
) -> Points:  # fmt: skip
    """Read what does not hang on limits; who has stated no wishes, strengths or skills neither agrees nor disagrees."""
    units = np.zeros((len(rows), len(_WORK)), np.int64)
    kinds = index.names.activities
    coded = {skill.activity for skill in person.skills if skill.activity}
    if person.wishes or person.preferences:
        units[:, 0] = _relative(tables, "wish_agreement", hours_wish(person, index, level, rows), NEUTRAL)
    for at, held, name in ((1, set(person.strengths), "strength_agreement"), (2, coded, "skill_coded")):
        if held:
            of_kind = _relative(tables, name, np.array([float(bool(held & set(kind))) for kind in kinds]), 0.0)
            units[:, at] = of_kind[index.tasks.activities[rows]]
    alone = np.array([share_of_shift(step / PER_STEP) for step in range(int(TOP * PER_STEP) + 1)])
    company = np.append(1.0 - alone, np.full(UNKNOWN + 1 - len(alone), np.nan))
    units[:, 3] = _relative(tables, "inclusion", company, 1.0)[level[rows, dimension_index()[ALONE]]]
    return units


def margin_units(capacity: Levels, level: Bytes, rows: Rows, tables: AdditiveTables) -> Points:
    """Read gaps and reserves: as both tables follow their direction, the tightest dimension has the lowest entry."""
    groups = list(dimension_groups())
    group_of = np.array([groups.index(one.group) for one in load_dimensions()], np.int64)
    asked = np.arange(UNKNOWN + 1) / PER_STEP
    found = []
    for kind in ("gap", "reserve"):
        entries = np.full((len(group_of), UNKNOWN + 1), _ABSENT, np.int64)
        nothing, unknown = np.zeros(len(groups), np.int64), np.zeros(len(groups), np.int64)
        for at, group in enumerate(groups):
            table, spec = _table(tables, f"{kind}_{group}"), feature(f"{kind}_{group}")
            free = int(table[spec.bin_of(0.0 if kind == "gap" else TOP)])
            nothing[at], unknown[at] = 0, int(table[0]) - free
            for d in np.flatnonzero(group_of == at):
                if np.isnan(capacity[d]):
                    entries[d, 1:UNKNOWN] = _UNKNOWN_ONLY
                    continue
                margin = capacity[d] - asked[1:UNKNOWN]
                value = np.maximum(0.0, -margin if kind == "gap" else margin)
                entries[d, 1:UNKNOWN] = table[1 + np.searchsorted(spec.edges, value, side="right")] - free
        lowest = lowest_of_groups(entries, group_of, level, rows, len(groups))
        lowest = np.where(lowest == _ABSENT, nothing, np.where(lowest == _UNKNOWN_ONLY, unknown, lowest))
        found.append(lowest)
    return np.concatenate(found, axis=1)


@compiled
def lowest_of_groups(
    entries: Points, group_of: npt.NDArray[np.int64], level: Bytes, rows: Rows, groups: int
) -> Points:  # fmt: skip
    """Give the lowest entry of each group of dimensions for each task: (rows, groups)."""
    out = np.full((len(rows), groups), np.int64(1 << 40), np.int64)
    for at in range(len(rows)):
        for d in range(len(group_of)):
            entry = entries[d, level[rows[at], d]]
            out[at, group_of[d]] = min(out[at, group_of[d]], entry)
    return out

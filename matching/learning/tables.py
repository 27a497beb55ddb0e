"""The score of a trial: one table a feature, read off and added up; nothing else decides it.

The unit is log-odds of going well, kept as whole ten-thousandths, so that terms add up to the score exactly, in any
order, on any number of threads, in batches of any size. A table is a row of terms by bin; the first bin is the unknown.
What is not a feature of the suggestion (the employer, the group of the work) has a term of its own by id.

Generalised additive models with tables: Hastie and Tibshirani 1990; why a points table beats a black box where people
are concerned: Rudin 2019, Nature Machine Intelligence 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from features.trial_features import feature_edges, trial_features

from ..carving.compiled import compiled

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]
Points = npt.NDArray[np.int64]

UNITS_PER_LOG_ODDS = 10_000
"""A term is a whole number of these."""

LARGEST_TERM = 20 * UNITS_PER_LOG_ODDS
_CHUNK = 16_384


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a score: which table, and its log-odds in units."""

    name: str
    units: int

    @property
    def log_odds(self) -> float:
        """Give the term in log-odds."""
        return self.units / UNITS_PER_LOG_ODDS


@dataclass(frozen=True, slots=True, eq=False)
class AdditiveTables:
    """A scorer: ``units`` (features, most bins), what every trial starts from, and terms of employers and groups."""

    units: Points
    start: int
    employers: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse tables that are not those of the declared features, or beyond all reason."""
        specs = trial_features()
        if self.units.shape != (len(specs), most_bins()) or self.units.dtype != np.int64:
            raise ValueError("tables: one row for each declared feature, one column for each bin, whole units")
        if np.abs(self.units).max(initial=0) > LARGEST_TERM or abs(self.start) > LARGEST_TERM:
            raise ValueError(f"tables: no term is larger than {LARGEST_TERM // UNITS_PER_LOG_ODDS} log-odds")

    def added(self, employer: str = "", group: str = "") -> int:
        """Give what employer and group add; one that nobody knows adds nothing."""
        return self.employers.get(employer, 0) + self.groups.get(group, 0)

    def extras(self, employers: Sequence[str], groups: Sequence[str]) -> Points:
        """Give what employers and groups add, row by row."""
        return np.array([self.added(e, g) for e, g in zip(employers, groups, strict=True)], np.int64)

    def score(self, rows: Floats, extras: Points | None = None, threads: int = 1) -> Points:
        """Score suggestions (rows of features): units of log-odds; the same for any number of threads and batches."""
        rows = np.ascontiguousarray(rows, np.float64)
        if rows.ndim != 2 or rows.shape[1] != len(self.units):
            raise ValueError(f"rows: {len(self.units)} features a row are needed")
        out = np.full(len(rows), self.start, np.int64) if extras is None else self.start + extras
        edges, places = feature_edges(), range(0, len(rows), _CHUNK)
        if threads <= 1:
            _add_terms(rows, edges, self.units, out)
        else:
            with ThreadPoolExecutor(threads) as pool:
                pieces = [(rows[at : at + _CHUNK], edges, self.units, out[at : at + _CHUNK]) for at in places]
                list(pool.map(lambda piece: _add_terms(*piece), pieces))
        return out

    def terms(self, row: Floats, employer: str = "", group: str = "") -> tuple[Term, ...]:
        """Split the score of one suggestion into its terms, the start first; they add up to it exactly."""
        found = [Term("start", self.start)]
        for spec, value, units in zip(trial_features(), row, self.units, strict=True):
            found.append(Term(spec.name, int(units[spec.bin_of(float(value))])))
        found.append(Term("employer", self.employers.get(employer, 0)))
        found.append(Term("group", self.groups.get(group, 0)))
        return tuple(found)

    def without(self, *names: str) -> AdditiveTables:
        """Give the same scorer with the tables of some features left away: each score moves by just those terms."""
        units = self.units.copy()
        for row, spec in zip(units, trial_features(), strict=True):
            if spec.name in names:
                row[:] = 0
        return AdditiveTables(units, self.start, self.employers, self.groups)

    def as_json(self) -> dict[str, object]:
        """Write the tables down by feature: edges, and terms by bin, the unknown first."""
        return {
            "units_per_log_odds": UNITS_PER_LOG_ODDS,
            "start": self.start,
            "features": {
                spec.name: {"edges": list(spec.edges), "terms": [int(u) for u in row[: spec.bins]]}
                for spec, row in zip(trial_features(), self.units, strict=True)
            },
            "employers": dict(sorted(self.employers.items())),
            "groups": dict(sorted(self.groups.items())),
        }

    @classmethod
    def from_json(cls, written: Mapping[str, object]) -> AdditiveTables:
        """Read tables back; ValueError when they were made for other features or bins."""
        features, start = written.get("features"), written.get("start")
        names = [spec.name for spec in trial_features()]
        if not isinstance(features, Mapping) or not isinstance(start, int) or sorted(features) != sorted(names):
            raise ValueError("tables: they are not those of the declared features")
        if written.get("units_per_log_odds") != UNITS_PER_LOG_ODDS:
            raise ValueError(f"tables: terms are in units of 1/{UNITS_PER_LOG_ODDS} log-odds")
        units = np.zeros((len(names), most_bins()), np.int64)
        for row, spec in zip(units, trial_features(), strict=True):
            table = features[spec.name]
            if list(table["edges"]) != list(spec.edges) or len(table["terms"]) != spec.bins:
                raise ValueError(f"tables: {spec.name} was read in other bins")
            row[: spec.bins] = _whole(table["terms"])
        return cls(units, start, _by_id(written.get("employers")), _by_id(written.get("groups")))


def _whole(values: Sequence[object]) -> list[int]:
    if not all(type(value) is int for value in values):
        raise ValueError("tables: terms are whole numbers")
    return [value for value in values if isinstance(value, int)]


def _by_id(written: object) -> dict[str, int]:
    if not isinstance(written, Mapping):
        raise ValueError("tables: terms by id are missing")
    return dict(zip(map(str, written), _whole(list(written.values())), strict=True))


def most_bins() -> int:
    """Give the width of a table: the bins of the feature that has most."""
    return int(feature_edges().shape[1]) + 2


def whole_units(log_odds: Floats) -> Points:
    """Round log-odds to whole units.

    >>> whole_units(np.array([0.12344, -1.0]))
    array([  1234, -10000])
    """
    return np.rint(log_odds * UNITS_PER_LOG_ODDS).astype(np.int64)


def bin_codes(rows: Floats) -> Codes:
    """Put every value into its bin: (features, rows), features first because fitting goes through them in turn."""
    rows = np.ascontiguousarray(rows, np.float64)
    codes = np.zeros((rows.shape[1], len(rows)), np.uint8)
    _bin_all(rows, feature_edges(), codes)
    return codes


@compiled
def _bin_all(rows: Floats, edges: Floats, codes: Codes) -> None:
    for at in range(rows.shape[0]):
        for f in range(rows.shape[1]):
            value = rows[at, f]
            if not np.isnan(value):
                low, high = 0, edges.shape[1]
                while low < high:
                    middle = (low + high) // 2
                    if edges[f, middle] <= value:
                        low = middle + 1
                    else:
                        high = middle
                codes[f, at] = low + 1


@compiled
def _add_terms(rows: Floats, edges: Floats, units: Points, out: Points) -> None:
    most = edges.shape[1]
    for at in range(rows.shape[0]):
        total = 0
        for f in range(rows.shape[1]):
            value = rows[at, f]
            if np.isnan(value):
                total += units[f, 0]
            else:
                low, high = 0, most
                while low < high:
                    middle = (low + high) // 2
                    if edges[f, middle] <= value:
                        low = middle + 1
                    else:
                        high = middle
                total += units[f, low + 1]
        out[at] += total

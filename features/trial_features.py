"""What is read of a suggestion to tell how likely it goes well: each feature declared once, with its unit and its law.

Scorers, explanations, documents and the data-protection page read this list and nothing else. A feature says in which
direction it may count (more reserve never speaks against a trial), how private it is, and on which steps it is read:
values are put into bins, so that a scorer is a set of tables. Not known stays not known: it has a bin of its own.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from bisect import bisect_right
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from data.dimensions import load_dimensions

MOST_BINS = 32
"""Bins of a feature, the bin of the unknown included; scorers count on it fitting a byte."""


class Sensitivity(StrEnum):
    """How private a feature is: about the person's work ability, about the person otherwise, or about the work."""

    WORK_ABILITY = "work_ability"
    PERSONAL = "personal"
    WORK = "work"


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """One feature of a suggestion.

    ``direction``: 1 when more never speaks against the trial, -1 when more never speaks for it, 0 when it may do both.
    ``low`` and ``high`` bound the values (beyond them they count as the bound); ``edges`` part the bins, rising.
    ``message_key``: its name in the message catalogues (gap and reserve take the name of their ``group``).
    ``source``: where the value comes from.
    """

    name: str
    unit: str
    direction: int
    sensitivity: Sensitivity
    message_key: str
    source: str
    low: float
    high: float
    edges: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse a declaration that contradicts itself."""
        rising = all(a < b for a, b in pairwise(self.edges))
        inside = self.low < self.edges[0] and self.edges[-1] < self.high if self.edges else False
        if not re.fullmatch(r"[a-z][a-z_]*", self.name) or self.direction not in (-1, 0, 1):
            raise ValueError(f"feature {self.name}: a name is small letters, a direction is -1, 0 or 1")
        if not rising or not inside or self.bins > MOST_BINS:
            raise ValueError(f"feature {self.name}: edges rise within low and high, at most {MOST_BINS - 2} of them")

    @property
    def bins(self) -> int:
        """Count the bins; the first is for the unknown."""
        return len(self.edges) + 2

    @property
    def centres(self) -> tuple[float, ...]:
        """Give the middle value of every bin but the unknown one."""
        bounds = (self.low, *self.edges, self.high)
        return tuple((a + b) / 2 for a, b in pairwise(bounds))

    def bin_of(self, value: float) -> int:
        """Tell into which bin a value falls; a value on an edge belongs above it.

        >>> spec = feature("wish_agreement")
        >>> spec.bin_of(float("nan")), spec.bin_of(0.0), spec.bin_of(1.0) == spec.bins - 1
        (0, 1, True)
        """
        return 0 if math.isnan(value) else 1 + bisect_right(self.edges, value)


def _steps(low: float, high: float, width: float) -> tuple[float, ...]:
    """Part a range into bins of one width; the first and the last edge lie one width inside."""
    return tuple(round(low + width * k, 6) for k in range(1, round((high - low) / width)))


_HALF_STEPS = tuple(x / 2 - 0.25 for x in range(-1, 11))  # ratings are half steps: each is a bin of its own
_GAPS = (0.25, 0.75, 1.25, 1.75, 2.25, 2.75)
_COUNTS = (0.5, 1.5, 2.5, 3.5, 4.5, 5.5)
_SHARES = _steps(0.0, 1.0, 0.0625)


def _of_group(group: str) -> tuple[FeatureSpec, FeatureSpec]:
    ability = Sensitivity.WORK_ABILITY
    return (
        FeatureSpec(
            f"gap_{group}", "steps (0-5)", -1, ability, "feature.gap",
            "largest demand above the planned capacity, before accommodations", 0.0, 5.0, _GAPS,
        ),
        FeatureSpec(
            f"reserve_{group}", "steps (0-5)", 1, ability, "feature.reserve",
            "smallest planned capacity less demand, after accommodations; 5 when nothing is demanded",
            -1.0, 5.5, _HALF_STEPS,
        ),
    )  # fmt: skip


@cache
def dimension_groups() -> tuple[str, ...]:
    """Name the groups of dimensions in the order of the reference file."""
    return tuple(dict.fromkeys(dimension.group for dimension in load_dimensions()))


@cache
def trial_features() -> tuple[FeatureSpec, ...]:
    """List all features in the order of their columns."""
    ability, personal, work = Sensitivity.WORK_ABILITY, Sensitivity.PERSONAL, Sensitivity.WORK

    def spec(
        name: str, unit: str, direction: int, kind: Sensitivity, source: str,
        low: float, high: float, edges: tuple[float, ...],
    ) -> FeatureSpec:  # fmt: skip
        return FeatureSpec(name, unit, direction, kind, f"feature.{name}", source, low, high, edges)

    groups = tuple(one for group in dimension_groups() for one in _of_group(group))
    return (
        *groups,
        spec("flags_tight", "dimensions", -1, ability, "flag tight", 0.0, 14.0,
             (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 7.5, 9.5, 11.5)),
        spec("flags_unknown", "dimensions", -1, ability, "flags unknown_capacity, unknown_demand", 0.0, 30.0,
             (0.5, 1.5, 2.5, 3.5, 5.5, 7.5, 9.5, 12.5, 15.5, 20.5)),
        spec("flags_open", "questions", -1, work, "flags of conditions, facilities, access, travel, guidance",
             0.0, 7.0, _COUNTS),
        spec("flags_social", "notes", -1, work, "flags isolating, alone, quiet_hours", 0.0, 3.0, (0.5, 1.5, 2.5)),
        spec("known_share", "share of demands (0-1)", 1, ability, "demands known on both sides", 0.0, 1.0, _SHARES),
        spec("wish_agreement", "share (0-1), 0.5 neutral", 1, personal, "wishes against tasks, weighed by hours",
             0.0, 1.0, _SHARES),
        spec("strength_agreement", "share of hours (0-1)", 1, personal, "hours in the person's strengths", 0.0, 1.0,
             _SHARES),
        spec("skill_coded", "share of hours (0-1)", 1, personal, "hours in activities of stated skills", 0.0, 1.0,
             _SHARES),
        spec("skill_words", "likeness (0-1)", 1, personal, "rapidfuzz token set ratio, weighed by hours", 0.0, 1.0,
             _SHARES),
        spec("hours_fit", "share (0-1)", 1, personal, "weekly hours against the middle of the wanted range", 0.0, 1.0,
             _SHARES),
        spec("travel_share", "share of the longest way accepted (0-1)", -1, personal, "travel estimate", 0.0, 1.0,
             _SHARES),
        spec("supervision_margin", "hours a week", 1, work, "guidance there is, less guidance needed", -2.0, 10.0,
             _steps(-2.0, 10.0, 0.75)),
        spec("accommodations_number", "measures", -1, ability, "measures of the suggestion", 0.0, 6.0,
             (0.5, 1.5, 2.5, 3.5, 4.5)),
        spec("accommodations_kinds", "kinds (0-5)", -1, ability, "kinds of the measures", 0.0, 5.0,
             (0.5, 1.5, 2.5, 3.5)),
        spec("accommodations_lead_days", "days", -1, ability, "longest lead time of the measures", 0.0, 120.0,
             (0.5, 3.5, 7.5, 14.5, 30.5, 60.5)),
        spec("inclusion", "share of hours (0-1)", 1, work, "hours that are not worked alone", 0.0, 1.0, _SHARES),
        spec("employer_history", "share (0-1)", 1, work, "earlier ended trials of the employer, drawn to the mean",
             0.0, 1.0, _SHARES),
        spec("natural_support", "rating (0-5)", 1, work, "stated or rated help from co-workers", 0.0, 5.5,
             tuple(x / 2 - 0.25 for x in range(1, 11))),
        spec("variety", "kinds of work", 0, work, "effective number of activities (entropy)", 1.0, 16.0,
             (1.25, 1.75, 2.5, 3.5, 4.5, 6.0, 8.0)),
    )  # fmt: skip


def feature(name: str) -> FeatureSpec:
    """Find one feature by its name."""
    return trial_features()[feature_index()[name]]


@cache
def feature_index() -> dict[str, int]:
    """Give each feature the column that it has in every matrix of features."""
    return {spec.name: column for column, spec in enumerate(trial_features())}


@cache
def feature_edges() -> npt.NDArray[np.float64]:
    """Give the edges of all features: (features, most edges), filled up with infinity."""
    specs = trial_features()
    edges = np.full((len(specs), max(len(spec.edges) for spec in specs)), np.inf)
    for row, spec in zip(edges, specs, strict=True):
        row[: len(spec.edges)] = spec.edges
    edges.setflags(write=False)
    return edges


@cache
def features_fingerprint() -> str:
    """Hash the declarations: a model is good only for the features it was made for."""
    text = json.dumps([asdict(spec) for spec in trial_features()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()

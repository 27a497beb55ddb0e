"""What experts would say before any trial has ended: a table a feature, each with its reason and source.

``data/reference/expert_scorer.yaml`` holds them as curves; here they are read off at the middle of each bin. They are
judgement, labelled so; no probability is made of them.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from data.errors import ReferenceFault
from data.reference_files import read_reference
from features.trial_features import FeatureSpec, trial_features

from .tables import AdditiveTables, most_bins, whole_units

FILE = "expert_scorer.yaml"


@cache
def expert_tables() -> AdditiveTables:
    """Give the expert scorer; ReferenceFault when an entry is missing or runs against its feature's direction."""
    written = read_reference(FILE)
    entries = written["features"]
    if surplus := sorted(set(entries) - {spec.name for spec in trial_features()}):
        raise ReferenceFault(FILE, surplus[0], "there is no such feature")
    log_odds = np.zeros((len(trial_features()), most_bins()))
    for row, spec in zip(log_odds, trial_features(), strict=True):
        if spec.name not in entries:
            raise ReferenceFault(FILE, spec.name, "the feature has no entry")
        row[: spec.bins] = _table(spec, entries[spec.name], written["curves"])
    return AdditiveTables(whole_units(log_odds), int(whole_units(np.array(written["start"]["log_odds"]))))


def expert_name() -> str:
    """Name the version of the expert scorer."""
    return str(read_reference(FILE)["version"])


def _table(spec: FeatureSpec, entry: dict[str, Any], curves: dict[str, list[list[float]]]) -> list[float]:
    curve = entry["curve"]
    knots = curves[curve] if isinstance(curve, str) else curve
    x, y = [knot[0] for knot in knots], [knot[1] for knot in knots]
    if not (entry.get("why") and entry.get("source")):
        raise ReferenceFault(FILE, spec.name, "an entry needs a reason and a source")
    if any(a >= b for a, b in pairwise(x)) or any((b - a) * spec.direction < 0 for a, b in pairwise(y)):
        raise ReferenceFault(FILE, spec.name, "knots rise, and log-odds follow the direction of the feature")
    times = float(entry.get("times", 1.0))
    return [float(entry["unknown"]), *(times * float(v) for v in np.interp(spec.centres, x, y))]

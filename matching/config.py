"""What a coach can choose for a match list, and the fingerprint that makes a run reproducible."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from data.reference_files import REFERENCE, read_reference

from .carving.problem import DayRule


class Caution(StrEnum):
    """How sure a coach wants to be: plan with high demands and low capacity, with the points, or explore."""

    CAREFUL = "careful"
    BALANCED = "balanced"
    EXPLORATORY = "exploratory"

    @property
    def quantile(self) -> float:
        """Give the quantile q: task levels are planned at q, capacities at 1 - q (DESIGN section 4)."""
        return {Caution.CAREFUL: 0.8, Caution.BALANCED: 0.5, Caution.EXPLORATORY: 0.3}[self]


@dataclass(frozen=True, slots=True)
class MatchConfig:
    """Choices of one run. ``top``: suggestions wanted; ``region``: only this one (empty: all).

    ``day``: what a day of a week plan may hold, where a pathway's terms say so.
    """

    top: int = 10
    caution: Caution = Caution.BALANCED
    region: str = ""
    day: DayRule | None = None

    def fingerprint(self) -> str:
        """Hash the choices; those not made leave no trace."""
        chosen = {key: value for key, value in asdict(self).items() if value is not None}
        return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


def model_name(scorer: str) -> str:
    """Name the model of a list: the version of the weights, and the scorer that says how likely trials go well."""
    return f"{read_reference('weights.yaml')['version']}+{scorer}"


def reference_fingerprint() -> str:
    """Hash the reference files that a match depends on: dimensions, accommodations, weights, expert scorer, travel."""
    digest = hashlib.sha256()
    names = ["dimensions.yaml", "weights.yaml", "expert_scorer.yaml", "travel.yaml", "municipalities.csv"]
    files = [REFERENCE / name for name in names] + sorted((REFERENCE / "accommodations").glob("*.yaml"))
    for path in sorted(files, key=Path.as_posix):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

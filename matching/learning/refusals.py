"""What refusals teach the order of lists: how much wishes and circumstances weigh, from pairs on the same list.

A pair is a part-job that was refused with a reason, and one of the same list that was not refused but chosen. Only the
features that the reason speaks about are compared (``taught_features``), and of them only those of what people want.
Each of their tables is stretched or shrunk as a whole, never turned round and never bent: whoever prefers a short way
is not taught to prefer a long one. Tables of gaps, reserves and flags stay as they are: what somebody can do is not
learned from what they turned down, and bans and limits are no terms of a score at all.

The stretched tables order lists (``TrialScorer.order_tables``); chances are worked out of the others, because a no is
no outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.trial_features import feature_index

from .tables import UNITS_PER_LOG_ODDS, AdditiveTables, bin_codes

Floats = npt.NDArray[np.float64]

WANTS = ("wish_agreement", "strength_agreement", "inclusion", "travel_share", "natural_support")
"""Features of what people want, that the order of lists reads (``matching.learned_worth``)."""

PRIOR_SPREAD = 0.5
"""A weight is 1, give or take this much, before anything was refused."""

MOST = 3.0
"""No weight goes beyond this: a taste is not stretched without end by a few refusals."""

FEWEST_PAIRS = 20
"""Below so many pairs nothing is changed."""

_ROUNDS = 50


@dataclass(frozen=True, slots=True, eq=False)
class RefusalPairs:
    """Pairs side by side: ``chosen`` and ``refused`` (pairs, features), and which features each reason speaks about."""

    chosen: Floats
    refused: Floats
    about: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.about)

    def fingerprint(self) -> str:
        """Hash the pairs."""
        digest = hashlib.sha256(repr(self.about).encode())
        digest.update(np.ascontiguousarray(self.chosen).tobytes() + np.ascontiguousarray(self.refused).tobytes())
        return digest.hexdigest()


def pairs_of(
    refusals: Sequence[tuple[int, tuple[str, ...]]], chosen: Sequence[int], rows: Floats, list_of: Sequence[int]
) -> RefusalPairs:
    """Pair each refused place of the log with each chosen one of the same list.

    ``refusals``: place in the log, and the features that its reason speaks about; ``chosen``: places that were tried.
    """
    by_list: dict[int, list[int]] = {}
    for at in chosen:
        by_list.setdefault(int(list_of[at]), []).append(at)
    found = [
        (good, bad, about)
        for bad, about in refusals
        for good in by_list.get(int(list_of[bad]), ())
        if good != bad and set(about) & set(WANTS)
    ]
    width = rows.shape[1] if rows.ndim == 2 else 0
    return RefusalPairs(
        rows[[good for good, _, _ in found]].reshape(len(found), width),
        rows[[bad for _, bad, _ in found]].reshape(len(found), width),
        tuple(about for _, _, about in found),
    )


def learned_wants(pairs: RefusalPairs, tables: AdditiveTables) -> Mapping[str, float]:
    """Give the weight of each feature of ``WANTS`` that pairs speak about; empty for too few pairs.

    The chosen one of a pair is preferred with the logistic chance of its lead in the weighted tables; weights have a
    normal prior about 1 and stay between 0 and 3. Newton steps on a convex function: the same pairs, the same weights.
    """
    if len(pairs) < FEWEST_PAIRS:
        return {}
    spoken = np.array([[name in about for name in WANTS] for about in pairs.about], np.float64)
    lead = (_terms(pairs.chosen, tables) - _terms(pairs.refused, tables)) * spoken
    weight = np.ones(len(WANTS))
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-lead @ weight))
        slope = lead.T @ (1.0 - chance) - (weight - 1.0) / PRIOR_SPREAD**2
        bend = (lead * (chance * (1.0 - chance))[:, None]).T @ lead + np.eye(len(WANTS)) / PRIOR_SPREAD**2
        moved = np.clip(weight + np.linalg.solve(bend, slope), 0.0, MOST)
        if np.abs(moved - weight).max() < 1e-9:
            break
        weight = moved
    return {
        name: round(float(w), 4)
        for name, w, any_ in zip(WANTS, weight, (spoken.sum(axis=0) > 0).tolist(), strict=True)
        if any_
    }


def with_wants(tables: AdditiveTables, wants: Mapping[str, float]) -> AdditiveTables:
    """Stretch the tables of some features, around what an unknown value says; whole units stay whole."""
    units = tables.units.copy()
    for name, weight in sorted(wants.items()):
        if name not in WANTS or not 0.0 <= weight <= MOST:
            raise ValueError(f"wants: {name} is no feature of what people want, or its weight is not 0 to {MOST:g}")
        row = units[feature_index()[name]]
        row[:] = np.rint(row * weight).astype(np.int64)
    return AdditiveTables(units, tables.start, tables.employers, tables.groups)


def _terms(rows: Floats, tables: AdditiveTables) -> Floats:
    """Read the tables of ``WANTS``: log-odds, (rows, wants)."""
    codes, index = bin_codes(rows), feature_index()
    return np.stack([tables.units[index[name]][codes[index[name]]] for name in WANTS], axis=1) / UNITS_PER_LOG_ODDS

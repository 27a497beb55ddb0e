"""The worth of an hour of every open task at once: the same numbers as ``features.hour_value``, in columns."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from data.candidates import Candidate
from data.dimensions import dimension_index
from data.levels import PER_STEP, TOP, share_of_shift
from data.reference_files import read_reference
from features.hour_value import ALONE, COUNTED_STRAINS, MIDDLE, NEUTRAL
from features.market import Levels
from features.skills import SAME_WORDS

from .carving.columns import UNKNOWN, Bytes
from .carving.compiled import compiled
from .market_index import BENEFITS, MarketIndex

Rows = npt.NDArray[np.intp]


def hours_worth(person: Candidate, capacity: Levels, index: MarketIndex, level: Bytes, rows: Rows) -> Levels:
    """Value an hour of the tasks in ``rows``, 0-1; ``capacity`` and ``level`` are planned at the same caution."""
    return hours_with_comfort(hours_without_comfort(person, index, level, rows), capacity, level, rows)


def hours_with_comfort(without: Levels, capacity: Levels, level: Bytes, rows: Rows) -> Levels:
    """Add to the value of hours how far the work is from the person's limits: the one part that hangs on capacity."""
    weight = read_reference("weights.yaml")["hour"]["comfort"]["weight"]
    return np.asarray(np.clip(without + weight * (1.0 - hours_strain(capacity, level, rows)), 0.0, 1.0))


def hours_without_comfort(person: Candidate, index: MarketIndex, level: Bytes, rows: Rows) -> Levels:
    """Value wish, skill, the employer's benefit and company of an hour of the tasks in ``rows``."""
    rules = read_reference("weights.yaml")
    weights = {name: entry["weight"] for name, entry in rules["hour"].items()}
    gains = ["unknown" if benefit is None else benefit.value for benefit in BENEFITS]
    gain = np.array([rules["benefit_reading"][name] for name in gains], np.float64)
    worth = weights["wish"] * hours_wish(person, index, level, rows)
    worth += weights["skill"] * _known(person, index, rows)
    worth += weights["benefit"] * gain[index.tasks.benefit[rows]]
    worth -= rules["inclusion"]["alone"]["cost"] * _shares_alone()[level[rows, dimension_index()[ALONE]]]
    return np.asarray(worth)


@cache
def _shares_alone() -> Levels:
    """Give the share of time of every level as it lies in the columns; unknown counts as none."""
    shares = np.array([share_of_shift(step / PER_STEP) for step in range(int(TOP * PER_STEP) + 1)])
    return np.append(shares, np.zeros(UNKNOWN + 1 - len(shares)))


def hours_strain(capacity: Levels, level: Bytes, rows: Rows) -> Levels:
    """Tell how near an hour of each task comes to the person's limits, 0-1."""
    return mean_strain(_strains(capacity), level, rows)


def hours_wish(person: Candidate, index: MarketIndex, level: Bytes, rows: Rows) -> Levels:
    """Tell how far each task agrees with the person's wishes, 0-1; 0.5 is neutral."""
    rules, columns = read_reference("weights.yaml")["wish_parts"], dimension_index()
    of_activities = rules["activities"] if person.preferences else 1.0
    kinds = [
        sum(person.wishes.get(activity, 0.0) for activity in kind) / len(kind) if kind else 0.0
        for kind in index.names.activities
    ]
    wish = NEUTRAL + of_activities / 4 * np.array(kinds, np.float64)[index.tasks.activities[rows]]
    for dimension, wanted in person.preferences.items():
        steps = level[rows, columns[dimension]]
        sign = rules["preferences"] * (1.0 if wanted == "more" else -1.0) / len(person.preferences)
        wish += np.where(steps == UNKNOWN, 0.0, sign * (steps / (PER_STEP * TOP) - NEUTRAL))
    return wish


def _strains(capacity: Levels) -> Levels:
    """Give the strain of every level on every dimension: (dimensions, 256); an unknown level counts as the middle."""
    asked = np.arange(UNKNOWN + 1) / PER_STEP
    asked[UNKNOWN] = MIDDLE
    strain = np.clip((asked - capacity[:, None] + 1) / 2, 0.0, 1.0)
    return np.where(np.isfinite(strain) & (asked > 0), strain, 0.0)


@compiled
def mean_strain(strains: Levels, level: Bytes, rows: Rows) -> Levels:
    """Give the mean of the strongest strains of each task."""
    out = np.zeros(len(rows))
    for at in range(len(rows)):
        top = np.zeros(COUNTED_STRAINS)
        for d in range(len(strains)):
            strain = strains[d, level[rows[at], d]]
            if strain > top[COUNTED_STRAINS - 1]:
                place = COUNTED_STRAINS - 1
                while place > 0 and top[place - 1] < strain:
                    top[place] = top[place - 1]
                    place -= 1
                top[place] = strain
        out[at] = top.sum() / COUNTED_STRAINS
    return out


def _known(person: Candidate, index: MarketIndex, rows: Rows) -> Levels:
    """Read how well the person knows each task: a stated skill counts fully, a strength in part."""
    reading = read_reference("weights.yaml")["skill_reading"]
    held = {skill.activity for skill in person.skills}
    of_kind = [
        reading["skill"] if held & set(kind) else reading["strength"] if set(person.strengths) & set(kind) else 0.0
        for kind in index.names.activities
    ]
    known = np.array(of_kind, np.float64)[index.tasks.activities[rows]]
    if person.skills:
        words = index.tasks.words[rows]
        said = np.zeros(len(index.names.words), np.bool_)
        said[words] = True
        texts = np.flatnonzero(said)
        likeness: Levels = process.cdist(
            [skill.text.lower() for skill in person.skills],
            [index.names.words[int(text)] for text in texts],
            scorer=fuzz.token_set_ratio,
            score_cutoff=SAME_WORDS,
            workers=1,
        )
        said[texts] = np.any(likeness >= SAME_WORDS, axis=0)
        known = np.where(said[words], reading["skill"], known)
    return known

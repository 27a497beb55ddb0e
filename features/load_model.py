"""What a task text says about 58 loads: a sum over its words, so that every level can name the words that drove it.

A text's score on a dimension is the sum of its words' contributions, divided by the length of the text as the
model sees it
(common letter groups count little, rare ones much). A word that the model does not know adds length but no
contribution, so unknown words pull towards "nothing said". Scores are on the normal scale of occupations and become
levels 0-5 by each dimension's own distribution; intervals come from held-out occupations
(``features/load_training.py``). The model is linear on purpose: exact reasons, no hidden interactions, same bytes
on any number of threads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.levels import TOP
from data.model_files import read_arrays, read_facts, write_arrays

from .subwords import buckets_of, load_word_vectors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


HAIR = np.float32(0.02)
"""Ends of intervals are taken this much wider (scores), so that ratings on the very end count as inside."""


@dataclass(frozen=True, slots=True)
class LanguageWeights:
    """What was learned for one language.

    ``rarity``: how rare a letter group is (BUCKETS,), its highest value where it was never seen. ``group_weights``:
    (BUCKETS, components) in signed bytes, times ``group_scale`` (components,). ``vector_weights``: (vector size,
    components). ``vector_share``: how much meaning counts beside letters. ``intercept``: (dimensions,). ``expand``:
    (components, dimensions). ``centres``, ``lows``, ``highs``: (dimensions, knots), the 80 % interval of the score
    around a predicted score. ``middle``: (dimensions,) the usual score; a score less than ``silence`` away from it
    says no more than the mean would, so nothing is said.
    """

    rarity: Floats
    group_weights: npt.NDArray[np.int8]
    group_scale: Floats
    vector_weights: Floats
    vector_share: float
    intercept: Floats
    expand: Floats
    centres: Floats
    lows: Floats
    highs: Floats
    middle: Floats
    silence: float


@dataclass(frozen=True, slots=True)
class WordScores:
    """What single words contribute: ``pull`` (words, dimensions), ``length`` and ``known`` (words,), in squares."""

    pull: Floats
    length: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class LoadModel:
    """A trained model: ``dimensions`` in order, ``score_knots`` (knots,) and ``level_knots`` (dimensions, knots)."""

    dimensions: tuple[str, ...]
    score_knots: Floats
    level_knots: Floats
    languages: Mapping[str, LanguageWeights]
    facts: Mapping[str, Any]

    def word_scores(self, words: Sequence[str], language: str) -> WordScores:
        """Score words that stand alone; each needs to be scored only once."""
        weights = self.languages[language]
        if not words:
            return WordScores(np.zeros((0, self.width), np.float32), np.zeros(0, np.float32), np.zeros(0, np.float32))
        buckets = buckets_of(words, language)
        rarity = weights.rarity[buckets.flat]
        groups = weights.group_weights[buckets.flat] * (rarity[:, None] * weights.group_scale)
        pull = np.add.reduceat(groups, buckets.starts, axis=0)
        squares = rarity * rarity
        length = np.add.reduceat(squares, buckets.starts)
        known = np.add.reduceat(np.where(rarity < weights.rarity.max(), squares, 0.0), buckets.starts)
        if weights.vector_share:
            vectors = load_word_vectors().of(words, language)
            vectors = vectors * (weights.vector_share * weights.rarity[buckets.whole])[:, None]
            own = (vectors * vectors).sum(axis=1)
            pull, length, known = pull + vectors @ weights.vector_weights, length + own, known + own
        return WordScores(
            (pull @ weights.expand).astype(np.float32), length.astype(np.float32), known.astype(np.float32)
        )

    @property
    def width(self) -> int:
        """How many dimensions."""
        return len(self.dimensions)

    def level(self, scores: Floats) -> Floats:
        """Turn scores (texts, dimensions) into levels 0-5."""
        out = np.empty_like(scores)
        for at in range(self.width):
            out[:, at] = np.interp(scores[:, at], self.score_knots, self.level_knots[at])
        return np.clip(out, 0.0, TOP)

    def interval(self, scores: Floats, language: str) -> tuple[Floats, Floats]:
        """Return the lower and upper end, as levels, of the 80 % interval around predicted scores."""
        weights = self.languages[language]
        low, high = np.empty_like(scores), np.empty_like(scores)
        for at in range(self.width):
            low[:, at] = np.interp(scores[:, at], weights.centres[at], weights.lows[at])
            high[:, at] = np.interp(scores[:, at], weights.centres[at], weights.highs[at])
        return self.level(low - HAIR), self.level(high + HAIR)


_NUMBERS = ("vector_share", "silence")
_ARRAYS = tuple(name for name in LanguageWeights.__slots__ if name not in _NUMBERS)


def save_model(model: LoadModel, path: Path) -> str:
    """Write a model and return its SHA-256."""
    arrays: dict[str, npt.NDArray[Any]] = {"score_knots": model.score_knots, "level_knots": model.level_knots}
    for language, weights in model.languages.items():
        arrays |= {f"{language}.{name}": getattr(weights, name) for name in _ARRAYS}
    numbers = {
        language: {name: getattr(weights, name) for name in _NUMBERS} for language, weights in model.languages.items()
    }
    return write_arrays(path, arrays, {**model.facts, "dimensions": list(model.dimensions), "numbers": numbers})


def load_model(path: Path) -> LoadModel:
    """Read a model; ReferenceFault when the file is missing or not one."""
    arrays, facts = read_arrays(path), read_facts(path)
    languages = {
        language: LanguageWeights(**({name: arrays[f"{language}.{name}"] for name in _ARRAYS} | numbers))
        for language, numbers in facts["numbers"].items()
    }
    return LoadModel(tuple(facts["dimensions"]), arrays["score_knots"], arrays["level_knots"], languages, facts)

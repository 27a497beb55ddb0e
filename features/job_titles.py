"""What a job title suggests: title to ESCO occupation to O*NET rating, with how sure that is.

A prior and no more: it says what such jobs usually demand, not what this task demands. Titles are compared by
rapidfuzz, so word order, endings and small typing errors do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from data.levels import TOP
from data.model_files import model_path, read_arrays

Floats = npt.NDArray[np.float32]

LEAST_LIKENESS = 82.0
"""rapidfuzz likeness (0-100) below which two titles are not taken for the same."""

WIDTH = 1.25
UNSURE_WIDTH = 0.75
"""A prior reaches 1.25 steps to either side, up to two steps where the match of titles and occupations is weak."""

STEPS = 50
"""Levels are kept in fiftieths of a step."""


@dataclass(frozen=True, slots=True)
class TitlePrior:
    """The occupation that was found, how sure (0-1), and its typical levels (dimensions of the load model,)."""

    title: str
    confidence: float
    level: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class _Titles:
    names: list[str]
    lowered: list[str]
    strength: Floats
    levels: Floats


@cache
def _titles(language: str) -> _Titles:
    arrays = read_arrays(model_path("job_titles"))
    names = arrays[f"{language}.names"].tobytes().decode().split("\n")
    return _Titles(
        names,
        [name.lower() for name in names],
        (arrays[f"{language}.strength"] / 100).astype(np.float32),
        (arrays[f"{language}.levels"] / STEPS).astype(np.float32),
    )


@lru_cache(maxsize=4096)
def title_prior(title: str, language: str) -> TitlePrior | None:
    """Find the occupation that a title names, or None when none is near enough.

    >>> prior = title_prior("Sairaanhoitaja", "fi")
    >>> prior.title if prior else None
    'sairaanhoitaja'
    """
    if language not in ("fi", "sv", "en"):
        return None
    known = _titles(language)
    match = process.extractOne(
        title.strip().lower()[:80], known.lowered, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST_LIKENESS
    )
    if match is None:
        return None
    at = match[2]
    confidence = float(match[1] / 100 * known.strength[at])
    width = WIDTH + UNSURE_WIDTH * (1 - confidence)
    level = known.levels[at]
    return TitlePrior(
        known.names[at], confidence, level, np.maximum(level - width, 0.0), np.minimum(level + width, TOP)
    )

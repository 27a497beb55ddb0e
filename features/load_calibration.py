"""How sure the load model may be: 80 % intervals and when to say nothing, from occupations it did not learn from.

Tasks of held-out groups of occupations (the first four signs of the SOC code, e.g. 37-2) are read by a model that
never saw
the group; where the ratings then fall around the predicted score gives the interval (split conformal, in bins of the
predicted score). Where words pull so little that the mean would have been as good, the model abstains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .load_rows import LoadCorpus
from .load_training import LoadTrainer, Split

Floats = npt.NDArray[np.float64]
BINS = 8
LOW, HIGH = 0.1, 0.9
GROUP_SIGNS = 4
NO_BETTER = 0.995
"""A prediction whose error is more than this share of the middle's error says nothing."""

_REACHES = tuple(round(0.05 * step, 2) for step in range(11))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What held-out texts were read as, and what is true: scores (rows, dimensions)."""

    predicted: Floats
    truth: Floats


@dataclass(frozen=True, slots=True)
class Calibration:
    """Arrays of ``LanguageWeights``: centres, lows, highs (dimensions, BINS), middle (dimensions,), silence."""

    centres: Floats
    lows: Floats
    highs: Floats
    middle: Floats
    silence: float


def occupation_folds(codes: Sequence[str], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """Deal groups of related occupations to folds, so that none is split."""
    groups = sorted({code[:GROUP_SIGNS] for code in codes})
    order = np.random.default_rng(seed).permutation(len(groups))
    fold = {groups[at]: number % folds for number, at in enumerate(order)}
    return np.array([fold[code[:GROUP_SIGNS]] for code in codes])


def phrase_folds(ids: Sequence[str], folds: int) -> npt.NDArray[np.int64]:
    """Deal ESCO phrases to folds by their id, the same for ever."""
    return np.array([int(one.replace("-", ""), 16) % folds for one in ids])


def held_out(trainer: LoadTrainer, language: str, folds: int) -> HeldOut:
    """Read each text with a model that saw neither its occupations' group nor (Finnish, Swedish) the phrase."""
    corpus, seed = trainer.corpus, trainer.options.seed
    by_code, by_phrase = (
        occupation_folds(corpus.codes, trainer.options.folds, seed),
        phrase_folds(corpus.phrase_ids, trainer.options.folds),
    )
    parts: list[HeldOut] = []
    for fold in range(folds):
        if language == "en":
            split = Split(by_code != fold, np.ones(len(by_phrase), bool))
            model = trainer.fit(language, split)
            kept, links = _tasks(corpus, by_code == fold)
            features = trainer.features[language].matrix["tasks"]
        else:
            split = Split(by_code != fold, by_phrase != fold)
            model = trainer.fit(language, split, trainer.teach(split))
            kept, links = _phrases(corpus, by_code == fold, by_phrase == fold)
            features = trainer.features[language].matrix["phrases"]
        parts.append(HeldOut(model.predict(features[kept]), trainer.scores[links]))
    return HeldOut(np.vstack([part.predicted for part in parts]), np.vstack([part.truth for part in parts]))


def _tasks(
    corpus: LoadCorpus, occupations: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    owner = np.asarray(corpus.task_of.argmax(axis=0)).ravel()
    kept = np.flatnonzero(occupations[owner])
    return kept, owner[kept]


def _phrases(
    corpus: LoadCorpus, occupations: npt.NDArray[np.bool_], phrases: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pair phrases with each held-out occupation that an exact or close match links them to."""
    pairs = (corpus.skills_of.T @ corpus.close).tocoo()
    kept = occupations[pairs.col] & phrases[pairs.row]
    return pairs.row[kept].astype(np.int64), pairs.col[kept].astype(np.int64)


def calibrate(seen: HeldOut) -> Calibration:
    """Find the intervals, and how near the middle a prediction says nothing."""
    width = seen.predicted.shape[1]
    centres, lows, highs = (np.empty((width, BINS)) for _ in range(3))
    for at in range(width):
        score, truth = seen.predicted[:, at], seen.truth[:, at]
        for number, inside in enumerate(np.array_split(np.argsort(score, kind="stable"), BINS)):
            centres[at, number] = score[inside].mean()
            lows[at, number], highs[at, number] = np.quantile(truth[inside], (LOW, HIGH))
        lows[at], highs[at] = (np.maximum.accumulate(row) for row in (lows[at], highs[at]))
    return Calibration(centres, lows, highs, seen.predicted.mean(axis=0), _silence(seen))


def _silence(seen: HeldOut) -> float:
    """Find the widest reach around the middle in which predictions were no better than the middle of the truth."""
    off = np.abs(seen.predicted - seen.predicted.mean(axis=0))
    error, of_middle = np.abs(seen.predicted - seen.truth), np.abs(seen.truth - seen.truth.mean(axis=0))
    widest = 0.0
    for reach in _REACHES[1:]:
        near = off < reach
        if error[near].sum() < NO_BETTER * of_middle[near].sum():
            break
        widest = reach
    return widest

"""Builds the model that ships: trains every language, calibrates it, and writes it small.

Run with one linear-algebra thread, so that the same data, options and seed give the same file on every run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from data.model_files import write_arrays

from .job_titles import STEPS
from .load_calibration import calibrate, held_out
from .load_corrections import CorrectedText
from .load_model import LanguageWeights, LoadModel
from .load_rows import LoadCorpus, means
from .load_training import LoadTrainer, TrainingOptions, shrink
from .subwords import BUCKETS

KNOTS = 161
CALIBRATION_FOLDS = {"en": 5, "fi": 2, "sv": 2}
MOST_BYTE = 127
_SURE = 0.9999


def fingerprint(corpus: LoadCorpus) -> str:
    """Name the data: SHA-256 over texts, links and ratings as they were read."""
    digest = hashlib.sha256()
    for part in (corpus.codes, corpus.tasks, *corpus.phrases.values(), *corpus.names.values(), corpus.descriptions):
        digest.update("\n".join(part).encode())
    digest.update(np.round(corpus.levels, 4).tobytes())
    for links in (corpus.task_of, corpus.phrase_of, corpus.name_of, corpus.skills_of):
        digest.update(
            np.round(links.sorted_indices().data, 6).tobytes()
            + links.sorted_indices().indices.astype(np.int64).tobytes()
        )
    return digest.hexdigest()


def build_model(
    corpus: LoadCorpus,
    options: TrainingOptions,
    corrections: Sequence[CorrectedText] = (),
    told: Callable[[str], None] = lambda _: None,
) -> LoadModel:
    """Train, calibrate and shrink; ``told`` hears which step is under way. Takes about five minutes on two cores."""
    with threadpool_limits(limits=1):
        told("features")
        trainer = LoadTrainer(corpus, options, corrections)
        told("teacher")
        taught = set(options.languages) - {"en"}
        teacher = trainer.teach(trainer.everything()) if taught else None
        languages = {}
        for language in options.languages:
            told(f"train {language}")
            languages[language] = _language(trainer, language, None if language == "en" else teacher, told)
        grid = np.linspace(-3.2, 3.2, KNOTS)
        return LoadModel(
            corpus.dimensions,
            grid.astype(np.float32),
            np.array(
                [_levels_at(corpus.levels[:, at], trainer.scores[:, at], grid) for at in range(len(corpus.dimensions))]
            ),
            languages,
            _facts(corpus, options, corrections),
        )


def _levels_at(
    levels: npt.NDArray[np.float64], scores: npt.NDArray[np.float64], grid: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    order = np.argsort(scores, kind="stable")
    return np.interp(grid, scores[order], levels[order]).astype(np.float32)


def _facts(corpus: LoadCorpus, options: TrainingOptions, corrections: Sequence[CorrectedText]) -> dict[str, Any]:
    return {
        "data": {
            "fingerprint": fingerprint(corpus),
            "occupations": len(corpus.codes),
            "tasks": len(corpus.tasks),
            "phrases": len(corpus.phrase_ids),
            "corrected_texts": len(corrections),
            "corrections": hashlib.sha256(repr(sorted(corrections, key=repr)).encode()).hexdigest()
            if corrections
            else "",
            "sources": ["O*NET 30.2 task statements, scores of 2022 (CC BY 4.0)", "ESCO v1.1.1, official crosswalk"],
        },
        "options": {
            "seed": options.seed,
            "components": options.components,
            "steps": options.steps,
            "folds": options.folds,
            "languages": {
                name: {key: getattr(one, key) for key in one.__slots__} for name, one in options.languages.items()
            },
        },
    }


def _language(
    trainer: LoadTrainer, language: str, teacher: npt.NDArray[np.float64] | None, told: Callable[[str], None]
) -> LanguageWeights:
    features = trainer.features[language]
    model = trainer.fit(language, trainer.everything(), teacher)
    reduced, expand = shrink(model, features.matrix["phrases"], trainer.options.components)
    groups, vectors = reduced[:BUCKETS], reduced[BUCKETS:]
    scale = np.quantile(np.abs(groups[np.abs(groups).max(axis=1) > 0]), _SURE, axis=0) / MOST_BYTE
    told(f"calibrate {language}")
    sure = calibrate(held_out(trainer, language, CALIBRATION_FOLDS[language]))
    return LanguageWeights(
        rarity=features.rarity,
        group_weights=np.clip(np.rint(groups / scale), -MOST_BYTE, MOST_BYTE).astype(np.int8),
        group_scale=scale.astype(np.float32),
        vector_weights=vectors,
        vector_share=features.vector_share,
        intercept=model.intercept,
        expand=expand,
        centres=sure.centres.astype(np.float32),
        lows=sure.lows.astype(np.float32),
        highs=sure.highs.astype(np.float32),
        middle=sure.middle.astype(np.float32),
        silence=sure.silence,
    )


def make_job_titles(corpus: LoadCorpus, out: Path) -> str:
    """Write the titles with the typical levels of their occupations; returns the file's SHA-256."""
    strength = np.asarray(corpus.name_of.max(axis=1).todense()).ravel()
    levels = means(corpus.name_of) @ corpus.levels
    known = strength > 0
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for language, names in corpus.names.items():
        mine = [name for name, kept in zip(names, known, strict=True) if kept]
        rows, sure = levels[known], strength[known]
        if language == "en":
            mine += corpus.titles
            rows, sure = np.vstack([rows, corpus.levels]), np.append(sure, np.ones(len(corpus.titles)))
        arrays[f"{language}.names"] = np.frombuffer("\n".join(mine).encode(), np.uint8)
        arrays[f"{language}.levels"] = np.rint(rows * STEPS).astype(np.uint8)
        arrays[f"{language}.strength"] = np.rint(sure * 100).astype(np.uint8)
    return write_arrays(out, arrays, {"sources": ["ESCO v1.1.1 occupations", "O*NET occupation titles (CC BY 4.0)"]})

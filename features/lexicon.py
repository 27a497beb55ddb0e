"""Words in task texts that people, not data, gave a level: night work, wet work, reaching up, breaks and the like.

Words live in ``data/reference/lexicon/{fi,sv,en}.yaml``; a word matches by its beginning, so inflected forms and
compounds
count. Levels are expert judgement, two steps wide. A word that is denied ("ei nostoja", "no night shifts") says nothing
here. Activities (cleaning, kitchen ...) are read from the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from data.dimensions import dimension_index
from data.reference_files import read_reference

LANGUAGES = ("fi", "sv", "en")
WORD_WIDTH = 1.0
"""A lexicon level may be off by so many steps to either side."""

DENIALS = {
    "fi": frozenset(("ei", "eikä", "ilman", "eivät", "älä", "ettei")),
    "sv": frozenset(("inga", "ingen", "inget", "inte", "utan", "aldrig", "ej")),
    "en": frozenset(("no", "not", "without", "never", "non", "nor")),
}
DENIAL_REACH = 2
"""A denial reaches so many words on."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry: stems, what they say, and words that cancel them."""

    phrases: tuple[tuple[str, ...], ...]
    levels: Mapping[str, float]
    activities: tuple[str, ...]
    cancels: tuple[str, ...]


class Hit(NamedTuple):
    """An entry, by its number, found at words ``at`` to ``at + length - 1``."""

    at: int
    length: int
    entry: int


class Lexicon:
    """The entries of one language, with what each word begins remembered.

    ``levels``: (entries, dimensions), NaN where an entry says nothing.
    """

    MOST_REMEMBERED = 200_000

    def __init__(self, language: str) -> None:
        self._denials = DENIALS[language]
        self._by_start: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        self._remembered: dict[str, tuple[tuple[tuple[str, ...], int], ...]] = {}
        self.entries: list[Entry] = []
        raw_entries: list[dict[str, Any]] = read_reference(f"lexicon/{language}.yaml")
        for raw in raw_entries:
            phrases = tuple(tuple(phrase.split()) for phrase in raw["match"])
            levels = {dimension: float(level) for dimension, level in (raw.get("levels") or {}).items()}
            entry = Entry(phrases, levels, tuple(raw.get("activities") or ()), tuple(raw.get("not") or ()))
            for phrase in phrases:
                key = "" if phrase[0].startswith("*") else phrase[0][:3]
                self._by_start.setdefault(key, []).append((phrase, len(self.entries)))
            self.entries.append(entry)
        index = dimension_index()
        self.levels = np.full((len(self.entries), len(index)), np.nan, np.float32)
        for number, entry in enumerate(self.entries):
            for dimension, level in entry.levels.items():
                self.levels[number, index[dimension]] = level

    def hits(self, words: Sequence[str]) -> Iterator[Hit]:
        """Yield the entries that a text's lower-case words hold, in order."""
        remembered = self._remembered
        denials = None if self._denials.isdisjoint(words) else [word in self._denials for word in words]
        for at, word in enumerate(words):
            starts = remembered.get(word)
            if starts is None:
                starts = self._starts(word)
            for phrase, number in starts:
                if len(phrase) > 1 and not _goes_on(phrase, words, at):
                    continue
                if denials is None or not any(denials[max(0, at - DENIAL_REACH) : at]):
                    yield Hit(at, len(phrase), number)

    def _starts(self, word: str) -> tuple[tuple[tuple[str, ...], int], ...]:
        found = tuple(
            (phrase, number)
            for phrase, number in (*self._by_start.get(word[:3], ()), *self._by_start.get("", ()))
            if _begins(phrase[:1], [word]) and not any(cancel in word for cancel in self.entries[number].cancels)
        )
        if len(self._remembered) >= self.MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[word] = found
        return found


def _goes_on(phrase: Sequence[str], words: Sequence[str], at: int) -> bool:
    """Tell whether the words after the first match the rest of a phrase; most do not, and the second word shows it."""
    if at + 1 >= len(words) or not (words[at + 1].startswith(phrase[1]) or phrase[1][0] == "*"):
        return False
    return _begins(phrase, words[at : at + len(phrase)])


def _begins(phrase: Sequence[str], words: Sequence[str]) -> bool:
    if len(words) < len(phrase):
        return False
    return all(
        stem[1:] in word if stem[0] == "*" else word.startswith(stem) for stem, word in zip(phrase, words, strict=False)
    )


@cache
def lexicon(language: str) -> Lexicon:
    """Read the lexicon of a language, once per process."""
    return Lexicon(language)

"""Finds the words that name a boundary condition: permits, protective equipment, software and the other lists.

Words are in ``data/reference/condition_words.yaml``. They match by their beginnings, and one typing error in a
long word does not hide them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import OSA

from data.reference_files import read_reference

TOKEN = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*-?")
LONG_ENOUGH = 6
"""A typing error is forgiven only in words that are at least this long, and not in their last two letters: endings mean
something in Finnish."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, lower-case, where it stands, and whether it is written as a name (a capital, not first)."""

    word: str
    start: int
    end: int
    named: bool


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that name a value of a type."""

    type: str
    value: str
    stems: tuple[str, ...]

    @property
    def letters(self) -> int:
        """How long the phrase is: the longest that fits says most exactly what is meant."""
        return sum(len(stem) for stem in self.stems)


@dataclass(frozen=True, slots=True)
class Named:
    """A phrase found at tokens ``first`` to ``last``."""

    phrase: Phrase
    first: int
    last: int


def tokens_of(text: str) -> list[Token]:
    """Cut a cleaned text into words, numbers and words with hyphens."""
    return [
        Token(match[0].lower().replace("’", "'"), *match.span(), match[0][0].isupper() and bool(match.start()))
        for match in TOKEN.finditer(text)
    ]


@cache
def _phrases(language: str) -> dict[str, list[Phrase]]:
    known: dict[str, dict[str, dict[str, list[str]]]] = read_reference("condition_words.yaml")
    found: dict[str, list[Phrase]] = {}
    for type_, values in known.items():
        for value, by_language in values.items():
            for words in by_language[language]:
                phrase = Phrase(type_, value, tuple(words.split()))
                found.setdefault(phrase.stems[0].lstrip("~*^")[0], []).append(phrase)
    return found


def named_conditions(tokens: Sequence[Token], language: str) -> Iterator[Named]:
    """Yield the phrases of a text; of those that overlap within one type, the longest only."""
    known = _phrases(language)
    found = [
        Named(phrase, at, at + len(phrase.stems) - 1)
        for at, token in enumerate(tokens)
        for phrase in known.get(token.word[0], ())
        if _fits(phrase.stems, tokens, at)
    ]
    for one in found:
        if not any(_hides(other, one) for other in found):
            yield one


def _hides(other: Named, one: Named) -> bool:
    if other is one or other.phrase.type != one.phrase.type or other.first > one.last or one.first > other.last:
        return False
    if other.phrase.value == one.phrase.value and other.phrase.letters == one.phrase.letters:
        return other.first < one.first
    return other.phrase.letters > one.phrase.letters


def _fits(stems: Sequence[str], tokens: Sequence[Token], at: int) -> bool:
    if at + len(stems) > len(tokens):
        return False
    return all(
        _begins(stem.lstrip("^"), tokens[at + number].word) and (stem[0] != "^" or tokens[at + number].named)
        for number, stem in enumerate(stems)
    )


def _begins(stem: str, word: str) -> bool:
    if stem[0] == "~":
        return word == stem[1:] or word.split("-")[0] == stem[1:]
    if stem[0] == "*":
        return stem[1:] in word
    if word.startswith(stem):
        return True
    if len(stem) < LONG_ENOUGH or len(word) < LONG_ENOUGH - 1:
        return False
    return any(
        start.endswith(stem[-2:]) and OSA.distance(stem, start, score_cutoff=1) <= 1
        for start in (word[: len(stem) + more] for more in (-1, 0, 1))
    )

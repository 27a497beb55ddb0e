"""What an employer's own words say about loads: a lexicon and units, each level with the words that drove it.

A first, simple reader: it abstains where the text says nothing, and its levels are two steps wide. Words live in
``data/reference/lexicon/{fi,sv,en}.yaml``; a word matches by its beginning, so inflected forms and compounds count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

from data.dimensions import dimension_index
from data.levels import TOP, Level, Source
from data.reference_files import read_reference

LANGUAGES = ("fi", "sv", "en")
WORD = re.compile(r"[a-zåäöéü0-9]+(?:-[a-zåäöéü0-9]+)*", re.IGNORECASE)
WORD_WIDTH = 1.0
UNIT_WIDTH = 0.5
LIFT_KNOTS_KG = ((0.0, 4.5, 9.0, 15.0, 25.0), (0.0, 1.0, 2.0, 3.0, 4.0))
NOISE_KNOTS_DB = ((40.0, 50.0, 60.0, 70.0, 80.0, 85.0), (0.0, 1.0, 2.5, 3.0, 4.0, 5.0))


@dataclass(frozen=True, slots=True)
class Entry:
    """One lexicon entry: stems, what they say, and words that cancel them."""

    phrases: tuple[tuple[str, ...], ...]
    levels: Mapping[str, float]
    activities: tuple[str, ...]
    cancels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a text says: levels with their evidence, and activities."""

    levels: Mapping[str, Level]
    activities: tuple[str, ...]


@cache
def _lexicon(language: str) -> dict[str, list[tuple[tuple[str, ...], Entry]]]:
    """Index the phrases of a language by the first three letters; phrases that match inside words go under ''."""
    index: dict[str, list[tuple[tuple[str, ...], Entry]]] = {}
    entries: list[dict[str, Any]] = read_reference(f"lexicon/{language}.yaml")
    for raw in entries:
        phrases = tuple(tuple(phrase.split()) for phrase in raw["match"])
        entry = Entry(phrases, raw.get("levels") or {}, tuple(raw.get("activities") or ()), tuple(raw.get("not") or ()))
        for phrase in phrases:
            key = "" if phrase[0].startswith("*") else phrase[0][:3]
            index.setdefault(key, []).append((phrase, entry))
    return index


def guess_language(text: str) -> str:
    """Guess the language of a text by how many lexicon words of each language it holds; Finnish on a tie."""
    words = [match[0].lower() for match in WORD.finditer(text)]
    hits = {language: sum(bool(_matches(words, at, language)) for at in range(len(words))) for language in LANGUAGES}
    common = {
        "fi": ("ja", "tai", "sekä", "ei", "on"),
        "sv": ("och", "eller", "att", "med", "av"),
        "en": ("and", "or", "the", "of", "to"),
    }
    scores = {language: hits[language] + sum(word in common[language] for word in words) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: (scores[language], -LANGUAGES.index(language)))


def _matches(words: list[str], at: int, language: str) -> list[tuple[int, Entry]]:
    index = _lexicon(language)
    return [
        (len(phrase), entry)
        for phrase, entry in (*index.get(words[at][:3], ()), *index.get("", ()))
        if _begins(phrase, words[at : at + len(phrase)])
    ]


def _begins(phrase: tuple[str, ...], words: list[str]) -> bool:
    if len(words) < len(phrase):
        return False
    return all(
        stem[1:] in word if stem[0] == "*" else word.startswith(stem) for stem, word in zip(phrase, words, strict=False)
    )


def read_text(text: str, language: str = "auto") -> TextReading:
    """Read levels and activities from one task text; a dimension that the text does not touch is absent.

    Where several words speak of one dimension the highest counts; a number with a unit beats words.
    """
    language = guess_language(text) if language == "auto" else language
    found = [(match[0].lower(), match.span()) for match in WORD.finditer(text)]
    words = [word for word, _ in found]
    said: dict[str, tuple[float, str]] = {}
    activities: dict[str, int] = {}
    for at in range(len(words)):
        for length, entry in _matches(words, at, language):
            if any(cancel in words[at] for cancel in entry.cancels):
                continue
            quote = text[found[at][1][0] : found[at + length - 1][1][1]]
            for dimension, level in entry.levels.items():
                if dimension not in said or level > said[dimension][0]:
                    said[dimension] = (float(level), quote)
            for activity in entry.activities:
                activities[activity] = activities.get(activity, 0) + 1
    levels = {dimension: _wide(value, quote, WORD_WIDTH) for dimension, (value, quote) in said.items()}
    levels |= dict(_units(text))
    return TextReading(levels, tuple(sorted(activities, key=lambda name: (-activities[name], name))[:3]))


def _wide(value: float, quote: str, width: float) -> Level:
    return Level(value, max(0.0, value - width), min(TOP, value + width), Source.MODEL, quote)


_NUMBER = r"(?<![\d.,])(-?\u2212?\d+(?:[.,]\d+)?)"
_KG = re.compile(_NUMBER + r"(?:\s*[-–]\s*(\d+(?:[.,]\d+)?))?\s*(?:kg|kilo|kiloa|kilon)\b", re.IGNORECASE)
_DB = re.compile(_NUMBER + r"\s*db\b", re.IGNORECASE)
_CELSIUS = re.compile(_NUMBER + r"\s*(?:°\s*c?|astetta|grader|degrees)", re.IGNORECASE)


def _units(text: str) -> Iterable[tuple[str, Level]]:
    kilos = [(_number(m[2] or m[1]), m[0]) for m in _KG.finditer(text)]
    if kilos:
        kg, quote = max(kilos)
        yield "str_lift", _wide(5.0 if kg > 25 else float(np.interp(kg, *LIFT_KNOTS_KG)), quote, UNIT_WIDTH)
    decibels = [(_number(m[1]), m[0]) for m in _DB.finditer(text)]
    if decibels:
        db, quote = max(decibels)
        yield "env_noise", _wide(float(np.interp(db, *NOISE_KNOTS_DB)), quote, UNIT_WIDTH)
    for match in _CELSIUS.finditer(text):
        if (degrees := _number(match[1])) <= 0 or 32 <= degrees <= 45:
            yield "env_clim", _wide(4.0, match[0], WORD_WIDTH)
            break


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("\u2212", "-"))


class TaskTextReader(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn is untyped
    """The lexicon reader under the scikit-learn contract: texts to (texts, dimensions), NaN where it abstains.

    >>> reader = TaskTextReader(language="fi").fit(["Laatikoiden nosto, 20 kg"])
    >>> float(reader.transform(["Laatikoiden nosto, 20 kg"])[0, dimension_index()["str_lift"]])
    3.5
    """

    def __init__(self, language: str = "auto") -> None:
        self.language = language

    def fit(self, texts: Iterable[str], _levels: object = None) -> TaskTextReader:
        """Learn nothing: the lexicon is given. Kept so that a trained model can take this place."""
        del texts
        self.dimensions_ = tuple(dimension_index())
        return self

    def transform(self, texts: Iterable[str]) -> np.ndarray:
        """Read each text."""
        rows = [read_text(text, self.language).levels for text in texts]
        out = np.full((len(rows), len(self.dimensions_)), np.nan)
        columns = dimension_index()
        for at, levels in enumerate(rows):
            for dimension, level in levels.items():
                out[at, columns[dimension]] = level.value
        return out

    def get_feature_names_out(self, _input: object = None) -> np.ndarray:
        """Name the columns: the dimension ids."""
        return np.array(self.dimensions_, dtype=object)

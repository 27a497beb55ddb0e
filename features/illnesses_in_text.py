"""Finds words for illnesses in a text: by their beginnings, inside longer words, and one letter off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from rapidfuzz.distance import OSA

from data.reference_files import read_reference

from .capital_words import Span, Word
from .name_lists import deidentification_words, is_ordinary

_SHORT_DIAGNOSES = frozenset(("MS", "ADHD", "ADD", "OCD", "PTSD", "CP", "HIV", "ALS", "COPD"))


def illnesses(words: Sequence[Word]) -> Iterator[Span]:
    """Find words for illnesses."""
    for word in words:
        if word.text.split("-")[0] in _SHORT_DIAGNOSES:
            yield Span("diagnosis", word.start, word.end, True)
    stems = _illness_stems()
    whole = tuple(stem for stem in stems if " " not in stem)
    for word in words:
        low = word.text.lower()
        if low.startswith(whole) or any(part in low for part in _illness("inside")) or _misspelt_illness(low):
            yield Span("diagnosis", word.start, word.end, True)
    joined = " ".join(word.text.lower() for word in words)
    for stem in (stem for stem in stems if " " in stem):
        for match in re.finditer(rf"\b{re.escape(stem)}", joined):
            first = joined[: match.start()].count(" ")
            last = first + stem.count(" ")
            yield Span("diagnosis", words[first].start, words[last].end, True)


@cache
def _illness_stems() -> tuple[str, ...]:
    """Give the beginnings of words for illnesses, of all three languages."""
    listed = [*deidentification_words()["diagnoses"].values(), *(_illness(language) for language in ("fi", "sv", "en"))]
    return tuple(dict.fromkeys(str(stem) for some in listed for stem in some))


@cache
def _illness(kind: str) -> tuple[str, ...]:
    return tuple(str(word) for word in read_reference("illness_words.yaml")[kind])


def _misspelt_illness(low: str) -> bool:
    """Tell "masenus" and "reumma": one letter off a common word for an illness, and no ordinary word."""
    if len(low) < 6 or is_ordinary(low):
        return False
    return any(
        abs(len(low) - len(one)) <= 1 and OSA.distance(low, one, score_cutoff=1) <= 1 for one in _illness("misspelt")
    )

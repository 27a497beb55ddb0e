"""Sentences of adverts that praise the employer or ask for applications: they must not move loads."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from data.reference_files import read_reference

_SENTENCE = re.compile(r"[^.!?\n;•]+(?:[.!?\n;•]+|$)")


@cache
def _phrases() -> tuple[re.Pattern[str], frozenset[str]]:
    known: dict[str, list[str]] = read_reference("boilerplate.yaml")
    phrases = [phrase for listed in known.values() for phrase in listed]
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(phrase) for phrase in phrases) + r")", re.IGNORECASE)
    return pattern, frozenset(max(re.findall(r"[^\W\d_]+", phrase), key=len) for phrase in phrases)


def boilerplate_spans(text: str, words: Collection[str]) -> list[tuple[int, int]]:
    """Return where sentences stand that say nothing about the work; ``words`` are the text's lower-case words.

    >>> text = "Olemme dynaaminen tiimi. Lattioiden imurointi."
    >>> boilerplate_spans(text, text.lower().split())
    [(0, 24)]
    """
    pattern, longest = _phrases()
    if longest.isdisjoint(words):
        return []
    return [match.span() for match in _SENTENCE.finditer(text) if pattern.search(match[0])]

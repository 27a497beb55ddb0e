"""Finds names of people and places in a text, word by word, in any case form, with and without a capital.

What is doubtful is found all the same and said to be unsure. The first word of a sentence: ``sentence_beginnings``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .capital_words import Span, Word, without_shouting
from .name_lists import (
    is_demonym,
    is_kept,
    is_listed_name,
    is_ordinary,
    listed_forms,
    listed_words,
    names_as_listed,
)
from .ordinary_words import ordinary_words
from .sentence_beginnings import Kind, is_abbreviation, kind_at_beginning

_SHAPED = frozenset(("id", "phone", "email", "plate", "address", "date", "age"))


def names_and_places(text: str, words: Sequence[Word], shaped: Sequence[Span], language: str) -> Iterator[Span]:
    """Find names and places word by word; a run of them is one name."""
    words = without_shouting(words)
    inside = [(one.start, one.end) for one in shaped if one.kind in _SHAPED]
    run: list[Word] = []
    sure = False
    for at, word in enumerate(words):
        if any(start <= word.start < end for start, end in inside):
            kind, certain = None, False
        else:
            kind, certain = _kind_of(words, at, language)
        if kind == "name":
            if run and not _beside(text, run[-1], word):
                yield _run_span(text, words, run, sure)
                run, sure = [], False
            run, sure = [*run, word], sure or certain
            continue
        if run:
            yield _run_span(text, words, run, sure)
            run, sure = [], False
        if kind == "place":
            yield Span("place", word.start, word.end, certain)
    if run:
        yield _run_span(text, words, run, sure)


def _beside(text: str, one: Word, other: Word) -> bool:
    return re.fullmatch(r"\.?[ \u00a0]", text[one.end : other.start]) is not None and not other.first


def _run_span(text: str, words: Sequence[Word], run: Sequence[Word], sure: bool) -> Span:
    """Give a run of names with the title before it and a lone initial after it."""
    start, end = run[0].start, run[-1].end
    before = [word for word in words if word.end <= start]
    if before and before[-1].text.lower() in listed_words("titles") and start - before[-1].end <= 2:
        start, sure = before[-1].start, True
    initial = re.match(r" [A-ZÅÄÖ]\.", text[end:])
    return Span("name", start, end + (initial.end() if initial else 0), sure)


def _kind_of(words: Sequence[Word], at: int, language: str) -> Kind:
    """Tell whether a word is a name or a place, and whether that is sure."""
    word = words[at]
    if not word.capital:
        return ("place", True) if is_demonym(word.text) else _small_kind(words, at)
    if word.text in ("I",) or is_kept(word.text):
        return None, False
    after = words[at + 1] if at + 1 < len(words) else None
    before = words[at - 1] if at else None
    titled = before is not None and before.text.lower() in listed_words("titles")
    if word.first and not titled:
        return kind_at_beginning(word, after, words[at + 2] if at + 2 < len(words) else None, language)
    if len(word.text) == 1:
        return ("name", False) if after is not None and after.capital and not after.first else (None, False)
    if is_demonym(word.text):
        return "place", True
    is_name = is_listed_name(word.text)
    is_place = listed_forms("place").base(word.text) is not None
    if is_place and (not is_name or not _beside_name(before, after)) and not titled:
        return "place", True
    if is_name or titled:
        return "name", True
    return (None, False) if is_abbreviation(word) else ("name", False)


def _beside_name(before: Word | None, after: Word | None) -> bool:
    return any(
        one is not None and one.capital and listed_forms("first").base(one.text) is not None for one in (before, after)
    )


def _small_kind(words: Sequence[Word], at: int) -> Kind:
    """Tell a name or a place that somebody wrote without a capital ("matti soitti", "asuu kuopiossa")."""
    word = words[at].text
    if len(word) < 4 or is_ordinary(word) or listed_forms("also").base(word) is not None:
        return None, False
    low = word.lower()
    beside = any(
        0 <= near < len(words) and words[near].capital is False and _is_last(words[near].text)
        for near in (at - 1, at + 1)
    )
    if low in names_as_listed("first") and (words[at].first or beside or low not in ordinary_words()):
        return "name", False
    if _is_last(word) and at and words[at - 1].text.lower() in names_as_listed("first"):
        return "name", False
    place = listed_forms("place").base(word)
    if place is not None and len(place) >= 5 and listed_forms("also").base(place) is None and not is_ordinary(place):
        return "place", False
    return None, False


def _is_last(word: str) -> bool:
    return len(word) >= 4 and (
        listed_forms("last").base(word) is not None or listed_forms("also").base(word) is not None
    )

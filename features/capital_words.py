"""Reads a text into words with the two things that tell names: is there a capital, and does a sentence begin here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from .name_lists import is_listed_name, listed_forms

_TOKEN = re.compile(r"[^\W\d_][\w]*(?:[-'’:][^\W\d_]\w*)*")


_LOOKED_BACK = 6
"""So much of the word before is enough to see whether a sentence ended: its last two letters, or a number or a door."""

_SHOUTED = 3
"""So many words in capitals in a row are shouting: their capitals say nothing."""


class Word(NamedTuple):
    """A word, where it stands, whether it has a capital and whether a sentence begins with it."""

    text: str
    start: int
    end: int
    capital: bool
    first: bool


class Span(NamedTuple):
    """Something found: kind, character offsets, whether it is sure."""

    kind: str
    start: int
    end: int
    sure: bool


def read_words(text: str) -> list[Word]:
    """Read the words of a cleaned text in order."""
    found: list[Word] = []
    for match in _TOKEN.finditer(text):
        from_ = max(0, found[-1].end - _LOOKED_BACK) if found else 0
        before = text[from_ : match.start()].rstrip(" \t\"'”’(«–-\u00a0")
        ends = re.search(r"(?:^|[^\W\d_]{2,}[\"”’)]*[.!?]|\d{4}\.|[!?]|\n|[%)”]\.)$", before) if before else True
        if not ends and re.search(r"\d(?: ?[A-ZÅÄÖ]|-?v)?\.$", str(before)):
            ends = True  # "... against 2. Customers fine": a number ends the sentence, or that of a door
        capital = match[0][0].isupper()
        found.append(Word(match[0], match.start(), match.end(), capital, bool(ends)))
    return found


def without_shouting(words: Sequence[Word]) -> list[Word]:
    """Give words whose capitals mean something: in a shouted passage only listed names keep theirs."""
    found, at = list(words), 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].text.isupper():
            end += 1
        if sum(len(word.text) > 1 for word in words[at:end]) >= _SHOUTED:
            for near in range(at, end):
                text = words[near].text
                if not (is_listed_name(text) or listed_forms("place").base(text) or listed_forms("also").base(text)):
                    found[near] = words[near]._replace(capital=False, text=text.lower(), first=words[near].first)
                else:
                    found[near] = words[near]._replace(text=text.capitalize(), first=False)
        at = max(end, at + 1)
    return found

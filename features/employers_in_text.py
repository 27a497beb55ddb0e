"""Finds firms by their legal form, institutions by their kind, and well-known chains in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from data.reference_files import read_reference

from .capital_words import Span, Word
from .name_lists import deidentification_words, is_kept, listed_forms
from .ordinary_words import ordinary_words

_SMALL_FORMS = ("oy", "oyj", "ab", "abp", "ky", "tmi", "ltd", "gmbh")
"""Legal forms that are no words: before them a firm may stand without a capital."""


def employers(text: str, words: Sequence[Word]) -> Iterator[Span]:
    """Find firms by their legal form, institutions by their kind, and well-known chains."""
    forms = "|".join(sorted(deidentification_words()["employer_forms"], key=len, reverse=True))
    cap = r"[A-ZÅÄÖ][\w&’'-]*"
    legal = re.compile(rf"{cap}(?: (?:& |ja |och |and )?{cap})*? (?i:{forms})\b(?::\w+)?")
    for match in legal.finditer(text):
        yield Span("employer", *match.span(), True)
    for match in re.finditer(rf"\b[a-zåäö]+(?: [a-zåäö]+)? (?:{'|'.join(_SMALL_FORMS)})\b(?::\w+)?", text):
        yield Span("employer", *match.span(), False)
    kinds = "|".join(word for listed in deidentification_words()["employer_words"].values() for word in listed)
    named = re.compile(rf"({cap})(?: {cap}| yliopisto\w*)*(?: (?:{kinds})\w{{0,5}}\b| (?:{kinds.title()})\w{{0,5}}\b)+")
    for match in named.finditer(text):
        first = match[1]
        known = listed_forms("place").base(first) is not None or first.endswith(("n", "s"))
        at_start = next((word.first for word in words if word.start == match.start()), False)
        if (not at_start or listed_forms("place").base(first) is not None) and known and not is_kept(first):
            yield Span("employer", *match.span(), True)
    for number, word in enumerate(words):
        ordinary = word.first and word.text.lower() in ordinary_words()
        if word.capital and not ordinary and listed_forms("employer").base(word.text) is not None:
            end = word.end
            follows = words[number + 1] if number + 1 < len(words) else None
            if follows is not None and follows.capital and not follows.first and follows.start == end + 1:
                end = follows.end
            yield Span("employer", word.start, end, True)
    for chain in (one for one in read_reference("place_names.yaml")["employers"] if " " in one):
        for match in re.finditer(rf"\b{re.escape(chain)}\w*", text):
            yield Span("employer", *match.span(), True)

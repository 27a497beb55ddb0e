"""Finds what can be told by its shape: identity codes, phones, addresses, plates, dates, ages.

Finnish identity codes: DVV, format DDMMYY, sign of the century, three digits, check letter; the check is not worked
out, since a mistyped code gives a person away as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from data.reference_files import read_reference


class Shape(NamedTuple):
    """Something found by its shape: kind, and character offsets."""

    kind: str
    start: int
    end: int


_CAP = r"[A-ZÅÄÖÉÜ][\w’'-]*"
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ID = re.compile(
    r"\b(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A-FU-Y][0-9A-Z]{2,5}\b"
    r"|\b[A-Z]{2}\d{2}(?: ?\d{4}){3,7}(?: ?\d{1,4})?\b"
)
_PLATE = re.compile(r"\b(?!EA-|EN-|SFS-|ISO-)[A-ZÅÄÖ]{2,3}-\d{1,3}\b(?!\d)")
_PHONE = re.compile(
    r"(?<![\w+.,])(?:\+\d{1,3}[ -]?(?:\(0\))?\d{1,4}|\(0\d{1,3}\)|0\d{1,4})(?:[ -]?\d{2,4}){2,4}(?![\w])"
)
_POSTAL = re.compile(rf"\b\d{{5}} {_CAP}")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d{2}(?!\d|[.,]\d| ?(?:kg|g|m|mm|eur|€|e\b))")
_AGE = re.compile(
    r"\b(?:en |a |an )?(?:(?P<one>1[4-9]|[2-9]\d)(?:[- ]?(?:vuotia\w*|v\.(?!\d)|year-old|years? old|år(?:ig\w*)?\b)|"
    r" vuotta\b|-årig\w*)|(?:aged|turned|turns) (?P<two>1[4-9]|[2-9]\d)\b)",
    re.IGNORECASE,
)


def shapes(text: str) -> Iterator[Shape]:
    """Find everything that its shape gives away, in no order; spans may overlap.

    >>> [text[s.start:s.end] for text in ["Soitto 040 123 4567, sovittiin 3.2.2025."] for s in shapes(text)]
    ['040 123 4567', '3.2.2025']
    """
    for kind, pattern in (("email", _EMAIL), ("id", _ID), ("plate", _PLATE), ("phone", _PHONE), ("address", _POSTAL)):
        for match in pattern.finditer(text):
            if kind != "phone" or sum(sign.isdigit() for sign in match[0]) >= 7:
                yield Shape(kind, *match.span())
    for match in _street_pattern().finditer(text):
        yield Shape("address", *match.span())
    for pattern in _date_patterns():
        for match in pattern.finditer(text):
            if not _is_level(text, match):
                yield Shape("date", *match.span())
    for match in _YEAR.finditer(text):
        yield Shape("date", *match.span())
    for match in _AGE.finditer(text):
        yield Shape("age", *match.span())


def age_in(words: str) -> int | None:
    """Give the years that an age found by ``shapes`` says."""
    match = re.search(r"\d+", words)
    return int(match[0]) if match else None


def _is_level(text: str, match: re.Match[str]) -> bool:
    """Tell "... against 2.5." at the end of a sentence from the second of May."""
    level = re.fullmatch(r"([0-5])\.5\.", match[0].strip())
    after = text[match.end() :].lstrip()
    return bool(level) and (not after or after[0].isupper())


@cache
def _street_pattern() -> re.Pattern[str]:
    ends = "|".join(read_reference("deidentification_words.yaml")["streets"])
    number = r"\d{1,4}(?:[ -]?[A-Za-zÅÄÖ]\b(?: ?\d{1,4}\b)?)?(?::\w+)?"
    one_word = rf"[A-ZÅÄÖ][\w-]{{2,}}(?:{ends})(?:lla|llä|lta|ltä|lle|n|ssa|ssä)? {number}(?!\w)"
    alone = r"[A-ZÅÄÖ][\w-]{2,}(?:gatan|gata|vägen|gränden|stigen|katu|kadu\w{1,4})(?!\w)"
    english = rf"\d{{1,4}} (?:{_CAP} ){{1,3}}(?:Street|Road|Avenue|Lane|Drive|St|Rd)\b"
    of_two = rf"{_CAP} (?:[Gg]atan|[Vv]ägen|[Kk]atu|[Tt]ie|[Ss]treet|[Rr]oad) {number}"
    return re.compile(f"{english}|{of_two}|{one_word}|{alone}")


@cache
def _date_patterns() -> tuple[re.Pattern[str], ...]:
    words = read_reference("deidentification_words.yaml")
    day, year = r"(?:3[01]|[12]\d|0?[1-9])", r"(?:\d{4}|\d{2})"
    month = r"(?:1[0-2]|0?[1-9])"
    week = "|".join(words["weekdays"])
    before = rf"(?:\b(?:{week})\w*,? )?(?:den |the )?"
    fi, other = "|".join(words["months"]["fi"]), "|".join((*words["months"]["sv"], *words["months"]["en"]))
    numeric = rf"{before}(?<![\d.,]){day}\.(?: ?{month}\.)?(?: ?{year})? ?[–-] ?{day}\. ?{month}\.(?: ?{year}\b)?"
    full = rf"{before}(?<![\d.,]){day}\. ?{month}\.(?: ?{year}\b)?"
    return tuple(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            numeric,
            full,
            r"\b(?:19|20)\d{2}-\d{2}-\d{2}\b",
            r"\b(?:viikolla|viikon|viikko|vecka|week) (?:[1-4]\d|5[0-3])\b(?:,? (?:19|20)\d{2})?",
            rf"(?<![\d/]){day}/{month}/{year}(?!\d)",
            rf"(?<![\d/]){month}/(?:19|20)\d{{2}}(?!\d)",
            rf"{before}(?<!\d){day}\. (?:{fi})\w*(?: (?:19|20)\d{{2}})?",
            rf"\b(?:{fi})\w*(?: {day}\.(?: päivä\w*)?)(?: (?:19|20)\d{{2}})?",
            rf"\b(?:{fi})\w*(?: vuonna)? (?:19|20)\d{{2}}",
            rf"(?:\bon )?{before}(?<!\d){day}(?:st|nd|rd|th|:e)?(?: of)? (?:{other})\b(?:,? (?:19|20)\d{{2}})?",
            rf"(?:\bon )?{before}\b(?:{other}) {day}(?:st|nd|rd|th)?\b(?:,? (?:19|20)\d{{2}})?",
            rf"(?:\bin )?\b(?:{other}) (?:19|20)\d{{2}}",
        )
    )

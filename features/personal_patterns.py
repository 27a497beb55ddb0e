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
_NO_PLATE = r"(?!(?:EA|EN|SFS|ISO|DIN|LED|CNC|CEE|USB|MAX|MIN|NRO)[- ])"
_UNIT = r"(?:kg|cm|mm|m|V|W|kW|A|Hz)\b"
_PLATE = re.compile(rf"\b{_NO_PLATE}(?:[A-ZÅÄÖ]{{2,3}}-|[A-ZÅÄÖ]{{3}} )\d{{1,3}}\b(?!\d|[.,]\d| ?{_UNIT})")
_PLATE_CUES = r"auto|rekister|rek\b|reg\b|bil|car\b|van\b|plate|registration"
_PLATE_AFTER_CUE = re.compile(rf"\b(?i:(?:{_PLATE_CUES})\w*\.?:? )([a-zåäö]{{3}}[ -]?\d{{1,3}})\b")
_BEFORE_PHONE = r"(?:(?<![\w+.,/-])|(?<=tel\.)|(?<=puh\.)|(?<=gsm\.)|(?<=tfn\.)|(?<=[pP]\.))"
_PHONE = re.compile(
    _BEFORE_PHONE + r"(?:\+\d{1,3}[ -]?(?:\(0\))?\d{1,4}|\(0\d{1,3}\)|0\d{1,4})(?:[ -]?\d{2,4}){2,4}(?![\w])"
)
_ID_BY_ITSELF = re.compile(
    r"\b[A-ZÅÄÖ]{1,4}[-/]\d{3,}(?:[/-]\d+)*\b|\b[A-ZÅÄÖ]{1,4}/\d+/\d{2,4}\b|\b\d{2,6}-\d{4,7}\b|\b\d{3,6}/(?:19|20)\d{2}\b|\b\d{7}-\d\b"
    r"|(?<![\d.,+-])\d{6,12}\b(?! ?(?:kg|g|km|m|mm|cm|l|ml|kpl|st|pcs|e\b|eur|€))"
)
"""Numbers that nobody writes of loads and hours: letters with a long number, two groups with a dash, six digits on."""

_ICD_CUES = "dg|icd(?:-10)?|diagnoosi(?:koodi)?|diagnoskod|diagnosis(?: code)?|todettu|koodi"
_ICD_CODE = re.compile(rf"\b[A-TV-Z]\d{{2}}\.\d{{1,2}}\b|(?i:\b(?:{_ICD_CUES})\.?:? )[A-TV-Z]\d{{2}}\b")
_POSTAL = re.compile(rf"\b\d{{5}} {_CAP}")
_PHONE_RUN = re.compile(_BEFORE_PHONE + r"(?:\+\d{8,14}|0\d{7,11})\b")
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d{2}(?!\d|[.,]\d| ?(?:kg|g|m|mm|eur|€|e\b))")
_YEARS = r"(?:1[4-9]|[2-9]\d)"
_AGE_AFTER = (
    r"[- ]?(?:vuotia\w*|v\.(?!\d)|v\b(?!\.)|yrs?\b|yo\b|y/o\b|year[- ]olds?|years? old|years? of age|"
    r"år(?:ig\w*|ing\w*|s)?\b)| vuotta\b|-åri(?:g|ng)\w*"
)
_AGE_BEFORE = "aged|age|turned|turns|turning|fyllt|fyller|fyllde|täyttänyt|täyttää|täytti|iältään|ikä:?|ålder:?"
_AGE_ALONE = "is|was|now|just|almost|nearly|about|bara|redan|nästan|jo|vasta|melkein|lähes"
_AGE = re.compile(
    rf"\b(?:(?:en |a |an )?{_YEARS}(?:{_AGE_AFTER})|(?:{_AGE_BEFORE}) {_YEARS}\b|"
    rf"(?<=\w), {_YEARS}(?=,)|(?:{_AGE_ALONE}) {_YEARS}(?= ?[.,;!]|$| (?:and|och|ja)\b))",
    re.IGNORECASE,
)


def shapes(text: str) -> Iterator[Shape]:
    """Find everything that its shape gives away, in no order; spans may overlap.

    >>> [text[s.start:s.end] for text in ["Soitto 040 123 4567, sovittiin 3.2.2025."] for s in shapes(text)]
    ['040 123 4567', '3.2.2025']
    """
    for kind, pattern in _by_itself():
        for match in pattern.finditer(text):
            if kind != "phone" or sum(sign.isdigit() for sign in match[0]) >= 7:
                yield Shape(kind, *match.span())
    for match in _PLATE_AFTER_CUE.finditer(text):
        yield Shape("plate", *match.span(1))
    for pattern in _date_patterns():
        for match in pattern.finditer(text):
            if not _is_level(text, match):
                yield Shape("date", *match.span())


@cache
def _by_itself() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give the patterns that need no second look, by kind."""
    return (
        ("email", _EMAIL), ("id", _ID), ("id", _ID_BY_ITSELF), ("id", _id_after_cue()), ("plate", _PLATE),
        ("phone", _PHONE), ("phone", _PHONE_RUN), ("address", _POSTAL), ("address", _street_pattern()),
        ("diagnosis", _ICD_CODE), ("date", _YEAR), ("age", _AGE), ("age", _age_in_words()),
    )  # fmt: skip


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
def _age_in_words() -> re.Pattern[str]:
    """Find an age told in words: "nelikymppinen", "i femtioårsåldern", "in her early forties"."""
    told = "|".join(re.escape(one) for one in read_reference("deidentification_words.yaml")["decades"])
    return re.compile(rf"\b(?i:(?:in (?:his|her|their) )?(?:{told}))\w*")


@cache
def _id_after_cue() -> re.Pattern[str]:
    """Find a code or number behind a word that says whose or what number it is ("asiakasnumero 448213")."""
    cues = "|".join(
        re.escape(cue) for cue in sorted(read_reference("deidentification_words.yaml")["id_cues"], key=len)[::-1]
    )
    code = r"(?=(?:[^\d\s]{0,6}[-/ ]?\d){3})[A-ZÅÄÖa-zåäö]{0,4}[-/ ]?\d[\w/.-]*\w(?: ?[-/] ?\w+)*"
    return re.compile(rf"\b(?i:{cues})\w{{0,4}}[.:]?(?: (?:no|nro|nr|is|on|är)\.?)? {code}")


@cache
def _street_pattern() -> re.Pattern[str]:
    ends = "|".join(read_reference("deidentification_words.yaml")["streets"])
    number = r"\d{1,4}(?:[ -]?[A-Za-zÅÄÖ]\b(?: ?\d{1,4}\b)?)?(?: (?:as|lgh|bst|apt|flat)\.? ?\d{1,4})?(?::\w+)?"
    one_word = rf"[A-ZÅÄÖ][\w-]{{2,}}(?:{ends})(?:lla|llä|lta|ltä|lle|n|ssa|ssä)? {number}(?!\w)"
    alone = r"[A-ZÅÄÖ][\w-]{2,}(?:gatan|gata|vägen|gränden|stigen|katu|kadu\w{1,4})(?!\w)"
    kinds = "Street|Road|Avenue|Lane|Drive|St|Rd|Row|Close|Court|Crescent|Way|Terrace|Square"
    english = rf"\d{{1,4}} (?:{_CAP} ){{1,3}}(?:{kinds})\b"
    english += rf"|\b(?:Unit|Flat|Apt|Apartment) \d{{1,4}}\w?,? (?:{_CAP} ?){{1,3}}"
    of_two = rf"{_CAP} (?:[Gg]atan|[Vv]ägen|[Kk]atu|[Tt]ie|[Ss]treet|[Rr]oad) {number}"
    return re.compile(f"{english}|{of_two}|{one_word}|{alone}")


_MONTHS_SHORT = "jan|feb|mar|apr|may|maj|jun|jul|aug|sept?|oct|okt|nov|dec"


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
            r"\b(?:viikot|viikoilla|viikkojen|veckorna|veckor|weeks) \d{1,2} ?(?:[–-]|ja|och|and) ?\d{1,2}\b",
            r"\bden \d{1,2}[./]\d{1,2}\b",
            rf"\b(?:{fi})(?:n|ssa|sta|hun|lla|lta)?\b(?: (?:lopu|alu|puoliväli)\w+)?",
            rf"\b{day} (?:{_MONTHS_SHORT})\.? (?:19|20)\d{{2}}\b",
            r"\b(?:viikolla|vecka|week|vko|v\.) \d\b(?:,? (?:19|20)\d{2})?",
            rf"(?<![\d/]){day}/{month}/{year}(?!\d)",
            rf"(?<![\d/]){month}/(?:19|20)\d{{2}}(?!\d)",
            rf"{before}(?<!\d){day}\. (?:päivä\w* )?(?:{fi})\w*(?: (?:19|20)\d{{2}})?",
            rf"{before}(?<![\d.,]){day}(?: \. ?{month} ?|\. ?{month} )\. ?(?:{year}\b)?",
            rf"\b(?:{fi})\w*(?: {day}\.(?: päivä\w*)?)(?: (?:19|20)\d{{2}})?",
            rf"\b(?:{fi})\w*(?: vuonna)? (?:19|20)\d{{2}}",
            rf"(?:\bon )?{before}(?<!\d){day}(?:st|nd|rd|th|:e)?(?: of)? (?:{other})\b(?:,? (?:19|20)\d{{2}})?",
            rf"(?:\bon )?{before}\b(?:{other}) {day}(?:st|nd|rd|th)?\b(?:,? (?:19|20)\d{{2}})?",
            rf"(?:\bin )?\b(?:{other}) (?:19|20)\d{{2}}",
        )
    )

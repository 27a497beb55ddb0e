"""Numbers and plain statements in a task text: kilograms, decibels, degrees, hours of the shift, "the whole shift".

They are the employer's own figures and beat every reading of words. Steps of lifting follow DOT and ORS strength
classes
(``data/reference/dimensions.yaml``), noise the action values of Directive 2003/10/EC, shares of the shift DESIGN
section 3.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from data.levels import TOP, level_of_share

UNIT_WIDTH = 0.5
SHARE_WIDTH = 0.75
SHIFT_HOURS = 7.5
LIFT_KNOTS_KG = ((0.0, 4.5, 9.0, 15.0, 25.0), (0.0, 1.0, 2.0, 3.0, 4.0))
NOISE_KNOTS_DB = ((40.0, 50.0, 60.0, 70.0, 80.0, 85.0), (0.0, 1.0, 2.5, 3.0, 4.0, 5.0))
POUNDS = 0.4536


@dataclass(frozen=True, slots=True)
class Stated:
    """A level that the text states outright, with where it stands."""

    dimension: str
    value: float
    width: float
    start: int
    end: int


_N = r"(?<![\d.,])(\d{1,4}(?:[.,]\d+)?)"
_TO = r"(?:\s*(?:[-\u2013\u2014]|to|till|–)\s*(\d{1,4}(?:[.,]\d+)?))?"
_KG = re.compile(_N + _TO + r"[\s-]*(kg|kilo\w{0,4}|kilogram\w*|lbs?|pounds?|paunaa)\b", re.IGNORECASE)
_DB = re.compile(_N + _TO + r"\s*(?:db\b|desibel|decibel)", re.IGNORECASE)
_CELSIUS = re.compile(
    r"(?<![\d.,])([-\u2212\u2013]?\s?\d{1,3}(?:[.,]\d+)?)\s*(?:°\s*c?\b|celsius|astetta|asteen|grader|degrees)"
    r"(?P<frost>\s*(?:pakkas|miinus|below))?",
    re.IGNORECASE,
)
_FROST = re.compile(r"(?:pakkas|miinus|minus)\s*\w*\s*(\d{1,2})", re.IGNORECASE)
_NO_LIFT = re.compile(
    r"\b(?:ei (?:raskaita )?nostoja|ilman nostoja|ei nostamista|inga (?:tunga )?lyft|utan lyft|"
    r"no (?:heavy )?lifting)\b",
    re.IGNORECASE,
)
_WHOLE = (
    r"(?:koko (?:työ)?(?:vuoron|päivän|ajan)|läpi (?:työ)?päivän|hela (?:arbets)?(?:dagen|passet|skiftet|tiden)|"
    r"(?:all|the whole|the entire|whole|entire)[ -](?:day|shift|time))"
)
_HALF = (
    r"(?:puolet (?:työ)?(?:ajasta|päivästä|vuorosta)|halva (?:dagen|passet|tiden)|"
    r"half (?:of )?the (?:day|shift|time))"
)
_HOURS = (
    _N
    + _TO
    + r"\s*(?:tuntia|tunnin|tuntii|h|timmar|timme|tim|hours?|hrs?)\b"
    + r"(?!\s*(?:/|per|a|viikossa|i veckan)\s*(?:vko|viik|week|vecka))"
)
_POSTURES = {
    "pos_sit": r"(?:istu\w*|sitta\w*|sitter|sittande|sitting|seated|sit)",
    "pos_stand": r"(?:seiso\w*|seisten|seisaalt\w*|stå\w*|stående|står|standing|stand|on your feet)",
    "loc_walk": r"(?:kävel\w*|kävellen|gå\w*|promenera\w*|walking|walk)",
    "pos_low": r"(?:kyykyssä|polvillaan|kontallaan|på knä|huksittande|knästående|kneeling|crouching|squatting)",
    "upl_reach": (
        r"(?:kädet koholla|käsien ollessa koholla|hartiatason yläpuolella|ovanför axelhöjd|över axelhöjd|"
        r"above (?:the )?shoulder\w*|overhead)"
    ),
    "env_skin": (
        r"(?:märkätyö\w*|märät kädet|märin käsin|kädet vedessä|våtarbete|våta händer|wet work|wet hands|"
        r"hands in water)"
    ),
}
_SHARES = {
    dimension: re.compile(
        rf"(?:(?P<whole>{_WHOLE})|(?P<half>{_HALF})|{_HOURS})\W{{0,3}}(?:\w+\W+){{0,2}}?{posture}"
        rf"|{posture}\W{{0,3}}(?:\w+\W+){{0,2}}?(?:(?P<whole2>{_WHOLE})|(?P<half2>{_HALF})|{_HOURS})",
        re.IGNORECASE,
    )
    for dimension, posture in _POSTURES.items()
}
_DIGIT = re.compile(r"\d")
_TRIGGERS = frozenset(
    [
        "koko",
        "läpi",
        "puolet",
        "hela",
        "halva",
        "all",
        "whole",
        "entire",
        "half",
        "nostoja",
        "nostamista",
        "lyft",
        "lifting",
        "pakkas",
        "pakkasessa",
    ]
)
"""Without a digit, a text states an amount only when it holds one of these words."""


def stated_amounts(text: str, words: Collection[str]) -> Iterator[Stated]:
    """Yield what a cleaned text states in figures; at most one level a dimension, the heaviest.

    ``words`` are the text's lower-case words.

    >>> [(s.dimension, s.value) for s in stated_amounts("Yli 25 kg säkit, melua 85 dB", ["yli", "kg"])]
    [('str_lift', 5.0), ('env_noise', 5.0)]
    >>> [(s.dimension, round(s.value, 1)) for s in stated_amounts("koko vuoron seisten", ["koko", "vuoron", "seisten"])]
    [('pos_stand', 5.0)]
    """
    if not _DIGIT.search(text) and _TRIGGERS.isdisjoint(words):
        return
    yield from _weight(text)
    decibels = [(_number(m[2] or m[1]), m) for m in _DB.finditer(text)]
    if decibels:
        most, match = max(decibels, key=lambda pair: pair[0])
        yield Stated("env_noise", float(np.interp(most, *NOISE_KNOTS_DB)), UNIT_WIDTH, *match.span())
    yield from _climate(text)
    yield from _shares(text)


def _weight(text: str) -> Iterator[Stated]:
    kilos = []
    for match in _KG.finditer(text):
        amount = _number(match[2] or match[1])
        pounds = match[3].lower().startswith(("lb", "pound", "pauna"))
        over = bool(re.search(r"(?:yli|över|over|more than|above)\s*$", text[: match.start()], re.IGNORECASE))
        kilos.append((amount * (POUNDS if pounds else 1.0), over, match))
    if kilos:
        most, over, match = max(kilos, key=lambda found: found[0])
        value = TOP if most > 25 or (over and most >= 25) else float(np.interp(most, *LIFT_KNOTS_KG))
        yield Stated("str_lift", value, UNIT_WIDTH, *match.span())
    elif found := _NO_LIFT.search(text):
        heavy = "raskai" in found[0].lower() or "tunga" in found[0].lower() or "heavy" in found[0].lower()
        yield Stated("str_lift", 1.0 if heavy else 0.0, UNIT_WIDTH, *found.span())


def _climate(text: str) -> Iterator[Stated]:
    for match in (*_CELSIUS.finditer(text), *_FROST.finditer(text)):
        degrees = _number(match[1].replace(" ", ""))
        if match.re is _FROST or match.groupdict().get("frost"):
            degrees = -abs(degrees)
        if degrees <= 0 or 32 <= degrees <= 45:
            yield Stated("env_clim", 4.0, 1.0, *match.span())
            return


def _shares(text: str) -> Iterator[Stated]:
    for dimension, pattern in _SHARES.items():
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        if groups["whole"] or groups["whole2"]:
            share = 1.0
        elif groups["half"] or groups["half2"]:
            share = 0.5
        else:
            hours = [_number(found) for found in match.groups() if found and found[0].isdigit()]
            share = min(1.0, max(hours, default=0.0) / SHIFT_HOURS)
        yield Stated(dimension, float(level_of_share(np.float64(share))), SHARE_WIDTH, *match.span())


def _number(text: str) -> float:
    return float(text.replace(",", ".").replace("\u2212", "-").replace("\u2013", "-"))

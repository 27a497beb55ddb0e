"""What people's words on a results sheet mean: levels, loads, yes and no, conditions; small typing errors allowed.

What is near to two meanings means nothing, so that nobody's answer is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from rapidfuzz import fuzz, process

from ..conditions import LANGUAGE_LEVELS, Condition, ConditionType, Need
from ..dimensions import HOURS_DIMENSION, load_dimensions
from ..levels import TOP
from ..vocabulary import condition_name, vocabulary
from ..workshop_tables import answer_words, level_words

LEAST_LIKE, LEAST_CLOSE = 84, 50
"""Likeness (0-100, rapidfuzz) from which a word counts as meant, and from which it is offered."""

CLEAR_LEAD = 4
"""Points by which the best match must lead the next other meaning."""

LANGUAGES = ("fi", "sv", "en")
SHORT = 2
"""Words of so many letters must be exact."""

_LICENCES = ("AM", "A1", "A2", "A", "B", "BE", "C1", "C", "CE", "D1", "D", "DE", "T")


def dated_fault(cell: str) -> str:
    """Name the fault of a number that a spreadsheet program has turned into a date."""
    return "became_date" if re.match(r"\d{4}-\d\d-\d\d", cell) else ""


@cache
def spellings(kind: str) -> dict[str, str]:
    """Give all words of a kind of answer with their meanings, in lower case."""
    return {
        word.lower(): meaning
        for meaning, by_language in answer_words(kind).items()
        for language in LANGUAGES
        for word in by_language[language]
    }


def meant(cell: str, known: Mapping[str, str], exact: Mapping[str, str] | None = None) -> str | None:
    """Find what a cell means; None when nothing is like it, or two meanings are about equally like it.

    Words of up to two letters must be exact.
    """
    words = cell.lower().strip(" .!")
    if exact and words in exact:
        return exact[words]
    if words in known:
        return known[words]
    if len(words) <= SHORT:
        return None
    spelled = [spelling for spelling in known if len(spelling) > SHORT]
    found = process.extract(words, spelled, scorer=fuzz.ratio, score_cutoff=LEAST_LIKE, limit=5)
    if not found:
        return None
    meaning = known[found[0][0]]
    rival = next((score for spelling, score, _ in found if known[spelling] != meaning), 0.0)
    return meaning if found[0][1] - rival >= CLEAR_LEAD else None


def closest(cell: str, known: Mapping[str, str], least: float = LEAST_CLOSE) -> tuple[str, ...]:
    """Name up to three things that were perhaps meant, one spelling for each meaning, the nearest first."""
    spelled = [spelling for spelling in known if len(spelling) > SHORT or len(cell) <= SHORT]
    found = process.extract(cell.lower(), spelled, scorer=fuzz.ratio, processor=str.lower, limit=6)
    by_meaning: dict[str, str] = {}
    for spelling, score, _ in found:
        if score >= least:
            by_meaning.setdefault(known[spelling], spelling)
    return tuple(list(by_meaning.values())[:3])


@cache
def dimension_spellings() -> dict[str, str]:
    """Give the names of loads in three languages with the dimension that they mean."""
    return {
        name.lower(): one.id
        for one in load_dimensions()
        if one.id != HOURS_DIMENSION
        for name in (one.id, *one.names.values(), *one.short.values())
    }


@cache
def level_spellings() -> dict[str, str]:
    """Give the words for the steps 0-5 with the step, and those that say that a level is right."""
    return {
        words[language].lower(): str(step)
        for dose in (False, True)
        for step, words in enumerate(level_words(dose))
        for language in LANGUAGES
    } | spellings("right")


def figure(cell: str) -> float | None:
    """Read a level in figures; None when it is no number from 0 to 5.

    >>> figure("2,5"), figure("3 / 5"), figure("6")
    (2.5, 3.0, None)
    """
    try:
        level = float(cell.replace("\u2212", "-").replace(",", ".").removesuffix("/5").removesuffix("/ 5").strip())
    except ValueError:
        return None
    return level if 0 <= level <= TOP else None


@cache
def condition_names(language: str) -> Mapping[str, str]:
    """Name the conditions that a task can have, by key; licences, ages and languages with their usual values."""
    keys = [f"permit:{id_}" for id_ in vocabulary("permits")]
    keys += [f"driving_licence:{licence}" for licence in _LICENCES]
    keys += [f"min_age:{age}" for age in range(15, 26)]
    keys += [f"language:{tongue}" for tongue in LANGUAGES]
    keys += ["criminal_record", "own_car", "vaccination", "health_check"]
    return {key: condition_name(key, language) for key in keys}


@cache
def condition_spellings() -> dict[str, Condition]:
    """Give the names of conditions in three languages with what they mean, as a must."""
    found: dict[str, Condition] = {}
    for language in LANGUAGES:
        for key, name in condition_names(language).items():
            kind, _, value = key.partition(":")
            if kind == ConditionType.LANGUAGE:
                for level in LANGUAGE_LEVELS[1:]:
                    one = Condition(ConditionType.LANGUAGE, level, Need.MUST, value)
                    found[f"{name} {level}".lower()] = one
                found[name.lower()] = Condition(ConditionType.LANGUAGE, LANGUAGE_LEVELS[1], Need.MUST, value)
            else:
                found[name.lower()] = Condition(ConditionType(kind), value, Need.MUST)
    return found


def condition_of(cell: str) -> Condition | None:
    """Read a condition by its name in any of the three languages; licence classes, levels and numbers must be exact.

    >>> condition_of("hygieniapasi").key, condition_of("kielitaito (suomi) B1").value, condition_of("ajokortti X")
    ('permit:hygiene_passport', 'B1', None)
    """
    codes = _codes(cell)
    known = {name: one for name, one in condition_spellings().items() if _codes(name) == codes}
    name = meant(cell, {name: repr(one) for name, one in known.items()})
    return next((one for one in known.values() if repr(one) == name), None)


def _codes(text: str) -> frozenset[str]:
    """Give the parts of a name that a typing error must not change: classes, levels, numbers."""
    return frozenset(
        word for word in re.findall(r"\w+", text.lower()) if len(word) <= 2 or any(sign.isdigit() for sign in word)
    )

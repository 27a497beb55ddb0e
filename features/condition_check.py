"""Whether a person meets a boundary condition: met, unmet (with its remedy) or unknown (ask)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from data.candidates import Candidate
from data.conditions import LANGUAGE_LEVELS, Condition, ConditionType
from data.reference_files import read_reference

ADULT_AGE = 18


class Answer(StrEnum):
    """What is known about a condition."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


def check_condition(condition: Condition, person: Candidate) -> Answer:
    """Compare one condition with what is known of the person; what is not known stays a question.

    >>> from data.conditions import Need
    >>> someone = Candidate("x", "X", 4, 20, {}, languages={"fi": "B1"})
    >>> check_condition(Condition(ConditionType.LANGUAGE, "B2", Need.MUST, "fi"), someone)
    <Answer.UNMET: 'unmet'>
    >>> check_condition(Condition(ConditionType.PERMIT, "first_aid_1", Need.MUST), someone)
    <Answer.UNKNOWN: 'unknown'>
    """
    match condition.type:
        case ConditionType.PERMIT:
            return _known(person.permits.get(condition.value))
        case ConditionType.DRIVING_LICENCE:
            return _known(person.licences.get(condition.value))
        case ConditionType.OWN_CAR:
            return _known(person.own_car)
        case ConditionType.CRIMINAL_RECORD:
            return _known(person.criminal_record_ok)
        case ConditionType.LANGUAGE:
            return _language(condition, person.languages)
        case ConditionType.MIN_AGE:
            return _known(person.adult if int(condition.value or ADULT_AGE) <= ADULT_AGE else None)
        case _:
            return Answer.UNKNOWN


def _known(value: bool | None) -> Answer:
    if value is None:
        return Answer.UNKNOWN
    return Answer.MET if value else Answer.UNMET


def _language(condition: Condition, languages: Mapping[str, str]) -> Answer:
    if not languages:
        return Answer.UNKNOWN
    held = languages.get(condition.language, "A0")
    return _known(LANGUAGE_LEVELS.index(held) >= LANGUAGE_LEVELS.index(condition.value))


def remedy(key: str, language: str) -> tuple[str, int | None]:
    """Say what would remove an unmet condition, and in how many days (None: not for a trial)."""
    known = read_reference("conditions.yaml")
    entry = known.get(key) or known.get(key.partition(":")[0]) or {"days": None, "remedy": {}}
    return entry["remedy"].get(language, ""), entry["days"]

"""What must be known of a person's situation to tell which pathways are open: status, durations, decisions, amounts.

Facts are a closed list (``data/reference/pathways/facts.yaml``) of yes/no, numbers and fixed choices: there is no free
text, so no diagnosis can be written down. A situation is kept apart from the candidate's profile; no score reads it.
What is absent is unknown and becomes a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import FileUnreadable, InvalidInput, ReferenceFault
from .reference_files import REFERENCE, read_yaml

Known = bool | float | str


class FactType(StrEnum):
    """The only kinds of facts there are."""

    YES_NO = "yes_no"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that may be known: its type, unit, choices, the question and whom to ask."""

    id: str
    type: FactType
    unit: str
    choices: tuple[str, ...]
    ask: str
    question: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Situation:
    """One person's situation in one country. ``events``: days from which duties count (first sick day, trial start).

    >>> Situation("P", "fi", {"status": "employee"}).facts.get("age") is None
    True
    """

    person: str
    country: str
    facts: Mapping[str, Known]
    events: Mapping[str, date] = field(default_factory=dict)
    fictional: bool = False


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    fi: str
    sv: str
    en: str


class _FactFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    type: FactType
    unit: str = ""
    choices: tuple[str, ...] = ()
    ask: str
    question: _Words


class _SituationFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)
    person: str
    country: str
    facts: dict[str, Any] = {}
    events: dict[str, date] = {}
    fictional: bool = False


@cache
def load_facts(folder: Path = REFERENCE / "pathways") -> Mapping[str, Fact]:
    """Read the closed list of facts; ReferenceFault when an entry is not whole."""
    found: dict[str, Fact] = {}
    for entry in read_yaml(folder / "facts.yaml")["facts"]:
        where = str(entry.get("id", "?")) if isinstance(entry, dict) else "?"
        try:
            read = _FactFile.model_validate(entry)
        except ValidationError as error:
            raise ReferenceFault("facts.yaml", where, first_fault(error)) from None
        if read.id in found:
            raise ReferenceFault("facts.yaml", where, "the id stands twice")
        if (read.type is FactType.CHOICE) != bool(read.choices):
            raise ReferenceFault("facts.yaml", where, "choices belong to facts of the type choice, and only to them")
        found[read.id] = Fact(read.id, read.type, read.unit, read.choices, read.ask, read.question.model_dump())
    return found


@cache
def load_events(folder: Path = REFERENCE / "pathways") -> Mapping[str, Mapping[str, str]]:
    """Read the events from which duties count, named in three languages."""
    events: dict[str, dict[str, str]] = read_yaml(folder / "facts.yaml")["events"]
    return events


def first_fault(error: ValidationError) -> str:
    """Say the first thing that pydantic found, without the value."""
    fault = error.errors()[0]
    place = ".".join(str(part) for part in fault["loc"])
    return f"{place}: {fault['msg']}" if place else str(fault["msg"])


def situation_of(entry: Any, where: str, folder: Path = REFERENCE / "pathways") -> Situation:
    """Check one situation that came from outside; InvalidInput names the fact and what is accepted."""
    try:
        read = _SituationFile.model_validate(entry)
    except ValidationError as error:
        accepted = "person, country, facts, events (dates), fictional"
        raise InvalidInput(where, first_fault(error), accepted) from None
    known, events = load_facts(folder), load_events(folder)
    facts: dict[str, Known] = {}
    for id_, value in read.facts.items():
        if id_ not in known:
            raise InvalidInput(where, f"unknown fact '{id_[:60]}'", "the facts of data/reference/pathways/facts.yaml")
        if value is not None:
            facts[id_] = _known(known[id_], value, where)
    for event in read.events:
        if event not in events:
            raise InvalidInput(where, f"unknown event '{event[:60]}'", ", ".join(sorted(events)))
    return Situation(read.person, read.country, facts, dict(sorted(read.events.items())), read.fictional)


def _known(fact: Fact, value: object, where: str) -> Known:
    if fact.type is FactType.YES_NO and isinstance(value, bool):
        return value
    if fact.type is FactType.NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
        if 0 <= number < float("inf"):
            return number
    if fact.type is FactType.CHOICE and value in fact.choices:
        return str(value)
    accepted = {
        FactType.YES_NO: "true, false or nothing",
        FactType.NUMBER: f"a number of 0 or more ({fact.unit}), or nothing",
        FactType.CHOICE: ", ".join(fact.choices) + ", or nothing",
    }[fact.type]
    raise InvalidInput(where, f"'{fact.id}' has a value of another kind", accepted)


def read_situations(path: Path) -> tuple[Situation, ...]:
    """Read one situation, or a list under ``situations``, from YAML or JSON."""
    if not path.is_file():
        raise FileUnreadable(path, "there is no such file", "Check the path.")
    try:
        document = read_yaml(path)
    except (ReferenceFault, UnicodeDecodeError):
        raise FileUnreadable(path, "this is not readable YAML or JSON", "Save it as UTF-8 YAML or JSON.") from None
    entries = document["situations"] if isinstance(document, dict) and "situations" in document else [document]
    if not isinstance(entries, list) or not entries:
        raise InvalidInput(path.name, "holds no situation", "person, country, facts, events")
    return tuple(situation_of(entry, path.name) for entry in entries)

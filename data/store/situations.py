"""Keeps what is known of a person's situation, beside the profile: for pathways; no score, no employer reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..levels import Source
from ..situation import Situation, situation_of
from .candidates import require_candidate
from .schema import candidate
from .situation_tables import situation_fact

COUNTRY, FACT, EVENT = "country", "fact", "event"


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One thing that is known, who said it, and when."""

    value: bool | float | str
    source: Source
    on: date


@dataclass(frozen=True, slots=True)
class KeptSituation:
    """A person's situation as it is kept; what is absent is unknown. ``country`` None: nobody has said."""

    person: str
    country: StatedFact | None = None
    facts: Mapping[str, StatedFact] = field(default_factory=dict)
    events: Mapping[str, StatedFact] = field(default_factory=dict)
    fictional: bool = False

    @property
    def known(self) -> bool:
        """Tell whether anything is known."""
        return bool(self.country or self.facts or self.events)

    def situation(self, country: str = "") -> Situation:
        """Give it as pathways read it: of ``country``, else of the one that was said, else of Finland."""
        said = "fi" if self.country is None else str(self.country.value)
        events = {name: date.fromisoformat(str(one.value)) for name, one in self.events.items()}
        facts = {name: one.value for name, one in self.facts.items()}
        return Situation(self.person, country or said, facts, events, self.fictional)


@dataclass(frozen=True, slots=True)
class SituationChange:
    """What is to be changed; what is not named stays, None makes it unknown again."""

    country: str = ""
    facts: Mapping[str, bool | float | str | None] = field(default_factory=dict)
    events: Mapping[str, date | None] = field(default_factory=dict)


def kept_situation(connection: sa.Connection, person: str) -> KeptSituation:
    """Give what is known of a person's situation; UnknownId when there is no such person."""
    require_candidate(connection, person)
    fictional = bool(connection.scalar(sa.select(candidate.c.fictional).where(candidate.c.id == person)))
    found: dict[str, dict[str, StatedFact]] = {COUNTRY: {}, FACT: {}, EVENT: {}}
    query = sa.select(situation_fact).where(situation_fact.c.candidate_id == person)
    for row in connection.execute(query.order_by(situation_fact.c.kind, situation_fact.c.name)):
        found[row.kind][row.name] = StatedFact(row.value, Source(row.source), row.stated_on)
    return KeptSituation(person, found[COUNTRY].get(COUNTRY), found[FACT], found[EVENT], fictional)


def change_situation(
    connection: sa.Connection, person: str, change: SituationChange, source: Source, on: date
) -> KeptSituation:
    """Keep what somebody says of a situation; the last word counts. ``connection`` is a writing one.

    InvalidInput for what is no fact, event or value of the closed list.
    """
    kept = kept_situation(connection, person)
    facts = {name: value for name, value in change.facts.items() if value is not None}
    events = {name: day.isoformat() for name, day in change.events.items() if day is not None}
    country = change.country or kept.situation().country
    checked = situation_of({"person": person, "country": country, "facts": facts, "events": events}, "situation")
    situation_of({"person": person, "country": country, "facts": dict.fromkeys(change.facts),
                  "events": {name: date.min.isoformat() for name in change.events}}, "situation")  # fmt: skip
    said: list[tuple[str, str, Any]] = [(COUNTRY, COUNTRY, change.country)] if change.country else []
    said += [(FACT, name, checked.facts.get(name)) for name in change.facts]
    said += [(EVENT, name, events.get(name)) for name in change.events]
    for kind, name, value in said:
        here = (
            (situation_fact.c.candidate_id == person)
            & (situation_fact.c.kind == kind)
            & (situation_fact.c.name == name)
        )
        connection.execute(sa.delete(situation_fact).where(here))
        if value is not None:
            row = {"candidate_id": person, "kind": kind, "name": name, "value": value, "source": source.value,
                   "stated_on": on}  # fmt: skip
            connection.execute(sa.insert(situation_fact), row)
    return kept_situation(connection, person)

"""The tables that go in and out of the engine: which columns, what they are called in three languages, what is chosen.

Whoever writes a table and whoever reads it back take the headers from here, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .reference_files import read_reference

LANGUAGES = ("fi", "sv", "en")
TRAVEL_BY = ("public_transport", "car", "walk_or_bike")
"""How people travel, as profiles hold it."""


class TableKind(StrEnum):
    """What the rows of a table are."""

    TASKS = "tasks"
    CANDIDATES = "candidates"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class ExchangeColumn:
    """One column: its header by language, other words for it, what may be chosen, whether a template shows it."""

    id: str
    names: Mapping[str, str]
    also: tuple[str, ...]
    choice: str
    in_template: bool


@cache
def exchange_columns(kind: TableKind) -> tuple[ExchangeColumn, ...]:
    """Give the columns of a table, in the order in which they are written."""
    return tuple(
        ExchangeColumn(
            entry["id"],
            {language: entry[language] for language in LANGUAGES},
            tuple(entry.get("also") or ()),
            entry.get("list") or "",
            bool(entry.get("template")),
        )
        for entry in read_reference("exchange_tables.yaml")[kind.value]
    )


@cache
def spellings(kind: TableKind) -> Mapping[str, tuple[str, ...]]:
    """Give all words for each column, in lower case.

    >>> spellings(TableKind.TASKS)["divisible"]
    ('jaettavissa', 'delbar', 'divisible', 'jaettava')
    """
    return {one.id: (*one.names.values(), *one.also) for one in exchange_columns(kind)}

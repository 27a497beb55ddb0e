"""The results sheet of a workshop: its tables, their columns in three languages, and the words for levels.

Whoever writes the sheet and whoever reads it back take the headers from here, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from .pathway_records import Words
from .reference_files import read_reference


class ResultsTable(StrEnum):
    """The tables of the results sheet, in the order in which they stand."""

    TASKS = "tasks"
    LOADS = "loads"
    CONDITIONS = "conditions"
    NEW_TASKS = "new_tasks"
    SOLUTIONS = "solutions"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its header by language, whether people write in it, and what may be chosen there."""

    id: str
    names: Words
    filled_by_people: bool
    choice: str


@dataclass(frozen=True, slots=True)
class TableForm:
    """One table: its name by language, what to do with it, its columns, and without which of them it is no table."""

    kind: ResultsTable
    names: Words
    hint: Words
    columns: tuple[Column, ...]
    needed: tuple[str, ...]
    blank_rows: int

    def column(self, id_: str) -> Column:
        """Give one column."""
        return next(column for column in self.columns if column.id == id_)


@cache
def table_forms() -> tuple[TableForm, ...]:
    """Read the tables from ``data/reference/workshop_results.yaml``, in order."""
    return tuple(
        TableForm(
            ResultsTable(entry["id"]),
            entry["names"],
            entry["hint"],
            tuple(
                Column(column["id"], column["names"], bool(column.get("fill")), column.get("choice", ""))
                for column in entry["columns"]
            ),
            tuple(entry["needed"]),
            int(entry["blank_rows"]),
        )
        for entry in read_reference("workshop_results.yaml")["tables"]
    )


def answer_words(kind: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Give the words that an answer may be: meaning -> language -> spellings, the first one is written.

    ``kind``: right (the level that is shown is right), yes_no, need.
    """
    words: dict[str, dict[str, list[str]]] = read_reference("workshop_results.yaml")["answers"][kind]
    return {
        meaning: {language: tuple(spellings) for language, spellings in by_language.items()}
        for meaning, by_language in words.items()
    }


def level_words(dose: bool = False) -> tuple[Words, ...]:
    """Give the words for the steps 0-5: how much, or (``dose``) how large a part of the working time.

    >>> level_words()[4]["fi"], level_words(dose=True)[3]["en"]
    ('paljon', '1/3 of the time')
    """
    return tuple(read_reference("workshop_results.yaml")["shares" if dose else "levels"])

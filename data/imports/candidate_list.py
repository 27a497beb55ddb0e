"""Reads people's profiles from a spreadsheet or CSV file: one row a person, every fault with row and column.

What a table has no column for is not said, and what is stored of it stays; an empty cell says that it is not known.
Work ability only, never a diagnosis: there is no column for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..accommodations import load_accommodations
from ..candidates import Ban, Candidate, Skill
from ..conditions import LANGUAGE_LEVELS
from ..errors import FileUnreadable, RowFault
from ..exchange_tables import TRAVEL_BY, TableKind, spellings
from ..levels import TOP, Source
from ..table_cells import CellFault, dimension_of, esco_skill, levels, named, number, pairs, text, words, yes_or_no
from ..vocabulary import vocabulary
from ..workplaces import BLOCKS
from .table_headers import FoundColumns, find_columns
from .uploaded_table import MOST_ROWS


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """What a row says of a person, by field of ``Candidate``."""

    row: int
    id: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CandidateTable:
    """A list that was read: good rows, faults of the others, and which column holds what."""

    rows: tuple[CandidateRow, ...]
    faults: tuple[RowFault, ...]
    columns: FoundColumns


def _pair_numbers(example: str, least: float, most: float, known: Sequence[str]) -> Callable[[str], dict[str, float]]:
    def read(cell: str) -> dict[str, float]:
        found = {}
        for name, value in pairs(cell, example).items():
            named(name, known)
            found[name] = number(value, least, most) or 0.0
        return found

    return read


def _answers(known: Sequence[str] | None) -> Callable[[str], dict[str, bool]]:
    def read(cell: str) -> dict[str, bool]:
        found = {}
        for name, value in pairs(cell, "B=kyllä | C=ei").items():
            if known is not None:
                named(name, known)
            found[name] = yes_or_no(value) is True
        return found

    return read


def _bans(cell: str) -> tuple[Ban, ...]:
    found = {}
    for name, value in pairs(cell, "str_lift=2 | saf_height=0").items():
        level, _, ground = value.partition(" ")
        dimension = dimension_of(name)
        found[dimension] = Ban(dimension, number(level, 0, TOP, "not_a_level") or 0.0, ground.strip() or "medical")
    return tuple(found[dimension] for dimension in sorted(found))


def _skills(cell: str) -> tuple[Skill, ...]:
    activities = vocabulary("activities")
    found = []
    for said, value in pairs(cell, "kirjanpito=accounts | neulonta=-").items():
        activity, _, address = value.partition(" ")
        known = named("" if activity == "-" else activity, activities)
        found.append(Skill(text(said), known, esco_skill(address)))
    return tuple(found)


def _languages(cell: str) -> dict[str, str]:
    return {name: named(level, LANGUAGE_LEVELS) for name, level in pairs(cell, "fi=C2 | sv=A2").items()}


def _preferences(cell: str) -> dict[str, str]:
    return {dimension_of(n): named(v, ("more", "less")) for n, v in pairs(cell, "soc_cust=more").items()}


def _id(cell: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", cell):
        raise CellFault(
            "not_an_id", "an id is letters without accents, figures, dots and lines", "Write for example K-017."
        )
    return cell


_ACTIVITIES = list(vocabulary("activities"))
_READERS: Mapping[str, Callable[[str], Any]] = {
    "id": _id,
    "name": lambda cell: text(cell, 200),
    "hours_min": lambda cell: number(cell, 0, 60, "not_hours"),
    "hours_max": lambda cell: number(cell, 0, 60, "not_hours"),
    "municipality": lambda cell: text(cell, 200),
    "travel_minutes_max": lambda cell: number(cell, 0, 1440),
    "travel_by": lambda cell: named(cell, TRAVEL_BY),
    "step_free_needed": lambda cell: yes_or_no(cell) is True,
    "adult": yes_or_no,
    "own_car": yes_or_no,
    "criminal_record_ok": yes_or_no,
    "capacity": lambda cell: levels(cell, Source.CANDIDATE),
    "bans": _bans,
    "wishes": _pair_numbers("garden=2 | cleaning=-1", -2, 2, _ACTIVITIES),
    "preferences": _preferences,
    "strengths": words,
    "blocks": _pair_numbers("mon_am=4 | tue_pm=3", 0, 24, BLOCKS),
    "skills": _skills,
    "languages": _languages,
    "permits": _answers(list(vocabulary("permits"))),
    "licences": _answers(None),
    "declined_accommodations": lambda cell: frozenset(words(cell, [one.id for one in load_accommodations()])),
    "fictional": lambda cell: yes_or_no(cell) is True,
}


def candidate_table(table: Sequence[Sequence[str]], file: str, said: Mapping[str, str] | None = None) -> CandidateTable:
    """Read the cells of a list of people; ``said`` names the header of a column where it is not found by itself."""
    columns = find_columns(table, spellings(TableKind.CANDIDATES), ("id",), file, said)
    rows, faults = list[CandidateRow](), list[RowFault]()
    seen: dict[str, int] = {}
    for at, cells in enumerate(table[columns.row + 1 :], start=columns.row + 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(faults) >= MOST_ROWS:
            raise FileUnreadable(file, f"it has more than {MOST_ROWS} rows", "Split the file.")
        facts, found = dict[str, Any](), list[RowFault]()
        for name, cell in columns.values(cells).items():
            try:
                facts[name] = _READERS[name](cell)
            except CellFault as fault:
                found.append(RowFault(at, name, fault.code, fault.reason, fault.way_out))
        if not found and (first := seen.setdefault(facts["id"], at)) != at:
            found.append(RowFault(at, "id", "duplicate", f"the same id stands in row {first}", "Delete one of them."))
        faults += found
        if not found:
            rows.append(CandidateRow(at, facts["id"], facts))
    return CandidateTable(tuple(rows), tuple(faults), columns)


def candidate_of(row: CandidateRow, stored: Candidate | None) -> Candidate | RowFault:
    """Bring what is stored of a person up to a row, or make a new profile; a fault when the two do not agree."""
    if stored is None and (missing := [one for one in ("name", "hours_min", "hours_max") if not _told(row, one)]):
        return RowFault(row.row, missing[0], "missing", "a new person needs name and hours", "Fill the cell in.")
    whole = replace(stored or Candidate(row.id, "", 0.0, 0.0, {}), **row.facts)
    if not _told(row, "hours_min", True) or not _told(row, "hours_max", True) or whole.hours_min > whole.hours_max:
        way_out = "Write the smaller number of weekly hours first."
        return RowFault(row.row, "hours_min", "order", "the hours are not from smallest to largest", way_out)
    return whole


def _told(row: CandidateRow, name: str, absent: bool = False) -> bool:
    """Tell whether a row says something there; ``absent``: what holds when it has no such column."""
    return row.facts[name] not in (None, "") if name in row.facts else absent

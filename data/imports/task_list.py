"""Reads an employer's own task list from a spreadsheet or CSV file, as people really save them.

Comma or semicolon, decimal comma, byte-order mark, Windows-1252, headers in Finnish, Swedish or English, small
typing errors in headers. Every fault is reported with row, column, reason and a way out; no row is guessed. The same
table holds everything that the engine knows of workplaces, as it is written by ``data.exports``: what a list has no
column for is not said.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import FileUnreadable, RowFault
from ..exchange_tables import TableKind, spellings
from ..levels import Source
from ..spreadsheet_text import guarded
from ..table_cells import (
    LONGEST_TEXT,
    CellFault,
    blocks,
    conditions,
    esco_occupation,
    hours,
    isco,
    levels,
    named,
    number,
    text,
    whole,
    words,
    yes_or_no,
)
from ..vocabulary import vocabulary
from ..workplaces import Benefit
from .table_headers import FoundColumns, find_columns
from .uploaded_table import MOST_ROWS, read_table

__all__ = ["LONGEST_TEXT", "TaskRow", "TaskTable", "faults_as_csv", "read_task_list", "task_table"]

_ID = ("task_id", "job_id", "site_id", "employer_id")
_LONGEST_NAME, _LONGEST_ID = 200, 300


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as the employer wrote it; ``hours`` is None when the list does not say.

    ``facts``: what the other columns say, by column id; a column that the list does not have is not there.
    """

    row: int
    text: str
    hours: float | None = None
    job: str = ""
    site: str = ""
    employer: str = ""
    municipality: str = ""
    core: bool = False
    divisible: bool = True
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskTable:
    """A list that was read: good rows, faults of the others, and which column holds what."""

    rows: tuple[TaskRow, ...]
    faults: tuple[RowFault, ...]
    columns: FoundColumns


def _activities(cell: str) -> tuple[str, ...]:
    return words(cell, vocabulary("activities"))


def _facilities(cell: str) -> frozenset[str]:
    return frozenset(words(cell, vocabulary("facilities")))


def _levels(cell: str) -> dict[str, Any]:
    return dict(levels(cell, Source.EMPLOYER))


def _name(cell: str) -> str:
    return text(cell, _LONGEST_NAME)


def _id(cell: str) -> str:
    return text(cell, _LONGEST_ID)


def _groups(cell: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.split("+")) for part in words(cell))


def _excluded(cell: str) -> tuple[tuple[str, str], ...]:
    found = []
    for group in _groups(cell):
        if len(group) != 2:
            raise CellFault("not_pairs", "this is not a list of pairs", "Write task+task | task+task.")
        found.append((group[0], group[1]))
    return tuple(found)


def _share(cell: str) -> float:
    return number(cell, 0, 10) or 0.0


_READERS: Mapping[str, Callable[[str], Any]] = {
    "text": text,
    "hours": hours,
    "job": _name,
    "site": _name,
    "employer": _name,
    "municipality": _name,
    "core": yes_or_no,
    "divisible": yes_or_no,
    "min_hours": lambda cell: number(cell, 0, 60, "not_hours") or 0.0,
    "extends_to": hours,
    "blocks": blocks,
    "benefit": lambda cell: Benefit(named(cell, Benefit)) if cell else None,
    "supervision": _share,
    "activities": _activities,
    "conditions": conditions,
    "levels": _levels,
    "job_confirmed": lambda cell: yes_or_no(cell) or False,
    "job_hours_assumed": lambda cell: yes_or_no(cell) or False,
    "isco": isco,
    "esco": esco_occupation,
    "onet_soc": lambda cell: text(cell, 20),
    "job_conditions": conditions,
    "job_levels": _levels,
    "tied": _groups,
    "excluded": _excluded,
    "site_has": _facilities,
    "site_lacks": _facilities,
    "site_supervision": lambda cell: number(cell, 0, 1000),
    "site_places": lambda cell: whole(cell, 10_000),
    "natural_support": lambda cell: number(cell, 0, 5),
    "sector": _name,
    "size": _name,
    "region": lambda cell: text(cell, 100),
    "fictional": lambda cell: yes_or_no(cell) or False,
    **dict.fromkeys(_ID, _id),
}
_OWN = ("text", "hours", "job", "site", "employer", "municipality", "core", "divisible")


def read_task_list(path: Path) -> tuple[list[TaskRow], list[RowFault]]:
    """Read a .csv or .xlsx task list: the good rows, and every fault of the others.

    Raises FileUnreadable when it is not such a file or has no column with tasks. The same task at the same job
    and site twice is a fault of the second row.
    """
    found = task_table(read_table(path), path.name)
    return list(found.rows), list(found.faults)


def task_table(table: Sequence[Sequence[str]], file: str, said: Mapping[str, str] | None = None) -> TaskTable:
    """Read the cells of a task list; ``said`` names the header of a column where it is not found by itself."""
    columns = find_columns(table, spellings(TableKind.TASKS), ("text",), file, said)
    rows: list[TaskRow] = []
    faults: list[RowFault] = []
    seen: dict[tuple[str, ...], int] = {}
    for number_, cells in enumerate(table[columns.row + 1 :], start=columns.row + 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(faults) >= MOST_ROWS:
            raise FileUnreadable(file, f"it has more than {MOST_ROWS} rows", "Split the file.")
        row, found = _row(number_, columns.values(cells))
        if row is not None:
            key = row.facts.get("task_id") or row.text
            places = [row.facts.get(f"{kind}_id") or getattr(row, kind) for kind in ("employer", "site", "job")]
            first = seen.setdefault((*places, key), number_)
            if first == number_:
                rows.append(row)
                continue
            found = [
                RowFault(number_, "text", "duplicate", f"the same task stands in row {first}", "Delete one of them.")
            ]
        faults += found
    return TaskTable(tuple(rows), tuple(faults), columns)


def _row(number_: int, values: Mapping[str, str]) -> tuple[TaskRow | None, list[RowFault]]:
    faults: list[RowFault] = []
    read: dict[str, Any] = {}
    for name, cell in values.items():
        try:
            read[name] = _READERS[name](cell)
        except CellFault as fault:
            faults.append(RowFault(number_, name, fault.code, fault.reason, fault.way_out))
    if not faults and not read["text"]:
        way_out = "Write what is done, or delete the row."
        faults.append(RowFault(number_, "text", "missing", "the task has no text", way_out))
    if not faults:
        faults += _disagreements(number_, read)
    if faults:
        return None, faults
    core, divisible = read.get("core"), read.get("divisible")
    plain = {name: read.get(name) or "" for name in ("job", "site", "employer", "municipality")}
    facts = {name: value for name, value in read.items() if name not in _OWN}
    row = TaskRow(
        number_, read["text"], read.get("hours"), **plain,
        core=bool(core), divisible=divisible is not False, facts=facts,
    )  # fmt: skip
    return row, []


def _disagreements(number_: int, read: Mapping[str, Any]) -> list[RowFault]:
    """Find hours that contradict each other."""
    most, least, extended = read.get("hours"), read.get("min_hours") or 0.0, read.get("extends_to")
    if most is not None and least > most:
        return [RowFault(number_, "min_hours", "contradiction", "more than the task's hours", "Write at most those.")]
    if most is not None and extended is not None and extended <= most:
        return [RowFault(number_, "extends_to", "contradiction", "not more than the task's hours", "Leave it empty.")]
    return []


def faults_as_csv(faults: Iterable[RowFault]) -> str:
    """Write the faults as a table that opens in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(["row", "column", "code", "reason", "way_out"])
    for fault in faults:
        told = (fault.column, fault.code, fault.reason, fault.way_out)
        writer.writerow([fault.row, *(guarded(cell) for cell in told)])
    return out.getvalue()

"""Reads levels that people confirmed or corrected: one row a task and dimension."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..dimensions import dimension_index
from ..errors import FileUnreadable, RowFault

_COLUMNS = ("text", "dimension", "level")


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """One corrected level (0-5) of one task; ``id`` is empty where the file has no such column."""

    id: str
    text: str
    dimension: str
    level: float


def read_corrections(path: Path) -> tuple[list[CorrectionRow], list[RowFault]]:
    """Read a CSV file with the columns id, text, dimension, level: the good rows, and every fault of the others.

    Raises FileUnreadable when it is not such a file.
    """
    rows: list[CorrectionRow] = []
    faults: list[RowFault] = []
    for number, row in enumerate(_table(path), start=2):
        level = _level(row["level"])
        if not row["text"] and not row.get("id"):
            faults.append(RowFault(number, "text", "missing", "there is no text", "Write the task's text."))
        elif row["dimension"] not in dimension_index():
            faults.append(
                RowFault(number, "dimension", "unknown", "this is no dimension", "Use an id such as str_lift.")
            )
        elif level is None:
            faults.append(
                RowFault(number, "level", "not_a_level", "a level is a number from 0 to 5", "Write it such as 2.5.")
            )
        else:
            rows.append(CorrectionRow(row.get("id", ""), row["text"], row["dimension"], level))
    return rows, faults


def _table(path: Path) -> Sequence[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "it cannot be read as UTF-8 text", "Save it as CSV in UTF-8.") from error
    header = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=header.count)
    rows = [
        {str(name).strip().lower(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str | None)}
        for row in csv.DictReader(text.splitlines(), delimiter=delimiter)
    ]
    if not rows or not set(_COLUMNS) <= set(rows[0]):
        raise FileUnreadable(path, "the columns are missing", "The first row names them: id,text,dimension,level.")
    return rows


def _level(cell: str) -> float | None:
    try:
        level = float(cell.replace(",", "."))
    except ValueError:
        return None
    return level if 0 <= level <= 5 else None

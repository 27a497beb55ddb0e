"""Finds the tables of a results sheet in a file: which sheet holds which table, and where its header is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from ..errors import RowFault
from ..spreadsheet_text import plain
from ..workshop_tables import TableForm, table_forms
from .uploaded_table import read_sheets
from .workshop_words import closest

LEAST_LIKE_HEADER = 82
"""Likeness (0-100, rapidfuzz) from which a header counts as meant."""

MOST_ROWS, HEADER_AMONG = 20_000, 12


@dataclass(frozen=True, slots=True)
class FilledTable:
    """One table as it was found: its sheet, form, headers by column, and its filled rows with their numbers."""

    sheet: str
    form: TableForm
    headers: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    raw: Sequence[Sequence[str]]


def sheets_of(path: Path) -> list[tuple[str, list[list[str]]]]:
    """Read all cells of a file as text, sheet by sheet; a CSV file is one sheet without a name."""
    return [(sheet.name, sheet.cells) for sheet in read_sheets(path)]


def find_table(sheet: str, raw: Sequence[Sequence[str]], faults: list[RowFault]) -> FilledTable | None:
    """Find which table a sheet holds and where its header is; a fault when a needed column is missing."""
    best: tuple[int, int, TableForm, dict[str, int]] | None = None
    for number, cells in enumerate(raw[:HEADER_AMONG]):
        for form in table_forms():
            columns = _columns(cells, form)
            rank = len(columns) + (100 if set(form.needed) <= columns.keys() else 0)
            if len(columns) >= 2 and (best is None or rank > best[0]):
                best = rank, number, form, columns
    if best is None:
        return None
    _, at, form, columns = best
    if missing := [name for name in form.needed if name not in columns]:
        seen = {cell.strip()[:40]: cell.strip()[:40] for cell in raw[at] if cell.strip()}
        for name in missing:
            close = closest(form.column(name).names["fi"], seen)
            way_out = f"Name the column {' / '.join(form.column(name).names.values())}."
            reason = "a column is missing, so nothing of this table was read"
            faults.append(RowFault(at + 1, sheet or form.names["fi"], "column_missing", reason, way_out, close))
        return None
    headers = {name: raw[at][column].strip() for name, column in columns.items()}
    rows = []
    for number, row in enumerate(raw[at + 1 : at + 1 + MOST_ROWS], start=at + 2):
        filled = {name: plain(row[column]) if column < len(row) else "" for name, column in columns.items()}
        if any(filled.values()):
            rows.append((number, filled))
    return FilledTable(sheet or form.names["fi"], form, headers, tuple(rows), raw)


def _columns(cells: Sequence[str], form: TableForm) -> dict[str, int]:
    spelled = {name.lower(): column.id for column in form.columns for name in column.names.values()}
    columns: dict[str, int] = {}
    best: dict[str, float] = {}
    for at, cell in enumerate(cells):
        words = re.sub(r"[\s_]+", " ", cell.strip().lower().rstrip(":*"))
        if words and (
            match := process.extractOne(words, list(spelled), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE_HEADER)
        ):
            name = spelled[match[0]]
            if match[1] > best.get(name, 0):
                columns[name], best[name] = at, match[1]
    return columns

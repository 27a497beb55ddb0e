"""Reads texts with an id from a CSV file, row by row, so that a file of any size takes the same memory."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ..errors import FileUnreadable
from ..exchange_tables import TableKind, spellings
from .table_headers import header_meaning

LONGEST_CELL = 20_000_000
_SAMPLE = 1 << 16
_IDS = {"id", "tunnus", "tunniste", "nro", "nr", "row", "rivi"}


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text as it was written; ``title`` is the job title where the file has such a column."""

    id: str
    text: str
    title: str = ""


def text_rows(path: Path) -> Iterator[TextRow]:
    """Yield the rows of a CSV file with a column of texts; the id is the row number where there is no id column.

    Comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252. Raises FileUnreadable when the file cannot be read or has no
    column of texts. A row without text is yielded with an empty text.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=_encoding(path), errors="replace", newline="") as file:
            yield from _rows(file, path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except csv.Error as error:
        raise FileUnreadable(path, f"this is not a readable CSV file ({error})", "Save it again as CSV.") from error


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample[:4] == b"PK\x03\x04":
        raise FileUnreadable(path, "this is a spreadsheet, not a CSV file", "Save the sheet as CSV.")
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _rows(file: TextIO, path: Path) -> Iterator[TextRow]:
    header_line = file.readline()
    while header_line and not header_line.strip():
        header_line = file.readline()
    if not header_line:
        raise FileUnreadable(path, "the file is empty", "The first row names the columns: id,text.")
    delimiter = max((",", ";", "\t"), key=header_line.count)
    header = next(csv.reader([header_line], delimiter=delimiter))
    columns = _columns(header, path)
    for number, cells in enumerate(csv.reader(file, delimiter=delimiter), start=2):
        if cells:
            at = {name: cells[column] if column < len(cells) else "" for name, column in columns.items()}
            yield TextRow(at.get("id") or str(number), at["text"], at.get("title", ""))


def _columns(header: list[str], path: Path) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(header):
        word = cell.strip().lower()
        name = (
            "id"
            if word in _IDS
            else {"text": "text", "job": "title"}.get(header_meaning(cell, spellings(TableKind.TASKS)), "")
        )
        if name:
            columns.setdefault(name, at)
    if "text" not in columns:
        seen = ", ".join(repr(cell.strip()[:30]) for cell in header if cell.strip()) or "none"
        raise FileUnreadable(
            path, f"no column holds the texts (columns found: {seen})", "The first row names the columns: id,text."
        )
    return columns

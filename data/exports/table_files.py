"""Tables as files: CSV for spreadsheet programs, and XLSX with lists to choose from; every text stays a text.

A text that a spreadsheet program would take for a formula gets an apostrophe before it (``guarded``); numbers are
numbers. The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput
from ..packed_files import same_bytes
from ..spreadsheet_text import LONGEST_CELL, guarded
from ..table_cells import number_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | float | None
MOST_SHEET_CELLS = 200_000
"""As many as are read back; larger tables go out as CSV."""

_HEAD, _FILL, _MARK = "1F4E79", "FFF7E0", "F8CBAD"
_COINCIDENT_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a spreadsheet program would read as the code of a sign (``_x000D_``)."""


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table to write: a name, headers, rows, and by column (from 0) what may be chosen there.

    ``marks``: row and column (from 0, without the header) -> a note on that cell, which is coloured.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)
    blank_rows: int = 0
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


def as_csv(table: WrittenTable, decimal_comma: bool) -> bytes:
    """Write a table as CSV: semicolons, a byte-order mark, decimal commas where the language has them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded(header) for header in table.headers])
    writer.writerows([_csv_cell(cell, decimal_comma) for cell in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell, decimal_comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded(cell)
    written = number_text(float(cell))
    return written.replace(".", ",") if decimal_comma else written


def as_xlsx(table: WrittenTable, language: str) -> bytes:
    """Write a table as a workbook; InvalidInput when it is larger than one is read back."""
    from openpyxl import Workbook

    filled = sum(cell is not None and cell != "" for row in table.rows for cell in row) + len(table.headers)
    if filled > MOST_SHEET_CELLS:
        raise InvalidInput("export", f"{filled} cells are too many for a spreadsheet", "CSV")
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", table.name)[:31]
    _write(sheet, table)
    _offer(book, sheet, table)
    book.properties.creator = book.properties.lastModifiedBy = ""
    book.properties.language = language
    out = io.BytesIO()
    book.save(out)
    return same_bytes(out.getvalue(), _undated)


def _undated(name: str, part: bytes) -> bytes:
    day = rb"\g<1>2000-01-01T00:00:00Z"
    return re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", day, part) if name == "docProps/core.xml" else part


def _write(sheet: Worksheet, table: WrittenTable) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for at, header in enumerate(table.headers, start=1):
        head = sheet.cell(1, at)
        _fill(head, header)
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_HEAD)
        head.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(at)].width = max(12, min(48, len(header) + 6))
    for number, row in enumerate(table.rows, start=2):
        for at, value in enumerate(row, start=1):
            if value is not None and value != "":
                _fill(sheet.cell(number, at), value)
    for (row_at, column), note in sorted(table.marks.items()):
        cell = sheet.cell(row_at + 2, column + 1)
        cell.fill = PatternFill("solid", fgColor=_MARK)
        cell.comment = Comment(_storable(note), "", height=120, width=320)
    sheet.freeze_panes = "A2"


def _fill(cell: Any, value: str | float) -> None:
    """Write texts as texts, whatever they look like, and numbers as numbers."""
    if isinstance(value, str):
        written = _storable(guarded(value))
        if len(written) > LONGEST_CELL:
            raise InvalidInput("export", f"a text is longer than the {LONGEST_CELL} signs of a cell", "CSV")
        cell.value = written
        cell.data_type = "s"
    else:
        cell.value = value


def _storable(text: str) -> str:
    """Take out signs that no spreadsheet file may hold, and keep a text from reading as the code of one."""
    kept = "".join(sign for sign in text if sign in "\t\n\r" or (sign >= " " and sign not in "\ufffe\uffff"))
    return _COINCIDENT_CODE.sub("_x005F_", kept)


def _offer(book: Any, sheet: Worksheet, table: WrittenTable) -> None:
    """Offer lists on the cells of columns, other answers stay possible; the lists are on a hidden sheet."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    offered = {at: values for at, values in table.choices.items() if values}
    last = 1 + len(table.rows) + table.blank_rows
    if not offered or last < 2:
        return
    lists = book.create_sheet("_lists")
    lists.sheet_state = "hidden"
    for place, (at, values) in enumerate(sorted(offered.items()), start=1):
        for number, value in enumerate(values, start=1):
            _fill(lists.cell(number, place), value)
        letter, own = get_column_letter(place), get_column_letter(at + 1)
        where = f"_lists!${letter}$1:${letter}${len(values)}"
        choice = DataValidation(type="list", formula1=where, allow_blank=True, showErrorMessage=False)
        choice.add(f"{own}2:{own}{last}")
        sheet.add_data_validation(choice)

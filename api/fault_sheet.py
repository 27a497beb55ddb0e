"""A table that somebody sent, given back as a spreadsheet: faults marked, and a column that says what to mend."""

from __future__ import annotations

from collections.abc import Sequence

from data.errors import RowFault
from data.exports.table_files import WrittenTable, as_xlsx
from data.imports.read_list import ReadList

from .messages import Messages


def marked_table(read: ReadList, faults: Sequence[RowFault], language: str) -> bytes:
    """Write the table back as XLSX: bad cells coloured with a note, and what to mend at the end of each bad row.

    The rows stand where they stood, so that the mended file can be sent again; the added column is left aside then.
    """
    messages = Messages(language)
    width = max((len(row) for row in read.cells), default=0)
    header_at = read.columns.row
    by_row: dict[int, list[RowFault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    headers = read.headers()
    rows: list[list[str]] = []
    marks: dict[tuple[int, int], str] = {}
    for at, cells in enumerate(read.cells):
        told = [
            what_to_mend(fault, headers.get(fault.column, fault.column), messages) for fault in by_row.get(at + 1, ())
        ]
        end = messages.text("mend.column") if at == header_at else "\n".join(told)
        rows.append([*cells, *[""] * (width - len(cells)), end])
        for fault in by_row.get(at + 1, ()):
            place = (at - 1, read.columns.at.get(fault.column, width))
            marks[place] = what_to_mend(fault, "", messages)
    first, rest = (rows[0], rows[1:]) if rows else ([], [])
    return as_xlsx(WrittenTable(messages.text("mend.sheet"), first, rest, marks=marks), language)


def what_to_mend(fault: RowFault, header: str, messages: Messages) -> str:
    """Say in the reader's language what is wrong with a cell and what to write; which column, where it is told."""
    key = f"mend.{fault.code}"
    said = messages.text(key) if messages.has(key) else f"{fault.reason}. {fault.way_out}"
    close = " " + messages.text("mend.close", close=", ".join(fault.close)) if fault.close else ""
    return f"{header}: {said}{close}" if header else said + close

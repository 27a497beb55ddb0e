"""Reads a spreadsheet from standard input in a process that may use little and open nothing; cells as JSON on output.

Run on its own by ``uploaded_table`` (``python -I spreadsheet_child.py``), never imported: whatever a file does to the
parser it does to this process only. Its limits come from the command line: seconds, bytes of memory, cells, characters.
"""

import datetime  # noqa: F401 - the parser asks for it when no file may be opened any more
import io
import json
import resource
import sys

from python_calamine import CalamineWorkbook

MOST_SHEETS = 30
NOT_A_SPREADSHEET, TOO_MUCH = 3, 4
"""What the process ends with when it refuses; ended by a signal, a limit of the machine refused."""

Sheets = list[tuple[str, list[list[str]]]]


class TooMuch(Exception):
    """The sheets hold more than was allowed."""


def cell_text(cell: object) -> str:
    """Write a cell as text: whole numbers without a decimal part, yes as 1."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read(content: bytes, most_cells: int, most_characters: int) -> Sheets:
    """Read all sheets from their first row on; TooMuch when they are too large."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    found: Sheets = []
    for name in book.sheet_names[:MOST_SHEETS]:
        rows = []
        for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
            cells = [cell_text(cell) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            most_cells -= len(row) + 1
            most_characters -= sum(map(len, cells))
            if most_cells < 0 or most_characters < 0:
                raise TooMuch
            rows.append(cells)
        found.append((name, rows))
    return found


def main(seconds: int, memory: int, most_cells: int, most_characters: int) -> int:
    """Set the limits, read, write; gives what the process ends with."""
    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    try:
        sheets = read(sys.stdin.buffer.read(), most_cells, most_characters)
        sys.stdout.buffer.write(json.dumps(sheets, ensure_ascii=False).encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except (TooMuch, MemoryError):
        return TOO_MUCH
    except BaseException:  # the parser raises several kinds for one cause, among them panics: this is no spreadsheet
        return NOT_A_SPREADSHEET
    return 0


if __name__ == "__main__":
    sys.stderr = open("/dev/null", "w")  # noqa: SIM115, PTH123 - what a parser says about a file may quote it
    sys.exit(main(*(int(argument) for argument in sys.argv[1:5])))

"""Reads an employer's own task list from a spreadsheet or CSV file, as people really save them.

Comma or semicolon, decimal comma, byte-order mark, Windows-1252, headers in Finnish, Swedish or English, small
typing errors in headers. Every fault is reported with row, column, reason and a way out; no row is guessed.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from ..errors import FileUnreadable, RowFault

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
LONGEST_TEXT = 2_000

HEADERS: dict[str, tuple[str, ...]] = {
    "text": (
        "tehtävä",
        "työtehtävä",
        "tehtävän kuvaus",
        "kuvaus",
        "uppgift",
        "arbetsuppgift",
        "task",
        "text",
        "teksti",
    ),
    "hours": (
        "tunnit",
        "tuntia viikossa",
        "h/vko",
        "viikkotunnit",
        "timmar",
        "timmar per vecka",
        "hours",
        "hours per week",
    ),
    "job": (
        "tehtävänimike",
        "nimike",
        "työ",
        "toimenkuva",
        "ammatti",
        "befattning",
        "jobb",
        "job",
        "job title",
        "title",
    ),
    "site": ("toimipaikka", "kohde", "työpaikka", "yksikkö", "arbetsplats", "site", "workplace"),
    "employer": ("työnantaja", "yritys", "organisaatio", "arbetsgivare", "företag", "employer", "company"),
    "municipality": ("kunta", "paikkakunta", "kaupunki", "kommun", "ort", "municipality", "city"),
    "core": ("ydintehtävä", "ydin", "kärnuppgift", "core"),
    "divisible": ("jaettavissa", "jaettava", "delbar", "divisible"),
}
_YES = {"kyllä", "k", "x", "1", "on", "ja", "yes", "y", "true", "tosi"}
_NO = {"ei", "e", "0", "", "nej", "no", "n", "false", "epätosi", "-"}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task as the employer wrote it; ``hours`` is None when the list does not say."""

    row: int
    text: str
    hours: float | None = None
    job: str = ""
    site: str = ""
    employer: str = ""
    municipality: str = ""
    core: bool = False
    divisible: bool = True


def read_task_list(path: Path) -> tuple[list[TaskRow], list[RowFault]]:
    """Read a .csv or .xlsx task list: the good rows, and every fault of the others.

    Raises FileUnreadable when it is not such a file or has no column with tasks. The same task at the same job
    and site twice is a fault of the second row.
    """
    table = read_table(path)
    header_row, columns = _columns(table, path)
    rows: list[TaskRow] = []
    faults: list[RowFault] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in enumerate(table[header_row + 1 :], start=header_row + 2):
        values = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) + len(faults) >= MOST_ROWS:
            raise FileUnreadable(path, f"it has more than {MOST_ROWS} rows", "Split the file.")
        row, found = _row(number, values)
        if row is not None and not found:
            first = seen.setdefault((row.employer, row.site, row.job, row.text), number)
            if first != number:
                found = [
                    RowFault(
                        number,
                        "text",
                        "duplicate",
                        f"the same task stands in row {first}",
                        "Delete one of them.",
                    )
                ]
        if found or row is None:
            faults += found
        else:
            rows.append(row)
    return rows, faults


def read_table(path: Path) -> list[list[str]]:
    """Read the cells of a .csv or .xlsx file as text, however it was saved; FileUnreadable when it is no such file."""
    try:
        size = path.stat().st_size
        raw = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    if size > MOST_BYTES:
        raise FileUnreadable(path, f"it is larger than {MOST_BYTES // 1_000_000} MB", "Split the file.")
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}:
        return _spreadsheet(path, raw)
    if raw[:4] == b"PK\x03\x04":
        raise FileUnreadable(path, "this is a spreadsheet, not a CSV file", "Rename it to .xlsx.")
    text = _decode(raw, path)
    if not text.strip():
        raise FileUnreadable(path, "the file is empty", "Save the list again with a header row and one task per row.")
    header = text.lstrip().splitlines()[0]
    delimiter = max((";", "\t", ","), key=header.count)
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise FileUnreadable(path, f"this is not a readable CSV file ({error})", "Save it again as CSV.") from error


def _spreadsheet(path: Path, raw: bytes) -> list[list[str]]:
    from python_calamine import CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(0)
        return [[_cell(cell) for cell in row] for row in sheet.to_python()]
    except Exception as error:  # the reader raises several kinds for one cause: this is not a spreadsheet
        raise FileUnreadable(
            path,
            "this is not a readable spreadsheet",
            "Open it in the program that wrote it and save it as .xlsx.",
        ) from error


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _decode(raw: bytes, path: Path) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise FileUnreadable(path, "this is not a text file", "Save the list as CSV or .xlsx.")
    return text


def _columns(table: Sequence[Sequence[str]], path: Path) -> tuple[int, dict[str, int]]:
    """Find the header among the first rows (people put a title above it) and what each column is."""
    for number, cells in enumerate(table[:10]):
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = header_meaning(cell)
            if name and name not in columns:
                columns[name] = at
        if "text" in columns:
            return number, columns
    seen = ", ".join(repr(cell.strip()[:30]) for cell in (table[0] if table else ()) if cell.strip())
    raise FileUnreadable(
        path,
        f"no column holds the tasks (columns found: {seen or 'none'})",
        "Name the column with the tasks 'tehtävä', 'uppgift' or 'task'; 'tunnit' or 'hours' holds weekly hours.",
    )


def header_meaning(cell: str) -> str:
    """Tell what a column holds by its header, small typing errors allowed; empty when it is none of ours."""
    words = re.sub(r"[\s_]+", " ", cell.strip().lower().rstrip(":*"))
    if not words:
        return ""
    known = {spelling: name for name, spellings in HEADERS.items() for spelling in spellings}
    match = process.extractOne(words, list(known), scorer=fuzz.ratio, score_cutoff=86)
    return known[match[0]] if match else ""


def _row(number: int, values: dict[str, str]) -> tuple[TaskRow | None, list[RowFault]]:
    faults: list[RowFault] = []
    text = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in values.get("text", ""))).strip()
    if not text:
        faults.append(
            RowFault(number, "text", "missing", "the task has no text", "Write what is done, or delete the row.")
        )
    elif len(text) > LONGEST_TEXT:
        faults.append(
            RowFault(
                number,
                "text",
                "too_long",
                f"the text is longer than {LONGEST_TEXT} characters",
                "Split the task.",
            )
        )
    hours = _hours(number, values.get("hours", ""), faults)
    core = _flag(number, "core", values.get("core", ""), False, faults)
    divisible = _flag(number, "divisible", values.get("divisible", ""), True, faults)
    if faults:
        return None, faults
    row = TaskRow(
        row=number,
        text=text,
        hours=hours,
        job=values.get("job", ""),
        site=values.get("site", ""),
        employer=values.get("employer", ""),
        municipality=values.get("municipality", ""),
        core=core,
        divisible=divisible,
    )
    return row, []


def _hours(number: int, cell: str, faults: list[RowFault]) -> float | None:
    if not cell:
        return None
    match = re.fullmatch(
        r"(-?\d+(?:[.,]\d+)?)\s*(?:h|t|tuntia|timmar|hours)?", cell.replace("\u00a0", ""), re.IGNORECASE
    )
    hours = float(match[1].replace(",", ".")) if match else math.nan
    if not 0 < hours <= 60:
        way_out = "Write weekly hours such as 2,5."
        faults.append(
            RowFault(number, "hours", "not_hours", "weekly hours must be a number above 0 and at most 60", way_out)
        )
        return None
    return hours


def _flag(number: int, name: str, cell: str, usual: bool, faults: list[RowFault]) -> bool:
    word = cell.lower()
    if not word:
        return usual
    if word not in _YES | _NO:
        faults.append(RowFault(number, name, "not_yes_or_no", "this is neither yes nor no", "Write kyllä or ei."))
    return word in _YES


def faults_as_csv(faults: Iterable[RowFault]) -> str:
    """Write the faults as a table that opens in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(["row", "column", "code", "reason", "way_out"])
    writer.writerows([fault.row, fault.column, fault.code, fault.reason, fault.way_out] for fault in faults)
    return out.getvalue()

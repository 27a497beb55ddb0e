"""The one door for tables from outside: CSV as people save it, spreadsheets, and files that mean harm.

CSV: semicolon, comma or tab; UTF-8 with or without mark, UTF-16, Windows-1252; texts are composed (NFC), as they are in
every request. A spreadsheet is looked at before it is
parsed (size unpacked, entries, cells, names, nested archives, declarations of entities) and then parsed in a process of
its own with limits on time and memory, few at once, so that a bomb costs a refusal and not the service (RELIABILITY
A8). Cells come back as text; a mark against formulas (``guarded``) is taken off.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
import struct
import subprocess
import sys
import threading
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..errors import FileUnreadable
from ..spreadsheet_text import unguarded

MOST_BYTES = 10_000_000
"""A file that is sent or read: the same for CSV and spreadsheets."""

MOST_UNPACKED, MOST_ENTRIES, MOST_CELLS, MOST_ROWS = 20_000_000, 100, 200_000, 100_000
MOST_CPU_SECONDS, MOST_SECONDS, MOST_MEMORY = 10, 15, 512 * 1024 * 1024
MOST_ANSWER = 4 * MOST_UNPACKED
MOST_PARSED_AT_ONCE, MOST_WAITED_SECONDS = 2, 30
"""Spreadsheets that are parsed at the same time, each with its own memory, and how long another one waits."""

SPREADSHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PIECE, _OVERLAP = 1 << 16, 16
_LINK = 0o120000
_CHILD = Path(__file__).with_name("spreadsheet_child.py")
_NOT_A_SPREADSHEET = 3
_SAVE_AGAIN = "Open it in the program that wrote it and save it as .xlsx."
_SPLIT = "Split the list, or save it as CSV."
_DELIMITERS, _LOOKED_AT = (";", "\t", ","), 20
_parsing = threading.BoundedSemaphore(MOST_PARSED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name (empty for CSV) and its cells as text, from the first row of the file on."""

    name: str
    cells: list[list[str]]


def read_table(path: Path) -> list[list[str]]:
    """Read the cells of the first sheet of a .csv or .xlsx file; FileUnreadable when it is no such file."""
    return read_sheets(path)[0].cells


def read_sheets(path: Path) -> list[Sheet]:
    """Read every sheet of a file; FileUnreadable when it is no table, or one that nobody could have filled in."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    if path.suffix.lower() in SPREADSHEETS and not content.startswith((_ZIP, _OLD_OFFICE)):
        raise FileUnreadable(path, "this is not a readable spreadsheet", _SAVE_AGAIN)
    if path.suffix.lower() not in SPREADSHEETS and content.startswith(_ZIP):
        raise FileUnreadable(path, "this is a spreadsheet, not a CSV file", "Rename it to .xlsx.")
    return sheets_of_bytes(content, path.name)


def sheets_of_bytes(content: bytes, name: str) -> list[Sheet]:
    """Read every sheet of what was sent: a spreadsheet by its first bytes, else CSV. ``name`` stands in errors only.

    Raises FileUnreadable. No error quotes what the file holds, save headers.
    """
    if len(content) > MOST_BYTES:
        raise FileUnreadable(name, f"it is larger than {MOST_BYTES // 1_000_000} MB", "Split the file.")
    if content.startswith(_ZIP):
        _look_into_zip(content, name)
        return _parsed_apart(content, name)
    if content.startswith(_OLD_OFFICE):
        return _parsed_apart(content, name)
    return [Sheet("", _csv_cells(content, name))]


def _csv_cells(content: bytes, name: str) -> list[list[str]]:
    text = _decoded(content, name)
    if not text.strip():
        raise FileUnreadable(name, "the file is empty", "Save the list again with a header row and one row for each.")
    cells, rows = 0, list[list[str]]()
    csv.field_size_limit(MOST_BYTES)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            cells += len(row)
            if len(rows) > MOST_ROWS or cells > 10 * MOST_CELLS:
                raise FileUnreadable(name, f"it has more than {MOST_ROWS} rows", "Split the file.")
            rows.append([_cell(cell) for cell in row])
    except csv.Error as error:
        raise FileUnreadable(name, f"this is not a readable CSV file ({error})", "Save it again as CSV.") from error
    return rows


def _delimiter(text: str) -> str:
    """Find what parts the cells: with it most of the first rows are equally wide."""
    start = io.StringIO(text[: 1 << 16], newline="")
    first = list(itertools.islice((line for line in start if line.strip()), _LOOKED_AT))

    def alike(delimiter: str) -> int:
        widths = Counter(len(row) for row in csv.reader(first, delimiter=delimiter) if len(row) > 1)
        return max(widths.values(), default=0)

    return max(_DELIMITERS, key=alike)


def _cell(said: str) -> str:
    """Give the text of a cell as it was before it was guarded, composed."""
    return unguarded(unicodedata.normalize("NFC", said))


def _decoded(content: bytes, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise FileUnreadable(name, "this is not a text file", "Save the list as CSV or .xlsx.")
    return text


def _look_into_zip(content: bytes, name: str) -> None:
    """Refuse an archive that is not a plain spreadsheet, before anything of it is parsed or kept."""
    _look_at_directory(content, name)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise _too_large(name)
            if len({one.filename for one in entries}) < len(entries) or any(map(_is_strange, entries)):
                raise FileUnreadable(name, "the archive holds what no spreadsheet has", _SAVE_AGAIN)
            left, cells = MOST_UNPACKED, MOST_CELLS
            for one in entries:
                size, found = _look_into_part(archive, one, left, name)
                left, cells = left - size, cells - found
                if cells < 0:
                    raise _too_large(name)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise FileUnreadable(name, "this is not a readable spreadsheet", _SAVE_AGAIN) from error
    except NotImplementedError as error:
        raise FileUnreadable(name, "it is packed in a way that no spreadsheet program uses", _SAVE_AGAIN) from error


def _look_at_directory(content: bytes, name: str) -> None:
    """Refuse a directory of more entries than allowed before it is read entry by entry."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if at < 0 or at + 22 > len(content):
        raise FileUnreadable(name, "this is not a readable spreadsheet", _SAVE_AGAIN)
    entries, size = struct.unpack_from("<HI", content, at + 10)
    if entries > MOST_ENTRIES or size > MOST_ENTRIES * 1024:
        raise _too_large(name)


def _is_strange(entry: zipfile.ZipInfo) -> bool:
    parts = re.split(r"[/\\]", entry.filename)
    outside = ".." in parts or not parts[0] or ":" in parts[0] or "\\" in entry.filename
    return outside or bool(entry.flag_bits & 1) or (entry.external_attr >> 16) & 0o170000 == _LINK


def _look_into_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, name: str) -> tuple[int, int]:
    """Unpack one part piece by piece and keep none of it: its true size, and how many cells it holds."""
    is_text = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, cells, before = 0, 0, b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            if not size and (piece.startswith((b"PK\x03\x04", b"PK\x05\x06")) or (is_text and _is_wide(piece))):
                raise FileUnreadable(name, "the archive holds what no spreadsheet has", _SAVE_AGAIN)
            size += len(piece)
            if size > most:
                raise _too_large(name)
            if is_text:
                whole = before + piece
                if b"<!DOCTYPE" in whole or b"<!ENTITY" in whole:
                    raise FileUnreadable(name, "it declares entities, which no spreadsheet does", _SAVE_AGAIN)
                cells += _cells_in(whole) - _cells_in(before)
                before = whole[-_OVERLAP:]
    return size, cells


def _is_wide(piece: bytes) -> bool:
    """Tell whether a part is written in two bytes a letter, in which nothing can be looked for."""
    return piece.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in piece[:8]


def _cells_in(piece: bytes) -> int:
    return piece.count(b"<c ") + piece.count(b"<c>") + piece.count(b"table-cell")


def _too_large(name: str) -> FileUnreadable:
    most = f"{MOST_UNPACKED // 1_000_000} MB unpacked, {MOST_ENTRIES} parts, {MOST_CELLS} cells"
    return FileUnreadable(name, f"the spreadsheet is too large (at most {most})", _SPLIT)


def _parsed_apart(content: bytes, name: str) -> list[Sheet]:
    """Parse in a process of its own that is ended when it takes too long, too much or says too much; few at once."""
    if not _parsing.acquire(timeout=MOST_WAITED_SECONDS):
        raise FileUnreadable(name, "other spreadsheets are being read just now", "Send it again in a minute.")
    try:
        return _parsed(content, name)
    finally:
        _parsing.release()


def _parsed(content: bytes, name: str) -> list[Sheet]:
    limits = [str(limit) for limit in (MOST_CPU_SECONDS, MOST_MEMORY, 10 * MOST_CELLS, MOST_UNPACKED)]
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell, nothing of the environment
        [sys.executable, "-I", "-X", "utf8", str(_CHILD), *limits],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True,
    )  # fmt: skip
    watch = threading.Timer(MOST_SECONDS, child.kill)
    watch.start()
    answer = b""
    try:
        with child:
            assert child.stdin is not None  # noqa: S101 - narrows the type
            assert child.stdout is not None  # noqa: S101 - narrows the type
            try:
                child.stdin.write(content)
                child.stdin.close()
            except BrokenPipeError:  # it ended before it had read all: its code tells why
                child.stdin = None
            answer = child.stdout.read(MOST_ANSWER + 1)
            if len(answer) > MOST_ANSWER:
                child.kill()
    finally:
        watch.cancel()
    if child.returncode == 0 and len(answer) <= MOST_ANSWER:
        return [Sheet(str(sheet), [[_cell(cell) for cell in row] for row in rows]) for sheet, rows in _json(answer)]
    if child.returncode == _NOT_A_SPREADSHEET:
        raise FileUnreadable(name, "this is not a readable spreadsheet", _SAVE_AGAIN)
    raise FileUnreadable(name, "the spreadsheet takes too much to read", _SPLIT)


def _json(answer: bytes) -> list[tuple[str, list[list[str]]]]:
    sheets: list[tuple[str, list[list[str]]]] = json.loads(answer)
    return sheets or [("", [])]

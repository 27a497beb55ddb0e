"""Tables from outside: read however they were saved; what means harm is refused at once and costs nothing."""

from __future__ import annotations

import io
import resource
import struct
import time
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import FileUnreadable
from data.imports import uploaded_table
from data.imports.uploaded_table import MOST_BYTES, MOST_CELLS, MOST_ENTRIES, MOST_UNPACKED, sheets_of_bytes
from data.spreadsheet_text import guarded, unguarded

MEGABYTE = 1024


def _book(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PLAIN = _book([["tehtävä", "tunnit"], ["Pöytien pyyhintä", 2.5], ["-5 asteen varasto", -5]])


def _with(parts: dict[str, bytes], without: tuple[str, ...] = ()) -> bytes:
    """A real workbook with parts put in or in place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, part in parts.items():
            new.writestr(name, part)
    return out.getvalue()


def _sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def _lying(size: int) -> bytes:
    """A workbook one part of which says that it is smaller than it is."""
    content = bytearray(_with({"xl/media/a.bin": b"\0" * (MOST_UNPACKED + 10_000_000)}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, size)
    local = content.rfind(b"PK\x03\x04", 0, at)
    struct.pack_into("<I", content, local + 22, size)
    return bytes(content)


def _claims_ten_gigabytes() -> bytes:
    content = bytearray(_with({"xl/media/a.bin": b"\0" * 1000}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 0xFFFFFFF0)
    return bytes(content)


def _link() -> bytes:
    out = io.BytesIO(PLAIN)
    with zipfile.ZipFile(out, "a") as archive:
        info = zipfile.ZipInfo("xl/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def _entries(many: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(many):
            archive.writestr(f"xl/{number}.xml", b"")
    return out.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><l>&j;</l>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'
WIDE = _sheet("").decode().encode("utf-16")
STRINGS = "xl/sharedStrings.xml"
FIRST = "xl/worksheets/sheet1.xml"
BOMBS = {
    "many entries": lambda: _entries(MOST_ENTRIES + 1),
    "very many entries": lambda: _entries(60_000),
    "large inside": lambda: _with({STRINGS: b"<sst>" + b" " * MOST_UNPACKED + b"</sst>"}),
    "smaller than it is": lambda: _lying(1000),
    "claims ten gigabytes": _claims_ten_gigabytes,
    "many cells": lambda: _with({FIRST: _sheet("<row>" + "<c ><v>1</v></c>" * (MOST_CELLS + 1) + "</row>")}),
    "archive in archive": lambda: _with({"xl/media/inner.zip": _entries(3)}),
    "outside its folder": lambda: _with({"../../etc/cron.d/x": b"x"}),
    "absolute": lambda: _with({"/etc/cron.d/x": b"x"}),
    "backslash": lambda: _with({"xl\\..\\..\\x": b"x"}),
    "link": _link,
    "billion laughs": lambda: _with({STRINGS: LAUGHS}),
    "external entity": lambda: _with({STRINGS: OUTSIDE}),
    "entity behind a border": lambda: _with({STRINGS: b"<?xml version='1.0'?>" + b" " * 65_510 + LAUGHS[21:]}),
    "two bytes a letter": lambda: _with({FIRST: WIDE}),
    "no end": lambda: PLAIN[:-30],
}  # fmt: skip


@pytest.fixture
def no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(content: bytes, name: str) -> None:
        raise AssertionError("the file reached the parser")

    monkeypatch.setattr(uploaded_table, "_parsed_apart", never)


@pytest.mark.usefixtures("no_child")
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_a_second_before_it_is_parsed_and_the_service_does_not_grow(name: str) -> None:
    content = BOMBS[name]()
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(FileUnreadable):
        sheets_of_bytes(content, "list.xlsx")
    assert time.perf_counter() - started < 1.0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20 * MEGABYTE, f"grew by {grown / MEGABYTE:.0f} MB"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 3000)),
    ],
    ids=["two cells far apart", "one cell at the far end of each row"],
)
def test_what_only_the_parser_sees_ends_its_process_and_nothing_else(rows: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FileUnreadable, match="takes too much"):
        sheets_of_bytes(_with({FIRST: _sheet(rows)}), "list.xlsx")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * MEGABYTE


def test_one_long_text_in_every_cell_is_refused() -> None:
    shared = ("<sst><si><t>" + "x" * 30_000 + "</t></si></sst>").encode()
    rows = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 100 + "</row>" for n in range(1, 1500))
    with pytest.raises(FileUnreadable, match=r"takes too much|not a readable"):
        sheets_of_bytes(_with({STRINGS: shared, FIRST: _sheet(rows)}), "list.xlsx")


def test_a_parser_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleeper = tmp_path / "child.py"
    sleeper.write_text("import sys, time\nsys.stdin.buffer.read()\ntime.sleep(60)\n")
    monkeypatch.setattr(uploaded_table, "_CHILD", sleeper)
    monkeypatch.setattr(uploaded_table, "MOST_SECONDS", 0.3)
    started = time.perf_counter()
    with pytest.raises(FileUnreadable, match="takes too much"):
        sheets_of_bytes(PLAIN, "list.xlsx")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("ending", ["os.kill(os.getpid(), 9)", "os.kill(os.getpid(), 11)", "os._exit(9)"])
def test_a_parser_that_falls_over_is_a_refusal(ending: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    falling = tmp_path / "child.py"
    falling.write_text(f"import os\n{ending}\n")
    monkeypatch.setattr(uploaded_table, "_CHILD", falling)
    with pytest.raises(FileUnreadable, match="takes too much"):
        sheets_of_bytes(PLAIN, "list.xlsx")


def test_the_parser_may_open_nothing_and_write_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The limits are in force while the file is read: the real process, with a reader that tries things."""
    child = uploaded_table._CHILD.read_text(encoding="utf-8")
    curious = tmp_path / "child.py"
    tries = (
        "    found = []\n"
        "    for attempt in (lambda: open('/etc/hostname'), lambda: open('/tmp/x-bulk', 'w'),\n"
        "                    lambda: __import__('socket').socket(), lambda: bytearray(600_000_000)):\n"
        "        try:\n            attempt()\n            found.append('could')\n"
        "        except BaseException as error:\n            found.append('not')\n"
        "    import os\n"
        "    return [('tries', [found, sorted(os.environ)])]\n"
    )
    head, _, _ = child.partition("    book = Calamine")
    _, _, tail = child.partition("    return found\n")
    curious.write_text(head + tries + tail, encoding="utf-8")
    monkeypatch.setattr(uploaded_table, "_CHILD", curious)
    ((tried, environment),) = (sheet.cells for sheet in sheets_of_bytes(PLAIN, "list.xlsx"))
    assert tried == ["not"] * 4
    assert not set(environment) - {"LC_CTYPE"}, "no secret of the service is at hand"


def test_numbers_stay_numbers_and_texts_come_back_without_their_mark() -> None:
    book = _book([["tehtävä", "tunnit"], ["'=1+1", -5], ["''tis", 2.5], ["plain", 3]])
    assert sheets_of_bytes(book, "x")[0].cells[1:] == [["=1+1", "-5"], ["'tis", "2.5"], ["plain", "3"]]
    text = "tehtävä;tunnit\n'=1+1;-5\n''tis;2,5\n"
    assert sheets_of_bytes(text.encode("cp1252"), "x")[0].cells[1:] == [["=1+1", "-5"], ["'tis", "2,5"]]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Tehtävä (nimi, kuvaus, paikka);tunnit\nHyllytys;2,5\n", "Tehtävä (nimi, kuvaus, paikka)", "2,5"),
        ('Lista 2026\ntehtävä,tunnit\nHyllytys,"2,5"\nLajittelu,3\n', "Lista 2026", "3"),
        ("tehtävä;tunnit\rHyllytys;2,5\r", "tehtävä", "2,5"),
        ("tehtävä\ttunnit\r\nHyllytys, lajittelu; muuta\t2,5\r\n", "tehtävä", "2,5"),
        ('"Tehtävä\n(mitä)";tunnit\nHyllytys;2,5\n', "Tehtävä\n(mitä)", "2,5"),
        ("te\u0308hta\u0308va\u0308;tunnit\nx;1\n", "tëhtävä", "1"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_however_it_was_saved(text: str, first: str, last: str, encoding: str) -> None:
    if encoding == "cp1252":
        text = unicodedata.normalize("NFC", text)
    cells = sheets_of_bytes(text.encode(encoding), "x")[0].cells
    assert (cells[0][0], cells[-1][-1]) == (first, last)


def test_no_text_file_holds_a_zero_sign_in_any_encoding() -> None:
    for content in (b"a\x00;b\n1;2\n", "a\x00;b\n1;2\n".encode("utf-16")):
        with pytest.raises(FileUnreadable, match="not a text file"):
            sheets_of_bytes(content, "x")


def test_few_spreadsheets_are_parsed_at_once_and_another_one_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploaded_table, "MOST_WAITED_SECONDS", 0.05)
    for _ in range(uploaded_table.MOST_PARSED_AT_ONCE):
        assert uploaded_table._parsing.acquire(blocking=False)
    try:
        with pytest.raises(FileUnreadable, match="just now"):
            sheets_of_bytes(PLAIN, "x")
    finally:
        for _ in range(uploaded_table.MOST_PARSED_AT_ONCE):
            uploaded_table._parsing.release()
    with pytest.raises(FileUnreadable):
        sheets_of_bytes(PLAIN[:40], "x")
    assert sheets_of_bytes(PLAIN, "x")[0].cells[1] == ["Pöytien pyyhintä", "2.5"]


@given(
    st.sampled_from(["", " ", "\u00a0", "\u200b", "\ufeff"]), st.sampled_from(list("=+-@\t\r'")), st.text(max_size=5)
)
def test_a_formula_behind_blanks_is_guarded_too_and_comes_back(before: str, sign: str, rest: str) -> None:
    text = before + sign + rest
    assert guarded(text).startswith("'") or (before and sign == "'")
    assert unguarded(guarded(text)) == text
    assert guarded(unguarded(guarded(text))) == guarded(text), "sent out again, it is guarded again"


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(FileUnreadable, match="larger than 10 MB"):
        sheets_of_bytes(b"a" * (MOST_BYTES + 1), "list.csv")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.integers(0, len(PLAIN) - 1), st.booleans())
def test_no_bytes_make_the_door_fall_over(noise: bytes, at: int, inside: bool) -> None:
    content = PLAIN[:at] + noise + PLAIN[at + len(noise) :] if inside else noise
    try:
        sheets = sheets_of_bytes(content, "list")
    except FileUnreadable:
        return
    assert all(isinstance(cell, str) for sheet in sheets for row in sheet.cells for cell in row)

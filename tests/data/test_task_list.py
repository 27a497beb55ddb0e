"""An employer's list is read however it was saved; every bad row is named with a way out and none is guessed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import FileUnreadable
from data.imports.task_list import faults_as_csv, read_task_list


def _write(folder: Path, content: bytes, name: str = "lista.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


FINNISH = (
    "Tehtävä;Tunnit;Tehtävänimike\nPöytien pyyhintä;2,5;Salityöntekijä\nLaatikoiden purku, max 12 kg;4 h;Varastomies\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_semicolons_decimal_commas_and_encodings_of_finnish_spreadsheets(tmp_path: Path, encoding: str) -> None:
    rows, faults = read_task_list(_write(tmp_path, FINNISH.encode(encoding)))
    assert not faults
    assert [(row.text, row.hours, row.job) for row in rows] == [
        ("Pöytien pyyhintä", 2.5, "Salityöntekijä"),
        ("Laatikoiden purku, max 12 kg", 4.0, "Varastomies"),
    ]


def test_commas_and_english_headers(tmp_path: Path) -> None:
    rows, _ = read_task_list(_write(tmp_path, b'Task,Hours per week\n"Wipe tables, refill napkins",2.5\n'))
    assert (rows[0].text, rows[0].hours) == ("Wipe tables, refill napkins", 2.5)


def test_swedish_headers_with_a_typing_error_and_a_title_above(tmp_path: Path) -> None:
    text = "Vår lista 2026;;\n;;\nArbetsupgift;Timmar;Kommun\nDuka bord;3;Jyväskylä\n"
    rows, faults = read_task_list(_write(tmp_path, text.encode()))
    assert not faults
    assert (rows[0].text, rows[0].hours, rows[0].municipality, rows[0].row) == ("Duka bord", 3.0, "Jyväskylä", 4)


def test_a_spreadsheet_with_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Työtehtävä", "Tuntia viikossa", "Ydintehtävä"])
    book.active.append(["Kasvien kastelu", 1.5, "ei"])
    book.active.append(["Laskujen hyväksyntä", 3, "kyllä"])
    book.save(tmp_path / "lista.xlsx")
    rows, faults = read_task_list(tmp_path / "lista.xlsx")
    assert not faults
    assert [(row.hours, row.core) for row in rows] == [(1.5, False), (3.0, True)]


def test_every_bad_row_is_reported_with_row_column_code_and_way_out(tmp_path: Path) -> None:
    text = (
        "tehtävä;tunnit;ydin\nImurointi;2;ei\n;3;ei\nLakaisu;paljon;ei\nLakaisu;-1;ei\nIkkunat;2;ehkä\nImurointi;2;ei\n"
    )
    rows, faults = read_task_list(_write(tmp_path, text.encode()))
    assert [row.text for row in rows] == ["Imurointi"]
    assert [(fault.row, fault.column, fault.code) for fault in faults] == [
        (3, "text", "missing"),
        (4, "hours", "not_hours"),
        (5, "hours", "not_hours"),
        (6, "core", "not_yes_or_no"),
        (7, "text", "duplicate"),
    ]
    assert all(fault.way_out for fault in faults)
    assert "paljon" not in faults_as_csv(faults)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "lista.csv", "empty"),
        (b"nimi;puhelin\nMatti;123\n", "lista.csv", "columns are missing .text; columns found"),
        (b"PK\x03\x04 rest", "lista.xlsx", "not a readable spreadsheet"),
        (b"PK\x03\x04 rest", "lista.csv", "spreadsheet, not a CSV"),
        (b"\x00\x01\x02\x00", "lista.csv", "not a text file"),
    ],
)
def test_a_wrong_file_is_refused_in_a_sentence(tmp_path: Path, content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileUnreadable, match=says):
        read_task_list(_write(tmp_path, content, name))


def test_a_missing_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="No such file"):
        read_task_list(tmp_path / "none.csv")


@given(st.binary(max_size=400), st.sampled_from(["x.csv", "x.xlsx"]))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_bytes_make_the_reader_fall_over(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        rows, faults = read_task_list(_write(tmp_path, content, name))
    except FileUnreadable:
        return
    assert all(row.text and (row.hours is None or 0 < row.hours <= 60) for row in rows)
    assert all(fault.reason for fault in faults)

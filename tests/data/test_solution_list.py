"""A list of cases is read however it was saved; every bad cell is named with a way out and none is guessed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from data.accommodations import CostClass
from data.errors import FileUnreadable
from data.imports.solution_list import read_solution_list
from data.solutions import EmployerSize, Went

HEADER = (
    "Tunnus;Työ;Muutos;Tulos;Kuilu;Mukautukset;Lopputulos;Toimiala;Koko;Tunnit ennen;Tunnit jälkeen;"
    "Kustannus;Viikkoja;Suostumus\n"
)
GOOD = (
    "a1;Keittiötyö;Seisomatuki;Onnistui;seisominen 5/2;sit_stand_stool;onnistui;ruokapalvelut;34;30;20;150 €;8;kyllä\n"
)


def _write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "lista.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_finnish_list_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    text = HEADER + (GOOD.replace("€", "e") if encoding == "cp1252" else GOOD)
    rows, faults = read_solution_list(_write(tmp_path, text, encoding))
    assert not faults
    row = rows[0]
    assert (row.id, row.sector, row.size, row.outcome) == ("a1", "catering", EmployerSize.SMALL, Went.WORKED)
    assert (row.measures, row.hours, row.cost, row.weeks) == (("sit_stand_stool",), (30.0, 20.0), CostClass.LOW, 8.0)


def test_english_headers_in_a_spreadsheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Work", "Change", "Gaps", "Measures", "Outcome", "Sector", "Size", "Weeks", "Consent"])
    sheet.append(["Till", "Stool", "standing 5/2", "Anti-fatigue floor mat", "partly", "retail", "large", 6, "yes"])
    book.save(tmp_path / "list.xlsx")
    rows, faults = read_solution_list(tmp_path / "list.xlsx")
    assert not faults
    assert (rows[0].measures, rows[0].outcome, rows[0].size) == (("anti_fatigue_mat",), Went.PARTLY, EmployerSize.LARGE)


@pytest.mark.parametrize(
    ("old", "new", "column", "code"),
    [
        (";kyllä\n", ";ei\n", "consent", "no_consent"),
        (";kyllä\n", ";\n", "consent", "missing"),
        ("ruokapalvelut", "avaruus", "sector", "unknown"),
        (";34;", ";iso talo;", "size", "unknown"),
        (";onnistui;", ";ehkä;", "outcome", "unknown"),
        (";8;", ";pitkään;", "weeks", "not_weeks"),
        (";30;20;", ";30;;", "hours_before", "not_hours"),
        ("150 €", "paljon", "cost", "unknown"),
        ("sit_stand_stool", "taikamatto", "measures", "unknown"),
        ("Keittiötyö", "", "work", "missing"),
        ("Keittiötyö", "x" * 5000, "work", "too_long"),
    ],
)
def test_a_bad_cell_is_named_and_the_good_row_stays(tmp_path: Path, old: str, new: str, column: str, code: str) -> None:
    rows, faults = read_solution_list(_write(tmp_path, HEADER + GOOD.replace(old, new) + GOOD))
    assert len(rows) == 1
    assert [(fault.row, fault.column, fault.code) for fault in faults] == [(2, column, code)]
    assert faults[0].way_out


def test_a_list_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="consent"):
        read_solution_list(_write(tmp_path, "Työ;Muutos;Kuilu\na;b;c\n"))

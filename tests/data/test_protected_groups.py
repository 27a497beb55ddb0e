"""Groups of a frame's people: read for comparing groups only, all rows or none, nothing contradicts itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import FileUnreadable, RowsRefused
from data.imports.protected_groups import LONGEST, read_groups
from data.protected_attributes import ProtectedAttributes

PEOPLE, TRIALS = ("p1", "p2", "p3"), {"t1": "p1", "t2": "p2", "t3": "p1"}


def _read(folder: Path, text: str) -> dict[str, ProtectedAttributes]:
    path = folder / "groups.csv"
    path.write_text(text, encoding="utf-8")
    return read_groups(path, PEOPLE, TRIALS)


def test_rows_are_about_people_or_trials_and_add_to_each_other(tmp_path: Path) -> None:
    text = "\ufefftrial;person;Age_band;sex\nt1;;50-;\n;p3;30-49;woman\nt3;p1;;man\n;;;\nt2;;;\n"
    assert _read(tmp_path, text) == {
        "p1": ProtectedAttributes(age_band="50-", sex="man"),
        "p2": ProtectedAttributes(),
        "p3": ProtectedAttributes(age_band="30-49", sex="woman"),
    }


def test_every_faulty_row_is_named_without_its_value_and_nothing_is_used(tmp_path: Path) -> None:
    rows = ["t9,,a", ",p9,a", ",,a", "t1,p2,a", "t1,,a", "t3,,b", f",p2,{'x' * (LONGEST + 1)}"]
    with pytest.raises(RowsRefused, match="6 of 7 rows have faults, so no group was compared") as refused:
        _read(tmp_path, "trial,person,origin\n" + "\n".join(rows) + "\n")
    faults = [(fault.row, fault.column, fault.code) for fault in refused.value.faults]
    assert faults == [
        (2, "trial", "unknown"),
        (3, "person", "unknown"),
        (4, "person", "missing"),
        (5, "trial", "contradiction"),
        (7, "origin", "contradiction"),
        (8, "origin", "too_long"),
    ]


@pytest.mark.parametrize("header", ["", "person", "sex", "person,sex,sex", "person,sex,diagnosis", "name,sex"])
def test_a_file_with_other_columns_is_no_groups_file(tmp_path: Path, header: str) -> None:
    with pytest.raises(FileUnreadable, match="person or trial, and some of age_band"):
        _read(tmp_path, f"{header}\np1,a\n")
    (tmp_path / "groups.csv").write_bytes(b"person,sex\np1,\xe4\n")
    with pytest.raises(FileUnreadable, match="UTF-8"):
        read_groups(tmp_path / "groups.csv", PEOPLE, TRIALS)

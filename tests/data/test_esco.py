"""Rules of ESCO addresses: one form, checked, kept with the job, given out again; groups follow from codes by rule."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from data.esco import group_address, isco_of, occupation_address
from data.exports.workplace_rows import workplace_rows
from data.imports.esco import read_esco
from data.store import Store, employers_of, replace_region
from data.table_cells import CellFault, esco_occupation
from data.workplaces import Employer

CLEANER = "http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197"


@pytest.mark.parametrize(
    "wrong",
    ["cleaner", "http://data.europa.eu/esco/skill/114e1eff-215e-47df-8e10-45a5b72f8197", CLEANER + "/x",
     CLEANER.replace("data.europa.eu", "example.org"), CLEANER[:-1]],
)  # fmt: skip
def test_what_is_no_address_of_an_occupation_is_refused(wrong: str) -> None:
    assert occupation_address(wrong) is None
    with pytest.raises(CellFault):
        esco_occupation(wrong)


def test_one_form_whatever_was_typed() -> None:
    assert esco_occupation(CLEANER.upper().replace("HTTP:", "https:")) == CLEANER
    assert esco_occupation("") == ""


def test_code_and_group_follow_from_each_other() -> None:
    for code in ("0", "91", "911", "9112"):
        assert isco_of(group_address(code)) == code


def test_a_job_keeps_its_occupation_and_gives_it_out(store: Store, employers: tuple[Employer, ...]) -> None:
    employer = employers[0]
    job = replace(employer.sites[0].jobs[0], esco=CLEANER)
    site = replace(employer.sites[0], jobs=(job, *employer.sites[0].jobs[1:]))
    with store.write() as connection:
        replace_region(connection, "keski_suomi", [replace(employer, sites=(site, *employer.sites[1:]))])
        (back,) = employers_of(connection)
    held = {one.id: one.esco for place in back.sites for one in place.jobs}
    assert held == {id_: CLEANER if id_ == job.id else "" for id_ in held}
    rows = workplace_rows([back], ["job_id", "esco"], {True: "yes", False: "no"})
    assert {cells[1] for cells in rows if cells[0] == job.id} == {CLEANER}
    assert {cells[1] for cells in rows if cells[0] != job.id} <= {""}


def test_the_public_tables_have_addresses_of_this_form(corpora: Path) -> None:
    found = read_esco(corpora / "esco").occupations
    assert found
    for id_ in found:
        assert occupation_address(f"http://data.europa.eu/esco/occupation/{id_}") is not None, id_

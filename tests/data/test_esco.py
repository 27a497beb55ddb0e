"""Rules of ESCO addresses: one form, checked, kept with the job, given out again; groups follow from codes by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.match_json import match_as_json
from api.messages import Messages
from data.candidates import Candidate, Skill
from data.errors import InvalidInput
from data.esco import group_address, isco_of, occupation_address, occupation_from, skill_address
from data.exports.workplace_rows import workplace_rows
from data.imports.candidate_list import candidate_table
from data.imports.esco import read_esco
from data.levels import Source
from data.profile_changes import ProfileChange, changed_profile
from data.record_json import record_from, record_text
from data.store import Store, employers_of, get_candidate, replace_candidates, replace_region
from data.table_cells import CellFault, esco_occupation
from data.workplaces import Employer
from features.market import build_market
from matching import MatchConfig, match

RAKING = "http://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9"
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


@pytest.mark.parametrize(
    "wrong", ["haravointi", CLEANER, RAKING + "/x", RAKING.replace("data.europa.eu", "example.org"), RAKING[:-1]]
)
def test_what_is_no_address_of_a_skill_is_refused_in_a_table_and_in_a_profile(
    wrong: str, people: tuple[Candidate, ...]
) -> None:
    assert skill_address(wrong) is None
    (fault,) = candidate_table([["id", "osaaminen"], ["KS-001", f"haravointi=garden {wrong}"]], "x").faults
    assert (fault.row, fault.column, fault.code) == (2, "skills", "not_esco_skill")
    change = ProfileChange({"skills": [("haravointi", "garden", wrong)]})
    with pytest.raises(InvalidInput, match="no address of an ESCO skill"):
        changed_profile(people[0], change, Source.PROFESSIONAL, date(2026, 11, 28))


def test_a_skill_keeps_its_address_and_nothing_is_matched_by_it(
    store: Store, people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    person = people[0]
    coded = replace(person, skills=tuple(replace(one, esco=RAKING) for one in person.skills))
    assert person.skills
    with store.write() as connection:
        replace_candidates(connection, [coded])
        assert get_candidate(connection, person.id) == coded
    market = build_market(employers[:4])
    found = [match_as_json(match(one, market, MatchConfig(top=5)), Messages("en")) for one in (person, coded)]
    lines = [[one | {"id": ""} for one in listed["suggestions"]] for listed in found]  # ids name the whole profile
    assert lines[0] and lines[0] == lines[1]


def test_a_profile_without_addresses_is_written_as_before_there_were_any(people: tuple[Candidate, ...]) -> None:
    skill = Skill("haravointi", "garden")
    assert record_text(skill) == b'{"text":"haravointi","activity":"garden"}'
    for one in (skill, replace(skill, esco=RAKING)):
        assert record_from(Skill, record_text(one)) == one


def test_an_occupation_is_read_by_its_form_only() -> None:
    assert occupation_from(" C91 ").isco == "91" and occupation_from(CLEANER).esco == CLEANER
    assert occupation_from("  ").said == ""
    for wrong in ("siivooja", "91120", RAKING):
        with pytest.raises(InvalidInput):
            occupation_from(wrong)

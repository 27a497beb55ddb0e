"""What is written down of a record says all of it: the record that is read back is the same one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.candidates import Candidate
from data.imports.solutions import read_seed_solutions
from data.levels import Level, Source
from data.record_json import content_name, record_from, record_text
from data.solutions import Solution
from data.workplaces import Employer, Task


def test_every_person_workplace_and_case_comes_back_as_it_was(
    people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    for person in people:
        assert record_from(Candidate, record_text(person)) == person
    for employer in employers:
        assert record_from(Employer, record_text(employer)) == employer
    cases = read_seed_solutions()
    assert record_from(tuple[Solution, ...], record_text(cases)) == cases


@given(st.floats(0, 5), st.text(), st.dates(), st.sampled_from(Source), st.integers(0, 40) | st.floats(0, 40))
def test_numbers_texts_days_and_kinds_come_back_as_they_were(
    value: float, evidence: str, day: object, source: Source, hours: float
) -> None:
    level = Level(value, value, value, source, evidence, day)  # type: ignore[arg-type]
    task = Task("t", evidence, hours, levels={"str_lift": (level,)})  # a surrogate cannot come: hypothesis gives none
    again = record_from(Task, record_text(task))
    assert again == task
    assert type(again.hours_per_week) is type(hours)
    assert record_text(again) == record_text(task)


def test_the_order_of_a_mapping_is_kept_and_sets_have_one_order() -> None:
    task = Task("t", "x", 1.0, blocks=frozenset({"mon_pm", "mon_am", "fri_eve"}), levels={"b": (), "a": ()})
    assert list(record_from(Task, record_text(task)).levels) == ["b", "a"]
    assert json.loads(record_text(task))["blocks"] == ["fri_eve", "mon_am", "mon_pm"]


def test_a_field_that_an_older_release_did_not_know_takes_its_default() -> None:
    written = json.loads(record_text(Task("t", "x", 1.0)))
    del written["extends_to_hours_per_week"]
    assert record_from(Task, json.dumps(written).encode()) == Task("t", "x", 1.0)


@pytest.mark.parametrize("text", [b"{}", b"[]", b"3", b'{"id": "t", "text": "x", "hours_per_week": 1, "new": 2}', b"{"])
def test_what_is_not_such_a_record_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):
        record_from(Task, text)


def test_a_number_that_is_none_is_never_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        record_text(Task("t", "x", float("nan")))


def test_a_content_is_named_by_what_it_says() -> None:
    assert content_name(b"abc").startswith("ba7816bf8f01cfea")

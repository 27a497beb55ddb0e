"""Boundary conditions in employers' texts: found with quote and offsets, denials left out, wishes told apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.condition_text import contradictions, read_conditions
from features.workplace_reading import conditions_of
from tests.gold.marks import parse_line, read_gold, score


@pytest.mark.parametrize(
    ("part", "language", "least"), [("dev", "fi", 300 - 170), ("dev", "sv", 65), ("dev", "en", 150)]
)
def test_the_development_sentences_are_read_well(part: str, language: str, least: int) -> None:
    gold = read_gold(part, language)
    assert len(gold) >= least
    assert score(gold).f1()[2] >= 0.95


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_sentences_that_nobody_tuned_on_are_read_well(language: str) -> None:
    assert score(read_gold("test", language)).f1()[2] >= 0.92


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hygieniapassia ei vaadita.", "fi"),
        ("Ei iltavuoroja eikä viikonloppuja.", "fi"),
        ("Myymme turvakenkiä ja kypäriä.", "fi"),
        ("Avoinna arkisin klo 9–18.", "fi"),
        ("Körkort behövs inte.", "sv"),
        ("No driving licence needed.", "en"),
        ("Our nurses give flu jabs to customers.", "en"),
        ("", "fi"),
    ],
)
def test_denials_and_the_business_itself_are_no_conditions(text: str, language: str) -> None:
    assert read_conditions(text, language) == []


def test_quotes_stand_where_the_offsets_say() -> None:
    text = "Edellytämme hygieniapassia ja B-ajokorttia, trukkikortti on eduksi. Työ alkaa klo 6.30."
    found = read_conditions(text, "fi")
    assert [(one.type, one.value, one.need) for one in found] == [
        ("permit", "hygiene_passport", "must"),
        ("driving_licence", "B", "must"),
        ("permit", "forklift_card", "wish"),
        ("earliest_start", "06:30", "must"),
    ]
    assert all(text[one.start : one.end] == one.quote for one in found)


@pytest.mark.parametrize(
    ("text", "language", "about"),
    [
        ("Ei nostoja. Siirrät 20 kg säkkejä.", "fi", ["lifting_limit"]),
        ("No lifting. You carry boxes of 15 kg.", "en", ["lifting_limit"]),
        ("Ei yövuoroja. Työ on kolmivuorotyötä, yövuoroja on viikon jaksoissa.", "fi", ["night_work"]),
        ("Nostot enintään 15 kg.", "fi", []),
    ],
)
def test_contradictions_are_shown_with_both_places(text: str, language: str, about: list[str]) -> None:
    found = contradictions(text, read_conditions(text, language), language)
    assert [one.about for one in found] == about
    for one in found:
        assert tuple(text[start:end] for start, end in one.places) == one.quotes


@given(st.text(max_size=200), st.sampled_from(["fi", "sv", "en"]))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_reader_fall_over(text: str, language: str) -> None:
    for one in read_conditions(text, language):
        assert one.need in ("must", "wish")
        assert one.start < one.end


def test_imported_tasks_are_checked_against_what_the_engine_knows_of_people() -> None:
    found = conditions_of("Hygieniapassi ja sujuva suomen kieli vaaditaan, ruotsi eduksi. Työ alkaa klo 6.", "fi")
    assert [(one.key, one.value, str(one.need)) for one in found] == [
        ("permit:hygiene_passport", "hygiene_passport", "must"),
        ("language:fi", "C1", "must"),
        ("language:sv", "A1", "wish"),
    ]


def test_marked_lines_are_parsed_with_offsets() -> None:
    sentence = parse_line("en | [Own car]{own_car=yes?} is an advantage.")
    assert sentence.text == "Own car is an advantage."
    assert [(mark.type, mark.value, mark.need, mark.start, mark.end) for mark in sentence.marks] == [
        ("own_car", "yes", "wish", 0, 7)
    ]

"""A gap is asked in plain words of three languages; what is not understood is kept as words, never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InvalidInput
from data.solutions import EmployerSize
from features.gap_question import AskedGap, read_question, with_loads


@pytest.mark.parametrize(
    "text",
    [
        "seisominen 5 vastaan 2",
        "seisominen 5 / 2",
        "Seisominen 5, jaksaa 2",
        "seisominen 5 mutta pystyy vain 2",
        "stående 5 mot 2",
        "stående 5, klarar 2",
        "standing 5 against 2",
        "standing 5 vs. 2",
        "standing 5 → 2",
    ],
)
def test_two_levels_beside_a_dimension_are_a_gap(text: str) -> None:
    assert read_question(text).gaps == {"pos_stand": AskedGap(5.0, 2.0)}


@pytest.mark.parametrize(
    "text", ["asiakkaat kunnossa, melu 4/2", "kunder fungerar, buller 4/2", "customers fine, noise 4/2"]
)
def test_what_is_fine_is_no_gap(text: str) -> None:
    found = read_question(text)
    assert found.fine == {"soc_cust"}
    assert found.gaps == {"env_noise": AskedGap(4.0, 2.0)}


def test_decimal_commas_do_not_split_and_several_gaps_are_read() -> None:
    found = read_question("nostaminen 4,5 vastaan 1,5, kumartelu 3.5/2 ja lukeminen 3/1")
    assert found.gaps == {
        "str_lift": AskedGap(4.5, 1.5),
        "pos_bend": AskedGap(3.5, 2.0),
        "com_read": AskedGap(3.0, 1.0),
    }


@pytest.mark.parametrize("text", ["ei kestä tärinää", "tål inte vibration", "cannot take vibration"])
def test_a_denial_without_levels_is_a_gap_of_unknown_size(text: str) -> None:
    assert read_question(text).gaps == {"env_vib": AskedGap(None, None)}
    assert read_question(text).gaps["env_vib"].size == 2.0


def test_a_level_that_is_enough_is_no_gap() -> None:
    assert read_question("seisominen 2 vastaan 4").gaps.get("pos_stand") in (None, AskedGap())


def test_hours_become_levels_of_weekly_hours() -> None:
    assert read_question("weekly hours 37.5, can do 16").gaps == {"org_hours": AskedGap(5.0, 2.0)}


def test_size_and_line_of_business_are_recognised() -> None:
    found = read_question("small company, laundry, heat 4/2")
    assert (found.size, found.sectors) == (EmployerSize.SMALL, ("laundry",))


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        found = read_question(text)
    except InvalidInput:
        return
    assert not found.fine & found.gaps.keys()


def test_stated_loads_are_asked_for_where_no_gap_is_named() -> None:
    text = "Laatikoiden siirto, 25 kg, varasto"
    asked = with_loads(read_question(text), text)
    assert asked.gaps["str_lift"].managed is None
    assert (asked.gaps["str_lift"].needed or 0) >= 3.5
    named = read_question("melu 4/2, laatikot 25 kg")
    assert with_loads(named, "melu 4/2, laatikot 25 kg") == named


def test_an_empty_question_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no question"):
        read_question("  ")

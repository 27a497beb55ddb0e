"""A correction taken back leaves everything alone that it did not change, whatever order corrections came in."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from data.candidates import Candidate
from data.levels import Source
from data.profile_changes import (
    ProfileChange,
    StatedLevel,
    changed_again,
    changed_pieces,
    changed_profile,
    without_correction,
)

DAY = date(2026, 11, 28)
PERSON = Candidate("p", "Person", 10.0, 20.0, {}, wishes={"cleaning": 1.0}, permits={"hygiene_passport": True})
PERMITS = ("hygiene_passport", "occupational_safety_card")
DIMENSIONS = ("loc_walk", "str_lift", "pos_sit")


@st.composite
def changes(draw: st.DrawFn) -> ProfileChange:
    """A correction of hours, of a way to get there, and of some levels and limits."""
    plain: dict[str, object] = {}
    if draw(st.booleans()):
        plain |= {"hours_min": draw(st.sampled_from((5.0, 10.0))), "hours_max": draw(st.sampled_from((20.0, 30.0)))}
    if draw(st.booleans()):
        plain["own_car"] = draw(st.sampled_from((None, True, False)))
    if draw(st.booleans()):
        plain["permits"] = draw(
            st.dictionaries(st.sampled_from(("hygiene_passport", "occupational_safety_card")), st.booleans())
        )
    value = st.sampled_from((1.0, 2.0))
    levels = draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.none() | value.map(lambda v: StatedLevel(v, v, v))))
    bans = draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.none() | value))
    return ProfileChange(plain, levels, bans)


@given(changes(), changes())
def test_what_another_correction_changed_stays_and_only_the_same_thing_stands_in_the_way(
    first: ProfileChange, second: ProfileChange
) -> None:
    one = changed_profile(PERSON, first, Source.PROFESSIONAL, DAY)
    now = changed_profile(one, second, Source.PROFESSIONAL, DAY)
    mine, later = set(changed_pieces(PERSON, one)), set(changed_pieces(one, now))
    assert set(changed_again(now, PERSON, one)) == mine & later
    if mine & later:
        return
    back = without_correction(now, PERSON, one)
    assert (set(changed_pieces(PERSON, back)), set(changed_pieces(now, back))) == (later, mine)


def test_hours_go_together_so_that_a_week_stays_a_week() -> None:
    one = changed_profile(PERSON, ProfileChange({"hours_max": 30.0}), Source.PROFESSIONAL, DAY)
    now = changed_profile(one, ProfileChange({"hours_min": 25.0}), Source.PROFESSIONAL, DAY)
    assert changed_again(now, PERSON, one) == (("hours", ""),)

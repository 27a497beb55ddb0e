"""A level always has a source and an interval; the share of a shift follows the scale of DESIGN section 3."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.levels import Level, Source, level_of_share, most_direct, share_of_shift

steps = st.floats(0, 5, allow_nan=False)


@given(steps)
def test_share_and_level_are_each_others_way_back(level: float) -> None:
    assert level_of_share(share_of_shift(level)) == pytest.approx(level, abs=1e-9)


@given(steps, steps)
def test_a_higher_level_is_never_a_smaller_share(one: float, other: float) -> None:
    assert (share_of_shift(one) <= share_of_shift(other)) or one > other


@given(st.lists(steps, min_size=3, max_size=3).map(sorted), st.floats(0, 1), st.floats(0, 1))
def test_more_caution_never_plans_with_less(levels: list[float], q: float, r: float) -> None:
    level = Level(levels[1], levels[0], levels[2], Source.EMPLOYER)
    low, high = sorted((q, r))
    assert level.at(low) <= level.at(high) + 1e-12


def test_balanced_caution_plans_with_the_point() -> None:
    assert Level(3, 1, 4, Source.MODEL).at(0.5) == 3


def test_what_was_seen_beats_what_was_said_and_what_was_said_beats_a_model() -> None:
    seen = Level(2, 2, 2, Source.OBSERVED)
    said = Level(4, 4, 4, Source.EMPLOYER, stated_on=date(2026, 5, 1))
    read = Level(5, 5, 5, Source.MODEL, stated_on=date(2026, 6, 1))
    assert most_direct([read, said]) is said
    assert most_direct([said, seen, read]) is seen


def test_of_two_statements_the_later_counts() -> None:
    old = Level(2, 2, 2, Source.CANDIDATE, stated_on=date(2025, 1, 1))
    new = Level(3, 3, 3, Source.PROFESSIONAL, stated_on=date(2026, 1, 1))
    assert most_direct([new, old]) is new


def test_nothing_known_is_not_zero() -> None:
    assert most_direct([]) is None


@pytest.mark.parametrize("levels", [(-1, 0, 1), (3, 3.5, 4), (1, 0, 6), (float("nan"), 0, 5)])
def test_a_level_outside_its_interval_or_scale_is_refused(levels: tuple[float, float, float]) -> None:
    value, low, high = levels
    with pytest.raises(ValueError, match="0 <= low <= value <= high <= 5"):
        Level(value, low, high, Source.EMPLOYER)

"""Likeness of work: what is not known is left out, what is done decides, and the order of two sides never matters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.work_likeness import (
    SAME_KIND,
    likeness_parts,
    shared_activities,
    shared_loads,
    shared_words,
)

NAN = float("nan")
level = st.one_of(st.just(NAN), st.integers(0, 10).map(lambda half: half / 2))
levels = st.lists(level, min_size=4, max_size=4).map(np.array)
some = st.lists(st.sampled_from(["laundry", "packing", "cleaning", "sorting"]), unique=True, max_size=3).map(tuple)


@given(levels, levels)
def test_loads_are_as_like_one_way_as_the_other_and_within_0_and_1(one: np.ndarray, other: np.ndarray) -> None:
    there, back = shared_loads(one, other[None]), shared_loads(other, one[None])
    assert np.array_equal(there, back, equal_nan=True)
    assert np.isnan(there[0]) or 0 <= there[0] <= 1


@given(some, some)
def test_activities_are_as_like_one_way_as_the_other(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    there, back = shared_activities(one, [other])[0], shared_activities(other, [one])[0]
    assert (np.isnan(there) and np.isnan(back)) or there == back
    assert np.isnan(there) == (not one or not other)


@given(st.lists(st.one_of(st.just(NAN), st.floats(0, 1)), min_size=3, max_size=3))
def test_a_likeness_is_the_weighted_mean_of_what_is_known(compared: list[float]) -> None:
    row = likeness_parts(*(np.array([one]) for one in compared))[0]
    known = [(w, c) for w, c in zip((0.5, 0.3, 0.2), compared, strict=True) if not np.isnan(c)]
    mean = sum(w * c for w, c in known) / sum(w for w, _ in known) if known else 0.0
    assert row.sum() == pytest.approx(mean)


def test_one_example_by_hand() -> None:
    """Laundry and packing against laundry: 2/3; standing 4 against 3, reach 2 against 2: 1 - 0.5/2; half the words."""
    parts = likeness_parts(
        shared_activities(("laundry", "packing"), [("laundry",)]),
        shared_loads(np.array([4.0, 2.0, NAN]), np.array([[3.0, 2.0, 5.0]])),
        np.array([0.5]),
    )[0]
    assert parts == pytest.approx([1 / 3, 0.225, 0.1])
    assert parts.sum() > SAME_KIND


def test_nothing_known_is_no_likeness() -> None:
    assert likeness_parts(np.array([NAN]), np.array([NAN]), np.array([NAN])).sum() == 0
    assert np.isnan(shared_words((" ",), ["siivous"])[0])
    assert len(shared_words(("siivous",), [])) == 0

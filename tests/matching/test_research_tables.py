"""Rules of tables for research: nobody can be singled out, by whatever difference of two tables.

Whoever attacks knows everybody else exactly, and wants to know whether one person is in a cell. Without protection that
always succeeds; here it succeeds hardly more often than the odds allow of which ``EPSILON`` is the measure.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.research_tables import (
    EPSILON,
    FEWEST_SHOWN,
    ROUNDED_TO,
    CountedPerson,
    ResearchTable,
    noise_of,
    protected_table,
    told_number,
)

ROUNDS = 3000
KEYS = [hashlib.sha256(bytes([seed // 256, seed % 256])).digest() for seed in range(ROUNDS)]
SLACK = 0.03  # three standard errors of a share of that many rounds
TARGET = CountedPerson("target", ("north", "old"), "hired")


def world(with_target: bool, others: int = 40) -> list[CountedPerson]:
    """A region with two age-like groups; the target would be alone among few in the second."""
    people = [CountedPerson(f"p{n}", ("north", "young"), "hired" if n % 3 else "none") for n in range(40)]
    people += [CountedPerson(f"o{n}", ("north", "old"), "hired" if n % 2 else "none") for n in range(others)]
    people += [CountedPerson(f"s{n}", ("south", "young"), "hired" if n % 2 else "none") for n in range(30)]
    return [*people, TARGET] if with_target else people


def by(people: Iterable[CountedPerson], *axes: int, key: bytes, until: str = "now") -> ResearchTable:
    placed = [CountedPerson(p.person, tuple(p.at[a] for a in axes), p.value) for p in people]
    return protected_table(placed, f"x {until}", key)


def told(table: ResearchTable) -> dict[tuple[str, ...], int]:
    return {(*cell.at, cell.value): cell.people for cell in table.cells}


def total_minus_rest(people: list[CountedPerson], key: bytes) -> float:
    table = by(people, 0, 1, key=key)
    return (table.total or 0) - sum(cell.people for cell in table.cells if cell.at != TARGET.at)


def two_groupings(people: list[CountedPerson], key: bytes) -> float:
    """The region as a whole, without those of its groups that are known."""
    whole, parts = told(by(people, 0, key=key)), told(by(people, 0, 1, key=key))
    return whole.get(("north", "hired"), 0) - parts.get(("north", "young", "hired"), 0)


def two_dates(people: list[CountedPerson], key: bytes) -> float:
    """A table of now, and one of the quarter before, of which the attacker knows that the target was not in it."""
    before = told(by([p for p in people if p != TARGET], 0, 1, key=key, until="before"))
    now = told(by(people, 0, 1, key=key))
    place = (*TARGET.at, TARGET.value)
    return now.get(place, 0) - before.get(place, 0)


def best_guess(attack: Callable[[list[CountedPerson], bytes], float]) -> float:
    """Give how often the best possible guesser is right, over many secret keys; a half is guessing."""
    keys = KEYS
    there, not_there = world(True), world(False)
    seen = [Counter(attack(people, key) for key in keys) for people in (there, not_there)]
    return sum(max(seen[0][value], seen[1][value]) for value in seen[0] | seen[1]) / (2 * ROUNDS)


def bound(numbers: int) -> float:
    """Give how often anybody can be right who sees so many numbers that the person is in."""
    odds = math.exp(numbers * EPSILON)
    return odds / (1 + odds)


@pytest.mark.parametrize(
    ("attack", "numbers"), [(total_minus_rest, 2), (two_groupings, 1), (two_dates, 1)]
)  # fmt: skip
def test_differences_of_tables_single_nobody_out(
    attack: Callable[[list[CountedPerson], bytes], float], numbers: int
) -> None:
    right = best_guess(attack)
    print(attack.__name__, round(right, 3), "bound", round(bound(numbers), 3))  # noqa: T201 - read with -s
    assert right <= bound(numbers) + SLACK


def test_the_same_attacks_always_succeed_on_exact_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.research_tables.noise_of", lambda *_: 0)
    monkeypatch.setattr("matching.research_tables.ROUNDED_TO", 1)
    monkeypatch.setattr("matching.research_tables.FEWEST_SHOWN", 1)
    for attack in (total_minus_rest, two_groupings, two_dates):
        assert attack(world(True), b"k") - attack(world(False), b"k") == 1


def test_plain_rounding_alone_would_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the edge between two steps one person more turns the number, every time: that is why there is noise."""
    monkeypatch.setattr("matching.research_tables.noise_of", lambda *_: 0)
    twelve, thirteen = ([f"p{n}" for n in range(count)] for count in (12, 13))
    assert (told_number(twelve, "x", b"k"), told_number(thirteen, "x", b"k")) == (10, 15)


def test_whether_a_small_cell_is_shown_does_not_turn_on_one_person() -> None:
    keys = KEYS
    shown = {
        n: sum(told_number([f"p{i}" for i in range(n)], "x", key) is not None for key in keys) / ROUNDS
        for n in (4, 5, 6, 12)
    }
    assert shown[4] == 0 and shown[5] < 0.25 and shown[6] < 0.35 < 0.9 < shown[12] + 0.1


def test_the_same_people_give_the_same_number_however_they_are_asked_for() -> None:
    people = [f"p{n}" for n in range(20)]
    assert len({noise_of([*people[n:], *people[:n]], "x", b"k") for n in range(20)}) == 1
    assert len({noise_of(people, "x", bytes([n])) for n in range(20)}) > 3
    assert len({noise_of(people[:n], "x", b"k") for n in range(20)}) > 3


def test_noise_is_as_wide_as_said() -> None:
    drawn = Counter(abs(noise_of([f"p{n}"], "x", b"k")) for n in range(20_000))
    alpha = math.exp(-EPSILON)
    for size in range(6):
        expected = (1 - alpha) / (1 + alpha) * alpha**size * (2 if size else 1)
        assert abs(drawn[size] / 20_000 - expected) < 0.012, size


def test_a_group_where_all_have_the_same_answer_is_left_out() -> None:
    same = [CountedPerson(f"p{n}", ("a",), "broken_off:health") for n in range(50)]
    mixed = [CountedPerson(f"q{n}", ("b",), "hired" if n % 2 else "none") for n in range(60)]
    assert {cell.at for cell in protected_table([*same, *mixed], "endings", b"k").cells} <= {("b",)}


PLACES = st.tuples(st.sampled_from("ab"), st.sampled_from("cde"))
PEOPLE = st.lists(st.tuples(PLACES, st.sampled_from(["x", "y"])), max_size=200)


@settings(max_examples=200, deadline=None)
@given(PEOPLE, st.binary(min_size=1, max_size=4))
def test_what_is_shown_is_coarse_and_never_the_only_gap_of_a_line(
    placed: list[tuple[tuple[str, str], str]], key: bytes
) -> None:
    counted = [CountedPerson(f"p{n}", at, value) for n, (at, value) in enumerate(placed)]
    table = protected_table(counted, "x", key)
    exact = Counter((*one.at, one.value) for one in counted)
    shown = told(table)
    for place, number in shown.items():
        assert exact[place] >= 5 and number >= FEWEST_SHOWN and number % ROUNDED_TO == 0
    for axis in range(3):
        lines: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for place in exact:
            lines.setdefault(place[:axis] + place[axis + 1 :], []).append(place)
        for line in lines.values():
            hidden = [place for place in line if place not in shown]
            assert len(hidden) != 1 or len(line) == 1

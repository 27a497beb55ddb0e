"""What a table for research may show: how many people, never who, and nothing that tells whether one is among them.

People are counted, not events, so that nobody is a cell of their own. A cell is shown when at least five people stand
in it and its number, after noise, is ten or more; numbers are rounded to five. The noise belongs to the set of people
and to the time: in one quarter the same people give the same number in every table, so that asking again averages
nothing out; one person more, or another quarter, gives a new number, so that no difference of two tables tells whether
somebody is in one of them (decision 0026). What is not shown is not listed: nobody, few and hidden look alike.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

FEWEST_PEOPLE = 5
ROUNDED_TO = 5
FEWEST_SHOWN = 10
"""Numbers below this are not shown: that there are five people and not four must not switch a cell on by itself."""

FEWEST_VALUES = 2
"""l-diversity: where everybody in a group has the same answer, the group tells what each of them has."""

EPSILON = 1 / 3
"""How much one person changes the odds of any one number: e to this power at most, about 1.4 to 1."""

MOST_GROUPINGS = 3

At = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """One person as they stand in a table: in which cell, and what is said of them there (empty: nothing more)."""

    person: str
    at: At
    value: str = ""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell that may be shown: where it stands, what it says, and how many people, with noise, rounded to five."""

    at: At
    value: str
    people: int


@dataclass(frozen=True, slots=True)
class ResearchTable:
    """The cells that may be shown, by place, and everybody together (None: too few). Cells do not add up to it."""

    cells: tuple[ShownCell, ...]
    total: int | None


def protected_table(counted: Iterable[CountedPerson], about: str, key: bytes) -> ResearchTable:
    """Make the table that may be shown. ``about`` names what is counted and until when; ``key`` is secret.

    >>> few = [CountedPerson(f"p{n}", ("a",)) for n in range(4)]
    >>> protected_table(few, "trials", b"k")
    ResearchTable(cells=(), total=None)
    """
    people: dict[tuple[At, str], set[str]] = {}
    everybody: set[str] = set()
    for one in counted:
        people.setdefault((one.at, one.value), set()).add(one.person)
        everybody.add(one.person)
    told = {place: told_number(there, f"{about}\0{place[1]}", key) for place, there in people.items()}
    shown = {place: number for place, number in told.items() if number is not None}
    shown = _diverse(shown, people)
    shown = _without_complements(shown, people)
    cells = tuple(ShownCell(at, value, number) for (at, value), number in sorted(shown.items()))
    return ResearchTable(cells, told_number(everybody, f"{about}\0total", key))


def told_number(people: Collection[str], about: str, key: bytes) -> int | None:
    """Give the number to show for a set of people, with its noise, rounded; None when they are too few to be shown."""
    if len(people) < FEWEST_PEOPLE:
        return None
    noisy = len(people) + noise_of(people, about, key)
    rounded = ROUNDED_TO * round(noisy / ROUNDED_TO)
    return rounded if rounded >= FEWEST_SHOWN else None


def noise_of(people: Iterable[str], about: str, key: bytes) -> int:
    """Draw the noise of a set of people: two-sided geometric, from a keyed hash, the same whenever it is asked."""
    named = json.dumps([about, sorted(people)]).encode()
    drawn = hmac.new(key, named, hashlib.sha256).digest()
    share = (int.from_bytes(drawn[:8]) >> 11) / 2**53  # in [0, 1)
    alpha = math.exp(-EPSILON)
    beyond = (1 - share) * (1 + alpha) / 2  # P(|noise| >= m) is 2 alpha^m / (1 + alpha)
    size = 0 if beyond >= alpha else math.floor(math.log(beyond) / -EPSILON)
    return size if drawn[8] % 2 else -size


def _diverse(
    shown: Mapping[tuple[At, str], int], people: Mapping[tuple[At, str], set[str]]
) -> dict[tuple[At, str], int]:
    """Leave out groups in which everybody has the same answer; tables without answers stay as they are."""
    if all(value == "" for _, value in people):
        return dict(shown)
    values: dict[At, set[str]] = {}
    for at, value in people:
        values.setdefault(at, set()).add(value)
    return {place: number for place, number in shown.items() if len(values[place[0]]) >= FEWEST_VALUES}


def _without_complements(
    shown: Mapping[tuple[At, str], int], people: Mapping[tuple[At, str], set[str]]
) -> dict[tuple[At, str], int]:
    """Where one cell of a line is hidden, hide the smallest beside it: else it is the line's total without the rest."""
    kept = dict(shown)
    flat = {place: (*place[0], place[1]) for place in people}
    axes = len(next(iter(flat.values()))) if flat else 0
    changed = True
    while changed:
        changed = False
        for axis in range(axes):
            lines: dict[At, list[tuple[At, str]]] = {}
            for place, coordinates in flat.items():
                lines.setdefault((*coordinates[:axis], *coordinates[axis + 1 :]), []).append(place)
            for _, line in sorted(lines.items()):
                left = [place for place in line if place in kept]
                if len(line) - len(left) == 1 and left:
                    del kept[min(left, key=lambda place: (kept[place], place))]
                    changed = True
    return kept

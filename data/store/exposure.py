"""The log of what was shown: every list with its rank order, its model, and the features that were known on that day.

A list is logged before it is shown, all of it or nothing. What-ifs are logged as what-ifs; ``shown_rows`` leaves them
out, as nobody decides on them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from ..errors import UnknownId
from ..moments import moment_text
from .kept_contents import keep, keep_for
from .schema import any_whole, candidate, kept_content, kept_of_person, match_run, shown_suggestion, site_version
from .workplaces import Change, latest_change


@dataclass(frozen=True, slots=True)
class ShownRun:
    """One list that was shown.

    ``number`` counts the lists of a store from 1 (0: not logged yet); ``run_id`` names what decided it. ``shown_at`` is
    in UTC. ``model``, ``rules``, ``code``, ``features`` name the versions; ``question`` is what was asked, in plain
    values; ``market`` the last change of the workplaces that the list knows. ``profile``, ``cases`` and ``answer`` name
    what is kept: the person, the earlier solutions (None: not asked), and the list as it was shown. ``lessons``: what
    the list had learned from trials, as plain values (None: nothing). ``made_from`` names all that it was made from
    (None: it is not shown again).
    """

    number: int
    candidate: str
    run_id: str
    shown_at: datetime
    model: str
    rules: str
    code: str
    features: str
    question: Mapping[str, Any]
    what_if: bool
    fictional: bool
    market: Change
    profile: str
    cases: str | None
    answer: str
    lessons: Mapping[str, Any] | None = None
    made_from: str | None = None


@dataclass(frozen=True, slots=True)
class ShownSuggestion:
    """One line of a list: its place, score, three readings, and its row of trial features (NaN: unknown)."""

    rank: int
    id: str
    site: str
    employer: str
    score: float
    can_do: float
    wants: float
    likely: float
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ShownRows:
    """Suggestions that were shown, side by side, list after list, best rank first: what training reads.

    ``rows`` (shown, features), NaN where unknown; ``list_of`` numbers the lists from 0, ``run`` by their number in the
    store; ``day`` counts days from 1970-01-01. ``other_features``: so many lists were left out, because their rows
    were made by other declarations of features.
    """

    rows: npt.NDArray[np.float64]
    list_of: npt.NDArray[np.int64]
    run: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    suggestions: tuple[str, ...]
    people: tuple[str, ...]
    employers: tuple[str, ...]
    model: tuple[str, ...]
    day: npt.NDArray[np.int64]
    other_features: int

    def __len__(self) -> int:
        """Count what was shown."""
        return len(self.rank)


def log_run(
    connection: sa.Connection,
    run: ShownRun,
    suggestions: Sequence[ShownSuggestion],
    profile: bytes,
    answer: bytes,
    cases: bytes | None = None,
) -> int | None:
    """Write a list down; gives its number, or None when the workplaces have changed since it was made: make it again.

    Raises UnknownId when the person is not there (any more).
    """
    if latest_change(connection) != run.market:
        return None
    if connection.scalar(sa.select(candidate.c.id).where(candidate.c.id == run.candidate)) is None:
        raise UnknownId("candidate", run.candidate)
    keep_for(connection, run.candidate, [profile, answer])
    if cases is not None:
        keep(connection, [cases])
    number = int(connection.execute(sa.insert(match_run).returning(match_run.c.number), _row(run)).scalar_one())
    if suggestions:
        connection.execute(sa.insert(shown_suggestion), [_suggestion_row(number, one) for one in suggestions])
    return number


def find_run(connection: sa.Connection, name: str) -> ShownRun:
    """Give a run by its number, or the latest one with a run id; UnknownId when there is none."""
    query = sa.select(match_run).order_by(match_run.c.number.desc()).limit(1)
    is_number = name.isascii() and name.isdecimal() and len(name) < 10
    for wanted in ([match_run.c.number == int(name)] if is_number else []) + [match_run.c.run_id == name]:
        if (row := connection.execute(query.where(wanted)).first()) is not None:
            return _run(row)
    raise UnknownId("run", name)


def find_same_run(connection: sa.Connection, candidate_id: str, made_from: str) -> tuple[ShownRun, int] | None:
    """Give the first list of a person that was made from the same, and how many lines it has; None: there is none."""
    same = (match_run.c.made_from == made_from) & (match_run.c.candidate_id == candidate_id)
    row = connection.execute(sa.select(match_run).where(same).order_by(match_run.c.number).limit(1)).first()
    if row is None:
        return None
    of_it = shown_suggestion.c.run_number == row.number
    return _run(row), connection.scalar(sa.select(sa.func.count()).select_from(shown_suggestion).where(of_it)) or 0


def is_logged(connection: sa.Connection, number: int) -> bool:
    """Tell whether a list is in the log (still)."""
    return connection.scalar(sa.select(match_run.c.number).where(match_run.c.number == number)) is not None


def runs_of(
    connection: sa.Connection, of: str | None = None, most: int = 100, before: int | None = None
) -> tuple[ShownRun, ...]:
    """Give the lists that a person (or anybody) was shown, the latest first; ``before``: older than this number."""
    query = sa.select(match_run).order_by(match_run.c.number.desc()).limit(most)
    if before is not None:
        query = query.where(match_run.c.number < any_whole(before))
    if of is not None:
        query = query.where(match_run.c.candidate_id == of)
    return tuple(_run(row) for row in connection.execute(query))


def suggestions_of(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, tuple[ShownSuggestion, ...]]:
    """Give what stood on some lists, in order of rank."""
    wanted = sa.select(shown_suggestion).where(shown_suggestion.c.run_number.in_(list(numbers)))
    found: dict[int, list[ShownSuggestion]] = {number: [] for number in numbers}
    for row in connection.execute(wanted.order_by(shown_suggestion.c.run_number, shown_suggestion.c.rank)):
        values = (row.score, row.can_do, row.wants, row.likely, tuple(_known(row.features)))
        one = ShownSuggestion(row.rank, row.suggestion_id, row.site_id, row.employer_id, *values)
        found[row.run_number].append(one)
    return {number: tuple(several) for number, several in found.items()}


@dataclass(frozen=True, slots=True)
class LastList:
    """The list that somebody was shown last (no what-if): its number, when, how many suggestions, the kept answer."""

    number: int
    shown_at: datetime
    suggestions: int
    answer: str


def last_lists(connection: sa.Connection, of: Sequence[str]) -> dict[str, LastList]:
    """Give for some people the list that they were shown last; who was shown none is left out."""
    latest = (
        sa.select(sa.func.max(match_run.c.number))
        .where(match_run.c.candidate_id.in_(list(of)), match_run.c.what_if.is_(False))
        .group_by(match_run.c.candidate_id)
    )
    counted = (
        sa.select(match_run.c.candidate_id, match_run.c.number, match_run.c.shown_at, match_run.c.answer,
                  sa.func.count(shown_suggestion.c.rank).label("lines"))
        .outerjoin(shown_suggestion, shown_suggestion.c.run_number == match_run.c.number)
        .where(match_run.c.number.in_(latest))
        .group_by(match_run.c.candidate_id, match_run.c.number, match_run.c.shown_at, match_run.c.answer)
    )  # fmt: skip
    return {
        row.candidate_id: LastList(row.number, datetime.fromisoformat(row.shown_at), row.lines, row.answer)
        for row in connection.execute(counted)
    }


def count_shown(connection: sa.Connection) -> dict[str, int]:
    """Count lists, what stood on them, and what is kept to make them again."""
    tables = (match_run, shown_suggestion, kept_of_person, site_version, kept_content)
    return {t.name: connection.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables}


def shown_rows(connection: sa.Connection, features: str, *, fictional: bool = False) -> ShownRows:
    """Give all suggestions that people were really shown (no what-ifs), made by the declarations ``features``.

    Real people by default; ``fictional`` gives the fictional ones instead. Both are never mixed.
    """
    real = (match_run.c.what_if.is_(False)) & (match_run.c.fictional.is_(fictional))
    of_these = real & (match_run.c.features == features)
    columns = (
        match_run.c.number, match_run.c.candidate_id, match_run.c.model, match_run.c.shown_at,
        shown_suggestion.c.rank, shown_suggestion.c.suggestion_id, shown_suggestion.c.employer_id,
        shown_suggestion.c.features,
    )  # fmt: skip
    query = sa.select(*columns).join(shown_suggestion, shown_suggestion.c.run_number == match_run.c.number)
    found = connection.execute(query.where(of_these).order_by(match_run.c.number, shown_suggestion.c.rank)).all()
    others = sa.select(sa.func.count()).select_from(match_run).where(real & (match_run.c.features != features))
    lists = {number: at for at, number in enumerate(dict.fromkeys(row.number for row in found))}
    epoch = date(1970, 1, 1)
    days = [(datetime.fromisoformat(row.shown_at).date() - epoch).days for row in found]
    return ShownRows(
        rows=np.array([_known(row.features) for row in found], np.float64).reshape(len(found), -1 if found else 0),
        list_of=np.array([lists[row.number] for row in found], np.int64),
        run=np.array([row.number for row in found], np.int64),
        rank=np.array([row.rank for row in found], np.int64),
        suggestions=tuple(row.suggestion_id for row in found),
        people=tuple(row.candidate_id for row in found),
        employers=tuple(row.employer_id for row in found),
        model=tuple(row.model for row in found),
        day=np.array(days, np.int64),
        other_features=connection.scalar(others) or 0,
    )


def _known(values: Sequence[float | None]) -> list[float]:
    return [math.nan if value is None else float(value) for value in values]


def _row(run: ShownRun) -> dict[str, Any]:
    names = (
        "run_id", "model", "rules", "code", "features", "what_if", "fictional", "profile", "cases", "answer",
        "made_from",
    )  # fmt: skip
    return {name: getattr(run, name) for name in names} | {
        "candidate_id": run.candidate,
        "shown_at": moment_text(run.shown_at),
        "question": dict(run.question),
        "market_change": run.market.number,
        "market_token": run.market.token,
        "lessons": None if run.lessons is None else dict(run.lessons),
    }


def _suggestion_row(number: int, one: ShownSuggestion) -> dict[str, Any]:
    return {
        "run_number": number,
        "rank": one.rank,
        "suggestion_id": one.id,
        "site_id": one.site,
        "employer_id": one.employer,
        "score": one.score,
        "can_do": one.can_do,
        "wants": one.wants,
        "likely": one.likely,
        "features": [None if math.isnan(value) else value for value in one.features],
    }


def _run(row: Any) -> ShownRun:
    names = ("run_id", "model", "rules", "code", "features", "question", "what_if", "fictional", "profile", "cases")
    return ShownRun(
        number=row.number,
        candidate=row.candidate_id,
        shown_at=datetime.fromisoformat(row.shown_at),
        market=Change(row.market_change, row.market_token),
        answer=row.answer,
        lessons=row.lessons,
        made_from=row.made_from,
        **{name: getattr(row, name) for name in names},
    )

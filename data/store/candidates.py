"""Keeps candidates: profile, capacity with its sources, bans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from ..candidates import Ban, Candidate, Skill
from ..errors import UnknownId
from .bulk_import_tables import bulk_import_before
from .erasure import erased_among, erasure_fingerprint, note_erasures, refuse_erased
from .level_rows import level_rows, levels_by_owner
from .schema import ban, candidate, capacity, trial
from .trials import remove_trials_of

_PLAIN = (
    "id",
    "name",
    "hours_min",
    "hours_max",
    "municipality",
    "travel_minutes_max",
    "travel_by",
    "step_free_needed",
    "adult",
    "own_car",
    "criminal_record_ok",
    "fictional",
)
_AT_ONCE = 500
_MAPPINGS = ("wishes", "preferences", "blocks", "languages", "permits", "licences")


def replace_candidates(connection: sa.Connection, people: Iterable[Candidate]) -> int:
    """Store people; whoever is there already gets the new profile and keeps what was shown. Returns how many.

    InvalidInput for the id of somebody who was erased.
    """
    people = list(people)
    if not people:
        return 0
    ids = [person.id for person in people]
    refuse_erased(connection, ids)
    for below in (capacity, ban):
        connection.execute(sa.delete(below).where(below.c.candidate_id.in_(ids)))
    known = set(connection.scalars(sa.select(candidate.c.id).where(candidate.c.id.in_(ids))))
    rows = {person.id: _row(person) for person in people}
    if old := [{"of": id_, **row} for id_, row in rows.items() if id_ in known]:
        connection.execute(sa.update(candidate).where(candidate.c.id == sa.bindparam("of")), old)
    if new := [row for id_, row in rows.items() if id_ not in known]:
        connection.execute(sa.insert(candidate), new)
    levels = [row for person in people for row in level_rows("candidate_id", person.id, person.capacity)]
    if levels:
        connection.execute(sa.insert(capacity), levels)
    bans = [
        {
            "candidate_id": person.id,
            "dimension": b.dimension,
            "highest_level": b.highest_level,
            "ground": b.ground,
        }
        for person in people
        for b in person.bans
    ]
    if bans:
        connection.execute(sa.insert(ban), bans)
    return len(people)


def get_candidate(connection: sa.Connection, id_: str) -> Candidate:
    """Give one person; UnknownId names the closest ids when there is none."""
    found = _read(connection, [id_])
    if not found:
        require_candidate(connection, id_)
    return found[0]


def require_candidate(connection: sa.Connection, id_: str) -> None:
    """Raise UnknownId with the closest ids when there is no such person."""
    if connection.scalar(sa.select(candidate.c.id).where(candidate.c.id == id_)) is None:
        from rapidfuzz import process

        close = [match for match, score, _ in process.extract(id_, candidate_ids(connection), limit=3) if score >= 70]
        raise UnknownId("candidate", id_, close)


def all_candidates(connection: sa.Connection) -> tuple[Candidate, ...]:
    """Give everybody, by id."""
    return _read(connection, None)


def some_candidates(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Candidate]:
    """Give people by their ids; an id that nobody has is left out."""
    asked = sorted(set(ids))
    parts = (asked[start : start + _AT_ONCE] for start in range(0, len(asked), _AT_ONCE))
    return {person.id: person for part in parts for person in _read(connection, part)}


def candidates_after(
    connection: sa.Connection, after: str | None, most: int, among: frozenset[str] | None = None, find: str = ""
) -> tuple[Candidate, ...]:
    """Give people by id, from the one after an id on (None: from the first); ``among``: of these only.

    ``find``: only those whose name, id or municipality holds this text, whatever the case of its letters.
    """
    if find.strip():
        of_these = _found(connection, find)
        among = of_these if among is None else among & of_these
    if among is None:
        query = sa.select(candidate.c.id).order_by(candidate.c.id).limit(most)
        ids = list(connection.scalars(query if after is None else query.where(candidate.c.id > after)))
    else:
        ids = sorted(id_ for id_ in among if after is None or id_ > after)[:most]
    return _read(connection, ids)


def _found(connection: sa.Connection, find: str) -> frozenset[str]:
    """Look for a text in names, ids and municipalities; databases do not agree on the case of letters, so not there."""
    wanted = " ".join(find.split()).casefold()
    columns = sa.select(candidate.c.id, candidate.c.name, candidate.c.municipality)
    return frozenset(
        row.id for row in connection.execute(columns) if any(wanted in (said or "").casefold() for said in row)
    )  # fmt: skip


def candidate_ids(connection: sa.Connection) -> list[str]:
    """Give all ids, sorted."""
    return list(connection.scalars(sa.select(candidate.c.id).order_by(candidate.c.id)))


def real_people(connection: sa.Connection) -> int:
    """Count the people who are not fictional."""
    real = sa.select(sa.func.count()).select_from(candidate).where(candidate.c.fictional.is_(False))
    return connection.scalar(real) or 0


def erase_candidate(connection: sa.Connection, id_: str, on: date) -> None:
    """Erase a person with profile, lists and trials, and note it; UnknownId when there is nobody."""
    require_candidate(connection, id_)
    _erase(connection, [id_])
    note_erasures(connection, {erasure_fingerprint(id_): on})


def erase_again(connection: sa.Connection) -> int:
    """Erase whoever is in the store although the ledger says that they were erased; returns how many."""
    tried = connection.scalars(sa.select(trial.c.candidate).distinct())
    brought = connection.scalars(sa.select(bulk_import_before.c.candidate).distinct())
    back = erased_among(connection, sorted({*candidate_ids(connection), *tried, *brought} - {""}))
    _erase(connection, back)
    return len(back)


def _erase(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Take people; what was shown and planned goes with their row, trials and undo data only hold their id."""
    connection.execute(sa.delete(bulk_import_before).where(bulk_import_before.c.candidate.in_(ids)))
    remove_trials_of(connection, ids)
    connection.execute(sa.delete(candidate).where(candidate.c.id.in_(ids)))


def _row(person: Candidate) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(person, name) for name in _PLAIN}
    row |= {name: dict(getattr(person, name)) for name in _MAPPINGS}
    row["strengths"] = list(person.strengths)
    row["skills"] = [[skill.text, skill.activity, *filter(None, (skill.esco,))] for skill in person.skills]
    row["declined_accommodations"] = sorted(person.declined_accommodations)
    return row


def _read(connection: sa.Connection, ids: Sequence[str] | None) -> tuple[Candidate, ...]:
    people, levels, bans = sa.select(candidate), sa.select(capacity), sa.select(ban)
    if ids is not None:
        people = people.where(candidate.c.id.in_(ids))
        levels = levels.where(capacity.c.candidate_id.in_(ids))
        bans = bans.where(ban.c.candidate_id.in_(ids))
    known = levels_by_owner(connection.execute(levels.order_by(capacity.c.id)), "candidate_id")
    forbidden: dict[str, list[Ban]] = {}
    for row in connection.execute(bans.order_by(ban.c.dimension)):
        forbidden.setdefault(row.candidate_id, []).append(Ban(row.dimension, row.highest_level, row.ground))
    return tuple(
        Candidate(
            **{name: getattr(row, name) for name in (*_PLAIN, *_MAPPINGS)},
            capacity=known.get(row.id, {}),
            bans=tuple(forbidden.get(row.id, ())),
            strengths=tuple(row.strengths),
            skills=tuple(Skill(*skill) for skill in row.skills),
            declined_accommodations=frozenset(row.declined_accommodations),
        )
        for row in connection.execute(people.order_by(candidate.c.id))
    )

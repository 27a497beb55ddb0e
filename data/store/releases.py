"""Keeps releases, each with its entry in the audit in the same transaction, and reads what an employer may see now."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import COMMAND_LINE, Actor, Role
from ..audit import AuditEvent
from ..errors import InvalidInput
from ..moments import moment_text
from ..releasable_facts import ReleasableFact, checked_fact
from ..releases import (
    ReleaseAct,
    ReleaseEntry,
    ReleasesBroken,
    check_releases,
    expiry,
    shown_facts,
    standing_releases,
)
from .audit import note
from .candidates import require_candidate
from .erasure import erasure_fingerprint
from .release_tables import release_entry
from .schema import audit_entry

RELEASED, WITHDRAWN = "fact.released", "fact.withdrawn"
MAY_RELEASE = frozenset((Role.CANDIDATE, Role.COACH, Role.OPERATOR))
"""The person, or somebody who writes down what the person has said. Nobody else, whatever a table of rights says."""

_ID = re.compile("[0-9a-f]{32}")


def release(
    connection: sa.Connection,
    actor: Actor,
    candidate: str,
    employer: str,
    fact: ReleasableFact,
    at: datetime,
    id_: str,
    trial: str = "",
    trial_ends: datetime | None = None,
    expires: datetime | None = None,
) -> ReleaseEntry:
    """Let one fact reach one employer; ``id_``: 32 random hex digits. ``expires``: see ``expiry``.

    UnknownId for a candidate who is not there, InvalidInput for a fact, id, role or time that is not accepted.
    """
    if not employer:
        raise InvalidInput("employer", "a release is to one employer", "the id of an employer")
    until = moment_text(expiry(at, trial_ends, expires))
    return _add(connection, actor, candidate, ReleaseAct.RELEASE, employer, trial, checked_fact(fact), at, until, id_)


def withdraw(
    connection: sa.Connection,
    actor: Actor,
    candidate: str,
    at: datetime,
    id_: str,
    employer: str = "",
    fact: tuple[str, str] | None = None,
) -> ReleaseEntry:
    """Take back a fact (kind, about), or all of them, from one employer, or from all; the next read shows it no more.

    Taking back what was never released is no fault: it is not shown afterwards either.
    """
    what = None if fact is None else ReleasableFact(*fact)
    return _add(connection, actor, candidate, ReleaseAct.WITHDRAW, employer, "", what, at, "", id_)


def take_all_back(connection: sa.Connection, at: datetime, new_id: Callable[[], str]) -> int:
    """Take back every release that stands, of everybody; returns of how many people.

    After a restore nobody knows what was taken back since the backup: people are asked anew.
    """
    people = connection.scalars(
        sa.select(release_entry.c.candidate_id).distinct().order_by(release_entry.c.candidate_id)
    )
    standing = [
        who
        for who in people.all()
        if any(not one.withdrawn_at for one in standing_releases(releases_of(connection, who), at))
    ]
    for who in standing:
        withdraw(connection, COMMAND_LINE, who, at, new_id())
    return len(standing)


def released_facts(
    connection: sa.Connection, candidate: str, employer: str, at: datetime, trial: str = ""
) -> tuple[ReleasableFact, ...]:
    """Give what an employer may be shown now of a candidate: for any trial of theirs, and for the named trial.

    Nothing for somebody who is not there. ReleasesBroken rather than a fact from a ledger that was tampered with.
    """
    entries = releases_of(connection, candidate)
    check_releases(entries)
    return shown_facts(entries, employer, at, trial)


def releases_of(connection: sa.Connection, candidate: str) -> tuple[ReleaseEntry, ...]:
    """Give a candidate's whole ledger, the first entry first."""
    own = release_entry.c.candidate_id == candidate
    rows = connection.execute(sa.select(release_entry).where(own).order_by(release_entry.c.number))
    return tuple(_entry(row) for row in rows)


def verify_releases(connection: sa.Connection, candidate: str) -> int:
    """Check a candidate's ledger against itself and the audit; gives how many entries, ReleasesBroken for a fault.

    The audit holds the last link, so that cutting off the end shows too.
    """
    entries = releases_of(connection, candidate)
    count = check_releases(entries)
    about = audit_entry.c.subject == erasure_fingerprint(candidate)
    acts = audit_entry.c.action.in_((RELEASED, WITHDRAWN))
    noted = sa.select(audit_entry.c.facts).where(about, acts).order_by(audit_entry.c.number.desc()).limit(1)
    last = connection.scalar(noted) or {"link": ""}
    if last["link"] != (entries[-1].chain if entries else ""):
        raise ReleasesBroken(count + 1)
    return count


def _add(
    connection: sa.Connection,
    actor: Actor,
    candidate: str,
    act: ReleaseAct,
    employer: str,
    trial: str,
    fact: ReleasableFact | None,
    at: datetime,
    expires: str,
    id_: str,
) -> ReleaseEntry:
    if actor.role not in MAY_RELEASE:
        raise InvalidInput(
            "role", f"a {actor.role.value} releases nothing of a candidate", ", ".join(sorted(MAY_RELEASE))
        )
    if not _ID.fullmatch(id_):
        raise InvalidInput("id", "it is not a random id", "32 hexadecimal digits")
    require_candidate(connection, candidate)
    before = releases_of(connection, candidate)
    entry = ReleaseEntry(
        id_, candidate, len(before) + 1, act, employer, trial, fact, moment_text(at), expires, actor.account
    ).chained(before[-1].chain if before else "")
    connection.execute(sa.insert(release_entry), _row(entry))
    facts = {"employer": employer, "entry": entry.number, "link": entry.chain}
    action = RELEASED if act is ReleaseAct.RELEASE else WITHDRAWN
    note(connection, AuditEvent(action, actor, at, candidate, f"release:{id_}", facts))
    return entry


def _row(entry: ReleaseEntry) -> dict[str, Any]:
    fact = entry.fact or ReleasableFact("")
    plain = {
        name: getattr(entry, name) for name in ("id", "number", "employer", "trial", "at", "expires", "by", "chain")
    }
    kept = {"kind": fact.kind, "about": fact.about, "text": fact.text, "hours": fact.hours, "tasks": list(fact.tasks)}
    return plain | kept | {"candidate_id": entry.candidate, "act": entry.act.value}


def _entry(row: Any) -> ReleaseEntry:
    fact = ReleasableFact(row.kind, row.about, row.text, row.hours, tuple(row.tasks)) if row.kind else None
    return ReleaseEntry(
        id=row.id,
        candidate=row.candidate_id,
        number=row.number,
        act=ReleaseAct(row.act),
        employer=row.employer,
        trial=row.trial,
        fact=fact,
        at=row.at,
        expires=row.expires,
        by=row.by,
        chain=row.chain,
    )

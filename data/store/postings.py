"""Keeps employers' postings, puts their tasks into the market and takes them out when nobody stands behind them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor, Role
from ..audit import AuditEvent
from ..errors import InvalidInput, UnknownId
from ..moments import moment_text
from ..postings import (
    IN_MARKET,
    MAY_BECOME,
    MOST_TASKS,
    STALE_AFTER,
    PostedTask,
    Posting,
    PostingState,
    PostingStateRefused,
    TaskAnswer,
    answered,
)
from ..record_json import record_from, record_text
from ..workplaces import OWN_REGION, Employer, Job, Site
from .audit import note
from .posting_tables import posting
from .schema import site
from .workplaces import add_employers, some_employers

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class _Tasks:
    tasks: tuple[PostedTask, ...]


def add_posting(connection: sa.Connection, new: Posting, actor: Actor, at: datetime) -> Posting:
    """Keep a new posting; one that is proposed is in the market from now on, with estimates that say so.

    InvalidInput when it has no task or too many, or its site is another employer's.
    """
    if new.state not in {PostingState.DRAFT, PostingState.PROPOSED}:
        raise PostingStateRefused(PostingState.DRAFT, new.state)
    of = connection.scalar(sa.select(site.c.employer_id).where(site.c.id == new.site))
    if of not in (None, new.employer):
        raise InvalidInput("site", "the site belongs to another employer", f"a site of {new.employer}")
    _check(new)
    connection.execute(sa.insert(posting), _row(new))
    _follow(connection, new, actor, at)
    return new


def get_posting(connection: sa.Connection, id_: str) -> Posting:
    """Give one posting; UnknownId when there is none."""
    row = connection.execute(sa.select(posting).where(posting.c.id == id_)).first()
    if row is None:
        raise UnknownId("posting", id_)
    return _record(row)


def postings_of(
    connection: sa.Connection,
    employers: Collection[str] | None = None,
    states: Collection[PostingState] = tuple(PostingState),
) -> tuple[Posting, ...]:
    """Give the postings of some employers (of all), the latest first."""
    query = sa.select(posting).where(posting.c.state.in_([state.value for state in states]))
    if employers is not None:
        query = query.where(posting.c.employer.in_(sorted(employers)))
    return tuple(_record(row) for row in connection.execute(query.order_by(posting.c.created_at.desc(), posting.c.id)))


def propose_posting(
    connection: sa.Connection, id_: str, tasks: Sequence[PostedTask], actor: Actor, at: datetime
) -> Posting:
    """Put what was read from a draft's words beside it, for the employer to confirm."""
    return _change(connection, id_, PostingState.PROPOSED, actor, at, tasks=tuple(tasks))


def confirm_posting(
    connection: sa.Connection, id_: str, answers: Sequence[TaskAnswer], actor: Actor, at: datetime
) -> Posting:
    """Keep what the employer, or a coach on the employer's behalf, says of each task; it is carvable as such.

    InvalidInput when a proposed load is not answered. A posting that has expired comes back.
    """
    before = get_posting(connection, id_)
    tasks = answered(before.tasks, answers, at.date())
    return _change(
        connection, id_, PostingState.CONFIRMED, actor, at, tasks=tasks, confirmed_at=moment_text(at),
        confirmed_by=actor.account, on_behalf=actor.role is not Role.EMPLOYER, ended_at=None,
    )  # fmt: skip


def renew_posting(connection: sa.Connection, id_: str, actor: Actor, at: datetime) -> Posting:
    """Keep that everything still holds as it was confirmed; the ninety days begin anew."""
    if get_posting(connection, id_).confirmed_at is None:
        raise InvalidInput("posting", "nobody has confirmed it yet", "answers for each task")
    return _change(
        connection, id_, PostingState.CONFIRMED, actor, at, confirmed_at=moment_text(at),
        confirmed_by=actor.account, on_behalf=actor.role is not Role.EMPLOYER, ended_at=None,
    )  # fmt: skip


def withdraw_posting(connection: sa.Connection, id_: str, actor: Actor, at: datetime) -> Posting:
    """Take a posting out of the market for good; it is kept."""
    return _change(connection, id_, PostingState.WITHDRAWN, actor, at, ended_at=moment_text(at))


def expire_postings(
    connection: sa.Connection, actor: Actor, at: datetime, after: timedelta = STALE_AFTER
) -> tuple[str, ...]:
    """Take postings out of the market that nobody has confirmed for too long; gives their ids."""
    today = at.date()
    stale = [one.id for one in postings_of(connection, states=IN_MARKET) if one.stale_on(after) <= today]
    for id_ in sorted(stale):
        _change(connection, id_, PostingState.EXPIRED, actor, at, ended_at=moment_text(at))
    return tuple(sorted(stale))


def stale_soon(
    connection: sa.Connection, today: date, within: timedelta = SOON, employers: Collection[str] | None = None
) -> tuple[Posting, ...]:
    """Give postings that will not be offered any more within some days unless confirmed, the most urgent first."""
    found = [one for one in postings_of(connection, employers, IN_MARKET) if one.stale_on() <= today + within]
    return tuple(sorted(found, key=lambda one: (one.stale_on(), one.id)))


def _change(
    connection: sa.Connection, id_: str, state: PostingState, actor: Actor, at: datetime, **values: Any
) -> Posting:
    before = get_posting(connection, id_)
    if state not in MAY_BECOME[before.state]:
        raise PostingStateRefused(before.state, state)
    new = replace(before, state=state, **values)
    _check(new)
    connection.execute(sa.update(posting).where(posting.c.id == id_).values(_row(new)))
    _follow(connection, new, actor, at)
    return new


def _check(new: Posting) -> None:
    if not 0 < len(new.tasks) <= MOST_TASKS:
        raise InvalidInput("tasks", f"there are {len(new.tasks)} tasks", f"1 to {MOST_TASKS}")
    if len({one.task.id for one in new.tasks}) < len(new.tasks):
        raise InvalidInput("tasks", "two tasks have the same id", "one id for each task")
    if any(not one.task.id.startswith(f"{new.job}.") for one in new.tasks):
        raise InvalidInput("tasks", "the id of a task does not begin with that of its job", f"{new.job}.1")


def _follow(connection: sa.Connection, new: Posting, actor: Actor, at: datetime) -> None:
    """Let the market and the audit follow a posting."""
    _place(connection, new)
    facts = {"posting": new.id, "tasks": len(new.tasks)}
    about = f"employer:{new.employer}"
    note(connection, AuditEvent(f"posting.{new.state.value}", actor, at, about=about, facts=facts))


def _place(connection: sa.Connection, new: Posting) -> None:
    """Put its job at its site, in place of what was there of it, or take it away."""
    owner = some_employers(connection, [new.employer]).get(new.employer)
    there = owner is not None and any(job.id == new.job for place in owner.sites for job in place.jobs)
    if new.state not in IN_MARKET and not there:
        return
    owner = owner or Employer(new.employer, new.employer_name or new.employer, OWN_REGION, ())
    places = {place.id: place for place in owner.sites}
    place = places.get(new.site) or Site(new.site, new.site_name or new.site, (), new.municipality)
    jobs = {job.id: job for job in place.jobs if job.id != new.job}
    if new.state in IN_MARKET:
        jobs[new.job] = Job(new.job, new.job_title, tuple(one.task for one in new.tasks), isco=new.isco, esco=new.esco)
    places[new.site] = replace(place, jobs=tuple(jobs[id_] for id_ in sorted(jobs)))
    add_employers(connection, [replace(owner, sites=tuple(places[id_] for id_ in sorted(places)))])


_PLAIN = ("id", "employer", "site", "job_title", "created_at", "created_by", "employer_name", "site_name",
          "municipality", "confirmed_at", "confirmed_by", "on_behalf", "ended_at", "isco", "esco")  # fmt: skip


def _row(one: Posting) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _PLAIN}
    return plain | {"state": one.state.value, "tasks": json.loads(record_text(_Tasks(one.tasks)))}


def _record(row: Any) -> Posting:
    tasks = record_from(_Tasks, json.dumps(row.tasks).encode()).tasks
    return Posting(state=PostingState(row.state), tasks=tasks, **{name: getattr(row, name) for name in _PLAIN})

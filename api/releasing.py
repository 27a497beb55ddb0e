"""Letting one fact reach one employer, and taking it back: what routes and pages do when a person decides."""

from __future__ import annotations

from datetime import UTC, datetime, time, tzinfo

import sqlalchemy as sa

from data.accounts import Actor
from data.releasable_facts import ReleasableFact
from data.releases import ReleaseEntry
from data.store import get_plan, release

from .access.errors import NotYours
from .access.login import random_id


def release_fact(
    connection: sa.Connection,
    actor: Actor,
    candidate: str,
    employer: str,
    fact: ReleasableFact,
    at: datetime,
    zone: tzinfo,
    trial: str = "",
    expires: datetime | None = None,
) -> ReleaseEntry:
    """Let a fact reach an employer until the end of the trial it is for, or as said, at most twelve months.

    The last day of a trial is a day in ``zone``: what was let known holds to the end of it.
    NotYours when the trial is another person's or another employer's; InvalidInput for what cannot be released.
    """
    ends = None
    if trial:
        plan = get_plan(connection, trial)
        if plan.candidate != candidate or plan.employer != employer:
            raise NotYours
        ends = plan.terms.ends
    until = None if ends is None else datetime.combine(ends, time(23, 59), zone).astimezone(UTC)
    return release(connection, actor, candidate, employer, fact, at, random_id(), trial, until, expires)

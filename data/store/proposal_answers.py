"""Keeps which changes of a profile somebody confirmed or turned down, so that nobody is asked twice."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ..accounts import Actor
from ..moments import moment_text
from .proposal_tables import proposal_answer


def answered_proposals(connection: sa.Connection, candidate: str) -> frozenset[tuple[str, int]]:
    """Give trial and step of the reasons that were answered for a person."""
    query = sa.select(proposal_answer.c.plan, proposal_answer.c.step)
    rows = connection.execute(query.where(proposal_answer.c.candidate_id == candidate))
    return frozenset((row.plan, row.step) for row in rows)


def answer_proposal(
    connection: sa.Connection, candidate: str, plan: str, step: int, actor: Actor, at: datetime, *, accepted: bool
) -> None:
    """Keep an answer. ``connection`` is a writing one."""
    row = {"candidate_id": candidate, "plan": plan, "step": step, "accepted": accepted, "at": moment_text(at),
           "account": actor.account}  # fmt: skip
    connection.execute(sa.insert(proposal_answer), row)

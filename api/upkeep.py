"""What has to be done every day whether anybody asks or not: what nobody answered or confirmed in time runs out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data.accounts import COMMAND_LINE
from data.store import Store
from data.store.bulk_imports import expire_undo
from data.store.postings import expire_postings
from data.store.trial_plans import overdue_plans
from data.trial_lifecycle import Asked, Move

from .trial_plans import move_trial


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What ran out: proposals without an answer, postings not confirmed for too long, imports that can be undone."""

    proposals: int
    postings: int
    undo: int


def keep_up(store: Store, at: datetime) -> Upkeep:
    """Let everything run out whose time is over, all of it or nothing; asking again changes nothing more.

    What was erased is written over once more: an erasure may have found the file read by others.
    """
    with store.write() as connection:
        done = Upkeep(_proposals(connection, at), len(expire_postings(connection, COMMAND_LINE, at)),
                      expire_undo(connection, at))  # fmt: skip
    store.write_over()
    return done


def _proposals(connection: sa.Connection, at: datetime) -> int:
    over = overdue_plans(connection, at.date())
    for plan in over:
        move_trial(connection, plan.id, plan.version, Asked(Move.EXPIRE), COMMAND_LINE, at)
    return len(over)

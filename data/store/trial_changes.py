"""Names the state that the trials of a store are in, so that what was learned of them need not be learned anew."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from .schema import Text, metadata

trial_change = sa.Table("trial_change", metadata, sa.Column("token", Text, primary_key=True))
"""One row: the token of the last write to a trial. It is random: the same token is the same trials, in any store."""


def note_trial_change(connection: sa.Connection) -> None:
    """Note that trials were written, in the transaction that writes them."""
    connection.execute(sa.delete(trial_change))
    connection.execute(sa.insert(trial_change), {"token": uuid.uuid4().hex})


def state_of_trials(connection: sa.Connection) -> str | None:
    """Give the token of the last write to a trial; None: none was noted yet, so nothing tells two states apart."""
    return connection.scalar(sa.select(trial_change.c.token))

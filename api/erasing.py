"""Erasing a person: out of the store, into the ledger of erasures in the store and beside it, and into the audit."""

from __future__ import annotations

import os
from datetime import datetime

import sqlalchemy as sa

from data.accounts import Actor
from data.audit import AuditEvent
from data.home import data_home
from data.store import LEDGER_FILE, Store, erase_candidate, erased_people, note, write_ledger
from data.store.accounts import tenant_of

from .research_frames import forget_frames


def erase_person(store: Store, candidate: str, actor: Actor, at: datetime) -> None:
    """Erase a person for good; UnknownId when there is nobody."""
    with store.write() as connection:
        erase_within(connection, candidate, actor, at)
    bring_ledger_up(store)


def erase_within(connection: sa.Connection, candidate: str, actor: Actor, at: datetime) -> None:
    """Erase a person within a writing transaction that is open; whoever does it brings the ledger file up after it.

    Frozen frames of the organisation go too: nobody can be taken out of one.
    """
    forget_frames(tenant_of(connection, candidate))
    erase_candidate(connection, candidate, at.date())
    note(connection, AuditEvent("person.erase", actor, at, candidate))


def bring_ledger_up(store: Store) -> None:
    """Write the ledger of erasures beside the store too, where it outlives it; what was erased is written over."""
    with store.read() as connection:
        erased = erased_people(connection)
    path = data_home(os.environ) / LEDGER_FILE
    if erased or path.exists():
        write_ledger(path, erased)
    store.write_over()

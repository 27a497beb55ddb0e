"""Rules of the audit: one with what it tells of, never altered unseen, no trace of who the person was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from data.accounts import Actor, Role
from data.audit import AuditBroken, AuditEvent
from data.store import Store
from data.store.audit import entries_about, entries_after, entries_before, note, verify_audit
from data.store.exposure import runs_of
from data.store.research_ledger import queries_before
from data.store.schema import audit_entry

COACH = Actor("a1", Role.COACH, "t1", "Anna Aalto")
AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def _fill(store: Store, count: int = 5) -> None:
    with store.write() as connection:
        for number in range(count):
            note(connection, AuditEvent("person.read", COACH, AT, f"KS-00{number % 2}", f"list:{number}", {"n": 1}))


def test_an_entry_goes_when_what_it_tells_of_does_not_happen(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as connection:
        note(connection, AuditEvent("person.read", COACH, AT))
        raise RuntimeError
    with store.read() as connection:
        assert verify_audit(connection) == 0


def test_who_saw_a_person_is_answered_for_that_person_only_the_latest_first(store: Store) -> None:
    _fill(store)
    with store.read() as connection:
        assert [entry.about for entry in entries_about(connection, "KS-000")] == ["list:4", "list:2", "list:0"]
        assert [entry.number for entry in entries_after(connection, 2, 2)] == [3, 4]
        assert entries_about(connection, "KS-009") == ()


def test_pages_of_entries_take_any_number_that_an_address_can_hold(store: Store) -> None:
    _fill(store)
    largest = 2**53 - 1
    with store.read() as connection:
        assert entries_after(connection, largest) == ()
        assert len(entries_before(connection, largest)) == 5
        assert runs_of(connection, before=largest) == ()
        assert queries_before(connection, None, largest, 10) == ()


@pytest.mark.parametrize("column", [c.name for c in audit_entry.columns if c.name != "number"])
def test_every_altered_value_is_noticed(store: Store, column: str) -> None:
    _fill(store)
    altered = {"facts": {"n": 2}, "role": "admin"}.get(column, "other")
    with store.write() as connection:
        connection.execute(sa.update(audit_entry).where(audit_entry.c.number == 3).values({column: altered}))
    with store.read() as connection, pytest.raises(AuditBroken) as broken:
        verify_audit(connection)
    assert broken.value.number == 3


@pytest.mark.parametrize("gone", [1, 3])
def test_an_entry_that_is_taken_out_is_noticed(store: Store, gone: int) -> None:
    _fill(store)
    with store.write() as connection:
        connection.execute(sa.delete(audit_entry).where(audit_entry.c.number == gone))
    with store.read() as connection, pytest.raises(AuditBroken):
        verify_audit(connection)


def test_no_entry_holds_the_id_of_the_person(store: Store) -> None:
    _fill(store)
    with store.read() as connection:
        assert "KS-00" not in repr(connection.execute(sa.select(audit_entry)).all())

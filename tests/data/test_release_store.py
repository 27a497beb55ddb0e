"""Releases in the store, on both databases: noted in the same transaction, taken back at once, gone with the person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.accounts import Actor, Role
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.releasable_facts import ReleasableFact
from data.releases import ReleasesBroken
from data.store import (
    Store,
    back_up,
    erase_candidate,
    release,
    released_facts,
    releases_of,
    replace_candidates,
    restore,
    verify_releases,
    withdraw,
)
from data.store.audit import entries_about, verify_audit
from data.store.migrate import downgrade, upgrade
from data.store.release_tables import release_entry

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
ANNA = Actor("a1", Role.CANDIDATE, "t1", "Anna")
STOOL = ReleasableFact("measure", "sit_stand_stool", tasks=("hall.stock.hand.1", "hall.stock.hand.2"))
HELPS = ReleasableFact("helps", text="A canary-ZQ1 list of the day's tasks")


def _id(number: int) -> str:
    return f"{number:032x}"


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        replace_candidates(connection, [Candidate("KS-001", "A", 4, 20, {}), Candidate("KS-002", "B", 4, 20, {})])
        release(connection, ANNA, "KS-001", "hall", STOOL, AT, _id(1))
        release(connection, ANNA, "KS-001", "hall", HELPS, AT, _id(2), trial="t9")
        release(connection, ANNA, "KS-001", "shop", ReleasableFact("hours_cap"), AT, _id(3))
    return store


def test_facts_come_back_as_they_were_released(filled: Store) -> None:
    with filled.read() as connection:
        assert released_facts(connection, "KS-001", "hall", AT) == (STOOL,)
        assert released_facts(connection, "KS-001", "hall", AT, "t9") == (HELPS, STOOL)
        assert released_facts(connection, "KS-001", "shop", AT) == (ReleasableFact("hours_cap"),)
        assert released_facts(connection, "KS-002", "hall", AT) == ()
        assert released_facts(connection, "nobody", "hall", AT) == ()
        assert released_facts(connection, "KS-001", "hall", AT + timedelta(days=365)) == ()
        assert verify_releases(connection, "KS-001") == 3
        assert verify_releases(connection, "KS-002") == 0


@pytest.mark.parametrize("at", [AT + timedelta(seconds=1), AT, AT - timedelta(days=3), AT + timedelta(days=40)])
def test_what_is_taken_back_is_gone_in_the_next_read_whatever_the_readers_clock_says(
    filled: Store, at: datetime
) -> None:
    with filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT + timedelta(seconds=1), _id(4), "hall", STOOL.key)
    with filled.read() as connection:
        assert STOOL not in released_facts(connection, "KS-001", "hall", at, "t9")
        assert (HELPS in released_facts(connection, "KS-001", "hall", at, "t9")) == (at >= AT)


def test_everything_can_be_taken_back_from_everybody_in_one_act(filled: Store) -> None:
    with filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT, _id(4))
    with filled.read() as connection:
        for employer in ("hall", "shop"):
            assert released_facts(connection, "KS-001", employer, AT, "t9") == ()
        assert verify_releases(connection, "KS-001") == 4


def test_a_fact_may_be_released_again_after_it_was_taken_back(filled: Store) -> None:
    with filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT, _id(4), "hall", STOOL.key)
        release(connection, ANNA, "KS-001", "hall", STOOL, AT, _id(5))
    with filled.read() as connection:
        assert released_facts(connection, "KS-001", "hall", AT) == (STOOL,)


def test_a_release_and_its_entry_in_the_audit_are_one(filled: Store) -> None:
    with pytest.raises(RuntimeError), filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT, _id(4))
        raise RuntimeError
    with filled.read() as connection:
        assert len(releases_of(connection, "KS-001")) == 3
        noted = entries_about(connection, "KS-001")
        assert [entry.action for entry in noted] == ["fact.released"] * 3
        assert verify_audit(connection) == 3


def test_the_audit_holds_neither_the_fact_nor_the_person(filled: Store) -> None:
    with filled.read() as connection:
        noted = repr(entries_about(connection, "KS-001"))
    for secret in ("KS-001", "sit_stand_stool", "measure", "helps", "canary", "hours_cap"):
        assert secret not in noted


def test_an_erased_person_leaves_no_release_and_the_audit_stays_whole(filled: Store) -> None:
    with filled.write() as connection:
        erase_candidate(connection, "KS-001", date(2026, 12, 1))
    with filled.read() as connection:
        assert connection.execute(sa.select(release_entry)).all() == []
        assert released_facts(connection, "KS-001", "hall", AT) == ()
        assert verify_audit(connection) == 3
        assert [entry.action for entry in entries_about(connection, "KS-001")] == ["fact.released"] * 3


def test_a_new_profile_leaves_the_releases_alone(filled: Store) -> None:
    with filled.write() as connection:
        replace_candidates(connection, [Candidate("KS-001", "Other", 2, 10, {})])
        assert len(releases_of(connection, "KS-001")) == 3


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.RESEARCHER, Role.ADMIN])
def test_nobody_else_releases_for_a_candidate(filled: Store, role: Role) -> None:
    other = Actor("x", role, "t1", "X")
    with filled.write() as connection:
        with pytest.raises(InvalidInput):
            release(connection, other, "KS-001", "hall", STOOL, AT, _id(9))
        with pytest.raises(InvalidInput):
            withdraw(connection, other, "KS-001", AT, _id(9))
        assert len(releases_of(connection, "KS-001")) == 3


def test_what_cannot_be_released_is_refused_and_nothing_is_written(filled: Store) -> None:
    with filled.write() as connection:
        with pytest.raises(InvalidInput):
            release(connection, ANNA, "KS-001", "hall", ReleasableFact("level", "str_lift"), AT, _id(9))
        with pytest.raises(InvalidInput):
            release(connection, ANNA, "KS-001", "", STOOL, AT, _id(9))
        with pytest.raises(InvalidInput):
            release(connection, ANNA, "KS-001", "hall", STOOL, AT, "7")
        with pytest.raises(InvalidInput):
            release(connection, ANNA, "KS-001", "hall", STOOL, AT, _id(9), expires=AT + timedelta(days=500))
        with pytest.raises(UnknownId):
            release(connection, ANNA, "KS-404", "hall", STOOL, AT, _id(9))
        assert len(releases_of(connection, "KS-001")) == 3


@pytest.mark.parametrize(
    ("tamper", "seen_in_reading"),
    [
        (sa.update(release_entry).where(release_entry.c.number == 1).values(tasks=["hall.other"]), True),
        (sa.update(release_entry).where(release_entry.c.number == 2).values(employer="shop"), True),
        (sa.update(release_entry).where(release_entry.c.number == 1).values(expires="2099"), True),
        (sa.delete(release_entry).where(release_entry.c.number == 1), True),
        (sa.delete(release_entry).where(release_entry.c.number == 3), False),
    ],
    ids=["tasks", "employer", "expires", "middle", "end"],
)
def test_a_tampered_ledger_shows_nothing_and_says_so(
    filled: Store, tamper: sa.Executable, seen_in_reading: bool
) -> None:
    with filled.write() as connection:
        connection.execute(tamper)
    with filled.read() as connection:
        if seen_in_reading:
            with pytest.raises(ReleasesBroken):
                released_facts(connection, "KS-001", "hall", AT)
        with pytest.raises(ReleasesBroken):
            verify_releases(connection, "KS-001")


def test_a_restore_brings_no_release_back_that_may_have_been_taken_back_since(filled: Store, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "a.backup", AT + timedelta(hours=1))
    with filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT + timedelta(hours=2), _id(4), "hall", STOOL.key)
    assert restore(filled, tmp_path / "a.backup", {}).asked_anew == 1
    with filled.write() as connection:
        for employer in ("hall", "shop"):
            assert released_facts(connection, "KS-001", employer, AT, "t9") == ()
        assert verify_releases(connection, "KS-001") == 4
        assert verify_audit(connection) == 5  # with the entry of the restore
        release(connection, ANNA, "KS-001", "hall", STOOL, AT + timedelta(hours=3), _id(5))
        assert released_facts(connection, "KS-001", "hall", AT + timedelta(hours=3)) == (STOOL,)
    back_up(filled, tmp_path / "b.backup", AT + timedelta(hours=4))
    with filled.write() as connection:
        withdraw(connection, ANNA, "KS-001", AT + timedelta(hours=5), _id(6))
    back_up(filled, tmp_path / "c.backup", AT + timedelta(hours=6))
    assert restore(filled, tmp_path / "c.backup", {}).asked_anew == 0


def test_the_migration_goes_down_and_up_on_a_filled_store(filled: Store) -> None:
    downgrade(filled, "0007")
    upgrade(filled, "0007")
    with filled.write() as connection:
        release(connection, ANNA, "KS-001", "hall", STOOL, AT, _id(1))
        assert released_facts(connection, "KS-001", "hall", AT) == (STOOL,)

"""A backup holds everything as of one moment, comes back all or nothing, and never brings an erased person back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.accounts import Account, Role
from data.candidates import Candidate
from data.errors import FileUnreadable, InvalidInput, UnknownId
from data.imports.solutions import read_seed_solutions
from data.store import (
    LEDGER_FILE,
    Store,
    accounts_of,
    add_account,
    add_solutions,
    add_tenant,
    all_candidates,
    all_trials,
    back_up,
    candidate_ids,
    erase_candidate,
    erased_people,
    latest_change,
    look_into,
    open_store,
    read_ledger,
    release_trials,
    replace_candidates,
    replace_region,
    replace_trials,
    restore,
    sites_changed_since,
    verify_audit,
    write_ledger,
)
from data.store.objections import objects_since, set_objection
from data.store.schema import metadata, site_change
from data.store.sessions import (
    ApiToken,
    add_invitation,
    add_token,
    live_session,
    live_token,
    open_session,
    use_invitation,
)
from data.trials import Course, Trial
from data.workplaces import Employer

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 27)


def content(store: Store) -> Mapping[str, list[str]]:
    """Everything in a store but the notes on changed sites, which a restore adds to."""
    with store.read() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
            if table.name != "site_change"
        }


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:6])
        replace_candidates(connection, people[:8])
        add_solutions(connection, read_seed_solutions()[:10])
    return store


@pytest.fixture
def elsewhere(tmp_path: Path) -> Any:
    """An empty store on the other side of the move: always SQLite, so that both directions are walked."""
    store = open_store(f"sqlite:///{tmp_path / 'elsewhere.db'}")
    yield store
    store.close()


def test_everything_comes_back_as_it_was(filled: Store, elsewhere: Store, tmp_path: Path) -> None:
    before = content(filled)
    facts = back_up(filled, tmp_path / "a.backup", NOW)
    assert facts == look_into(tmp_path / "a.backup")
    assert facts.rows["candidate"] == 8
    restore(elsewhere, tmp_path / "a.backup", {})
    after = content(elsewhere)
    (restored,) = after.pop("audit_entry")
    assert "store.restored" in restored
    assert before.pop("audit_entry") == []
    assert after == before
    back_up(elsewhere, tmp_path / "b.backup", NOW)
    with filled.write() as connection:
        replace_region(connection, "keski_suomi", ())
    restore(filled, tmp_path / "b.backup", {})
    again = content(filled)
    assert len(again.pop("audit_entry")) == 2
    assert again == before


def test_a_restored_store_can_be_written_to(filled: Store, employers: tuple[Employer, ...], tmp_path: Path) -> None:
    """Numbers that the database gives out go on after those that came back."""
    back_up(filled, tmp_path / "a.backup", NOW)
    with filled.read() as connection:
        change = latest_change(connection)
    restore(filled, tmp_path / "a.backup", {})
    with filled.write() as connection:
        replace_region(connection, "keski_suomi", employers[:7])
        assert latest_change(connection).number > change.number
        assert sites_changed_since(connection, change) is None  # whoever keeps the market reads it all again


def test_a_number_is_never_given_twice_even_after_a_move(filled: Store, elsewhere: Store, tmp_path: Path) -> None:
    """What the last rows of a table were numbered stays used when those rows are gone from the backup."""
    with filled.write() as connection:
        last = latest_change(connection).number
        connection.execute(sa.delete(site_change).where(site_change.c.number == last))
    back_up(filled, tmp_path / "a.backup", NOW)
    for store in (elsewhere, filled):
        restore(store, tmp_path / "a.backup", {})
        with store.read() as connection:
            assert latest_change(connection).number > last


def test_erased_people_stay_erased_after_a_restore(
    filled: Store, elsewhere: Store, people: tuple[Candidate, ...], tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "a.backup", NOW)
    gone = people[3].id
    with filled.write() as connection:
        erase_candidate(connection, gone, DAY)
        ledger = erased_people(connection)
    restored = restore(filled, tmp_path / "a.backup", {})
    assert restored.erased_again == 1
    with filled.read() as connection:
        assert gone not in candidate_ids(connection)
        assert len(candidate_ids(connection)) == 7
    write_ledger(tmp_path / LEDGER_FILE, ledger)  # the store is lost, only the ledger file is left
    restore(elsewhere, tmp_path / "a.backup", read_ledger(tmp_path / LEDGER_FILE))
    with elsewhere.read() as connection:
        assert gone not in candidate_ids(connection)


def test_an_erased_person_leaves_nothing_in_the_file(tmp_path: Path, people: tuple[Candidate, ...]) -> None:
    canary = "Kanarialintu-7f3a"
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        replace_candidates(connection, [*people[:5], replace(people[5], id="X-1", name=canary)])
    assert any(canary.encode() in path.read_bytes() for path in tmp_path.iterdir())
    with store.write() as connection:
        erase_candidate(connection, "X-1", DAY)
    store.write_over()  # the service stays open after an erasure, and so does the log of changes
    for path in tmp_path.iterdir():
        assert canary.encode() not in path.read_bytes(), path.name
        assert b"X-1" not in path.read_bytes(), path.name


def test_the_id_of_an_erased_person_is_not_used_again(filled: Store, people: tuple[Candidate, ...]) -> None:
    with filled.write() as connection:
        erase_candidate(connection, people[0].id, DAY)
    with pytest.raises(InvalidInput, match="was erased"), filled.write() as connection:
        replace_candidates(connection, people[:2])
    with pytest.raises(UnknownId), filled.write() as connection:
        erase_candidate(connection, people[0].id, DAY)


def test_the_ledger_file_names_nobody_and_keeps_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / LEDGER_FILE
    write_ledger(path, {"a" * 64: DAY})
    write_ledger(path, {"b" * 64: DAY})
    assert read_ledger(path) == {"a" * 64: DAY, "b" * 64: DAY}
    path.write_text("KS-001 2026-11-27\n")
    with pytest.raises(FileUnreadable, match="line 1"):
        read_ledger(path)


@pytest.mark.parametrize("place", [0.0, 0.02, 0.3, 0.6, 0.9])
def test_a_single_flipped_bit_is_refused_and_nothing_changes(filled: Store, tmp_path: Path, place: float) -> None:
    path = tmp_path / "a.backup"
    back_up(filled, path, NOW)
    whole = bytearray(path.read_bytes())
    whole[int(place * (len(whole) - 1))] ^= 0x10
    path.write_bytes(whole)
    before = content(filled)
    with pytest.raises(FileUnreadable, match="nothing was changed"):
        restore(filled, path, {})
    assert content(filled) == before


@pytest.mark.parametrize("kept", [0.0, 0.5, 0.95, 0.9999])
def test_a_backup_cut_short_is_refused(filled: Store, tmp_path: Path, kept: float) -> None:
    path = tmp_path / "a.backup"
    back_up(filled, path, NOW)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(FileUnreadable):
        look_into(path)


def test_a_backup_is_never_written_over_and_is_its_owners_only(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    back_up(filled, path, NOW)
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    with pytest.raises(FileUnreadable, match="never written over"):
        back_up(filled, path, NOW)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".backup")] == []


def test_a_fault_while_restoring_leaves_the_store_as_it_was(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(filled, tmp_path / "a.backup", NOW)
    with filled.write() as connection:
        replace_region(connection, "keski_suomi", ())
    before = content(filled)

    def out_of_power(*_arguments: object) -> int:
        raise RuntimeError("out of power")

    monkeypatch.setattr("data.store.backup.erase_again", out_of_power)
    with pytest.raises(RuntimeError, match="out of power"):
        restore(filled, tmp_path / "a.backup", {})
    assert content(filled) == before


def test_a_backup_taken_while_others_write_is_of_one_moment(
    filled: Store, people: tuple[Candidate, ...], tmp_path: Path
) -> None:
    """Two people are always stored together; a backup never holds one of them without the other."""
    stop = threading.Event()
    first, second = replace(people[0], id="P-1"), replace(people[1], id="P-2")

    def write() -> None:
        name = 0
        while not stop.is_set():
            name += 1
            with filled.write() as connection:
                replace_candidates(connection, [replace(first, name=str(name)), replace(second, name=str(name))])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        paths = [tmp_path / f"{number}.backup" for number in range(3)]
        for path in paths:
            back_up(filled, path, NOW)
    finally:
        stop.set()
        writer.join()
    for number, path in enumerate(paths):
        store = open_store(f"sqlite:///{tmp_path / f'{number}.db'}")
        restore(store, path, {})
        with store.read() as connection:
            names = {person.name for person in all_candidates(connection) if person.id.startswith("P-")}
        store.close()
        assert len(names) <= 1


def test_nobody_is_let_in_by_a_restore(filled: Store, tmp_path: Path) -> None:
    with filled.write() as connection:
        add_tenant(connection, "t1", "Valmennus", NOW)
        add_account(connection, Account("c1", Role.COACH, "t1", "coach@example.fi", "Anna Aalto"), NOW)
        open_session(connection, "secret", "c1", NOW, timedelta(hours=1), second_factor=True)
        add_invitation(connection, "invitation", "c1", NOW + timedelta(days=1))
        add_token(connection, "token", ApiToken("k1", "c1", "t", ("rules.read",), "2026", "2099", None))
    back_up(filled, tmp_path / "a.backup", NOW)
    restore(filled, tmp_path / "a.backup", {})
    with filled.read() as connection:
        assert [account.login for account in accounts_of(connection)] == ["coach@example.fi"]
        assert live_session(connection, "secret", NOW, timedelta(hours=1)) is None
        assert live_token(connection, "token", NOW) is None
    with filled.write() as connection:
        assert use_invitation(connection, "invitation", NOW) is None
        assert verify_audit(connection) == 1


def test_what_a_person_has_refused_since_stays_refused(
    filled: Store, people: tuple[Candidate, ...], tmp_path: Path
) -> None:
    person = people[0].id
    trial = Trial("t1", person, "e", "e.s", date(2026, 8, 1), Course.STARTED, (), released=True)
    with filled.write() as connection:
        replace_trials(connection, [trial])
    back_up(filled, tmp_path / "a.backup", NOW)
    with filled.write() as connection:
        set_objection(connection, person, NOW, objects=True)
        release_trials(connection, person, released=False)
    restore(filled, tmp_path / "a.backup", {})
    with filled.read() as connection:
        assert objects_since(connection, person)
        assert [one.released for one in all_trials(connection)] == [False]

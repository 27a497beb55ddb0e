"""What is stored comes back the same, on SQLite and on PostgreSQL; a fault in the middle leaves nothing behind."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from api.http.problems import PROBLEMS, problem_of
from data.candidates import Candidate
from data.errors import Conflict, StoreUnreadable, UnknownId
from data.store import (
    Store,
    add_employers,
    all_candidates,
    count_rows,
    employers_of,
    get_candidate,
    open_store,
    regions,
    replace_candidates,
    replace_region,
)
from data.store.account_tables import candidate_tenant, tenant
from data.store.engine import wal_is_safe
from data.store.migrate import downgrade, migration_config, upgrade
from data.store.schema import HEAD, metadata
from data.store.sqlite_driver import driver
from data.workplaces import Employer


def _sorted_jobs(employers: tuple[Employer, ...]) -> list[object]:
    return sorted((repr(j) for e in employers for s in e.sites for j in s.jobs), key=str)


def test_a_region_comes_back_as_it_was_stored(store: Store, employers: tuple[Employer, ...]) -> None:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
    with store.read() as connection:
        found = employers_of(connection, "keski_suomi")
    assert {e.id: e for e in found}.keys() == {e.id: e for e in employers}.keys()
    for mine, theirs in zip(employers, found, strict=True):
        by_id = {site.id: site for site in theirs.sites}
        for site in mine.sites:
            stored = by_id[site.id]
            assert {job.id: job for job in stored.jobs} == {job.id: job for job in site.jobs}
            assert (stored.has, stored.lacks, stored.municipality) == (site.has, site.lacks, site.municipality)


def test_people_come_back_as_they_were_stored(store: Store, people: tuple[Candidate, ...]) -> None:
    with store.write() as connection:
        replace_candidates(connection, people)
        replace_candidates(connection, people[:3])
    with store.read() as connection:
        assert all_candidates(connection) == tuple(sorted(people, key=lambda p: p.id))


def test_storing_a_region_again_adds_nothing(store: Store, employers: tuple[Employer, ...]) -> None:
    counts = []
    for _ in range(2):
        with store.write() as connection:
            replace_region(connection, "keski_suomi", employers)
            counts.append(count_rows(connection))
    assert counts[0] == counts[1]


def test_replacing_one_region_leaves_the_others(store: Store, employers: tuple[Employer, ...]) -> None:
    other = Employer("other", "Toinen Oy", "muu", ())
    with store.write() as connection:
        add_employers(connection, [other])
        replace_region(connection, "keski_suomi", employers[:2])
        replace_region(connection, "keski_suomi", employers[:1])
        assert regions(connection) == ["keski_suomi", "muu"]
        assert [e.id for e in employers_of(connection, "keski_suomi")] == [employers[0].id]


def test_a_fault_in_the_middle_of_a_write_leaves_the_store_as_it_was(
    store: Store, employers: tuple[Employer, ...]
) -> None:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:3])
    with pytest.raises(RuntimeError), store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        raise RuntimeError
    with store.read() as connection:
        assert len(employers_of(connection)) == 3


def test_an_unknown_candidate_is_answered_with_close_ids(store: Store, people: tuple[Candidate, ...]) -> None:
    with store.write() as connection:
        replace_candidates(connection, people)
    with store.read() as connection, pytest.raises(UnknownId, match="KS-001"):
        get_candidate(connection, "KS-01")


def test_migrations_go_down_and_up_again(store: Store, people: tuple[Candidate, ...]) -> None:
    downgrade(store, "base")
    upgrade(store, None)
    with store.write() as connection:
        assert replace_candidates(connection, people[:2]) == 2


def test_the_newest_migration_is_the_one_the_store_asks_for() -> None:
    assert ScriptDirectory.from_config(migration_config()).get_current_head() == HEAD


def test_migrations_make_the_tables_that_the_code_uses(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_store_alone_knows_all_its_tables(store: Store) -> None:
    """A backup and a download hold the tables that are known, whatever else a command has imported."""
    asked = "import data.store; from data.store.schema import metadata; print(*metadata.tables)"
    known = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout.split()
    assert sorted(known) == sorted(set(sa.inspect(store.engine).get_table_names()) - {"alembic_version"})


def test_what_stands_against_what_is_stored_is_a_conflict_and_no_fault_of_the_store(store: Store) -> None:
    row = {"id": "t1", "name": "Valmennus", "created_at": "2026-11-28"}
    with store.write() as connection:
        connection.execute(sa.insert(tenant), row)
    for again in (row, row | {"id": "t2"}):
        with pytest.raises(Conflict) as refused, store.write() as connection:
            connection.execute(sa.insert(tenant), again)
        assert "Valmennus" not in str(refused.value)
    with pytest.raises(Conflict), store.write() as connection:
        connection.execute(sa.insert(candidate_tenant), {"candidate_id": "nobody", "tenant_id": "t1"})
    with pytest.raises(StoreUnreadable), store.write() as connection:
        connection.execute(sa.insert(tenant), row | {"id": "t3", "name": None})
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tenant)) == 1
    assert (problem_of(Conflict()).code, PROBLEMS["conflict"].status) == ("conflict", 409)


def test_writes_are_durable_and_foreign_keys_hold(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    assert journal == ("wal" if wal_is_safe(driver.sqlite_version_info) else "delete")
    with pytest.raises(Conflict), store.write() as connection:
        connection.execute(
            sa.text("INSERT INTO ban VALUES (:who, 'saf_height', 0, 'medical')"), {"who": "nobody-secret"}
        )
    store.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 2), False)],
)
def test_wal_is_refused_where_the_linked_sqlite_can_corrupt_it(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_a_corrupt_database_is_refused_in_a_sentence_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "worktrial.db"
    path.write_bytes(b"this is no database " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreUnreadable, match=r"not a database.*Nothing was changed"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not a database URL"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/x", "server runs"),
        ("oracle+nothing://x", "driver is not installed"),
    ],
)
def test_a_wrong_database_url_is_a_sentence(url: str, says: str) -> None:
    with pytest.raises(StoreUnreadable, match=says):
        open_store(url)


def test_a_store_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'worktrial.db'}"
    open_store(url).close()
    with sqlite3.connect(tmp_path / "worktrial.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StoreUnreadable, match="another release"):
        open_store(url)

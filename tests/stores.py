"""Empty stores for tests: the tables are made once in a process, and every test gets them with nothing in them.

Migrations are tested where they are the point (``tests/data/test_store.py``); a test that changes tables on PostgreSQL
spoils its database for the next one, which is noticed, and gets a new one.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from data.store import open_store

_SHAPE = """
SELECT md5(string_agg(one, ',' ORDER BY one)) FROM (
    SELECT 'class ' || oid FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'column ' || attrelid || attname FROM pg_attribute
        WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT 'constraint ' || oid FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger ' || oid FROM pg_trigger
    UNION ALL SELECT 'function ' || oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'release ' || version_num FROM alembic_version
) AS all_of_it(one)
"""
_FIRST_CHANGE = "INSERT INTO site_change (site_id, token) VALUES (NULL, '{token}')"
"""The one row that a new store has (migration 0002): the token that tells its state from that of any other store."""

_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {own}"
_SEQUENCES = "SELECT quote_ident(sequencename) FROM pg_sequences WHERE last_value IS NOT NULL"
_TABLES = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"


def copy_sqlite(empty: Path, path: Path) -> str:
    """Copy a file with all tables and no rows; the copy gets the token of a store of its own. Gives its URL."""
    shutil.copyfile(empty, path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE site_change SET token = ?", (uuid.uuid4().hex,))
    return f"sqlite:///{path}"


class PostgresDatabase:
    """One database of this process: ``url()`` gives it with all tables and no rows."""

    def __init__(self, server: str) -> None:
        self._server = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        self._name, self._shape = "", ""

    def url(self) -> str:
        """Give the URL of the database, emptied; or of a new one when tables are no longer as they were made."""
        if self._name and not self._emptied():
            self.drop()
        if not self._name:
            self._make()
        return self._url

    def drop(self) -> None:
        """Drop the database, whoever is still connected."""
        if self._name:
            with self._server.connect() as connection:
                connection.exec_driver_sql(f"DROP DATABASE {self._name} WITH (FORCE)")
            self._name = ""

    @property
    def _url(self) -> str:
        return self._server.url.set(database=self._name).render_as_string(hide_password=False)

    def _make(self) -> None:
        self._name = f"worktrial_{uuid.uuid4().hex[:12]}"
        with self._server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {self._name}")
        open_store(self._url).close()
        with self._inside() as connection:
            self._shape = connection.exec_driver_sql(_SHAPE).scalar_one()

    def _inside(self) -> sa.Connection:
        return sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool).connect()

    def _emptied(self) -> bool:
        """Take out all rows and start all numbers again; False when the tables are not those that were made."""
        with self._inside() as connection:
            own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            connection.exec_driver_sql(_OTHERS.format(own=own))
            try:
                if connection.exec_driver_sql(_SHAPE).scalar_one() != self._shape:
                    return False
            except sa.exc.ProgrammingError:  # not even the table of the release is there
                return False
            tables = connection.exec_driver_sql(_TABLES).scalars().all()
            asked = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in tables)  # noqa: S608 - names of our own tables
            if filled := connection.exec_driver_sql(asked).scalars().all():
                connection.exec_driver_sql(f"TRUNCATE {', '.join(filled)} RESTART IDENTITY CASCADE")
            for sequence in connection.exec_driver_sql(_SEQUENCES).scalars().all():
                connection.exec_driver_sql(f"ALTER SEQUENCE {sequence} RESTART")
            connection.exec_driver_sql(_FIRST_CHANGE.format(token=uuid.uuid4().hex))
        return True

"""Opens the store safely: durable writes, foreign keys, one writer at a time, the newest schema.

SQLite runs with WAL and synchronous=FULL (measured: NORMAL loses acknowledged writes in a power cut). A
SQLite with the WAL-reset fault (3.7.0-3.51.2, save 3.44.6+ and 3.50.7+) gets the rollback journal instead; which SQLite
that is, ``sqlite_driver`` says.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from ..errors import Conflict, StoreUnreadable
from ..home import DATABASE_VARIABLE, data_home
from .schema import HEAD
from .sqlite_driver import SQLITE_VERSION, driver

BUSY_TIMEOUT_MS = 5000
_WRITE = "worktrial_write"
_WRITERS = 0x776F726B  # the number of the lock that writers of a store share
_URL_HELP = (
    "WORKTRIAL_DATABASE_URL is like postgresql+psycopg://user@host/name; without it a file in WORKTRIAL_HOME is used."
)
_MEND = "Put back a backup, or move the file away and start with `worktrial demo`."


def store_url(environment: Any) -> str:
    """Give the database URL: ``WORKTRIAL_DATABASE_URL``, else the SQLite file in the data folder."""
    stated = environment.get(DATABASE_VARIABLE)
    return str(stated) if stated else f"sqlite:///{data_home(environment) / 'worktrial.db'}"


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite may use WAL with several connections (RELIABILITY finding 2).

    >>> wal_is_safe((3, 40, 1)), wal_is_safe((3, 50, 7)), wal_is_safe((3, 51, 3))
    (False, True, True)
    """
    mended = (version[:2] == (3, 44) and version >= (3, 44, 6)) or (version[:2] == (3, 50) and version >= (3, 50, 7))
    return version < (3, 7, 0) or version >= (3, 51, 3) or mended


class Store:
    """An open store. ``read()`` and ``write()`` give connections; a write is one transaction, all or nothing."""

    def __init__(self, engine: sa.Engine, where: str) -> None:
        self.engine, self.where = engine, where
        self._turn = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading one consistent state."""
        with self._guarded(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a connection that is the only writer until the block ends.

        SQLite: ``BEGIN IMMEDIATE``. PostgreSQL: a lock of the transaction, so that what was read before a write still
        holds, and changes are numbered in the order in which they become visible.
        """
        asked = {_WRITE: True}
        with (
            self._guarded(),
            self._in_turn(),
            self.engine.connect().execution_options(**asked) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS)))
            yield connection

    @contextmanager
    def count(self) -> Iterator[sa.Connection]:
        """Open a connection that adds to a counter nothing else depends on: on PostgreSQL no writer is waited for."""
        asked = {_WRITE: True}
        with self._guarded(), self.engine.connect().execution_options(**asked) as connection, connection.begin():
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let the writers of this process wait for each other: SQLite's own wait looks again and again, and is unfair.

        Whoever has waited as long as SQLite would goes on to it, which then waits or says that the file is busy.
        """
        mine = self.engine.dialect.name == "sqlite" and self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            if _is_conflict(error):
                raise Conflict from error
            raise StoreUnreadable(self.where, _cause(error), _MEND) from error

    def write_over(self) -> None:
        """Leave nothing of what was erased in the log of changes beside a SQLite file (WAL); else there is none."""
        if self.engine.dialect.name == "sqlite":
            with self._guarded(), closing(self.engine.raw_connection()) as connection:
                try:
                    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                except driver.Error as error:  # the engine does not wrap what is said past it
                    raise StoreUnreadable(self.where, str(error), _MEND) from error

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open the store at a database URL, create it when new, bring it to the newest schema.

    Raises StoreUnreadable when it is corrupt, out of reach, or of a newer release.
    """
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise StoreUnreadable("the database URL", "it is not a database URL", _URL_HELP) from error
    where = Path(parsed.database or "").name if parsed.drivername.startswith("sqlite") else parsed.drivername
    try:
        if parsed.drivername.startswith("sqlite") and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        store = Store(_engine(parsed), where)
        _bring_to_head(store)
    except sa.exc.DBAPIError as error:
        raise StoreUnreadable(where, _cause(error), _advice(store_of=parsed)) from error
    except (ImportError, sa.exc.NoSuchModuleError) as error:
        raise StoreUnreadable(where, "its driver is not installed", "Install the extra 'postgres'.") from error
    except OSError as error:
        raise StoreUnreadable(
            where, error.strerror or "out of reach", "Check WORKTRIAL_HOME and its rights."
        ) from error
    return store


def _advice(store_of: sa.URL) -> str:
    return _MEND if store_of.drivername.startswith("sqlite") else f"Check that the server runs. {_URL_HELP}"


_CONFLICTS = frozenset({"23505", "23503"})
_CONFLICTS_OF_SQLITE = ("UNIQUE constraint failed", "FOREIGN KEY constraint failed")
"""How PostgreSQL and SQLite say that an id is there twice, or that what it belongs to is not there. Whoever asks can
cause both; any other broken rule of a table is a fault of ours."""


def _is_conflict(error: sa.exc.DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _CONFLICTS:
        return True
    return isinstance(error, sa.exc.IntegrityError) and str(error.orig).startswith(_CONFLICTS_OF_SQLITE)


def _cause(error: sa.exc.DBAPIError) -> str:
    """Say what the driver said without the statement or its values."""
    return str(error.orig).strip().splitlines()[0] if error.orig else "the database refused"


def _engine(url: sa.URL) -> sa.Engine:
    if not url.drivername.startswith("sqlite"):
        return sa.create_engine(url, hide_parameters=True, json_serializer=_json)
    engine = sa.create_engine(url, hide_parameters=True, json_serializer=_json, module=driver)
    sa.event.listen(engine, "connect", _set_up_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the engine says when a transaction begins, not the driver
    set_up_sqlite(connection, SQLITE_VERSION)


class _Executes(Protocol):
    def execute(self, statement: str, /) -> object:
        """Run one statement."""


def set_up_sqlite(connection: _Executes, version: str) -> None:
    """Make a connection of a SQLite of this version durable: the settings without which nothing is written."""
    journal = "WAL" if wal_is_safe(tuple(int(part) for part in version.split("."))) else "DELETE"
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was erased is overwritten, not only unlinked
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    kind = "IMMEDIATE" if connection.get_execution_options().get(_WRITE) else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _bring_to_head(store: Store) -> None:
    """Run the migrations when the store is new or older; alembic is only imported then."""
    with store.engine.connect() as connection:
        known = sa.inspect(connection).has_table("alembic_version")
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() if known else None
    if found == HEAD:
        return
    from .migrate import upgrade

    upgrade(store, found)

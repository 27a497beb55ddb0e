"""One file that holds a whole store, taken while others write, put back all or nothing, checked before it is used.

The file is a zip of a SQLite database with all tables, of the model folders with their key, and of a list of SHA-256
sums, whatever database the store is on: a backup of SQLite can be put into PostgreSQL and back. Restoring is one
transaction in the store itself, so that nobody who has it open loses a write, and erased people stay erased.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import uuid
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from ..accounts import COMMAND_LINE
from ..audit import AuditEvent
from ..errors import FileUnreadable, StoreUnreadable
from .account_tables import api_token, invitation, objection, provider_login, session
from .audit import last_link, note
from .candidates import erase_again
from .engine import Store, open_store
from .erasure import erased_people, note_erasures
from .releases import take_all_back
from .schema import HEAD, candidate, metadata, site_change, trial
from .sqlite_driver import connect

FORMAT = "worktrial-backup/1"
_DATABASE, _MANIFEST, _HOME = "store.sqlite", "manifest.json", "home/"
KEPT_OF_HOME = ("models", "keys")
"""Folders of the data folder that go into a backup: what else is there can be made again."""

_ROWS_AT_ONCE = 2_000
_PAGES_AT_ONCE = 4_096
_MOST_MANIFEST_BYTES = 2_000_000
_ADVICE = "Use another backup; nothing was changed."
_DAMAGED = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError,
    NotImplementedError, RuntimeError, IndexError,
)  # fmt: skip
"""What reading a damaged zip or list of files raises."""


@dataclass(frozen=True, slots=True)
class BackupFacts:
    """What a backup holds: when it was taken (UTC), of which schema, rows by table, size in bytes."""

    taken_at: datetime
    schema: str
    rows: Mapping[str, int]
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: rows by table, how many erased people the backup would have brought back, files put back.

    ``asked_anew``: people whose releases were taken back, as they may have done so themselves since the backup.
    """

    facts: BackupFacts
    erased_again: int
    files: tuple[str, ...]
    asked_anew: int


def back_up(store: Store, path: Path, now: datetime, home: Path | None = None) -> BackupFacts:
    """Write everything in the store to one file, as of one moment; others may go on reading and writing.

    ``home``: the data folder whose models and keys go with it.
    FileUnreadable when the file is there already or cannot be written: a backup is never written over.
    """
    if path.exists():
        raise FileUnreadable(path, "it is there already, and a backup is never written over", "Choose another name.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
            copy = Path(folder) / _DATABASE
            _copy_out(store, copy)
            rows = _rows_of(copy)
            files = {_DATABASE: copy, **_files_of(home)}
            manifest = {
                "format": FORMAT,
                "taken_at": now.astimezone(UTC).isoformat(timespec="seconds"),
                "schema": HEAD,
                "rows": rows,
                "files": {name: {"sha256": _sha256(one), "bytes": one.stat().st_size} for name, one in files.items()},
            }
            part = Path(folder) / "part"
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(_MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
                for name, one in files.items():
                    archive.write(one, name)
            _to_disk(part)
            part.chmod(0o600)
            path.hardlink_to(part)  # fails when somebody else has made the file meanwhile
            _to_disk(path.parent)
    except OSError as error:
        raise FileUnreadable(
            path, error.strerror or "it cannot be written", "Check the folder and its space."
        ) from error
    return BackupFacts(datetime.fromisoformat(str(manifest["taken_at"])), HEAD, rows, path.stat().st_size)


def restore(store: Store, path: Path, erased_elsewhere: Mapping[str, date], home: Path | None = None) -> Restored:
    """Put a backup into the store in place of what is there: all of it or nothing.

    Models and keys go back to ``home`` where they are missing; what is there is never written over.
    The store's own ledger of erasures, the backup's and ``erased_elsewhere`` (the ledger file) are joined, and whoever
    was erased stays so. Nobody is logged in afterwards, and invitations and API tokens of then do not hold: who was
    shut out since must not come back with them. What people have refused since (matching, learning) stays refused, and
    what candidates had released is taken back: nobody knows what they took back themselves since the backup.
    FileUnreadable when a single bit of the backup differs.
    """
    with _opened(path) as (facts, source, unpacked), source.read() as old, store.write() as new:
        erased = {**erased_people(new), **erased_elsewhere}
        replaced, refused = last_link(new), _refusals(new)
        for table in reversed(metadata.sorted_tables):
            new.execute(sa.delete(table))
        for table in _kept_tables():
            _copy_rows(table, old, new)
        for table in (session, invitation, api_token, provider_login):
            new.execute(sa.delete(table))
        _refuse_again(new, refused)
        note_erasures(new, erased)
        again = erase_again(new)
        told = {"taken_at": facts.taken_at.isoformat(), "replaced_number": replaced[0], "replaced_link": replaced[1]}
        note(new, AuditEvent("store.restored", COMMAND_LINE, datetime.now(UTC), facts=told))
        asked_anew = take_all_back(new, facts.taken_at, lambda: uuid.uuid4().hex)
        new.execute(sa.insert(site_change), [{"site_id": None, "token": uuid.uuid4().hex}])
        put_back = _put_back(unpacked / _HOME, home) if home is not None else ()
    return Restored(facts, again, put_back, asked_anew)


@dataclass(frozen=True, slots=True)
class _Refusals:
    """What people have refused by now: being matched (with since when), and being learned from (trials)."""

    objections: Mapping[str, str]
    trials: tuple[str, ...]


def _refusals(connection: sa.Connection) -> _Refusals:
    objections = {row.candidate_id: row.since for row in connection.execute(sa.select(objection))}
    return _Refusals(objections, tuple(connection.scalars(sa.select(trial.c.id).where(trial.c.released.is_(False)))))


def _refuse_again(connection: sa.Connection, refused: _Refusals) -> None:
    """Hold what people refused against what an older state says: silence of then is no yes of now."""
    there = set(connection.scalars(sa.select(candidate.c.id)))
    known = set(connection.scalars(sa.select(objection.c.candidate_id)))
    rows = [
        {"candidate_id": id_, "since": since}
        for id_, since in sorted(refused.objections.items())
        if id_ in there and id_ not in known
    ]
    if rows:
        connection.execute(sa.insert(objection), rows)
    for start in range(0, len(refused.trials), _ROWS_AT_ONCE):
        these = trial.c.id.in_(refused.trials[start : start + _ROWS_AT_ONCE])
        connection.execute(sa.update(trial).where(these).values(released=False))


def look_into(path: Path) -> BackupFacts:
    """Check a backup whole and tell what it holds; FileUnreadable when it is damaged or none."""
    with _opened(path) as (facts, _source, _folder):
        return facts


def _files_of(home: Path | None) -> dict[str, Path]:
    """Name the files of the data folder that go along, sorted; links and what is half written stay out."""
    if home is None:
        return {}
    found = (one for kept in KEPT_OF_HOME for one in sorted((home / kept).rglob("*")))
    return {
        _HOME + one.relative_to(home).as_posix(): one
        for one in found
        if one.is_file() and not one.is_symlink() and not any(p.startswith(".") for p in one.relative_to(home).parts)
    }


def _put_back(unpacked: Path, home: Path) -> tuple[str, ...]:
    """Move files to where they are missing; readable by their owner only."""
    moved = []
    for one in sorted(unpacked.rglob("*")):
        target = home / one.relative_to(unpacked)
        if one.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            one.chmod(0o600)
            shutil.copy2(one, target)
            moved.append(one.relative_to(unpacked).as_posix())
    return tuple(moved)


def _copy_out(store: Store, copy: Path) -> None:
    if store.engine.dialect.name == "sqlite":
        with store.read() as connection:
            source = cast("sqlite3.Connection", connection.connection.driver_connection)
            target = connect(copy)
            try:
                connection.rollback()  # the copy takes its own short locks, so that writers are not kept waiting
                source.backup(target, pages=_PAGES_AT_ONCE, sleep=0.001)
                _empty_passing_tables(target)
            finally:
                target.close()
        return
    target_store = open_store(f"sqlite:///{copy}")
    snapshot = store.engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        with snapshot.connect() as old, target_store.write() as new:
            new.execute(sa.delete(site_change))  # the migration's own first row
            for table in _kept_tables():
                _copy_rows(table, old, new)
    finally:
        target_store.close()


def _kept_tables() -> list[sa.Table]:
    """Give the tables whose rows go into a backup, parents first."""
    return [table for table in metadata.sorted_tables if not table.info.get("passing")]


def _empty_passing_tables(copy: sqlite3.Connection) -> None:
    """Take out of a copy what is of no use after a restore, and write over it."""
    copy.execute("PRAGMA secure_delete=ON")
    with copy:
        for table in metadata.sorted_tables:
            if table.info.get("passing"):
                copy.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - our own table names


def _copy_rows(table: sa.Table, old: sa.Connection, new: sa.Connection) -> None:
    found = old.execution_options(yield_per=_ROWS_AT_ONCE).execute(sa.select(table))
    for some in found.mappings().partitions(_ROWS_AT_ONCE):
        new.execute(sa.insert(table), [dict(row) for row in some])
    if table.autoincrement_column is not None:
        _go_on_from(table, new, _last_number(table, old))


def _last_number(table: sa.Table, connection: sa.Connection) -> int:
    """Give the highest number that a table ever gave out, also to rows that are gone: none is given twice."""
    number = table.autoincrement_column
    highest = connection.scalar(sa.select(sa.func.max(number))) or 0
    if connection.dialect.name == "postgresql":
        sequence = sa.func.pg_get_serial_sequence(table.name, number.name if number is not None else "")
        given = connection.scalar(sa.select(sa.func.pg_sequence_last_value(sa.cast(sequence, REGCLASS))))
    elif sa.inspect(connection).has_table("sqlite_sequence"):
        given = connection.scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
    else:
        given = None
    return max(highest, given or 0)


def _go_on_from(table: sa.Table, connection: sa.Connection, last: int) -> None:
    """Let the next number of a table be higher than ``last`` and than any that it gave out itself."""
    last, number = max(last, _last_number(table, connection)), table.autoincrement_column
    if last and connection.dialect.name == "postgresql" and number is not None:
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, number.name), last)))
    elif last and connection.dialect.name == "sqlite" and table.dialect_options["sqlite"]["autoincrement"]:
        name = {"name": table.name, "last": last}
        if not connection.execute(sa.text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), name).rowcount:
            connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), name)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BackupFacts, Store, Path]]:
    """Unpack a backup, check every byte of it, bring it to the newest schema, and open it as a store."""
    with tempfile.TemporaryDirectory(prefix="worktrial-restore-") as folder:
        copy = Path(folder) / _DATABASE
        facts = _unpack(path, Path(folder))
        try:
            store = open_store(f"sqlite:///{copy}")
        except StoreUnreadable as error:
            raise FileUnreadable(path, "the store in it cannot be read by this release", _ADVICE) from error
        try:
            with store.read() as connection:
                whole = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() == "ok"
                tied = connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
            if not (whole and tied):
                raise FileUnreadable(path, "the store in it is damaged", _ADVICE)
            yield facts, store, Path(folder)
        finally:
            store.close()


def _unpack(path: Path, folder: Path) -> BackupFacts:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if names[:2] != [_MANIFEST, _DATABASE]:
                raise FileUnreadable(path, "it is not a backup of this engine", _ADVICE)
            if archive.getinfo(_MANIFEST).file_size > _MOST_MANIFEST_BYTES:
                raise FileUnreadable(path, "its list of files is too long", _ADVICE)
            manifest = json.loads(archive.read(_MANIFEST))
            if manifest.get("format") != FORMAT:
                raise FileUnreadable(path, "it is of another format than this release reads", _ADVICE)
            if sorted([_MANIFEST, *manifest["files"]]) != sorted(names):
                raise FileUnreadable(path, "its list of files is not what is in it", _ADVICE)
            for name, told in manifest["files"].items():
                _unpack_one(archive, name, told, folder, path)
        return BackupFacts(
            datetime.fromisoformat(manifest["taken_at"]), str(manifest["schema"]), dict(manifest["rows"]),
            path.stat().st_size,
        )  # fmt: skip
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be read", _ADVICE) from error
    except _DAMAGED as error:
        raise FileUnreadable(path, "it is damaged or not a backup", _ADVICE) from error


def _unpack_one(archive: zipfile.ZipFile, name: str, told: Mapping[str, Any], folder: Path, path: Path) -> None:
    """Unpack one file, no more of it than its list says, and check it."""
    inside = name == _DATABASE or (name.startswith(_HOME) and PurePosixPath(name).parts[1] in KEPT_OF_HOME)
    if not inside or ".." in PurePosixPath(name).parts:
        raise FileUnreadable(path, "it holds a file that no backup has", _ADVICE)
    if archive.getinfo(name).file_size != told["bytes"]:
        raise FileUnreadable(path, "the size of a file is not what its list says", _ADVICE)
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as packed, target.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
    if _sha256(target) != told["sha256"]:
        raise FileUnreadable(path, "the content of a file is not what its list says", _ADVICE)


def _rows_of(copy: Path) -> dict[str, int]:
    connection = connect(copy)
    try:
        names = [table.name for table in metadata.sorted_tables]
        return {name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in names}  # noqa: S608 - our own table names
    finally:
        connection.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

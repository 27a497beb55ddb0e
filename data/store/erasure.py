"""Remembers who was erased, by fingerprint only, so that no backup and no list brings them back.

The ledger holds no name and no id, only a fingerprint of the id and the day. It stands in the store and, one line an
erasure, in ``erasures.txt`` in the data folder, which outlives the store (GDPR article 17; RELIABILITY D11).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from ..errors import FileUnreadable, InvalidInput
from .schema import erasure

LEDGER_FILE = "erasures.txt"
_LINE = re.compile(r"([0-9a-f]{64}) (\d{4}-\d{2}-\d{2})")


def erasure_fingerprint(id_: str) -> str:
    """Give the fingerprint by which the ledger knows an id again; the id cannot be read from it.

    Ids are pseudonyms: who knows an id can check whether it was erased, nobody can list whose.

    >>> erasure_fingerprint("KS-001") == erasure_fingerprint("KS-001"), len(erasure_fingerprint("KS-002"))
    (True, 64)
    """
    return hashlib.sha256(b"candidate\0" + id_.encode()).hexdigest()


def note_erasures(connection: sa.Connection, erased: Mapping[str, date]) -> None:
    """Add fingerprints to the ledger of the store; those that are there stay with their day."""
    there = erased_people(connection)
    rows = [{"fingerprint": one, "erased_on": day} for one, day in sorted(erased.items()) if one not in there]
    if rows:
        connection.execute(sa.insert(erasure), rows)


def erased_people(connection: sa.Connection) -> dict[str, date]:
    """Give the ledger: fingerprint -> day."""
    return {row.fingerprint: row.erased_on for row in connection.execute(sa.select(erasure))}


def erased_among(connection: sa.Connection, ids: Iterable[str]) -> list[str]:
    """Give those of some ids whose person was erased."""
    erased = erased_people(connection)
    return [id_ for id_ in ids if erasure_fingerprint(id_) in erased] if erased else []


def refuse_erased(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Refuse to store somebody under the id of an erased person: the next restore would take them away."""
    for id_ in erased_among(connection, ids):
        raise InvalidInput(f"candidate {id_[:60]}", "the person with this id was erased", "a new id")


def read_ledger(path: Path) -> dict[str, date]:
    """Read a ledger file; an absent one is empty, FileUnreadable names the line of one that is damaged."""
    if not path.exists():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="ascii", errors="replace").splitlines(), 1):
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise FileUnreadable(path, f"line {number} is not a line of the erasure ledger", "Put back a copy of it.")
        found[match[1]] = date.fromisoformat(match[2])
    return found


def write_ledger(path: Path, erased: Mapping[str, date]) -> None:
    """Bring a ledger file up to the store, on disk before this returns; lines that it has are kept."""
    together = {**erased, **read_ledger(path)}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("w", encoding="ascii") as file:
        file.writelines(f"{one} {day.isoformat()}\n" for one, day in sorted(together.items()))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

"""A list that is brought in: what it would change, what was stored of it, and how long it can be undone.

A preview is a promise: its token names the file, how it was read and what of the store it was held against. What is
stored is what was previewed, or nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from .accounts import Actor
from .errors import RowFault, WorkTrialError
from .exchange_tables import TableKind

UNDO_FOR = timedelta(days=30)


class PreviewOutdated(WorkTrialError):
    """What was previewed is not what would be stored now."""

    code = "preview_outdated"
    exit_code = 12

    def __init__(self) -> None:
        super().__init__(
            "The file, how it is read or what it would change is not what was previewed, so nothing was stored. "
            "Look at the preview again and store that."
        )


class UndoRefused(WorkTrialError):
    """An import cannot be undone (any more); nothing was changed.

    ``changed``: what was changed since, and by which account (empty: nobody knows).
    """

    code = "undo_refused"
    exit_code = 12

    def __init__(self, why: str, changed: Iterable[tuple[str, str]] = ()) -> None:
        self.changed = tuple(changed)
        told = "; ".join(f"{thing} by {account or 'an unknown account'}" for thing, account in self.changed[:5])
        more = f" and {len(self.changed) - 5} more" if len(self.changed) > 5 else ""
        listed = f" Changed since: {told}{more}." if told else ""
        super().__init__(f"The import cannot be undone: {why}. Nothing was changed.{listed}")


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many things a list brings, changes, leaves as they are and takes away: tasks, people or trials."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a list would do to the store as it is.

    ``rows_good``: rows that would be stored; ``columns``: what was found under which header; ``token``: to be given
    back when it is stored, with or without the bad rows.
    """

    kind: TableKind
    rows_good: int
    faults: tuple[RowFault, ...]
    counts: ImportCounts
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    token: str

    @property
    def rows_bad(self) -> int:
        """Count the rows that have faults."""
        return len({fault.row for fault in self.faults})


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One list that was brought in; times in UTC (ISO 8601)."""

    id: str
    kind: TableKind
    at: str
    account: str
    tenant: str
    file_digest: str
    rows_good: int
    rows_bad: int
    counts: ImportCounts
    undo_until: str
    undone_at: str | None = None
    undone_by: str | None = None


def preview_token(kind: TableKind, file: bytes, how: Mapping[str, object], state: str, by: Actor) -> str:
    """Name what was previewed: the file's bytes, how they are read, the state of what they would change, and by whom.

    What one account has looked at, no other account stores.
    """
    said = [kind.value, hashlib.sha256(file).hexdigest(), dict(how), state, by.tenant, by.account]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

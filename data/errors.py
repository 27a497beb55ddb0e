"""What went wrong, which value, what is accepted, and what to do: every error of the engine.

Each error carries fields, builds its own sentence and has a stable ``code`` and a documented exit code
(``docs/reference/commands.md``). A sentence never quotes personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class WorkTrialError(Exception):
    """The root of all errors that a person may see.

    ``code`` is stable and machine-readable; ``exit_code`` is what a command ends with.
    """

    code = "error"
    exit_code = 1


@dataclass(frozen=True, slots=True)
class RowFault:
    """One fault of one cell of a table that somebody wanted to import.

    ``row`` counts as a spreadsheet does (the header is row 1). The raw value is not kept: it may be personal.
    ``close``: what was perhaps meant, out of what is accepted.
    """

    row: int
    column: str
    code: str
    reason: str
    way_out: str
    close: tuple[str, ...] = ()


class UnknownId(WorkTrialError):
    """Somebody or something was asked for that the store does not hold."""

    code = "unknown_id"
    exit_code = 3

    def __init__(self, kind: str, asked: str, close: Iterable[str] = ()) -> None:
        self.kind, self.asked, self.close = kind, asked, tuple(close)
        hint = f" Close to it: {', '.join(self.close)}." if self.close else ""
        listing = {
            "candidate": " `worktrial candidates` lists them all.",
            "run": " `worktrial runs` lists the last ones.",
            "import": " `worktrial imports` lists them.",
        }.get(kind, "")
        super().__init__(f"There is no {kind} '{asked[:60]}' in the store.{hint}{listing}")


class EmptyStore(WorkTrialError):
    """There is nothing to match against yet."""

    code = "empty_store"
    exit_code = 4

    def __init__(self, what: str, where: str) -> None:
        super().__init__(
            f"The store at {where} holds no {what}. Fill it with `worktrial demo`, or bring your own: "
            "`worktrial import region PATH`, `worktrial import tasks FILE`, `worktrial import onet PATH`."
        )


class StoreUnreadable(WorkTrialError):
    """The database is there but cannot be used; nothing in it was touched."""

    code = "store_unreadable"
    exit_code = 5

    def __init__(self, where: str, why: str, what_to_do: str) -> None:
        self.why = why
        super().__init__(f"The store at {where} cannot be used: {why}. Nothing was changed. {what_to_do}")


class Conflict(WorkTrialError):
    """What was asked stands against what is stored: one id twice, or something that is gone meanwhile."""

    code = "conflict"
    exit_code = 7

    def __init__(self) -> None:
        super().__init__(
            "This stands against what is stored: something of the same id is there already, or what it belongs to is "
            "gone. Nothing was changed. Read it anew and ask again."
        )


class ListNotLogged(WorkTrialError):
    """A match list could not be written to the log of what was shown, so it is not shown."""

    code = "list_not_logged"
    exit_code = 5

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The list was made but is not shown: the store at {where} could not log it ({why}). Nothing was changed. "
            "Make room on the disk, or make the store writable, and ask again."
        )


class FileUnreadable(WorkTrialError):
    """A file that somebody pointed to cannot be read as what it should be."""

    code = "file_unreadable"
    exit_code = 6

    def __init__(self, path: Path | str, why: str, what_to_do: str) -> None:
        super().__init__(f"{Path(path).name}: {why}. {what_to_do}")


class InvalidInput(WorkTrialError):
    """A value in a file or a call is not one that the engine accepts."""

    code = "invalid_input"
    exit_code = 7

    def __init__(self, where: str, what: str, accepted: str) -> None:
        self.where = where
        super().__init__(f"{where}: {what}. Accepted: {accepted}.")


class RowsRefused(WorkTrialError):
    """A table had bad rows, so nothing of it was stored, or used (``then`` says what follows)."""

    code = "rows_refused"
    exit_code = 8

    def __init__(
        self,
        file: str,
        good: int,
        faults: tuple[RowFault, ...],
        then: str = "so nothing was stored. Mend the rows listed, or store the good ones with --keep-good.",
    ) -> None:
        self.faults, self.good = faults, good
        bad = len({fault.row for fault in faults})
        super().__init__(f"{file}: {bad} of {good + bad} rows have faults, {then}")


class ReferenceFault(WorkTrialError):
    """A reference file that ships with the engine contradicts itself."""

    code = "reference_fault"
    exit_code = 9

    def __init__(self, file: str, where: str, what: str) -> None:
        super().__init__(f"Reference file {file}, {where}: {what}. Mend the file; nothing was loaded from it.")

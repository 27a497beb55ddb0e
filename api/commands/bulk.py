"""``worktrial import tasks|candidates|outcomes``, ``imports`` and ``export``: lists in and out, as people type it."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from data.accounts import COMMAND_LINE
from data.bulk_imports import ImportPreview, ImportRecord
from data.errors import FileUnreadable, InvalidInput
from data.exchange_tables import TableKind
from data.store import Store, candidate_ids, open_store, store_url
from data.workplaces import Employer

from ..messages import Messages
from .choices import AnswerLanguage

history = typer.Typer(help="Lists that were brought in, and how to undo them.", invoke_without_command=True)
out = typer.Typer(
    help="Write tables as CSV or XLSX: tasks, candidates, outcomes, empty templates.", no_args_is_help=True
)

OutOption = Annotated[Path, typer.Option("--out", help="Write to this .csv or .xlsx file.")]
LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of headers and answers.")]


@dataclass(frozen=True, slots=True)
class ListRequest:
    """What somebody asked for: the file, what its rows are, and what to do with it."""

    path: Path
    kind: str
    keep_good: bool
    look: bool
    token: str
    columns: tuple[str, ...]
    faults_out: Path | None
    marked: Path | None
    as_json: bool


@dataclass(frozen=True, slots=True)
class Brought:
    """What was stored: the record of the import, and the employers of a list of tasks."""

    record: ImportRecord
    employers: tuple[Employer, ...]


def bring_in(asked: ListRequest, answer: str, **options: Any) -> Brought | None:
    """Preview a list, or store it; None when it was only looked at."""
    from .. import bulk_imports as door
    from .main import print_json

    kind, messages = TableKind(asked.kind), Messages(answer)
    today = date.today()  # noqa: DTZ011 - the day at the person's desk
    chosen = door.ListOptions(columns=_columns(asked.columns), **options)
    read = door.read_list(kind, _bytes(asked.path), asked.path.name, chosen, today)
    store = open_store(store_url(os.environ))
    seen = door.preview(store, read, COMMAND_LINE)
    _write_faults(asked, seen, read, answer)
    if asked.look:
        if asked.as_json:
            print_json(door.preview_as_json(seen))
        else:
            _print_preview(asked, seen, messages)
        return None
    token = asked.token or seen.token
    record = door.commit(store, read, token, COMMAND_LINE, datetime.now(UTC), secrets.token_hex(16), asked.keep_good)
    if asked.as_json:
        print_json(door.record_as_json(record))
    else:
        _print_faults(seen)
        _say(_counts(record, messages))
        until = record.undo_until[:10]
        _say(messages.text("import.stored", id=record.id, until=until))
        if seen.ignored:
            _say(messages.text("import.ignored", ignored=", ".join(seen.ignored)))
    return Brought(record, read.employers)


@history.callback(epilog="Example: worktrial imports")
def listing(
    context: typer.Context,
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 20,
    lang: LangOption = AnswerLanguage.FI,
    as_json: Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")] = False,
) -> None:
    """List what was brought in, the latest first; ``undo ID`` puts back what was there before."""
    if context.invoked_subcommand is not None:
        return
    from .. import bulk_imports as door
    from .main import print_json

    found, messages = door.imports(_store(), COMMAND_LINE, top), Messages(lang.value)
    if as_json:
        print_json([door.record_as_json(one) for one in found])
        return
    now = datetime.now(UTC).isoformat()
    for one in found:
        state = "undone" if one.undone_at else "open" if one.undo_until > now else "final"
        told = messages.text(f"import.state.{state}", until=one.undo_until[:10], at=(one.undone_at or "")[:10])
        kind = messages.text(f"import.kind.{one.kind.value}")
        _say(f"{one.id}  {one.at[:16].replace('T', ' ')}  {kind}  {_counts(one, messages)}  {told}")
    if not found:
        _say(messages.text("import.none"))


@history.command(epilog="Example: worktrial imports undo 4f1c0e7a9b2d4c6e8f0a1b2c3d4e5f60")
def undo(
    id_: Annotated[str, typer.Argument(metavar="ID", help="Id of the import; `worktrial imports` lists them.")],
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Put back what an import changed; refused (exit code 12) when something of it was changed since."""
    from .. import bulk_imports as door

    record = door.undo(_store(), id_, COMMAND_LINE, datetime.now(UTC))
    _say(Messages(lang.value).text("import.undone", id=record.id))


@out.command(epilog="Example: worktrial export tasks --region own --out tehtavat.xlsx")
def tasks(
    path: OutOption,
    region: Annotated[str, typer.Option(help="Only this region, e.g. own or keski_suomi; empty: all.")] = "",
    site: Annotated[list[str] | None, typer.Option(help="Only this site (its id); again for more.")] = None,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Write workplaces with tasks, levels and conditions; `worktrial import tasks` reads them back."""
    from .. import bulk_imports as door

    _write(path, door.export_workplaces(_store(), _form(path), lang.value, *_who(), region, site or None))


@out.command(epilog="Example: worktrial export candidates --out henkilot.csv --id KS-001 --id KS-002")
def candidates(
    path: OutOption,
    id_: Annotated[list[str] | None, typer.Option("--id", help="Only this person; again for more. None: all.")] = None,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Write people's profiles; each person's audit tells of it. Keep the file safe: it holds work ability."""
    from .. import bulk_imports as door

    store = _store()
    with store.read() as connection:
        ids = id_ or candidate_ids(connection)
    _write(path, door.export_candidates(store, _form(path), lang.value, *_who(), ids))


@out.command(epilog="Example: worktrial export outcomes --out kokeilut.xlsx --lang sv")
def outcomes(
    path: OutOption,
    candidate: Annotated[list[str] | None, typer.Option(help="Only this person's; again for more. None: all.")] = None,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Write trials and how they went; each person's audit tells of it."""
    from .. import bulk_imports as door

    _write(path, door.export_outcomes(_store(), _form(path), lang.value, *_who(), candidate or None))


@out.command(epilog="Example: worktrial export template tasks --out tehtavat.xlsx --lang sv")
def template(
    kind: Annotated[TableKind, typer.Argument(help="tasks, candidates or outcomes.")],
    path: OutOption,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Write an empty table to fill in, with lists to choose from."""
    from .. import bulk_imports as door

    _write(path, door.empty_table(kind, _form(path), lang.value))


def _who() -> tuple[Any, datetime]:
    return COMMAND_LINE, datetime.now(UTC)


def _store() -> Store:
    return open_store(store_url(os.environ))


def _form(path: Path) -> str:
    form = path.suffix.lower().removeprefix(".")
    if form not in {"csv", "xlsx"}:
        raise InvalidInput("--out", "the file is neither .csv nor .xlsx", "a name that ends in .csv or .xlsx")
    return form


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read: it may hold what people can do."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be written", "Check the folder.") from error
    _say(str(path))


def _bytes(path: Path) -> bytes:
    from data.imports.uploaded_table import MOST_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error


def _columns(said: Sequence[str]) -> dict[str, str]:
    if strange := [one for one in said if "=" not in one]:
        raise InvalidInput("--column", f"{strange[0][:40]!r} has no =", "column=header, for example hours=Työaika")
    return {name.strip(): header.strip() for name, _, header in (one.partition("=") for one in said)}


def _write_faults(asked: ListRequest, seen: ImportPreview, read: Any, language: str) -> None:
    from data.imports.task_list import faults_as_csv

    from ..fault_sheet import marked_table

    if asked.faults_out is not None:
        asked.faults_out.write_text(faults_as_csv(seen.faults), encoding="utf-8-sig")
    if asked.marked is not None:
        _write(asked.marked, marked_table(read, seen.faults, language))


def _print_preview(asked: ListRequest, seen: ImportPreview, messages: Messages) -> None:
    _print_faults(seen)
    good, bad = messages.number(seen.rows_good, 0), messages.number(seen.rows_bad, 0)
    _say(messages.text("import.preview", file=asked.path.name, good=good, bad=bad))
    _say(_counts(seen, messages))
    _say(messages.text("import.columns", columns=", ".join(f"{name} = {told}" for name, told in seen.columns.items())))
    if seen.ignored:
        _say(messages.text("import.ignored", ignored=", ".join(seen.ignored)))
    _say(messages.text("import.token", token=seen.token))


def _print_faults(seen: ImportPreview) -> None:
    from .imports import print_faults

    print_faults(seen.faults)


def _counts(told: ImportPreview | ImportRecord, messages: Messages) -> str:
    names = ("new", "changed", "unchanged", "gone")
    return messages.text("import.counts", **{one: messages.number(getattr(told.counts, one), 0) for one in names})


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")

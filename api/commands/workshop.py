"""``worktrial workshop``: makes the pack of a workplace, and reads what came back."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data.errors import FileUnreadable, InvalidInput, RowsRefused
from data.store import open_store, store_url

from .choices import AnswerLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..messages import Messages
    from ..workshop import CoachNote

app = typer.Typer(help="Workshop with an employer: make the pack, read the results.", no_args_is_help=True)
LangOption = Annotated[AnswerLanguage, typer.Option(help="Language of the pack or answer.")]
DayOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day of the workshop; today if not said.")
]


def _day(on: datetime | None) -> date:
    return date.today() if on is None else on.date()  # noqa: DTZ011 - the day at the person's desk


@app.command(epilog="Example: worktrial workshop make saarikirjasto.paakirjasto --candidate KS-001 --out tyopaja")
def make(
    site: Annotated[str, typer.Argument(help="Id of the workplace; `worktrial match --json` shows it.")],
    out: Annotated[Path, typer.Option(help="Folder to write to; nothing in it is overwritten.")],
    candidate: Annotated[
        list[str] | None, typer.Option(help="Carve proposals for this person, unnamed; again for more.")
    ] = None,
    proposals: Annotated[int, typer.Option(min=1, max=5, help="Proposals for each person.")] = 2,
    on: DayOption = None,
    lang: LangOption = AnswerLanguage.FI,
) -> None:
    """Write the pack of a workplace: cards, proposals, questions and sheets (A4, A3, DOCX), and the results sheet."""
    from ..messages import Messages
    from ..workshop import make_pack, pack_files

    messages = Messages(lang.value)
    pack, notes = make_pack(open_store(store_url(os.environ)), site, candidate or (), proposals)
    files = pack_files(pack, lang.value, _day(on))
    _write_new(out, files)
    counts = messages.text("workshop.count", cards=len(pack.cards), proposals=len(pack.proposals))
    sys.stdout.write(counts + "\n" + messages.text("workshop.written", folder=out, files=", ".join(files)) + "\n")
    _tell_coach(notes, messages)


def _write_new(folder: Path, files: dict[str, bytes]) -> None:
    """Write files that are not there yet: a sheet that somebody has filled in is never written over."""
    if there := [name for name in files if (folder / name).exists()]:
        raise InvalidInput("--out", f"the folder holds {there[0]} already", "a new or empty folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError:
        raise FileUnreadable(folder, "cannot be written to", "Choose a folder that you can write to.") from None


def _tell_coach(notes: Sequence[CoachNote], messages: Messages) -> None:
    for note in notes:
        if note.key.startswith("site."):
            why = messages.text(f"left.{note.key}")
            sys.stderr.write(messages.text("workshop.coach.left", about=note.about, why=why) + "\n")
        else:
            sys.stderr.write(messages.text(f"workshop.coach.{note.key}", about=note.about) + "\n")


@app.command(epilog="Example: worktrial workshop results tyopaja/results.xlsx, then again with --confirm")
def results(
    path: Annotated[Path, typer.Argument(help="The filled results sheet: .xlsx, or one of its tables as .csv.")],
    confirm: Annotated[bool, typer.Option("--confirm", help="Store what was understood.")] = False,
    site: Annotated[str, typer.Option(help="The workplace, where the sheet names no task of it.")] = "",
    faults_out: Annotated[Path | None, typer.Option("--faults", help="Write the faults to this CSV file.")] = None,
    drafts: Annotated[Path | None, typer.Option(help="Write unfinished solutions to this YAML file.")] = None,
    on: DayOption = None,
    lang: LangOption = AnswerLanguage.FI,
    as_json: Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")] = False,
) -> None:
    """Show what the answers would change; with --confirm the good ones are stored. Faults are listed (exit code 8)."""
    from ..messages import Messages
    from ..workshop.results import (
        print_results,
        read_results,
        results_as_json,
        store_results,
        write_drafts,
        write_faults,
    )

    messages = Messages(lang.value)
    store = open_store(store_url(os.environ))
    found = store_results(store, path, site, _day(on)) if confirm else read_results(store, path, site, _day(on))
    if drafts is not None and found.drafts:
        write_drafts(found, drafts)
    if faults_out is not None and found.faults:
        write_faults(found, faults_out, messages)
    if as_json:
        from .main import print_json

        print_json(results_as_json(found))
    else:
        print_results(found, messages, drafts, faults_out)
    if found.faults:
        raise typer.Exit(RowsRefused.exit_code)

"""``worktrial import``: a region, candidates, an employer's task list, the O*NET database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from data.candidates import Candidate
from data.errors import RowFault, RowsRefused
from data.store import (
    add_employers,
    add_solutions,
    add_task_levels,
    all_trials,
    erased_among,
    open_store,
    replace_candidates,
    replace_region,
    replace_trials,
    store_url,
)
from data.workplaces import ONET_REGION, Employer

from .choices import AnswerLanguage

SHOWN_FAULTS = 30
CONFIRMED_WIDTH = 0.5

app = typer.Typer(help="Bring in employers' tasks, candidates or reference occupations.", no_args_is_help=True)
PathArgument = Annotated[Path, typer.Argument(help="File or folder to read.")]


KeepGood = Annotated[bool, typer.Option("--keep-good", help="Store the good rows although others have faults.")]
Preview = Annotated[bool, typer.Option("--preview", help="Show what it would do; store nothing.")]
Token = Annotated[str, typer.Option(help="Store only what was previewed: the token of that preview.")]
Column = Annotated[
    list[str] | None, typer.Option(help="Say which header a column has, e.g. hours=Työaika; again for more.")
]
FaultsOut = Annotated[Path | None, typer.Option("--faults", help="Write the faults to this CSV file.")]
Marked = Annotated[Path | None, typer.Option(help="Write the table back to this .xlsx file, its faults marked.")]
Lang = Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer for machines, in a documented shape.")]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def store_demo_region() -> tuple[int, int]:
    """Store the fictional demo region, solutions and trials; returns the numbers of employers and candidates."""
    from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
    from data.imports.solutions import read_seed_solutions

    from .outcomes import demo_trials

    employers, people = read_region(DEMO_REGION, fictional=True), read_candidates(DEMO_CANDIDATES, fictional=True)
    _store(DEMO_REGION.name, employers, people)
    with open_store(store_url(os.environ)).write() as connection:
        add_solutions(connection, read_seed_solutions())
        replace_trials(connection, demo_trials(people, employers))
    return len(employers), len(people)


def _store(region: str, employers: Sequence[Employer], people: Iterable[Candidate] = ()) -> None:
    """Store a region in one transaction, employer by employer so that the progress can be seen."""
    from .progress import counted

    with open_store(store_url(os.environ)).write() as connection, counted(region, len(employers)) as done:
        replace_region(connection, region, ())
        for number, employer in enumerate(employers, start=1):
            add_employers(connection, [employer])
            done(number)
        people = list(people)
        gone = set(erased_among(connection, [person.id for person in people]))
        replace_candidates(connection, [person for person in people if person.id not in gone])


@app.command(epilog="Example: worktrial import region data/reference/regions/keski_suomi")
def region(path: PathArgument) -> None:
    """Store a region from a folder of YAML files, one per sector; the folder's name is the region's id."""
    from data.imports.region import DEMO_REGION, read_region

    employers = read_region(path, fictional=path.resolve() == DEMO_REGION.resolve())
    _store(path.name, employers)
    tasks = sum(len(job.tasks) for e in employers for site in e.sites for job in site.jobs)
    _say(f"Stored region {path.name}: {len(employers)} employers, {tasks} tasks.")


@app.command(epilog="Example: worktrial import candidates people.xlsx --preview")
def candidates(
    path: PathArgument,
    keep_good: KeepGood = False,
    look: Preview = False,
    token: Token = "",
    column: Column = None,
    faults_out: FaultsOut = None,
    marked: Marked = None,
    lang: Lang = AnswerLanguage.FI,
    as_json: AsJson = False,
) -> None:
    """Store candidates from a .csv or .xlsx list, or a YAML file; who is there already is brought up to date."""
    if path.suffix.lower() not in {".yaml", ".yml"}:
        from .bulk import ListRequest, bring_in

        asked = ListRequest(
            path, "candidates", keep_good, look, token, tuple(column or ()), faults_out, marked, as_json
        )
        bring_in(asked, lang.value)
        return
    from data.imports.region import DEMO_CANDIDATES, read_candidates

    people = read_candidates(path, fictional=path.resolve() == DEMO_CANDIDATES.resolve())
    with open_store(store_url(os.environ)).write() as connection:
        count = replace_candidates(connection, people)
    _say(f"Stored {count} candidates.")


@app.command(epilog="Example: worktrial import tasks tehtavat.csv --employer 'Oma Oy' --municipality Laukaa --preview")
def tasks(
    path: PathArgument,
    employer: Annotated[str, typer.Option(help="Employer, where the list does not say.")] = "",
    site: Annotated[str, typer.Option(help="Workplace, where the list does not say.")] = "",
    municipality: Annotated[str, typer.Option(help="Municipality, where the list does not say.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the texts: auto, fi, sv or en.")] = "auto",
    keep_good: KeepGood = False,
    look: Preview = False,
    token: Token = "",
    column: Column = None,
    faults_out: FaultsOut = None,
    marked: Marked = None,
    answer: Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")] = AnswerLanguage.FI,
    as_json: AsJson = False,
) -> None:
    """Store an employer's own task list (.csv or .xlsx); loads are read from the words, for the employer to confirm."""
    from .bulk import ListRequest, bring_in

    if lang not in {"auto", "fi", "sv", "en"}:
        raise typer.BadParameter("auto, fi, sv or en", param_hint="--lang")
    asked = ListRequest(path, "tasks", keep_good, look, token, tuple(column or ()), faults_out, marked, as_json)
    named = {"employer": employer or path.stem, "site": site or path.stem, "job": path.stem}
    done = bring_in(asked, answer.value, **named, municipality=municipality, language=lang)
    if done is None or as_json:
        return
    silent = sum(not t.levels for e in done.employers for s in e.sites for j in s.jobs for t in j.tasks)
    if silent:
        _say(f"{silent} texts say nothing about loads: these stay unknown until the employer confirms them.")


@app.command(epilog="Example: worktrial import corrections corrected.csv")
def corrections(path: PathArgument) -> None:
    """Store levels that the employer confirmed or corrected, beside the estimates: id, text, dimension, level."""
    from data.imports.corrections import read_corrections
    from data.levels import TOP, Level, Source

    rows, faults = read_corrections(path)
    if faults:
        raise RowsRefused(path.name, len(rows), tuple(faults))
    levels: dict[str, dict[str, Level]] = {}
    for row in rows:
        low, high = max(0.0, row.level - CONFIRMED_WIDTH), min(TOP, row.level + CONFIRMED_WIDTH)
        level = Level(row.level, low, high, Source.EMPLOYER, "corrected", datetime.now(UTC).date())
        levels.setdefault(row.id, {})[row.dimension] = level
    with open_store(store_url(os.environ)).write() as connection:
        count, strangers = add_task_levels(connection, levels)
    _say(f"Stored {count} corrected levels beside the estimates.")
    if strangers:
        _say(f"{len(strangers)} task ids are not in the store, for example {', '.join(strangers[:3])}.")


@app.command(epilog="Example: worktrial import outcomes kokeilut.xlsx --keep-good --faults viat.csv")
def outcomes(
    path: PathArgument,
    keep_good: KeepGood = False,
    update: Annotated[
        bool, typer.Option("--update", help="Bring trials that are stored under the same id up to date.")
    ] = False,
    look: Preview = False,
    token: Token = "",
    column: Column = None,
    faults_out: FaultsOut = None,
    marked: Marked = None,
    lang: Lang = AnswerLanguage.FI,
    as_json: AsJson = False,
) -> None:
    """Store trials and how they went (.csv, .xlsx or .yaml): course, outcome, what followed, what reviews saw."""
    from ..messages import Messages
    from ..model_words import counted_lines
    from .outcomes import counts, import_outcomes

    store, today = open_store(store_url(os.environ)), date.today()  # noqa: DTZ011 - the day at the person's desk
    messages = Messages(lang.value)
    if path.suffix.lower() in {".yaml", ".yml"}:
        done = import_outcomes(store, path, today, keep_good, update, faults_out)
        print_faults(done.faults)
        stored, bad, trials = done.stored, len({fault.row for fault in done.faults}), done.trials
    else:
        from .bulk import ListRequest, bring_in

        asked = ListRequest(path, "outcomes", keep_good, look, token, tuple(column or ()), faults_out, marked, as_json)
        brought = bring_in(asked, lang.value, update=update)
        if brought is None or as_json:
            return
        counted = brought.record.counts
        stored, bad = counted.new + counted.changed, brought.record.rows_bad
        with store.read() as connection:
            trials = all_trials(connection)
    _say(messages.text("outcomes.stored", count=messages.number(stored, 0), bad=messages.number(bad, 0)))
    for line in counted_lines(counts(trials), messages):
        _say(line)


@app.command(epilog="Example: worktrial import onet db_30_2_text")
def onet(path: PathArgument) -> None:
    """Store the O*NET occupations as jobs: real task texts, loads from occupation ratings (a wide prior)."""
    from data.imports.onet import read_onet
    from features.workplace_reading import employers_from_onet

    occupations = read_onet(path)
    employers = employers_from_onet(occupations)
    _store(ONET_REGION, employers)
    count = sum(len(occupation.tasks) for occupation in occupations)
    _say(
        f"Stored {len(occupations)} O*NET occupations with {count} tasks in region {ONET_REGION}. "
        "O*NET is by USDOL/ETA, CC BY 4.0."
    )


def print_faults(faults: Sequence[RowFault]) -> None:
    """List the faults of a table, each with its way out."""
    for fault in faults[:SHOWN_FAULTS]:
        sys.stderr.write(f"row {fault.row}, {fault.column} [{fault.code}]: {fault.reason}. {fault.way_out}\n")
    if len(faults) > SHOWN_FAULTS:
        sys.stderr.write(f"... and {len(faults) - SHOWN_FAULTS} more; --faults FILE writes them all.\n")

"""``worktrial import``: a region, candidates, an employer's task list, the O*NET database."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
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
    open_store,
    replace_candidates,
    replace_region,
    replace_trials,
    store_url,
)
from data.workplaces import ONET_REGION, OWN_REGION, Employer

from .choices import AnswerLanguage

SHOWN_FAULTS = 30
CONFIRMED_WIDTH = 0.5

app = typer.Typer(help="Bring in employers' tasks, candidates or reference occupations.", no_args_is_help=True)
PathArgument = Annotated[Path, typer.Argument(help="File or folder to read.")]


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
        replace_candidates(connection, people)


@app.command(epilog="Example: worktrial import region data/reference/regions/keski_suomi")
def region(path: PathArgument) -> None:
    """Store a region from a folder of YAML files, one per sector; the folder's name is the region's id."""
    from data.imports.region import DEMO_REGION, read_region

    employers = read_region(path, fictional=path.resolve() == DEMO_REGION.resolve())
    _store(path.name, employers)
    tasks = sum(len(job.tasks) for e in employers for site in e.sites for job in site.jobs)
    _say(f"Stored region {path.name}: {len(employers)} employers, {tasks} tasks.")


@app.command(epilog="Example: worktrial import candidates people.yaml")
def candidates(path: PathArgument) -> None:
    """Store candidates from a YAML file; who is there already is replaced."""
    from data.imports.region import DEMO_CANDIDATES, read_candidates

    people = read_candidates(path, fictional=path.resolve() == DEMO_CANDIDATES.resolve())
    with open_store(store_url(os.environ)).write() as connection:
        count = replace_candidates(connection, people)
    _say(f"Stored {count} candidates.")


@app.command(epilog="Example: worktrial import tasks tehtavat.csv --employer 'Oma Oy' --municipality Laukaa")
def tasks(
    path: PathArgument,
    employer: Annotated[str, typer.Option(help="Employer, where the list does not say.")] = "",
    site: Annotated[str, typer.Option(help="Workplace, where the list does not say.")] = "",
    municipality: Annotated[str, typer.Option(help="Municipality, where the list does not say.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the texts: auto, fi, sv or en.")] = "auto",
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Store the good rows although others have faults.")
    ] = False,
    faults_out: Annotated[Path | None, typer.Option("--faults", help="Write the faults to this CSV file.")] = None,
) -> None:
    """Store an employer's own task list (.csv or .xlsx); loads are read from the words, for the employer to confirm."""
    from data.imports.task_list import faults_as_csv, read_task_list
    from features.workplace_reading import employers_from_rows

    if lang not in {"auto", "fi", "sv", "en"}:
        raise typer.BadParameter("auto, fi, sv or en", param_hint="--lang")
    rows, faults = read_task_list(path)
    if faults_out is not None:
        faults_out.write_text(faults_as_csv(faults), encoding="utf-8-sig")
    if faults and not keep_good:
        raise RowsRefused(path.name, len(rows), tuple(faults))
    print_faults(faults)
    filled = [
        replace(
            row,
            employer=row.employer or employer or path.stem,
            site=row.site or site or path.stem,
            municipality=row.municipality or municipality,
            job=row.job or path.stem,
        )
        for row in rows
    ]
    employers = employers_from_rows(filled, lang)
    with open_store(store_url(os.environ)).write() as connection:
        add_employers(connection, employers)
    silent = sum(not t.levels for e in employers for s in e.sites for j in s.jobs for t in j.tasks)
    bad = len({fault.row for fault in faults})
    _say(f"Stored {len(rows)} tasks of {len(employers)} employers in region {OWN_REGION}; {bad} rows refused.")
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
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Store the good rows although others have faults.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Bring trials that are stored under the same id up to date.")
    ] = False,
    faults_out: Annotated[Path | None, typer.Option("--faults", help="Write the faults to this CSV file.")] = None,
    lang: Annotated[AnswerLanguage, typer.Option(help="Language of the answer.")] = AnswerLanguage.FI,
) -> None:
    """Store trials and how they went (.csv, .xlsx or .yaml): course, outcome, what followed, what reviews saw."""
    from ..messages import Messages
    from ..model_words import counted_lines, refused_columns
    from .outcomes import counts, import_outcomes

    messages = Messages(lang.value)
    store, today = open_store(store_url(os.environ)), date.today()  # noqa: DTZ011 - the day at the person's desk
    done = import_outcomes(store, path, today, keep_good, update, faults_out)
    print_faults(done.faults)
    bad = messages.number(len({fault.row for fault in done.faults}), 0)
    _say(messages.text("outcomes.stored", count=messages.number(done.stored, 0), bad=bad))
    if done.ignored:
        _say(refused_columns(done.ignored, messages))
    for line in counted_lines(counts(done.trials), messages):
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

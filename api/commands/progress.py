"""What the commands show on a terminal: the stage bar, tables, a carved part-job."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from data.candidates import Candidate
from matching.carving import Blocker, CarveSolution, measure_of

from ..messages import Messages
from ..wording import accommodation_name, blocker_text

STAGES = ("read", "retrieve", "check", "carve", "explain")


def console() -> Console:
    """Write to the terminal; a fixed width where there is none, so that files and pipes are the same everywhere."""
    return Console(width=None if sys.stdout.isatty() else 110, highlight=False)


@contextmanager
def counted(description: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how many are done, of ``total`` where that is known; nothing where nobody watches."""
    bar = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with bar:
        job = bar.add_task(description, total=total)
        yield lambda done: bar.update(job, completed=done)


@contextmanager
def stages(messages: Messages) -> Iterator[Callable[[str], None]]:
    """Show how far a match is; nothing where nobody watches."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        job = bar.add_task("", total=len(STAGES))

        def told(stage: str) -> None:
            bar.update(job, description=messages.text(f"stage.{stage}"), completed=STAGES.index(stage))

        yield told


def people_table(people: Iterable[Candidate]) -> None:
    """List candidates."""
    table = Table(box=None)
    for column in ("id", "name", "municipality", "h/week", "levels known", "must-nots"):
        table.add_column(column)
    for p in people:
        hours = f"{p.hours_min:g}–{p.hours_max:g}"
        table.add_row(p.id, p.name, p.municipality, hours, str(len(p.capacity)), str(len(p.bans)))
    console().print(table)


def named_blocker(blocker: Blocker, names: Mapping[str, str]) -> Blocker:
    """Say tasks by what they are instead of by their ids."""
    return replace(blocker, tasks=tuple(names.get(task, task) for task in blocker.tasks))


def print_solution(
    solution: CarveSolution, messages: Messages, title: str = "", names: Mapping[str, str] | None = None
) -> None:
    """Print a carved part-job, or why there is none; ``names`` say what ids of tasks stand for."""
    out, known = console(), names or {}
    out.print(title or messages.text(f"carve.title.{solution.status}"), style="bold")
    for task in solution.tasks:
        plan = ", ".join(
            f"{messages.half_day(block)} {messages.number(hours, 2)}" for block, hours in task.blocks.items()
        )
        out.print(
            f"  {messages.number(task.hours, 2):>6} h  {known.get(task.id, task.id)}" + (f"  ({plan})" if plan else ""),
            markup=False,
        )
    for id_ in solution.accommodations:
        at = known.get(id_.partition("@")[2], "")
        name = accommodation_name(measure_of(id_), messages.language)
        out.print(f"  + {name}" + (f" ({at})" if at else ""), markup=False)
    if solution.objective is not None and solution.bound is not None:
        numbers = {name: messages.number(getattr(solution, name), 4) for name in ("objective", "bound")}
        out.print(messages.text("carve.objective", **numbers))
    if solution.objective is None:
        for reason in solution.reasons:
            out.print(f"  – {blocker_text(named_blocker(reason, known), messages)}", markup=False)

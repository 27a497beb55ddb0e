"""What came back from a workshop: read, shown, and stored when a person has confirmed it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from data.conditions import Condition
from data.errors import FileUnreadable, RowFault
from data.imports.task_list import faults_as_csv
from data.imports.workshop_results import WorkshopAnswers, read_workshop_results
from data.levels import Level
from data.solutions import Solution
from data.store import (
    Store,
    add_solutions,
    add_stated_levels,
    add_tasks,
    all_solutions,
    correct_tasks,
    employers_of,
    sites_of_tasks,
)
from data.workplaces import Task
from features.solution_reading import SolutionDraft, draft_as_entry, draft_from_text, solutions_from_rows
from features.workshop_changes import TaskChange, WorkshopChanges, workshop_changes

from ..messages import Messages
from .pack_document import condition_words, shortened

if TYPE_CHECKING:
    from features.deidentification import PersonalCheck


@dataclass(frozen=True, slots=True)
class DraftFound:
    """An unfinished solution: the row, the draft without what names a person, and what is missing."""

    row: int
    draft: SolutionDraft
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultsFound:
    """All that a results sheet says: changes, new solutions, drafts, and every fault."""

    file: str
    sites: tuple[str, ...]
    changes: WorkshopChanges
    solutions: tuple[Solution, ...]
    same_solutions: int
    blurred: tuple[tuple[int, PersonalCheck], ...]
    drafts: tuple[DraftFound, ...]
    faults: tuple[RowFault, ...]
    stored: bool

    @property
    def same(self) -> int:
        """Count the answers that the store holds already."""
        return self.changes.same + self.same_solutions


def read_results(store: Store, path: Path, site: str, on: date) -> ResultsFound:
    """Read a results sheet beside the store; nothing is stored. FileUnreadable when it is no such sheet."""
    answers = read_workshop_results(path)
    with store.read() as connection:
        return _found(connection, answers, path.name, site, on)


def store_results(store: Store, path: Path, site: str, on: date) -> ResultsFound:
    """Read a results sheet and store what was understood, all of it or nothing, in one transaction."""
    answers = read_workshop_results(path)
    with store.write() as connection:
        found = _found(connection, answers, path.name, site, on)
        levels: dict[str, dict[str, Level]] = {}
        for one in found.changes.levels:
            levels.setdefault(one.task.id, {})[one.dimension] = one.level
        new: dict[str, list[Task]] = {}
        for added in found.changes.new_tasks:
            new.setdefault(added.job.id, []).append(added.task)
        if levels:
            add_stated_levels(connection, levels)
        if found.changes.tasks:
            correct_tasks(connection, [one.after for one in found.changes.tasks])
        if new:
            add_tasks(connection, new)
        if found.solutions:
            add_solutions(connection, found.solutions)
    return replace(found, stored=True)


def _found(connection: sa.Connection, answers: WorkshopAnswers, file: str, site: str, on: date) -> ResultsFound:
    ids = answers.task_ids | {one.task_id for one in answers.about_tasks()}
    sites = sites_of_tasks(connection, ids) or ([site] if site else [])
    employers = employers_of(connection, sites=sites) if sites else ()
    changes = workshop_changes(answers, employers, on)
    cases, unread, personal = solutions_from_rows(answers.solutions)
    known = {one.id: one for one in all_solutions(connection)} if cases else {}
    fresh = tuple(one for one in cases if known.get(one.id) != one)
    drafts = tuple(DraftFound(one.row, draft_from_text(one.text), one.missing) for one in answers.unfinished)
    names = tuple(f"{e.name}, {s.name}" for e in employers for s in e.sites)
    faults = (*answers.faults, *changes.faults, *unread)
    blurred = tuple(sorted(personal.items()))
    return ResultsFound(file, names, changes, fresh, len(cases) - len(fresh), blurred, drafts, faults, stored=False)


def write_drafts(found: ResultsFound, out: Path) -> None:
    """Write unfinished solutions as a solution file, to be completed by hand; FileUnreadable if that fails."""
    import yaml

    entries = [draft_as_entry(one.draft) for one in found.drafts]
    _write(out, yaml.safe_dump({"solutions": entries}, allow_unicode=True, sort_keys=False).encode())


def write_faults(found: ResultsFound, out: Path, messages: Messages) -> None:
    """Write the faults as CSV in the reader's language; FileUnreadable if it cannot be written."""
    _write(out, faults_as_csv([said_fault(fault, messages) for fault in found.faults]).encode("utf-8-sig"))


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError:
        raise FileUnreadable(out, "cannot be written", "Choose a folder that you can write to.") from None


def said_fault(fault: RowFault, messages: Messages) -> RowFault:
    """Say a fault in the reader's language, with what was perhaps meant."""
    reason, way_out = fault.reason, fault.way_out
    if messages.has(f"workshop.reason.{fault.code}"):
        reason = messages.text(f"workshop.reason.{fault.code}")
        way_out = messages.text(f"workshop.way_out.{fault.code}")
    if fault.close and fault.code != "twice":
        way_out += " " + messages.text("workshop.did_you_mean", close=", ".join(fault.close))
    return replace(fault, reason=reason, way_out=way_out)


def print_results(found: ResultsFound, messages: Messages, drafts: Path | None, faults_out: Path | None) -> None:
    """Print the changes on standard output, what needs a hand on standard error."""
    text = messages.text
    out = [text("workshop.read", file=found.file, site="; ".join(found.sites) or "–"), *change_lines(found, messages)]
    if len(out) == 1:
        out.append(text("workshop.nothing"))
    if found.same:
        out.append(text("workshop.same", count=found.same))
    if found.stored:
        out.append(_stored_line(found, messages))
    sys.stdout.write("\n".join(out) + "\n")
    told = [
        text("solutions.blurred", row=row, counts=", ".join(sorted({one.kind for one in check.findings})))
        for row, check in found.blurred
    ]
    for fault in (said_fault(one, messages) for one in found.faults):
        values = {"row": fault.row, "column": fault.column, "reason": fault.reason, "way_out": fault.way_out}
        told.append(text("workshop.fault", **values))
    if found.faults:
        told.append(text("workshop.faults", count=len(found.faults)))
    if faults_out is not None and found.faults:
        told.append(text("workshop.faults_written", file=faults_out.name))
    if found.drafts:
        told.append(
            text("workshop.draft_hint") if drafts is None else text("workshop.drafts_written", file=drafts.name)
        )
    if not found.stored and (found.changes.any or found.solutions):
        told.append(text("workshop.not_stored"))
    sys.stderr.write("".join(line + "\n" for line in told))


def _stored_line(found: ResultsFound, messages: Messages) -> str:
    changes = found.changes
    return messages.text(
        "workshop.stored",
        levels=len(changes.levels),
        tasks=len(changes.tasks),
        new_tasks=len(changes.new_tasks),
        solutions=len(found.solutions),
    )


def change_lines(found: ResultsFound, messages: Messages) -> Iterator[str]:
    """Say every change in a line."""
    text, changes = messages.text, found.changes
    for level in changes.levels:
        before = "?" if level.before is None else messages.number(level.before)
        shown = {"before": before, "after": messages.number(level.level.value), "task": shortened(level.task.text)}
        key = "workshop.change.confirmed" if level.confirms else "workshop.change.level"
        yield text(key, what=messages.dimension(level.dimension), **shown)
    for task in changes.tasks:
        for about in task.about:
            before, after = _fact(task, about, messages)
            yield text(f"workshop.change.{about}", task=shortened(task.before.text), before=before, after=after)
    for new in changes.new_tasks:
        hours = messages.number(new.task.hours_per_week)
        shown = {"hours": hours, "loads": str(len(new.task.levels)), "task": shortened(new.task.text)}
        yield text("workshop.change.new_task", job=new.job.title, **shown)
    for case in found.solutions:
        yield text("workshop.change.solution", title=shortened(next(iter(case.texts.values())).title))
    for draft in found.drafts:
        title = shortened(draft.draft.parts.title)
        yield text("workshop.change.draft", row=draft.row, title=title, missing=", ".join(draft.missing))


def _fact(change: TaskChange, about: str, messages: Messages) -> tuple[str, str]:
    return _said(change.before, about, messages), _said(change.after, about, messages)


def _said(task: Task, about: str, messages: Messages) -> str:
    if about == "conditions":
        return ", ".join(condition_words(one, messages) for one in task.conditions) or "–"
    if about in {"core", "divisible"}:
        return messages.text("document.yes" if getattr(task, about) else "document.no")
    hours = task.hours_per_week if about == "hours" else task.extends_to_hours_per_week
    return "–" if hours is None else messages.number(hours, 2)


def results_as_json(found: ResultsFound) -> dict[str, Any]:
    """Write the changes as ``workshop-results/1``."""
    changes = found.changes
    return {
        "format": "workshop-results/1",
        "stored": found.stored,
        "levels": [
            {
                "task": one.task.id,
                "dimension": one.dimension,
                "before": None if one.before is None else round(one.before, 2),
                "level": one.level.value,
                "confirms": one.confirms,
            }
            for one in changes.levels
        ],
        "tasks": [
            {"task": one.before.id, "changes": {a: [_plain(one.before, a), _plain(one.after, a)] for a in one.about}}
            for one in changes.tasks
        ],
        "new_tasks": [
            {"job": one.job.id, "task": one.task.id, "text": one.task.text, "hours": one.task.hours_per_week}
            for one in changes.new_tasks
        ],
        "solutions": [one.id for one in found.solutions],
        "drafts": [{"row": one.row, "missing": list(one.missing)} for one in found.drafts],
        "same": found.same,
        "faults": [
            {"row": one.row, "column": one.column, "code": one.code, "close": list(one.close)} for one in found.faults
        ],
    }


def _plain(task: Task, about: str) -> Any:
    if about == "conditions":
        return [_condition(one) for one in task.conditions]
    fields = {"hours": "hours_per_week", "extends": "extends_to_hours_per_week"}
    return getattr(task, fields.get(about, about))


def _condition(condition: Condition) -> str:
    level = f":{condition.value}" if condition.language else ""
    return f"{condition.key}{level}:{condition.need.value}"

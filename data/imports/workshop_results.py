"""Reads the results sheet of a workshop, as people filled it in: a workbook with its tables, or one table as CSV.

Headers and words in Finnish, Swedish or English, small typing errors allowed. Every answer that cannot be understood is
a fault with sheet, row, column, a way out and what was perhaps meant; the other answers stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..conditions import Condition, Need
from ..errors import FileUnreadable, RowFault
from ..spreadsheet_text import plain
from ..workshop_tables import ResultsTable, table_forms
from .solution_list import SolutionRow, solution_cells, solution_row
from .task_list import LONGEST_TEXT
from .workshop_words import (
    closest,
    condition_of,
    condition_spellings,
    dated_fault,
    dimension_spellings,
    figure,
    level_spellings,
    meant,
    spellings,
)
from .workshop_workbook import FilledTable, find_table, sheets_of


@dataclass(frozen=True, slots=True)
class Answered:
    """Where an answer stands, and the task that it is about: by id, or by its words where the id is missing."""

    row: int
    sheet: str
    task_id: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskAnswer:
    """What was corrected of a task; None says nothing. Hours are weekly."""

    at: Answered
    hours: float | None = None
    extends_to_hours: float | None = None
    core: bool | None = None
    divisible: bool | None = None


@dataclass(frozen=True, slots=True)
class LevelAnswer:
    """A level (0-5) that was corrected or, ``confirms``, found right as it was shown."""

    at: Answered
    dimension: str
    level: float
    confirms: bool
    note: str


@dataclass(frozen=True, slots=True)
class ConditionAnswer:
    """Whether a condition holds for a task; ``need`` None: it does not."""

    at: Answered
    condition: Condition
    need: Need | None


@dataclass(frozen=True, slots=True)
class NewTaskAnswer:
    """A task that the cards lacked, in the job (title) that it would belong to."""

    row: int
    sheet: str
    text: str
    job: str
    hours: float | None
    core: bool
    divisible: bool


@dataclass(frozen=True, slots=True)
class UnfinishedSolution:
    """A tried solution of which something is still missing: it becomes a draft."""

    row: int
    text: str
    missing: tuple[str, ...]


@dataclass(slots=True)
class WorkshopAnswers:
    """Everything that a results sheet holds, and every fault."""

    tasks: list[TaskAnswer] = field(default_factory=list)
    levels: list[LevelAnswer] = field(default_factory=list)
    conditions: list[ConditionAnswer] = field(default_factory=list)
    new_tasks: list[NewTaskAnswer] = field(default_factory=list)
    solutions: list[SolutionRow] = field(default_factory=list)
    unfinished: list[UnfinishedSolution] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    task_ids: set[str] = field(default_factory=set)

    def about_tasks(self) -> list[Answered]:
        """List what is answered about tasks of the store."""
        return [
            *(one.at for one in self.tasks),
            *(one.at for one in self.levels),
            *(one.at for one in self.conditions),
        ]


def read_workshop_results(path: Path) -> WorkshopAnswers:
    """Read a filled results sheet (.xlsx, .csv); FileUnreadable when no table of it is one of ours."""
    answers, tables, seen = WorkshopAnswers(), list[FilledTable](), list[str]()
    for sheet, raw in sheets_of(path):
        found = find_table(sheet, raw, answers.faults)
        if found is None:
            seen += [cell.strip()[:20] for cells in raw[:1] for cell in cells if cell.strip()]
        else:
            tables.append(found)
    if not tables and not answers.faults:
        known = ", ".join(form.names["fi"] for form in table_forms())
        shown = ", ".join(seen[:8]) or "none"
        why = f"no table of a results sheet is in it (first cells: {shown})"
        raise FileUnreadable(path, why, f"Use the sheet of `worktrial workshop make`; its tables are {known}.")
    marks = {
        cells["card"].upper(): cells["task_id"]
        for table in tables
        for _, cells in table.rows
        if cells.get("card") and cells.get("task_id")
    }
    answers.task_ids = set(marks.values())
    for table in tables:
        _READERS[table.form.kind](table, marks, answers)
    answers.faults.sort(key=lambda fault: (fault.column, fault.row))
    return answers


class _Row:
    """One row of a table while it is read: its cells, and where its faults go."""

    def __init__(self, table: FilledTable, number: int, cells: Mapping[str, str], faults: list[RowFault]) -> None:
        self.table, self.number, self.cells = table, number, cells
        self._into, self.faulty = faults, False

    def get(self, column: str) -> str:
        """Give a cell; "" where there is none."""
        return self.cells.get(column, "")

    def fault(self, column: str, code: str, reason: str, way_out: str, close: Iterable[str] = ()) -> None:
        """Note a fault of one cell."""
        where = f"{self.table.sheet}: {self.table.headers.get(column, column)}"
        self._into.append(RowFault(self.number, where, code, reason, way_out, tuple(close)))
        self.faulty = True

    def at(self, marks: Mapping[str, str]) -> Answered | None:
        """Tell which task the row is about; a fault when neither id, card nor words say it."""
        id_ = self.get("task_id")
        card = self.get("card")
        if not id_ and card:
            id_ = marks.get(card.upper(), "")
            if not id_ and not self.get("task"):
                close = closest(card.upper(), {mark: mark for mark in marks}, 40)
                self.fault("card", "unknown_card", "there is no such card", "Write a mark such as A1.", close)
                return None
        if not id_ and not self.get("task"):
            self.fault("card", "no_task", "it is not said which task this is about", "Write the mark of the card.")
            return None
        return Answered(self.number, self.table.sheet, id_, self.get("task"))

    def hours(self, column: str) -> float | None:
        """Read weekly hours."""
        cell = self.get(column)
        if not cell:
            return None
        match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(?:h|t|tuntia|timmar|hours)?(?:/vko)?", cell, re.IGNORECASE)
        hours = float(match[1].replace(",", ".")) if match else math.nan
        if not 0 < hours <= 60:
            reason = "weekly hours must be a number above 0 and at most 60"
            self.fault(column, dated_fault(cell) or "not_hours", reason, "Write weekly hours such as 2,5.")
            return None
        return hours

    def yes_no(self, column: str) -> bool | None:
        """Read yes or no."""
        cell = self.get(column)
        if not cell:
            return None
        known = spellings("yes_no")
        meaning = meant(cell, known, {"1": "yes", "0": "no"})
        if meaning is None:
            reason = "this is neither yes nor no"
            self.fault(column, "not_yes_or_no", reason, "Write kyllä or ei.", closest(cell, known))
        return None if meaning is None else meaning == "yes"


def _read_tasks(table: FilledTable, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    filled = ("hours_new", "extends_new", "core_new", "divisible_new")
    for number, cells in table.rows:
        if not any(cells.get(column) for column in filled):
            continue
        row = _Row(table, number, cells, answers.faults)
        at = row.at(marks)
        hours, most = row.hours("hours_new"), row.hours("extends_new")
        core, divisible = row.yes_no("core_new"), row.yes_no("divisible_new")
        if at is not None and (hours, most, core, divisible) != (None,) * 4:
            answers.tasks.append(TaskAnswer(at, hours, most, core, divisible))


def _read_levels(table: FilledTable, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    for number, cells in table.rows:
        if not cells.get("level_new"):
            continue
        row = _Row(table, number, cells, answers.faults)
        at = row.at(marks)
        dimension = meant(row.get("load"), dimension_spellings())
        if dimension is None:
            close = closest(row.get("load"), dimension_spellings())
            reason = "this is no load that we know"
            row.fault("load", "unknown_load", reason, "Choose one from the list of the cell.", close)
        read = _level(row)
        if at is not None and dimension is not None and read is not None:
            answers.levels.append(LevelAnswer(at, dimension, *read, row.get("note")[:LONGEST_TEXT]))


def _level(row: _Row) -> tuple[float, bool] | None:
    """Read a level in figures or words, or that the shown one is right."""
    cell = row.get("level_new")
    if (level := figure(cell)) is not None:
        return level, False
    meaning = meant(cell, level_spellings())
    if meaning == "right":
        shown = figure(row.get("level_now"))
        if shown is None:
            reason = "no estimate is shown that could be right"
            row.fault("level_new", "nothing_shown", reason, "Write a level from 0 to 5.")
            return None
        return shown, True
    if meaning is None:
        reason, way_out = "this is no level from 0 to 5", "Write it such as 2,5, or in the words of the sheet."
        code = dated_fault(cell) or "not_a_level"
        row.fault("level_new", code, reason, way_out, closest(cell, level_spellings()))
        return None
    return float(meaning), False


def _read_conditions(table: FilledTable, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    for number, cells in table.rows:
        if not cells.get("need_new"):
            continue
        row = _Row(table, number, cells, answers.faults)
        at = row.at(marks)
        condition = condition_of(row.get("condition"))
        if condition is None:
            close = closest(row.get("condition"), {name: name for name in condition_spellings()})
            reason = "this is no condition that we know"
            row.fault("condition", "unknown_condition", reason, "Choose one from the list of the cell.", close)
        need = meant(row.get("need_new"), spellings("need"))
        if need is None:
            close = closest(row.get("need_new"), spellings("need"))
            reason = "this does not say whether it is needed"
            row.fault("need_new", "not_a_need", reason, "Write pakollinen, toive or ei tarvita.", close)
        if at is not None and condition is not None and need is not None:
            answers.conditions.append(ConditionAnswer(at, condition, None if need == "none" else Need(need)))


def _read_new_tasks(table: FilledTable, _marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    for number, cells in table.rows:
        row = _Row(table, number, cells, answers.faults)
        text = row.get("new_task")
        if not text:
            row.fault("new_task", "missing", "the task has no text", "Write what is done, or empty the row.")
        elif len(text) > LONGEST_TEXT:
            reason = f"the text is longer than {LONGEST_TEXT} characters"
            row.fault("new_task", "too_long", reason, "Split the task.")
        if not row.get("job"):
            row.fault("job", "no_job", "it is not said whose work it would be", "Choose a job from the list.")
        hours, core, divisible = row.hours("hours"), row.yes_no("core_new"), row.yes_no("divisible_new")
        if not row.faulty:
            answers.new_tasks.append(
                NewTaskAnswer(number, table.sheet, text, row.get("job"), hours, core or False, divisible is not False)
            )


def _read_solutions(table: FilledTable, _marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    """Read what was tried: whole cases; and those that only lack something, as drafts."""
    try:
        cases = list(_cases(table))
    except FileUnreadable as error:
        answers.faults.append(
            RowFault(1, table.sheet, "column_missing", str(error), "Give the table its columns back.")
        )
        return
    for number, cells in cases:
        faults = list[RowFault]()
        case = solution_row(number, cells, faults)
        open_ = {fault.column for fault in faults if fault.code == "missing"} - {"work", "change"}
        if case is not None and not faults:
            answers.solutions.append(case)
        elif len(open_) == len(faults):
            text = " ".join(
                part.rstrip(". ") + "." for part in (cells["work"], cells["change"], cells.get("result", "")) if part
            )
            answers.unfinished.append(UnfinishedSolution(number, text, tuple(sorted(open_))))
        else:
            answers.faults += [
                RowFault(f.row, f"{table.sheet}: {f.column}", f.code, f.reason, f.way_out, f.close) for f in faults
            ]


def _cases(table: FilledTable) -> Iterator[tuple[int, dict[str, str]]]:
    cleaned = [[plain(cell) for cell in row] for row in table.raw]
    yield from solution_cells(cleaned, Path(table.sheet))


_READERS = {
    ResultsTable.TASKS: _read_tasks,
    ResultsTable.LOADS: _read_levels,
    ResultsTable.CONDITIONS: _read_conditions,
    ResultsTable.NEW_TASKS: _read_new_tasks,
    ResultsTable.SOLUTIONS: _read_solutions,
}

"""Reads the results sheet of a workshop, as people filled it in: a workbook with its tables, or one table as CSV.

Headers and words in Finnish, Swedish or English, small typing errors allowed. Every answer that cannot be understood is a
fault with sheet, row, column, a way out and what was perhaps meant; the other answers stand. Nothing is guessed: what is
near to two things is asked.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from ..conditions import LANGUAGE_LEVELS, Condition, ConditionType, Need
from ..dimensions import HOURS_DIMENSION, load_dimensions
from ..errors import FileUnreadable, RowFault
from ..levels import TOP
from ..vocabulary import condition_name, vocabulary
from ..workshop_tables import ResultsTable, TableForm, answer_words, level_words, table_forms
from .solution_list import SolutionRow, solution_cells, solution_row
from .task_list import LONGEST_TEXT, MOST_BYTES, read_table

LEAST_LIKE, LEAST_LIKE_HEADER, LEAST_CLOSE = 84, 82, 55
"""Likeness (0-100, rapidfuzz) from which a word counts as meant, a header too, and from which it is offered."""

CLEAR_LEAD = 4
"""Points by which the best match must lead the next other meaning."""

MOST_SHEETS, MOST_ROWS, HEADER_AMONG = 30, 20_000, 12
LANGUAGES = ("fi", "sv", "en")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LICENCES = ("AM", "A1", "A2", "A", "B", "BE", "C1", "C", "CE", "D1", "D", "DE", "T")


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


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet program takes it for a formula.

    >>> guarded("=1+1"), guarded("'tis"), guarded("hyllytys")
    ("'=1+1", "''tis", 'hyllytys')
    """
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def unguarded(text: str) -> str:
    """Read a text back; the way back from ``guarded``.

    >>> unguarded(guarded("=1+1")), unguarded(guarded("'tis"))
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith((*_FORMULA, "'")) else text


@dataclass(frozen=True, slots=True)
class _Table:
    """One table as it was found: its sheet, form, headers by column, and its filled rows with their numbers."""

    sheet: str
    form: TableForm
    headers: Mapping[str, str]
    rows: tuple[tuple[int, Mapping[str, str]], ...]
    raw: Sequence[Sequence[str]]


def read_workshop_results(path: Path) -> WorkshopAnswers:
    """Read a filled results sheet (.xlsx, .csv); FileUnreadable when no table of it is one of ours."""
    answers, tables, seen = WorkshopAnswers(), list[_Table](), list[str]()
    for sheet, table in _sheets(path):
        found = _table(sheet, table, answers.faults)
        if found is None:
            seen += [cell.strip()[:20] for cells in table[:1] for cell in cells if cell.strip()]
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


def _sheets(path: Path) -> list[tuple[str, list[list[str]]]]:
    if path.suffix.lower() not in {".xlsx", ".xlsm", ".xls", ".ods"}:
        return [("", read_table(path))]
    from python_calamine import CalamineWorkbook

    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileUnreadable(path, f"it is larger than {MOST_BYTES // 1_000_000} MB", "Split the file.")
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        return [
            (name, [[_cell(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(False)])
            for name in book.sheet_names[:MOST_SHEETS]
        ]
    except FileUnreadable:
        raise
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except Exception as error:  # the reader raises several kinds for one cause: this is not a spreadsheet
        way_out = "Open it in the program that wrote it and save it as .xlsx."
        raise FileUnreadable(path, "this is not a readable spreadsheet", way_out) from error


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _clean(cell: str) -> str:
    """Take control signs, runs of blanks and the apostrophe before a formula off a cell."""
    plain = re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in cell)).strip()
    return unguarded(plain)


def _table(sheet: str, raw: Sequence[Sequence[str]], faults: list[RowFault]) -> _Table | None:
    """Find which table a sheet holds and where its header is; a fault when a needed column is missing."""
    best: tuple[int, int, TableForm, dict[str, int]] | None = None
    for number, cells in enumerate(raw[:HEADER_AMONG]):
        for form in table_forms():
            columns = _columns(cells, form)
            rank = len(columns) + (100 if set(form.needed) <= columns.keys() else 0)
            if len(columns) >= 2 and (best is None or rank > best[0]):
                best = rank, number, form, columns
    if best is None:
        return None
    _, at, form, columns = best
    if missing := [name for name in form.needed if name not in columns]:
        headers = [cell.strip()[:40] for cell in raw[at] if cell.strip()]
        for name in missing:
            close = _closest(form.column(name).names["fi"], {header: header for header in headers})
            way_out = f"Name the column {' / '.join(form.column(name).names.values())}."
            reason = "a column is missing, so nothing of this table was read"
            faults.append(RowFault(at + 1, sheet or form.names["fi"], "column_missing", reason, way_out, close))
        return None
    headers = {name: raw[at][column].strip() for name, column in columns.items()}
    rows = tuple(
        (number, cells)
        for number, row in enumerate(raw[at + 1 : at + 1 + MOST_ROWS], start=at + 2)
        if any((cells := {n: _clean(row[c]) if c < len(row) else "" for n, c in columns.items()}).values())
    )
    return _Table(sheet or form.names["fi"], form, headers, rows, raw)


def _columns(cells: Sequence[str], form: TableForm) -> dict[str, int]:
    spelled = {name.lower(): column.id for column in form.columns for name in column.names.values()}
    columns: dict[str, int] = {}
    best: dict[str, float] = {}
    for at, cell in enumerate(cells):
        words = re.sub(r"[\s_]+", " ", cell.strip().lower().rstrip(":*"))
        if words and (
            match := process.extractOne(words, list(spelled), scorer=fuzz.ratio, score_cutoff=LEAST_LIKE_HEADER)
        ):
            name = spelled[match[0]]
            if match[1] > best.get(name, 0):
                columns[name], best[name] = at, match[1]
    return columns


class _Row:
    """One row of a table while it is read: its cells, and where its faults go."""

    def __init__(self, table: _Table, number: int, cells: Mapping[str, str], faults: list[RowFault]) -> None:
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
                close = _closest(card.upper(), {mark: mark for mark in marks}, 40)
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
            self.fault(column, _dated(cell) or "not_hours", reason, "Write weekly hours such as 2,5.")
            return None
        return hours

    def yes_no(self, column: str) -> bool | None:
        """Read yes or no."""
        cell = self.get(column)
        if not cell:
            return None
        known = _spellings("yes_no")
        meaning = _meant(cell, known, {"1": "yes", "0": "no"})
        if meaning is None:
            reason = "this is neither yes nor no"
            self.fault(column, "not_yes_or_no", reason, "Write kyllä or ei.", _closest(cell, known))
        return None if meaning is None else meaning == "yes"


def _dated(cell: str) -> str:
    """Name the fault of a number that a spreadsheet program has turned into a date."""
    return "became_date" if re.match(r"\d{4}-\d\d-\d\d", cell) else ""


@cache
def _spellings(kind: str) -> dict[str, str]:
    return {
        word.lower(): meaning
        for meaning, by_language in answer_words(kind).items()
        for language in LANGUAGES
        for word in by_language[language]
    }


def _meant(cell: str, known: Mapping[str, str], exact: Mapping[str, str] | None = None) -> str | None:
    """Find what a cell means; None when nothing is like it, or two meanings are about equally like it.

    Words of up to two letters must be exact.
    """
    words = cell.lower().strip(" .!")
    if exact and words in exact:
        return exact[words]
    if words in known:
        return known[words]
    if len(words) <= 2:
        return None
    spelled = [spelling for spelling in known if len(spelling) > 2]
    found = process.extract(words, spelled, scorer=fuzz.ratio, score_cutoff=LEAST_LIKE, limit=5)
    if not found:
        return None
    meaning = known[found[0][0]]
    rival = next((score for spelling, score, _ in found if known[spelling] != meaning), 0.0)
    return meaning if found[0][1] - rival >= CLEAR_LEAD else None


def _closest(cell: str, known: Mapping[str, str], least: float = LEAST_CLOSE) -> tuple[str, ...]:
    found = process.extract(cell.lower(), list(known), scorer=fuzz.WRatio, processor=str.lower, limit=6)
    by_meaning: dict[str, str] = {}
    for spelling, score, _ in found:
        if score >= least:
            by_meaning.setdefault(known[spelling], spelling)
    return tuple(list(by_meaning.values())[:3])


def _read_tasks(table: _Table, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
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


def _read_levels(table: _Table, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    for number, cells in table.rows:
        if not cells.get("level_new"):
            continue
        row = _Row(table, number, cells, answers.faults)
        at = row.at(marks)
        dimension = _meant(row.get("load"), _dimension_spellings())
        if dimension is None:
            close = _closest(row.get("load"), _dimension_spellings())
            reason = "this is no load that we know"
            row.fault("load", "unknown_load", reason, "Choose one from the list of the cell.", close)
        read = _level(row)
        if at is not None and dimension is not None and read is not None:
            answers.levels.append(LevelAnswer(at, dimension, *read, row.get("note")[:LONGEST_TEXT]))


@cache
def _dimension_spellings() -> dict[str, str]:
    return {
        name.lower(): one.id
        for one in load_dimensions()
        if one.id != HOURS_DIMENSION
        for name in (one.id, *one.names.values(), *one.short.values())
    }


@cache
def _level_spellings() -> dict[str, str]:
    return {
        words[language].lower(): str(step)
        for dose in (False, True)
        for step, words in enumerate(level_words(dose))
        for language in LANGUAGES
    } | _spellings("right")


def _level(row: _Row) -> tuple[float, bool] | None:
    """Read a level in figures or words, or that the shown one is right."""
    cell = row.get("level_new")
    if (level := _figure(cell)) is not None:
        return level, False
    meaning = _meant(cell, _level_spellings())
    if meaning == "right":
        shown = _figure(row.get("level_now"))
        if shown is None:
            reason = "no estimate is shown that could be right"
            row.fault("level_new", "nothing_shown", reason, "Write a level from 0 to 5.")
            return None
        return shown, True
    if meaning is None:
        reason, way_out = "this is no level from 0 to 5", "Write it such as 2,5, or in the words of the sheet."
        code = _dated(cell) or "not_a_level"
        row.fault("level_new", code, reason, way_out, _closest(cell, _level_spellings()))
        return None
    return float(meaning), False


def _figure(cell: str) -> float | None:
    try:
        level = float(cell.replace("\u2212", "-").replace(",", ".").removesuffix("/5").removesuffix("/ 5").strip())
    except ValueError:
        return None
    return level if 0 <= level <= TOP else None


def _read_conditions(table: _Table, marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    for number, cells in table.rows:
        if not cells.get("need_new"):
            continue
        row = _Row(table, number, cells, answers.faults)
        at = row.at(marks)
        condition = condition_of(row.get("condition"))
        if condition is None:
            close = _closest(row.get("condition"), {name: name for name in _condition_spellings()})
            reason = "this is no condition that we know"
            row.fault("condition", "unknown_condition", reason, "Choose one from the list of the cell.", close)
        need = _meant(row.get("need_new"), _spellings("need"))
        if need is None:
            close = _closest(row.get("need_new"), _spellings("need"))
            reason = "this does not say whether it is needed"
            row.fault("need_new", "not_a_need", reason, "Write pakollinen, toive or ei tarvita.", close)
        if at is not None and condition is not None and need is not None:
            answers.conditions.append(ConditionAnswer(at, condition, None if need == "none" else Need(need)))


@cache
def condition_names(language: str) -> Mapping[str, str]:
    """Name the conditions that a task can have, by key; licences, ages and languages with their usual values."""
    keys = [f"permit:{id_}" for id_ in vocabulary("permits")]
    keys += [f"driving_licence:{licence}" for licence in _LICENCES]
    keys += [f"min_age:{age}" for age in range(15, 26)]
    keys += [f"language:{tongue}" for tongue in LANGUAGES]
    keys += ["criminal_record", "own_car", "vaccination", "health_check"]
    return {key: condition_name(key, language) for key in keys}


@cache
def _condition_spellings() -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for language in LANGUAGES:
        for key, name in condition_names(language).items():
            kind, _, value = key.partition(":")
            if kind == ConditionType.LANGUAGE:
                for level in LANGUAGE_LEVELS[1:]:
                    one = Condition(ConditionType.LANGUAGE, level, Need.MUST, value)
                    found[f"{name} {level}".lower()] = one
                found[name.lower()] = Condition(ConditionType.LANGUAGE, LANGUAGE_LEVELS[1], Need.MUST, value)
            else:
                found[name.lower()] = Condition(ConditionType(kind), value, Need.MUST)
    return found


def condition_of(cell: str) -> Condition | None:
    """Read a condition by its name in any of the three languages; licence classes, levels and numbers must be exact.

    >>> condition_of("hygieniapasi").key, condition_of("kielitaito (suomi) B1").value, condition_of("ajokortti X")
    ('permit:hygiene_passport', 'B1', None)
    """
    codes = _codes(cell)
    known = {name: one for name, one in _condition_spellings().items() if _codes(name) == codes}
    name = _meant(cell, {name: repr(one) for name, one in known.items()})
    return next((one for one in known.values() if repr(one) == name), None)


def _codes(text: str) -> frozenset[str]:
    """Give the parts of a name that a typing error must not change: classes, levels, numbers."""
    return frozenset(
        word for word in re.findall(r"\w+", text.lower()) if len(word) <= 2 or any(sign.isdigit() for sign in word)
    )


def _read_new_tasks(table: _Table, _marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
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
                NewTaskAnswer(
                    number, table.sheet, text, row.get("job"), hours, core or False, divisible is not False
                )
            )


def _read_solutions(table: _Table, _marks: Mapping[str, str], answers: WorkshopAnswers) -> None:
    """Read what was tried: whole cases; and those that only lack something, as drafts."""
    try:
        cases = list(_cases(table))
    except FileUnreadable as error:
        answers.faults.append(RowFault(1, table.sheet, "column_missing", str(error), "Give the table its columns back."))
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


def _cases(table: _Table) -> Iterator[tuple[int, dict[str, str]]]:
    cleaned = [[_clean(cell) for cell in row] for row in table.raw]
    yield from solution_cells(cleaned, Path(table.sheet))


_READERS = {
    ResultsTable.TASKS: _read_tasks,
    ResultsTable.LOADS: _read_levels,
    ResultsTable.CONDITIONS: _read_conditions,
    ResultsTable.NEW_TASKS: _read_new_tasks,
    ResultsTable.SOLUTIONS: _read_solutions,
}

"""Reads trials and their outcomes from a spreadsheet or CSV file: one row a trial, every fault with row and column.

Headers and answers in Finnish, Swedish or English, small typing errors in headers allowed; days as 2026-03-31 or
31.3.2026. What the cells must agree with (people, sites, each other) is checked in ``outcome_check.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from rapidfuzz import fuzz, process

from ..accommodations import load_accommodations
from ..dimensions import load_dimensions
from ..errors import FileUnreadable, RowFault
from ..review_cells import reviews
from ..table_cells import NO, NOT_KNOWN, YES, CellFault
from ..trials import (
    Course,
    Interruption,
    MeasureEffect,
    Outcome,
    Retention,
    Trial,
    TrialReview,
    TriedTask,
)
from ..vocabulary import vocabulary
from .outcome_words import HEADERS, NEEDED, WORDS
from .table_headers import FoundColumns, find_columns
from .uploaded_table import MOST_ROWS, read_table

Kind = TypeVar("Kind", bound=StrEnum)
Faulty = Callable[[str, str, str, str], None]
"""How the parts of a row report: column, code, reason, way out."""

LONGEST_CELL = 4_000
LONGEST_ID = 64

_SAME_HEADER = 86


def read_outcome_list(path: Path) -> tuple[list[tuple[int, Trial]], list[RowFault], list[str]]:
    """Read a .csv or .xlsx list: each good row with its number, every fault of the others, headers that say nothing.

    Raises FileUnreadable when it is not such a file or lacks a column that every trial needs.
    """
    found = outcome_table(read_table(path), path.name)
    return list(found.rows), list(found.faults), list(found.columns.ignored)


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """A list that was read: good rows with their numbers, faults of the others, and which column holds what."""

    rows: tuple[tuple[int, Trial], ...]
    faults: tuple[RowFault, ...]
    columns: FoundColumns


def outcome_table(table: Sequence[Sequence[str]], file: str, said: Mapping[str, str] | None = None) -> OutcomeTable:
    """Read the cells of a list of trials; ``said`` names the header of a column where it is not found by itself."""
    columns = find_columns(table, HEADERS, NEEDED, file, said)
    rows, faults = list[tuple[int, Trial]](), list[RowFault]()
    for number, cells in enumerate(table[columns.row + 1 :], start=columns.row + 2):
        if not any(cell.strip() for cell in cells):
            continue
        if number - columns.row > MOST_ROWS:
            raise FileUnreadable(file, f"it has more than {MOST_ROWS} rows", "Split the file.")
        found = list[RowFault]()
        trial = _trial(number, columns.values(cells), found)
        faults += found
        if trial is not None and not found:
            rows.append((number, trial))
    return OutcomeTable(tuple(rows), tuple(faults), columns)


def _trial(number: int, values: Mapping[str, str], faults: list[RowFault]) -> Trial | None:
    def fault(column: str, code: str, reason: str, way_out: str) -> None:
        faults.append(RowFault(number, column, code, reason, way_out))

    _check_cells(values, fault)
    if faults:
        return None
    days = {name: _day(values, name, fault) for name in ("starts", "planned_end", "ended_on", "decided_on")}
    course = _named(values, "course", Course, fault)
    outcome = _named(values, "outcome", Outcome, fault)
    interruption = _named(values, "interruption", Interruption, fault)
    kept = {name: _yes_or_no(values, name, fault) for name in ("at_3", "at_6", "at_12")}
    tasks = tuple(TriedTask(id_, hours) for id_, hours in _pairs(values, "tasks", "stock.1=6,5", fault))
    review, more = _review(values, fault), _more_reviews(values, fault)
    released, fictional = (_yes_or_no(values, name, fault) is True for name in ("released", "fictional"))
    measures, group = _measures(values, fault), _sector(values, fault)
    starts = days["starts"]
    if faults or starts is None or course is None:
        return None
    return Trial(
        id=values["id"],
        candidate=values["candidate"],
        employer=values.get("employer", ""),
        site=values["site"],
        suggestion=values.get("suggestion", ""),
        run=values.get("run", ""),
        pathway=values.get("pathway", ""),
        decided_on=days["decided_on"],
        planned_end=days["planned_end"],
        ended_on=days["ended_on"],
        starts=starts,
        course=course,
        tasks=tasks,
        measures=measures,
        interruption=interruption,
        outcome=outcome,
        retention=Retention(**kept),
        reviews=more if review is None else (review, *more),
        group=group,
        released=released,
        fictional=fictional,
    )


def _check_cells(values: Mapping[str, str], fault: Faulty) -> None:
    for name in NEEDED:
        if not values[name]:
            fault(name, "missing", "the cell is empty", "Fill it in, or delete the row.")
    for name, cell in values.items():
        most = LONGEST_ID if name in {"id", "candidate", "suggestion", "run"} else LONGEST_CELL
        if len(cell) > most:
            fault(name, "too_long", f"the text is longer than {most} characters", "Shorten it.")
    if values["id"] and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", values["id"]):
        fault(
            "id", "not_an_id", "an id is letters without accents, figures, dots and lines", "Write for example T-017."
        )


def _day(values: Mapping[str, str], name: str, fault: Faulty) -> date | None:
    cell = values.get(name, "")
    if cell in NOT_KNOWN:
        return None
    day = read_day(cell)
    if day is None:
        fault(name, "not_a_day", "this is no day", "Write for example 2026-03-31 or 31.3.2026.")
    return day


def read_day(cell: str) -> date | None:
    """Read a day, written with the year first or as day.month.year; None when it is neither.

    >>> read_day("31.3.2026"), read_day("2026-03-31 00:00:00"), read_day("3/4/2026")
    (datetime.date(2026, 3, 31), datetime.date(2026, 3, 31), None)
    """
    match = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?", cell)
    parts = match.groups() if match else ()
    if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", cell):
        parts = match.groups()[::-1]
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def _named(values: Mapping[str, str], name: str, kind: type[Kind], fault: Faulty) -> Kind | None:
    cell = values.get(name, "").lower()
    if cell in NOT_KNOWN and (name != "interruption" or cell in {"", "-", "–"}):
        return None
    for one in kind:
        if cell in (one.value, one.value.replace("_", " "), *WORDS[kind][one]):
            return one
    fault(name, "unknown", "this is none of the answers", f"One of: {', '.join(kind)}.")
    return None


def _yes_or_no(values: Mapping[str, str], name: str, fault: Faulty) -> bool | None:
    cell = values.get(name, "").lower()
    if cell in NOT_KNOWN:
        return None
    if cell not in YES | NO:
        fault(name, "not_yes_or_no", "this is neither yes nor no", "Write kyllä or ei; leave it empty if unknown.")
    return cell in YES


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace("\u00a0", "").replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _pairs(values: Mapping[str, str], name: str, example: str, fault: Faulty) -> list[tuple[str, float]]:
    """Read ``id=number; id=number``; each id once."""
    found: dict[str, float] = {}
    for part in (part.strip() for part in re.split(r"[;|\n]", values.get(name, "")) if part.strip()):
        id_, _, said = part.partition("=")
        value, id_ = _number(said.strip()), id_.strip()
        if value is None or not id_ or id_ in found:
            fault(name, "not_pairs", "this is not a list of names and numbers, each name once", f"Write {example}; ...")
            return []
        found[id_] = value
    return list(found.items())


def _step(values: Mapping[str, str], name: str, fault: Faulty) -> float | None:
    cell = values.get(name, "")
    if cell in NOT_KNOWN:
        return None
    if (value := _number(cell)) is None:
        fault(name, "not_a_step", "this is no number", "Write 0 to 5, in half steps.")
    return value


def _review(values: Mapping[str, str], fault: Faulty) -> TrialReview | None:
    day = _day(values, "review_day", fault)
    loads = {
        _dimension_names().get(said.lower(), said): level
        for said, level in _pairs(values, "loads", "pos_stand=3", fault)
    }
    performance, strain = (_step(values, name, fault) for name in ("performance", "strain"))
    effects = []
    for said, steps in _pairs(values, "effects", "stool_sit_stand:pos_stand=1,5", fault):
        measure, _, dimension = said.partition(":")
        dimension = _dimension_names().get(dimension.strip().lower(), dimension.strip())
        effects.append(MeasureEffect(_measure_names().get(measure.strip().lower(), measure.strip()), dimension, steps))
    if day is None:
        if loads or effects or performance is not None or strain is not None:
            fault(
                "review_day", "missing", "something was seen, but the day is not said", "Write the day of the review."
            )
        return None
    return TrialReview(day, loads, performance, strain, tuple(effects))


def _more_reviews(values: Mapping[str, str], fault: Faulty) -> tuple[TrialReview, ...]:
    try:
        return reviews(values.get("more_reviews", ""))
    except CellFault as found:
        fault("more_reviews", found.code, found.reason, found.way_out)
        return ()


def _measures(values: Mapping[str, str], fault: Faulty) -> tuple[str, ...]:
    found = []
    for part in (part.strip() for part in re.split(r"[;|\n]", values.get("measures", "")) if part.strip()):
        match = process.extractOne(part.lower(), list(_measure_names()), scorer=fuzz.ratio, score_cutoff=_SAME_HEADER)
        if match is None:
            fault("measures", "unknown", "a measure is not in the catalogue", "Use its name or id in the catalogue.")
        else:
            found.append(_measure_names()[match[0]])
    return tuple(dict.fromkeys(found))


def _measure_names() -> dict[str, str]:
    return {name.lower(): one.id for one in load_accommodations() for name in (one.id, *one.names.values())}


def _dimension_names() -> dict[str, str]:
    return {name.lower(): one.id for one in load_dimensions() for name in (one.id, *one.short.values())}


def _sector(values: Mapping[str, str], fault: Faulty) -> str:
    cell = values.get("group", "").lower()
    if cell in NOT_KNOWN:
        return ""
    known = {name.lower(): id_ for id_, names in vocabulary("sectors").items() for name in (id_, *names.values())}
    match = process.extractOne(cell, list(known), scorer=fuzz.ratio, score_cutoff=_SAME_HEADER)
    if match is None:
        fault("group", "unknown", "no such line of business", f"One of: {', '.join(vocabulary('sectors'))}.")
        return ""
    return known[match[0]]

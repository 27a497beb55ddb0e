"""Reads earlier solutions from a spreadsheet or CSV file: one row a case, every fault with row, column and a way out.

Headers in Finnish, Swedish or English. What the cells say about gaps is read in ``features/solution_reading.py``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

from ..accommodations import CostClass, load_accommodations
from ..errors import FileUnreadable, RowFault
from ..solutions import EmployerSize, Went
from ..vocabulary import vocabulary
from .table_headers import find_columns
from .uploaded_table import MOST_ROWS, read_table

LONGEST_CELL = 4_000

HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("tunnus", "id", "nummer"),
    "title": ("otsikko", "nimi", "rubrik", "title"),
    "work": ("työ", "tehtävät", "tilanne", "arbete", "uppgifter", "situation", "work", "tasks"),
    "change": ("muutos", "mitä muutettiin", "ratkaisu", "ändring", "lösning", "change", "solution"),
    "result": ("tulos", "miten kävi", "resultat", "hur det gick", "result", "how it went"),
    "gaps": ("kuilu", "kuormitus ja kyky", "ylitys", "gap", "gaps", "belastning och förmåga"),
    "fine": ("kunnossa", "fungerar", "fine"),
    "measures": ("mukautukset", "toimet", "åtgärder", "anpassningar", "measures", "accommodations"),
    "outcome": ("lopputulos", "onnistuiko", "utfall", "lyckades", "outcome", "worked"),
    "sector": ("toimiala", "ala", "bransch", "sector"),
    "size": ("koko", "henkilöstömäärä", "storlek", "antal anställda", "size", "employees"),
    "hours_before": ("tunnit ennen", "timmar före", "hours before"),
    "hours_after": ("tunnit jälkeen", "timmar efter", "hours after"),
    "cost": ("kustannus", "kustannukset", "kustannusluokka", "kostnad", "cost"),
    "weeks": ("arvioitu viikkojen jälkeen", "viikkoja", "veckor", "weeks", "judged after weeks"),
    "consent": ("suostumus", "samtycke", "consent"),
}
NEEDED = ("work", "change", "gaps", "sector", "size", "outcome", "weeks", "consent")
"""Columns without which a row is no case."""

_Fault = Callable[[str, str, str, str], None]
"""How the parts of a row report: column, code, reason, way out."""

_YES = {"kyllä", "k", "x", "1", "ja", "yes", "y", "true", "annettu", "given"}
_WENT = {
    Went.WORKED: ("worked", "kyllä", "onnistui", "toimi", "ja", "lyckades", "yes"),
    Went.PARTLY: ("partly", "osittain", "delvis", "osin", "in part"),
    Went.NOT_WORKED: ("not_worked", "not worked", "ei", "ei onnistunut", "ei toiminut", "nej", "lyckades inte", "no"),
}


@dataclass(frozen=True, slots=True)
class SolutionRow:
    """One case as somebody wrote it; texts still hold whatever they held."""

    row: int
    id: str
    title: str
    work: str
    change: str
    result: str
    gaps: str
    fine: str
    measures: tuple[str, ...]
    outcome: Went
    sector: str
    size: EmployerSize
    hours: tuple[float, float] | None
    cost: CostClass
    weeks: float


def read_solution_list(path: Path) -> tuple[list[SolutionRow], list[RowFault]]:
    """Read a .csv or .xlsx list of cases: the good rows, and every fault of the others.

    Raises FileUnreadable when it is not such a file or lacks a column that every case needs.
    """
    rows, faults = list[SolutionRow](), list[RowFault]()
    for number, values in solution_cells(read_table(path), path):
        found = list[RowFault]()
        row = solution_row(number, values, found)
        faults += found
        if row is not None and not found:
            rows.append(row)
    return rows, faults


def solution_cells(table: Sequence[Sequence[str]], path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the filled rows of a table of cases: the row's number and its cells by column; FileUnreadable as above."""
    columns = find_columns(table, HEADERS, NEEDED, path.name)
    for number, cells in enumerate(table[columns.row + 1 :], start=columns.row + 2):
        if number - columns.row > MOST_ROWS:
            raise FileUnreadable(path, f"it has more than {MOST_ROWS} rows", "Split the file.")
        if any(cell.strip() for cell in cells):
            yield number, columns.values(cells)


def solution_row(number: int, values: Mapping[str, str], faults: list[RowFault]) -> SolutionRow | None:
    """Read one row of cells; None when it has faults, which are added to ``faults``."""

    def fault(column: str, code: str, reason: str, way_out: str) -> None:
        faults.append(RowFault(number, column, code, reason, way_out))

    _check_cells(values, fault)
    if faults:
        return None
    sector = _named(values["sector"], "sectors")
    if not sector:
        fault("sector", "unknown", "no such line of business", f"One of: {', '.join(vocabulary('sectors'))}.")
    size = _size(values["size"])
    if size is None:
        fault("size", "unknown", "this is no size", "Number of employees, or micro, small, medium, large.")
    outcome = next((went for went, words in _WENT.items() if values["outcome"].lower() in words), None)
    if outcome is None:
        fault("outcome", "unknown", "this does not say how it went", "Write onnistui, osittain or ei.")
    weeks = _number(values["weeks"], 520)
    if weeks is None:
        fault("weeks", "not_weeks", "weeks are a number from 0 to 520", "Write for example 8.")
    hours = _hours(values, fault)
    cost = _cost(values.get("cost", ""), fault)
    measures = tuple(_measures(values.get("measures", ""), fault))
    if faults or size is None or outcome is None or weeks is None or cost is None:
        return None
    texts = {name: values.get(name, "") for name in ("id", "title", "work", "change", "result", "gaps", "fine")}
    return SolutionRow(
        number,
        **texts,
        measures=measures,
        outcome=outcome,
        sector=sector,
        size=size,
        hours=hours,
        cost=cost,
        weeks=weeks,
    )


def _check_cells(values: Mapping[str, str], fault: _Fault) -> None:
    for name in NEEDED:
        if not values[name]:
            fault(name, "missing", "the cell is empty", "Fill it in, or delete the row.")
    for name, cell in values.items():
        if len(cell) > LONGEST_CELL:
            fault(name, "too_long", f"the text is longer than {LONGEST_CELL} characters", "Shorten it.")
    if values["consent"] and values["consent"].lower() not in _YES:
        fault("consent", "no_consent", "no consent to keep the case", "Ask the person; without a yes leave it out.")


def _named(cell: str, kind: str) -> str:
    known = {name.lower(): id_ for id_, names in vocabulary(kind).items() for name in (id_, *names.values())}
    match = process.extractOne(cell.lower(), list(known), scorer=fuzz.ratio, score_cutoff=86)
    return known[match[0]] if match else ""


def _size(cell: str) -> EmployerSize | None:
    if cell.lower() in [size.value for size in EmployerSize]:
        return EmployerSize(cell.lower())
    people = _number(cell, 10_000_000)
    if people is None or people < 1:
        return None
    return list(EmployerSize)[sum(people >= least for least in (10, 50, 250))]


def _number(cell: str, most: float) -> float | None:
    try:
        value = float(cell.replace("\u00a0", "").replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= most else None


def _hours(values: Mapping[str, str], fault: _Fault) -> tuple[float, float] | None:
    before, after = values.get("hours_before", ""), values.get("hours_after", "")
    if not before and not after:
        return None
    read = _number(before, 60), _number(after, 60)
    if read[0] is None or read[1] is None:
        fault("hours_before", "not_hours", "weekly hours are two numbers from 0 to 60", "Write both, or neither.")
        return None
    return read[0], read[1]


def _cost(cell: str, fault: _Fault) -> CostClass | None:
    if not cell:
        return CostClass.NONE
    if (named := _named(cell, "cost_classes")) in set(CostClass):
        return CostClass(named)
    euros = _number(cell.rstrip("€eE ").strip(), 10_000_000)
    if euros is None:
        fault("cost", "unknown", "this is no cost", "Write euros of the first year, or none, low, medium, high.")
        return None
    return list(CostClass)[sum((euros > 0, euros >= 300, euros > 2000))]


def _measures(cell: str, fault: _Fault) -> list[str]:
    found = list[str]()
    for part in (part.strip() for part in re.split(r"[;|\n]", cell)):
        if not part:
            continue
        match = process.extractOne(part.lower(), list(_measure_names()), scorer=fuzz.ratio, score_cutoff=86)
        if match is None:
            fault(
                "measures", "unknown", "a measure is not in the catalogue", "Use its name or id, or tell it in words."
            )
        else:
            found.append(_measure_names()[match[0]])
    return found


@cache
def _measure_names() -> dict[str, str]:
    return {
        name.lower(): measure.id for measure in load_accommodations() for name in (measure.id, *measure.names.values())
    }

"""Workplaces, people and trials as tables with headers in the reader's language, and empty tables to fill in."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

from ..candidates import Candidate
from ..exchange_tables import TRAVEL_BY, TableKind, exchange_columns
from ..reference_files import REFERENCE
from ..trials import Trial
from ..vocabulary import vocabulary
from ..workplaces import Benefit, Employer
from ..workshop_tables import answer_words
from .candidate_rows import candidate_rows
from .outcome_rows import outcome_rows
from .table_files import Cell, WrittenTable, as_csv, as_xlsx
from .workplace_rows import workplace_rows

BLANK_ROWS = 500
"""Rows of a template on which lists are offered."""

DECIMAL_COMMA = frozenset({"fi", "sv"})
NAMES = {
    TableKind.TASKS: {"fi": "Tehtävät", "sv": "Uppgifter", "en": "Tasks"},
    TableKind.CANDIDATES: {"fi": "Henkilöt", "sv": "Personer", "en": "Candidates"},
    TableKind.OUTCOMES: {"fi": "Kokeilut", "sv": "Prövningar", "en": "Trials"},
}


def workplaces_table(employers: Iterable[Employer], language: str) -> WrittenTable:
    """Give workplaces as a table: a row a task, with levels, conditions and where each comes from."""
    return _table(TableKind.TASKS, workplace_rows(employers, _ids(TableKind.TASKS), yes_no(language)), language)


def candidates_table(people: Iterable[Candidate], language: str) -> WrittenTable:
    """Give people as a table."""
    return _table(TableKind.CANDIDATES, candidate_rows(people, _ids(TableKind.CANDIDATES), yes_no(language)), language)


def outcomes_table(trials: Iterable[Trial], language: str) -> WrittenTable:
    """Give trials as a table."""
    return _table(TableKind.OUTCOMES, outcome_rows(trials, _ids(TableKind.OUTCOMES), yes_no(language)), language)


def template(kind: TableKind, language: str) -> WrittenTable:
    """Give an empty table of tasks or candidates with the columns that people fill in and lists to choose from."""
    columns = [one for one in exchange_columns(kind) if one.in_template or kind is TableKind.OUTCOMES]
    lists = _lists(language)
    choices = {at: lists[one.choice] for at, one in enumerate(columns) if one.choice}
    return WrittenTable(
        NAMES[kind][language], [one.names[language] for one in columns], (), choices, blank_rows=BLANK_ROWS
    )


def written(table: WrittenTable, form: str, language: str) -> bytes:
    """Write a table as ``csv`` or ``xlsx``."""
    return as_xlsx(table, language) if form == "xlsx" else as_csv(table, language in DECIMAL_COMMA)


def yes_no(language: str) -> Mapping[bool, str]:
    """Give the words for yes and no."""
    words = answer_words("yes_no")
    return {True: words["yes"][language][0], False: words["no"][language][0]}


def _ids(kind: TableKind) -> list[str]:
    return [one.id for one in exchange_columns(kind)]


def _table(kind: TableKind, rows: Sequence[Sequence[Cell]], language: str) -> WrittenTable:
    return WrittenTable(NAMES[kind][language], [one.names[language] for one in exchange_columns(kind)], rows)


def _lists(language: str) -> dict[str, Sequence[str]]:
    with (REFERENCE / "municipalities.csv").open(encoding="utf-8") as file:
        places = sorted(row["municipality"] for row in csv.DictReader(line for line in file if line[0] != "#"))
    return {
        "yes_no": list(yes_no(language).values()),
        "municipalities": places,
        "benefit": [one.value for one in Benefit],
        "sectors": list(vocabulary("sectors")),
        "travel_by": TRAVEL_BY,
    }

"""Which column of a table holds what: headers in three languages, small typing errors allowed, or as somebody says.

People put a title above the header, so it is looked for among the first rows. Nothing is guessed beyond likeness: a
header that is like none says nothing and is named as left aside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ..errors import FileUnreadable, InvalidInput
from ..spreadsheet_text import plain

SAME_HEADER = 86
"""Likeness (0-100, rapidfuzz) from which a header counts as meant."""

HEADER_AMONG = 10
Spellings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class FoundColumns:
    """Where the header is (row from 0), which column (from 0) holds what, and headers that say nothing."""

    row: int
    at: Mapping[str, int]
    ignored: tuple[str, ...]

    def values(self, cells: Sequence[str]) -> dict[str, str]:
        """Give the cells of a row by what they hold, each as one line; a cell that is not there is empty."""
        return {name: plain(cells[at]) if at < len(cells) else "" for name, at in self.at.items()}


def header_meaning(cell: str, spellings: Spellings) -> str:
    """Tell what a column holds by its header; empty when it is none of ours. Figures must be the same: 3 is not 12.

    >>> words = {"hours": ("tunnit", "hours"), "at_3": ("3 kk",), "at_12": ("12 kk",)}
    >>> [header_meaning(cell, words) for cell in ("Tunit:", "12 kk", "HOURS", "x")]
    ['hours', 'at_12', 'hours', '']
    """
    words = re.sub(r"[\s_]+", " ", cell.strip().lower().rstrip(":*"))
    if not words:
        return ""
    known = {spelling: name for name, several in spellings.items() for spelling in (name.replace("_", " "), *several)}
    known |= {spelling: name for name, several in spellings.items() for spelling in several}
    if words in known:
        return known[words]
    figure = re.sub(r"\D", "", words)
    near = [spelling for spelling in known if re.sub(r"\D", "", spelling) == figure]
    match = process.extractOne(words, near, scorer=fuzz.ratio, score_cutoff=SAME_HEADER)
    return known[match[0]] if match else ""


def find_columns(
    table: Sequence[Sequence[str]],
    spellings: Spellings,
    needed: Sequence[str],
    file: str,
    said: Mapping[str, str] | None = None,
) -> FoundColumns:
    """Find the header row and its columns. ``said``: what holds -> its header as written there, or "" for no column.

    Raises FileUnreadable when a needed column is missing, InvalidInput for a column or header that is not there.
    """
    best: tuple[int, dict[str, int]] = (0, {})
    for number, cells in enumerate(table[:HEADER_AMONG]):
        columns = _columns(cells, spellings, said or {})
        if len(columns) > len(best[1]):
            best = number, columns
    row, at = best
    header = table[row] if table else []
    for name, told in (said or {}).items():
        if name not in spellings:
            raise InvalidInput("column", f"there is no column {name[:40]!r}", ", ".join(spellings))
        if told and name not in at:
            raise InvalidInput(f"column {name}", "no header of the file is that", "a header as it stands in the file")
    if missing := [name for name in needed if name not in at]:
        seen = ", ".join(repr(plain(cell)[:30]) for cell in (table[0] if table else ()) if cell.strip()) or "none"
        ways = "; ".join(f"{name}: {', '.join(list(spellings[name])[:3])}" for name in missing)
        why = f"columns are missing ({', '.join(missing)}; columns found: {seen})"
        raise FileUnreadable(file, why, f"Name them so: {ways}.")
    ignored = [plain(cell)[:40] for place, cell in enumerate(header) if cell.strip() and place not in at.values()]
    return FoundColumns(row, at, tuple(ignored))


def _columns(cells: Sequence[str], spellings: Spellings, said: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    by_hand = {plain(told).lower(): name for name, told in said.items() if told}
    for at, cell in enumerate(cells):
        if (name := by_hand.get(plain(cell).lower(), "")) and cell.strip():
            columns.setdefault(name, at)
    for at, cell in enumerate(cells):
        if at not in columns.values() and (name := header_meaning(cell, spellings)) and name not in said:
            columns.setdefault(name, at)
    return columns

"""Reads to which groups people of a training frame belong, for fairness evaluation and nothing else.

A frame knows people and trials by numbers only (``p12``, ``t3``). Who holds the key may say of some of them an age
band, a sex and so on, in a file of its own that no frame and no store ever holds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from ..errors import FileUnreadable, RowFault, RowsRefused
from ..protected_attributes import ProtectedAttributes

KEYS = ("person", "trial")
LONGEST = 40


def read_groups(path: Path, people: Iterable[str], person_of: Mapping[str, str]) -> dict[str, ProtectedAttributes]:
    """Read a CSV file: one row a person or trial of the frame, a column for each attribute; empty is not stated.

    ``people``: the numbers of people in the frame; ``person_of``: trial -> person. Several rows about one person may
    add to each other, not contradict. Raises FileUnreadable for a file without such columns, RowsRefused with every
    faulty row: a part of the people would make groups look other than they are.
    """
    known, stated = set(people), dict[str, dict[str, str]]()
    faults: list[RowFault] = []
    good = 0
    for number, row in _rows(path):
        who, fault = _whose(number, row, known, person_of)
        values = {name: row[name] for name in ProtectedAttributes.names() if row.get(name)}
        before = stated.get(who, {})
        if fault is None:
            fault = _fault(number, values, before)
        if fault is None:
            stated[who] = before | values
            good += 1
        else:
            faults.append(fault)
    if faults:
        raise RowsRefused(path.name, good, tuple(faults), "so no group was compared. Mend the rows listed.")
    return {who: ProtectedAttributes(**values) for who, values in sorted(stated.items())}


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(path, "it cannot be read as UTF-8 text", "Save it as CSV in UTF-8.") from error
    lines = text.splitlines()
    header_line = lines[0] if lines else ""
    delimiter = max((",", ";", "\t"), key=header_line.count)
    table = list(csv.reader(lines, delimiter=delimiter))
    header = [cell.strip().lower() for cell in table[0]] if table else []
    accepted = (*KEYS, *ProtectedAttributes.names())
    surplus = [name for name in header if name not in accepted]
    if surplus or len(set(header)) < len(header) or not set(header) & set(KEYS) or set(header) <= set(KEYS):
        way_out = f"The first row names the columns: person or trial, and some of {', '.join(accepted[len(KEYS) :])}."
        raise FileUnreadable(path, "its columns are not those of a groups file", way_out)
    return [
        (number, dict(zip(header, [cell.strip() for cell in cells] + [""] * len(header), strict=False)))
        for number, cells in enumerate(table[1:], start=2)
        if any(cell.strip() for cell in cells)
    ]


def _whose(
    number: int, row: Mapping[str, str], people: set[str], person_of: Mapping[str, str]
) -> tuple[str, RowFault | None]:
    """Find whom a row is about."""
    person, trial = row.get("person", ""), row.get("trial", "")
    if not person and not trial:
        return "", RowFault(number, "person", "missing", "it is not said whom the row is about", "Write p1 or t1.")
    if person and person not in people:
        return "", RowFault(number, "person", "unknown", "no such person is in the frame", "Use a number of the frame.")
    if trial and trial not in person_of:
        return "", RowFault(number, "trial", "unknown", "no such trial is in the frame", "Use a number of the frame.")
    if person and trial and person_of[trial] != person:
        way_out = "Leave one of the two away, or mend it."
        return "", RowFault(number, "trial", "contradiction", "the trial is another person's", way_out)
    return person or person_of[trial], None


def _fault(number: int, values: Mapping[str, str], before: Mapping[str, str]) -> RowFault | None:
    for name, value in values.items():
        if len(value) > LONGEST:
            return RowFault(number, name, "too_long", f"a group has at most {LONGEST} letters", "Name it shorter.")
        if before.get(name, value) != value:
            reason = "an earlier row says something else of the same person"
            return RowFault(number, name, "contradiction", reason, "Keep one of the two.")
    return None

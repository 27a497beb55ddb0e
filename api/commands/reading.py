"""``worktrial classify``: employers' texts in a CSV file to loads, streamed.

Rows are read, turned into levels and written in chunks, so memory does not grow with the file. The result takes
its name only when it is complete.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
from rapidfuzz import process

from data.dimensions import dimension_index, load_dimensions
from data.errors import FileUnreadable, InvalidInput
from data.imports.text_rows import TextRow, text_rows
from data.spreadsheet_text import guarded

if TYPE_CHECKING:
    from features.task_text import Readings

CHUNK = 4_000
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
LONG_HEADER = ("id", "dimension", "level", "low", "high", "evidence")
_HUNDREDTHS = [f"{step / 100:g}" for step in range(501)]


def chunks(rows: Iterator[TextRow], size: int = CHUNK) -> Iterator[list[TextRow]]:
    """Cut a stream of rows into lists."""
    while chunk := list(islice(rows, size)):
        yield chunk


@contextmanager
def complete_file(path: Path) -> Iterator[TextIO]:
    """Open a file for writing that takes its name only when nothing went wrong."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            yield file
        part.replace(path)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be written", "Choose another place.") from error
    finally:
        part.unlink(missing_ok=True)


def classify_file(
    source: Path, out: Path, language: str, wide: bool, told: Callable[[int], None] = lambda _: None
) -> tuple[int, int]:
    """Read every text of a CSV file into levels; returns how many texts there were, and how many said nothing."""
    from features.task_text import reader_in_force

    reader, dimensions = reader_in_force(), list(dimension_index())
    texts = silent = 0
    rows = text_rows(source)
    first = next(rows, None)
    with complete_file(out) as file:
        file.write(",".join(("id", *dimensions) if wide else LONG_HEADER) + "\n")
        for chunk in chunks(_again(first, rows)):
            titles = [row.title for row in chunk] if any(row.title for row in chunk) else []
            found = reader.read([row.text for row in chunk], language, titles, quotes=not wide)
            ids = [_cell(row.id) for row in chunk]
            file.write(_wide(ids, found) if wide else _long(ids, found, dimensions))
            texts += len(chunk)
            told(texts)
            silent += int((~(found.origin > 0).any(axis=1)).sum())
    return texts, silent


def _again(first: TextRow | None, rest: Iterator[TextRow]) -> Iterator[TextRow]:
    if first is not None:
        yield first
        yield from rest


def _cell(value: str) -> str:
    """Write one CSV cell; a value that a spreadsheet would take for a formula is made harmless."""
    if not _NUMBER.fullmatch(value):
        value = guarded(value)
    if any(sign in value for sign in ',"\n\r'):
        out = io.StringIO()
        csv.writer(out, lineterminator="").writerow([value])
        return out.getvalue()
    return value


def _hundredths(levels: np.ndarray) -> np.ndarray:
    return np.asarray(np.nan_to_num(np.rint(levels * 100), nan=501), np.int64)


def _wide(ids: Sequence[str], found: Readings) -> str:
    words = [*_HUNDREDTHS, ""]
    lines = [
        f"{id_}," + ",".join([words[step] for step in row])
        for id_, row in zip(ids, _hundredths(found.level).tolist(), strict=True)
    ]
    return "\n".join(lines) + "\n" if lines else ""


def _long(ids: Sequence[str], found: Readings, dimensions: Sequence[str]) -> str:
    from features.task_text import evidence_text

    value, low, high = (_hundredths(part) for part in (found.level, found.low, found.high))
    places = np.argwhere(found.origin > 0)
    columns = [np.minimum(low, value), value, np.maximum(high, value)]
    lowest, level, highest = (part[tuple(places.T)].tolist() for part in columns)
    words = _HUNDREDTHS
    return "".join(
        [
            f"{ids[at]},{dimensions[column]},{words[middle]},{words[least]},{words[most]},"
            f"{_cell(evidence_text(found, at, column, found.quote(at, column)))}\n"
            for (at, column), least, middle, most in zip(places.tolist(), lowest, level, highest, strict=True)
        ]
    )


def explained(source: Path, id_: str, language: str) -> tuple[TextRow, Readings]:
    """Read one text of a file with everything that drove its levels; UnknownId when the file has no such id."""
    from features.task_text import reader_in_force

    near: list[str] = []
    for row in text_rows(source):
        if row.id == id_:
            return row, reader_in_force().read([row.text], language, [row.title] if row.title else (), quotes=True)
        if len(near) < 1000:
            near.append(row.id)
    close = [match[0] for match in process.extract(id_, near, limit=3)]
    raise InvalidInput(
        "--explain",
        f"the file has no id {id_[:60]!r}",
        "an id of the file" + (f", such as {', '.join(close)}" if close else ""),
    )


def print_explained(row: TextRow, found: Readings) -> None:
    """Print one text, and its levels with intervals and the words that drove them, the surest source first."""
    from rich.table import Table
    from rich.text import Text

    from features.task_text import ORIGINS

    from .progress import console

    out = console()
    out.print(f"{row.id} ({found.languages[0]})", style="bold", markup=False)
    text = Text(found.texts[0][:2000])
    for column in range(found.level.shape[1]):
        if quote := found.quote(0, column):
            text.stylize("underline", quote.start, quote.end)
    out.print(text)
    table = Table(box=None)
    for name in ("dimension", "level", "80 %", "from", "words"):
        table.add_column(name)
    dimensions = load_dimensions()
    said = np.flatnonzero(found.origin[0]).tolist()
    for column in sorted(said, key=lambda at: (-found.origin[0, at], -found.level[0, at])):
        quote = found.quote(0, column)
        low, value, high = (float(part[0, column]) for part in (found.low, found.level, found.high))
        words = f"{quote.text} [{quote.start}-{quote.end}]" if quote else ""
        source = ORIGINS[found.origin[0, column]]
        name = dimensions[column].names["en"]
        table.add_row(name, f"{value:.1f}", f"{low:.1f}-{high:.1f}", source, Text(words))
    out.print(table)
    if not found.origin[0].any():
        out.print("The text says nothing about loads: ask the employer.")


def conditions_file(
    source: Path, out: Path, language: str, told: Callable[[int], None] = lambda _: None
) -> tuple[int, int]:
    """Read the boundary conditions of every text, one JSON object a row; returns how many texts and conditions."""
    from features.condition_text import contradictions, read_conditions
    from features.language import OTHER
    from features.task_text import guess_language

    texts = conditions = 0
    rows = text_rows(source)
    first = next(rows, None)
    with complete_file(out) as file:
        for row in _again(first, rows):
            read_in = guess_language(row.text) if language == "auto" else language
            found = [] if read_in == OTHER else read_conditions(row.text, read_in)
            written = {
                "id": row.id,
                "language": read_in,
                "conditions": [asdict(one) for one in found],
                "contradictions": [asdict(one) for one in contradictions(row.text, found, read_in)],
            }
            file.write(json.dumps(written, ensure_ascii=False) + "\n")
            texts, conditions = texts + 1, conditions + len(found)
            told(texts)
    return texts, conditions

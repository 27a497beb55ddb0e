"""The standing texts of a workshop pack: how the day goes, and the sheets for employer, worker, coach and results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .errors import ReferenceFault
from .pathway_records import Words
from .reference_files import read_reference

_LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One part of a sheet: a sentence, boxes to tick, a question with lines to write on, or an empty table."""

    say: Words | None = None
    boxes: tuple[Words, ...] = ()
    ask: Words | None = None
    lines: int = 0
    columns: tuple[Words, ...] = ()
    rows: int = 0


@dataclass(frozen=True, slots=True)
class WorkshopSheet:
    """One sheet: its id, its title, and its parts in order."""

    id: str
    title: Words
    parts: tuple[SheetPart, ...]


@cache
def workshop_sheets() -> Mapping[str, WorkshopSheet]:
    """Read the sheets by id; ReferenceFault for a text that lacks a language."""
    return {entry["id"]: _sheet(entry) for entry in read_reference("workshop.yaml")["sheets"]}


def _sheet(entry: dict[str, Any]) -> WorkshopSheet:
    where = str(entry["id"])

    def words(texts: dict[str, str]) -> Words:
        if missing := [language for language in _LANGUAGES if not texts.get(language, "").strip()]:
            raise ReferenceFault("workshop.yaml", where, f"a text lacks {', '.join(missing)}")
        return texts

    return WorkshopSheet(
        where,
        words(entry["title"]),
        tuple(
            SheetPart(
                say=words(part["say"]) if "say" in part else None,
                boxes=tuple(words(one) for one in part.get("boxes", ())),
                ask=words(part["ask"]) if "ask" in part else None,
                lines=int(part.get("lines", 0)),
                columns=tuple(words(one) for one in part.get("columns", ())),
                rows=int(part.get("rows", 0)),
            )
            for part in entry["parts"]
        ),
    )

"""A document before it has a format: headings, sentences, fields, tables, lists, boxes, lines to write on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with what stands there; None is a line to write on."""

    rows: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """So many lines to write on."""

    count: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption and a header row; None is a cell to write in."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """Something to tick, and whether it is ticked already."""

    text: str
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    """A list of things to tick."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signs, with the name in print; place, date and signature are lines to write on."""

    parties: tuple[tuple[str, str | None], ...]


Block = Heading | Paragraph | Fields | Lines | Table | Bullets | Boxes | Signatures


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A whole document in one language. ``notes`` stand under the title; ``dated`` goes into the file's properties."""

    title: str
    language: str
    dated: date
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]

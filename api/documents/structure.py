"""A document before it has a format: headings, sentences, fields, tables, lists, boxes, lines to write on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class NewPage:
    """In print, what follows begins on a new page."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A level of 0-5 as a bar: what it is about, the level (None: not known), the level in figures, and in words."""

    label: str
    level: float | None
    figure: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card to cut out or pin up: a short mark, a title, facts, bars, and last lines. ``quiet``: drawn in grey."""

    mark: str
    title: str
    facts: tuple[str, ...]
    meters: tuple[Meter, ...] = ()
    foot: tuple[str, ...] = ()
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Cards:
    """Cards side by side."""

    items: tuple[Card, ...]


class Paper(StrEnum):
    """The paper that a document is laid out for."""

    A4 = "A4"
    A3 = "A3"


Block = NewPage | Cards | Heading | Paragraph | Fields | Lines | Table | Bullets | Boxes | Signatures


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A whole document in one language. ``notes`` stand under the title; ``dated`` goes into the file's properties.

    ``paper``: A4 upright to hand out, A3 across to pin up.
    """

    title: str
    language: str
    dated: date
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    paper: Paper = Paper.A4

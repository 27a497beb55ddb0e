"""What a document of a trial consists of: sections in order, each with what fills it and where its content is named.

One file a document (``data/reference/documents``); ``left_out.yaml`` says which named contents no document holds, and
why. Loading refuses a missing language, an unknown key, an unknown source and a section that stands twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import InvalidInput, ReferenceFault
from .pathway_files import read_documents
from .pathway_records import Pointer, TrialState, Words
from .pathways import FOLDER as PATHWAYS
from .reference_files import REFERENCE, read_yaml
from .situation import first_fault

FOLDER = REFERENCE / "documents"


class DocumentKind(StrEnum):
    """The documents of a trial."""

    TRIAL_AGREEMENT = "trial_agreement"
    REHABILITATION_PLAN = "rehabilitation_plan"
    COACHING_PROGRAMME = "coaching_programme"
    EFFECT_BRIEF = "effect_brief"
    FINAL_REPORT = "final_report"


class SectionKind(StrEnum):
    """How a section looks: sentences, single fields, a table, a list, boxes to tick, names to sign."""

    TEXT = "text"
    FIELDS = "fields"
    TABLE = "table"
    LIST = "list"
    CHECKLIST = "checklist"
    SIGNATURES = "signatures"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label and the fact that fills what it labels (a field, a column, a party who signs)."""

    label: Words
    fill: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section. ``says``: standing sentences before what is filled in; ``fill``: the fact or the rows.

    ``blank``: lines or rows to write on where nothing is known. ``state``: whose working methods are listed.
    ``holds``: what of the rules stands here, ``rule`` or ``rule#n`` for the n-th content that a duty names.
    """

    id: str
    heading: Words
    kind: SectionKind
    says: tuple[Words, ...]
    fill: str
    parts: tuple[Labelled, ...]
    blank: int
    state: TrialState | None
    source: Pointer
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """One document: its name, what to know before using it, its sections in order."""

    kind: DocumentKind
    names: Words
    notice: Words
    sections: tuple[Section, ...]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Words(_Strict):
    fi: Annotated[str, Field(min_length=1)]
    sv: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class _Source(_Strict):
    document: str
    section: Annotated[str, Field(min_length=1)]


class _Part(_Strict):
    label: _Words
    fill: str


class _Section(_Strict):
    id: Annotated[str, Field(pattern="^[a-z_]+$")]
    heading: _Words
    kind: SectionKind
    says: tuple[_Words, ...] = ()
    fill: str = ""
    parts: tuple[_Part, ...] = ()
    blank: Annotated[int, Field(ge=0, le=12)] = 3
    state: TrialState | None = None
    source: _Source
    holds: tuple[str, ...] = ()


class _Document(_Strict):
    kind: DocumentKind
    names: _Words
    notice: _Words
    sections: Annotated[tuple[_Section, ...], Field(min_length=1)]


@cache
def load_document_templates(folder: Path = FOLDER) -> Mapping[DocumentKind, DocumentTemplate]:
    """Read all documents; ReferenceFault names file and section that is not whole.

    >>> [section.id for section in load_document_templates()[DocumentKind.EFFECT_BRIEF].sections][:3]
    ['people', 'strengths', 'tasks']
    """
    sources = read_documents(PATHWAYS / "sources.yaml")
    found = {kind: _template(folder / f"{kind.value}.yaml") for kind in DocumentKind}
    for kind, template in found.items():
        ids = [section.id for section in template.sections]
        for section in template.sections:
            if ids.count(section.id) > 1:
                raise ReferenceFault(f"{kind.value}.yaml", section.id, "the section stands twice")
            if section.source.document not in sources:
                raise ReferenceFault(f"{kind.value}.yaml", section.id, f"unknown source {section.source.document}")
    return found


def document_template(kind: str) -> DocumentTemplate:
    """Give one document; InvalidInput names those that there are."""
    if kind not in set(DocumentKind):
        raise InvalidInput("KIND", f"there is no document '{kind[:40]}'", ", ".join(DocumentKind))
    return load_document_templates()[DocumentKind(kind)]


@cache
def contents_left_out(folder: Path = FOLDER) -> Mapping[str, str]:
    """Give the contents that rules name and no document holds, each with the reason."""
    return {entry["content"]: entry["why"] for entry in read_yaml(folder / "left_out.yaml")["left_out"]}


def _template(path: Path) -> DocumentTemplate:
    try:
        read = _Document.model_validate(read_yaml(path))
    except (ValidationError, OSError) as error:
        fault = first_fault(error) if isinstance(error, ValidationError) else "the file cannot be read"
        raise ReferenceFault(path.name, "document", fault) from None
    sections = tuple(_section(one) for one in read.sections)
    return DocumentTemplate(read.kind, read.names.model_dump(), read.notice.model_dump(), sections)


def _section(read: _Section) -> Section:
    return Section(
        id=read.id,
        heading=read.heading.model_dump(),
        kind=read.kind,
        says=tuple(words.model_dump() for words in read.says),
        fill=read.fill,
        parts=tuple(Labelled(part.label.model_dump(), part.fill) for part in read.parts),
        blank=read.blank,
        state=read.state,
        source=Pointer(read.source.document, read.source.section),
        holds=read.holds,
    )

"""Puts a document template and the facts of a trial together, in the reader's language, without a format yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from operator import attrgetter

from babel.dates import get_day_names

from data.accommodations import load_accommodations
from data.document_templates import DocumentTemplate, Section, SectionKind
from data.pathway_records import Status, TrialState, Version, Words
from data.pathways import load_pathways
from data.trial_document_facts import TrialDocumentFacts
from data.working_methods import checklist
from data.workplaces import DAYS

from ..local_time import day_text
from ..messages import Messages
from ..pathway_wording import rule_text
from .structure import (
    Block,
    Box,
    Boxes,
    Bullets,
    Fields,
    Heading,
    Lines,
    Paragraph,
    Signatures,
    Table,
    WrittenDocument,
)

Row = Mapping[str, str | None]


def build(template: DocumentTemplate, facts: TrialDocumentFacts, language: str) -> WrittenDocument:
    """Fill a document; what nobody has told becomes a line to write on."""
    messages = Messages(language)
    notes = [messages.text("document.fictional")] if facts.arrangement.fictional else []
    blocks = [block for section in template.sections for block in _section(section, facts, messages)]
    title = template.names[language]
    return WrittenDocument(title, language, facts.dated, (*notes, template.notice[language]), tuple(blocks))


def _section(section: Section, facts: TrialDocumentFacts, messages: Messages) -> Iterator[Block]:
    language = messages.language
    yield Heading(section.heading[language])
    if section.kind is SectionKind.CHECKLIST:
        yield Boxes(tuple(_boxes(section, facts, messages)))
        return
    yield from (Paragraph(words[language]) for words in section.says)
    if section.kind is SectionKind.TEXT:
        text = _value(facts, section.fill, messages) if section.fill else None
        if text is not None:
            yield from (Paragraph(line) for line in text.splitlines() if line.strip())
        elif section.blank:
            yield Lines(section.blank)
    elif section.kind is SectionKind.LIST:
        items = LISTS[section.fill](facts, messages)
        yield Bullets(items) if items else Lines(section.blank)
    elif section.kind is SectionKind.TABLE:
        yield _table(section, facts, messages)
    else:
        rows = tuple((part.label[language], _value(facts, part.fill, messages)) for part in section.parts)
        yield Fields(rows) if section.kind is SectionKind.FIELDS else Signatures(rows)


def _boxes(section: Section, facts: TrialDocumentFacts, messages: Messages) -> Iterator[Box]:
    yield from (Box(words[messages.language]) for words in section.says)
    if section.fill == "kept_terms":
        yield from (Box(term_text(one.version, messages), one.kept is True) for one in facts.kept_terms)
    if section.state is not None:
        methods = checklist(TrialState(section.state))
        yield from (Box(method.text[messages.language]) for method in methods)


def _table(section: Section, facts: TrialDocumentFacts, messages: Messages) -> Table:
    language = messages.language
    filled = tuple(
        tuple(row[part.fill] or None for part in section.parts) for row in ROWS[section.fill](facts, messages)
    )
    blank: tuple[tuple[str | None, ...], ...] = () if filled else ((None,) * len(section.parts),) * section.blank
    columns = tuple(part.label[language] for part in section.parts)
    return Table(section.heading[language], columns, filled or blank)


def _value(facts: TrialDocumentFacts, fill: str, messages: Messages) -> str | None:
    """Write one fact; None where nobody has told it. ``plan.`` and ``report.`` belong to the arrangement."""
    path = f"arrangement.{fill}" if fill.startswith(("plan.", "report.")) else fill
    value = attrgetter(path)(facts)
    if isinstance(value, bool):
        return messages.text("document.yes" if value else "document.no")
    if isinstance(value, int | float):
        return messages.number(value)
    if isinstance(value, date):
        return day_text(value, messages)
    if isinstance(value, Mapping):
        name = str(value[messages.language])
        return name[:1].upper() + name[1:] or None
    return value or None


def _number(value: float | None, messages: Messages) -> str | None:
    return None if value is None else messages.number(value)


def _day(day: date | None, messages: Messages) -> str | None:
    return None if day is None else day_text(day, messages)


def term_text(version: Version, messages: Messages) -> str:
    """Say a term, and that it is to be confirmed where its figure is carried forward."""
    said = rule_text(version, messages)
    return f"{said} {messages.text('document.to_confirm')}" if version.status is Status.CARRIED_FORWARD else said


def _source(version: Version) -> str:
    """Say where it is written; sections that have no number are left to the rule's own pointer."""
    document = load_pathways().documents[version.source.document]
    section = f", {version.source.section}" if version.source.section[:1].isdigit() else ""
    return f"{document.publisher} {document.year}{section}"


def half_day_text(block: str, messages: Messages) -> str:
    """Name a half-day in full: the weekday and the part of it."""
    day, _, part = block.partition("_")
    return (
        f"{get_day_names('wide', 'stand-alone', messages.language)[DAYS.index(day)]}, {messages.text(f'part.{part}')}"
    )


def _names(words: tuple[Words, ...], messages: Messages) -> str:
    return ", ".join(one[messages.language] for one in words)


def _accommodations(facts: TrialDocumentFacts, messages: Messages) -> tuple[str, ...]:
    known = {measure.id: measure.names for measure in load_accommodations()}
    return tuple(known[one][messages.language] if one in known else one for one in facts.arrangement.accommodations)


LISTS: Mapping[str, Callable[[TrialDocumentFacts, Messages], tuple[str, ...]]] = {
    "accommodations": _accommodations,
    "insurance": lambda facts, messages: tuple(term_text(version, messages) for version in facts.insurance),
}
"""What can fill a list."""

ROWS: Mapping[str, Callable[[TrialDocumentFacts, Messages], list[Row]]] = {
    "tasks": lambda facts, messages: [
        {"text": one.text, "hours": _number(one.hours_per_week, messages), "how_it_went": one.how_it_went}
        for one in facts.arrangement.tasks
    ],
    "half_days": lambda facts, messages: [
        {"half_day": half_day_text(one.block, messages), "hours": _number(one.hours, messages)}
        for one in facts.arrangement.half_days
    ],
    "terms": lambda facts, messages: [
        {"text": term_text(version, messages), "source": _source(version)} for version in facts.terms
    ],
    "duties": lambda facts, messages: [
        {"text": term_text(one.version, messages), "who": _names(one.who, messages), "due": _day(one.due, messages)}
        for one in facts.duties
    ],
    "follow_ups": lambda facts, messages: [
        {"day": _day(one.day, messages), "about": one.about} for one in facts.arrangement.follow_ups
    ],
    "measures": lambda facts, messages: [
        {"what": one.what, "responsible": one.responsible, "by": _day(one.by, messages), "result": one.result}
        for one in facts.arrangement.measures
    ],
    "effects": lambda facts, _: [
        {"shows": one.shows, "helps": one.helps, "ask": one.ask} for one in facts.arrangement.effects
    ],
    "steps": lambda facts, _: [
        {"what": one.what, "when": one.when, "support": one.support, "seen_by": one.seen_by}
        for one in facts.arrangement.steps
    ],
}
"""What can fill a table, row by row."""

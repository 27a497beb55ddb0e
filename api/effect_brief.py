"""The effect brief as an employer gets it: JSON, HTML or DOCX, in three languages, worked out anew each time.

Nothing of it is kept: what is released is read, and that it was shown is noted, in one transaction. So a withdrawal is
heeded by the very next reading. Sections stand in one order; one without facts is left out, whatever the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from babel.dates import get_day_names

from data.accounts import Actor
from data.audit import AuditEvent
from data.releasable_facts import BriefSection, ProposalStage, Reader
from data.released_proposals import ReleasedProposal
from data.releases import check_releases, shown_facts
from data.store import Store, releases_of
from data.store.audit import note
from data.workplaces import BLOCKS, DAYS, PARTS
from matching.effect_brief import BriefFact, EffectBrief, effect_brief

from .documents import WrittenDocument, as_docx, as_html, half_day_text, term_text
from .documents.structure import Block, Bullets, Fields, Heading, Paragraph, Table
from .fact_wording import fact_name, fact_text
from .local_time import day_text
from .messages import Messages

FORMAT = "effect-brief/1"


class BriefForm(StrEnum):
    """How a brief is written."""

    JSON = "json"
    HTML = "html"
    DOCX = "docx"

    @property
    def media_type(self) -> str:
        """Give the media type of the form."""
        return {
            BriefForm.JSON: "application/json",
            BriefForm.HTML: "text/html; charset=utf-8",
            BriefForm.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }[self]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section: what kind of fact, what it says, and ids of the tasks that it is about (none: all)."""

    label: str
    text: str
    tasks: tuple[str, ...] = ()


def show_brief(
    store: Store,
    actor: Actor,
    proposal: ReleasedProposal,
    reader: Reader,
    language: str,
    form: BriefForm,
    at: datetime,
) -> bytes:
    """Give the brief of a proposal to its employer, with what is released to them now (``at``), and note that it was.

    Whether the actor may read this proposal, and as whom, is asked before. ReleasesBroken if the ledger is not whole.
    """
    with store.write() as connection:
        entries = releases_of(connection, proposal.candidate)
        check_releases(entries)
        facts = shown_facts(entries, proposal.work.employer, at, proposal.trial)
        written = brief_bytes(effect_brief(proposal, facts, reader), language, form)
        told = {"employer": proposal.work.employer, "form": form.value, "reader": reader.value, "entries": len(entries)}
        note(connection, AuditEvent("brief.shown", actor, at, proposal.candidate, f"trial:{proposal.trial}", told))
    return written


def brief_bytes(brief: EffectBrief, language: str, form: BriefForm) -> bytes:
    """Write a brief; the same brief gives the same bytes. For the candidate too, who may see it before anybody else."""
    match form:
        case BriefForm.JSON:
            return json.dumps(brief_as_json(brief, language), ensure_ascii=False, separators=(",", ":")).encode()
        case BriefForm.HTML:
            return as_html(brief_document(brief, language))
        case BriefForm.DOCX:
            return as_docx(brief_document(brief, language))


def brief_as_json(brief: EffectBrief, language: str) -> dict[str, Any]:
    """Write a brief as plain values: the work, the sections that hold facts, whom to call, terms."""
    messages, proposal, work = Messages(language), brief.proposal, brief.proposal.work
    return {
        "format": FORMAT,
        "language": language,
        "title": _title(proposal, messages),
        "notes": list(_notes(proposal, messages)),
        "trial": proposal.trial,
        "dated": proposal.dated.isoformat(),
        "employer": {"id": work.employer, "name": work.employer_name},
        "site": {"id": work.site, "name": work.site_name},
        "supervisor": proposal.supervisor,
        "starts": None if proposal.starts is None else proposal.starts.isoformat(),
        "ends": None if proposal.ends is None else proposal.ends.isoformat(),
        "hours_per_week": work.hours,
        "tasks": [{"id": task.id, "text": task.text, "hours_per_week": task.hours} for task in work.tasks],
        "week": [
            {"block": block, "text": half_day_text(block, messages), "hours": work.week[block]}
            for block in _blocks(brief)
        ],
        "sections": [
            {
                "id": section.value,
                "heading": messages.text(f"brief.{section.value}"),
                "items": [
                    {"label": item.label, "text": item.text, "tasks": [work.texts[id_] for id_ in item.tasks]}
                    for item in _items(facts, messages)
                ],
            }
            for section, facts in brief.sections.items()
        ],
        "coach": {"name": proposal.coach, "contact": proposal.coach_contact},
        "terms": [term_text(term, messages) for term in proposal.terms],
    }


def brief_document(brief: EffectBrief, language: str) -> WrittenDocument:
    """Lay a brief out as a document."""
    messages, proposal = Messages(language), brief.proposal
    title, notes = _title(proposal, messages), tuple(_notes(proposal, messages))
    return WrittenDocument(title, language, proposal.dated, notes, tuple(_blocks_of(brief, messages)))


def _title(proposal: ReleasedProposal, messages: Messages) -> str:
    agreed = proposal.stage in {ProposalStage.AGREED, ProposalStage.OVER}
    return messages.text("brief.title.agreed" if agreed else "brief.title.proposed")


def _notes(proposal: ReleasedProposal, messages: Messages) -> Iterator[str]:
    if proposal.fictional or proposal.work.fictional:
        yield messages.text("document.fictional")
    yield messages.text("brief.notice")


def _blocks_of(brief: EffectBrief, messages: Messages) -> Iterator[Block]:
    sections, proposal, work = brief.sections, brief.proposal, brief.proposal.work
    yield Heading(messages.text("brief.who"))
    yield Fields((*_frame(proposal, messages), *_labelled(sections.get(BriefSection.WHO, ()), messages)))
    yield Heading(messages.text("brief.tasks"))
    rows = tuple(
        (str(number), task.text, messages.number(task.hours, 2)) for number, task in enumerate(work.tasks, start=1)
    )
    columns = tuple(messages.text(f"brief.{name}") for name in ("number", "task", "hours_per_week"))
    yield Table(messages.text("brief.tasks"), columns, rows)
    yield from _week(brief, messages)
    yield from _listed(BriefSection.GOES_WELL, brief, messages)
    yield from _to_arrange(brief, messages)
    yield from _left_to_others(brief, messages)
    yield from _listed(BriefSection.HELPS, brief, messages)
    yield Heading(messages.text("brief.call"))
    yield Paragraph(messages.text("brief.call_at_once"))
    coach = (("brief.coach", proposal.coach), ("brief.coach_contact", proposal.coach_contact))
    named = tuple((messages.text(key), value) for key, value in coach if value)
    yield Fields((*named, *_labelled(sections.get(BriefSection.CALL, ()), messages)))
    if proposal.terms:
        yield Heading(messages.text("brief.terms"))
        yield Bullets(tuple(term_text(term, messages) for term in proposal.terms))
    yield Heading(messages.text("brief.for_whom"))
    yield Paragraph(messages.text(f"brief.for_whom.{brief.reader.value}"))


def _frame(proposal: ReleasedProposal, messages: Messages) -> Iterator[tuple[str, str]]:
    work = proposal.work
    yield messages.text("brief.workplace"), f"{work.employer_name}, {work.site_name}"
    if proposal.supervisor:
        yield messages.text("brief.supervisor"), proposal.supervisor
    for key, day in (("brief.starts", proposal.starts), ("brief.ends", proposal.ends)):
        if day is not None:
            yield messages.text(key), day_text(day, messages)
    yield messages.text("brief.hours_per_week"), messages.number(work.hours, 2)


def _labelled(facts: tuple[BriefFact, ...], messages: Messages) -> tuple[tuple[str, str], ...]:
    return tuple((item.label, item.text) for item in _items(facts, messages))


def _week(brief: EffectBrief, messages: Messages) -> Iterator[Block]:
    week, facts = brief.proposal.work.week, brief.sections.get(BriefSection.WEEK, ())
    if not week and not facts:
        return
    yield Heading(messages.text("brief.week"))
    if week:
        yield _week_table(week, messages)
    if facts:
        yield Bullets(tuple(fact_text(one.fact, messages) for one in facts))


def _blocks(brief: EffectBrief) -> list[str]:
    return [block for block in BLOCKS if brief.proposal.work.week.get(block, 0.0) > 0]


def _week_table(week: Mapping[str, float], messages: Messages) -> Table:
    """Lay the week out: a row a day that is worked, a column a part of the day that is."""
    worked = {block for block, hours in week.items() if hours > 0}
    parts = [part for part in PARTS if any(block.endswith(f"_{part}") for block in worked)]
    days = [day for day in DAYS if any(block.startswith(f"{day}_") for block in worked)]
    names = get_day_names("wide", "stand-alone", messages.language)

    def hours(day: str, part: str) -> str:
        return messages.number(week[f"{day}_{part}"], 2) if f"{day}_{part}" in worked else "–"

    rows = tuple((names[DAYS.index(day)], *(hours(day, part) for part in parts)) for day in days)
    columns = messages.text("brief.day"), *(messages.text(f"brief.part.{part}") for part in parts)
    return Table(messages.text("brief.week"), columns, rows)


def _listed(section: BriefSection, brief: EffectBrief, messages: Messages) -> Iterator[Block]:
    if facts := brief.sections.get(section):
        yield Heading(messages.text(f"brief.{section.value}"))
        yield Bullets(tuple(item.text for item in _items(facts, messages)))


def _to_arrange(brief: EffectBrief, messages: Messages) -> Iterator[Block]:
    """List what to arrange, with the numbers of the tasks: every task of the proposal has one, so none is missing."""
    facts = brief.sections.get(BriefSection.ARRANGE)
    if not facts:
        return
    yield Heading(messages.text("brief.arrange"))
    ids = [task.id for task in brief.proposal.work.tasks]
    rows = []
    for item in _items(facts, messages):
        numbers = [str(number) for number, id_ in enumerate(ids, start=1) if id_ in item.tasks]
        every = len(numbers) == len(ids)
        rows.append((item.text, messages.text("brief.all_tasks") if every else ", ".join(numbers)))
    columns = messages.text("brief.arrange.what"), messages.text("brief.arrange.tasks")
    yield Table(messages.text("brief.arrange"), columns, tuple(rows))


def _left_to_others(brief: EffectBrief, messages: Messages) -> Iterator[Block]:
    facts = brief.sections.get(BriefSection.LEFT_TO_OTHERS)
    if not facts:
        return
    yield Heading(messages.text("brief.left_to_others"))
    for item in _items(facts, messages):
        yield Paragraph(messages.text("brief.means_here", rule=item.text))
        yield Bullets(tuple(brief.proposal.work.texts[id_] for id_ in item.tasks))


def _items(facts: tuple[BriefFact, ...], messages: Messages) -> tuple[Item, ...]:
    return tuple(Item(fact_name(one.fact.kind, messages), fact_text(one.fact, messages), one.tasks) for one in facts)

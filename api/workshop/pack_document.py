"""Writes a workshop pack as a document: how the day goes, cards, proposals, questions, and a sheet for each side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from data.conditions import Condition, Need
from data.dimensions import Combine, dimension_index, load_dimensions
from data.vocabulary import vocabulary
from data.workplaces import Benefit, Site
from data.workshop_sheets import WorkshopSheet, workshop_sheets
from data.workshop_tables import level_words
from features.workshop_cards import CardLoad, TaskCard
from matching.workshop import ProposedWork

from ..documents.structure import (
    Block,
    Box,
    Boxes,
    Bullets,
    Card,
    Cards,
    Heading,
    Lines,
    Meter,
    NewPage,
    Paper,
    Paragraph,
    Table,
    WrittenDocument,
)
from ..messages import Messages
from ..wording import accommodation_name
from .pack import WorkshopPack

METERS = 6
"""Loads on a printed card; the results sheet holds more."""

NAMED_MARKS, SHOWN_TEXT = 12, 60
UNSURE_STEPS = 1.5
"""An estimate whose interval is wider than this is worth asking about."""


def pack_document(pack: WorkshopPack, language: str, dated: date, paper: Paper = Paper.A4) -> WrittenDocument:
    """Write the whole pack for A4, or for A3 what hangs on the wall: cards, proposals, questions and results."""
    messages, sheets = Messages(language), workshop_sheets()
    title = messages.text("workshop.title", employer=pack.employer, site=pack.site.name)
    notes = [messages.text("workshop.note")]
    if pack.fictional:
        notes.insert(0, messages.text("document.fictional"))
    blocks: list[Block] = []
    if paper is Paper.A4:
        blocks += _sheet(sheets["how"], messages)
        blocks.append(NewPage())
    blocks += _cards(pack, messages)
    blocks += [NewPage(), *_proposals(pack, messages), *_questions(pack, messages)]
    if paper is Paper.A4:
        for id_ in ("employer", "worker", "coach"):
            blocks += [NewPage(), *_sheet(sheets[id_], messages)]
    blocks += [NewPage(), *_sheet(sheets["results"], messages)]
    return WrittenDocument(title, language, dated, tuple(notes), tuple(blocks), paper)


def _sheet(sheet: WorkshopSheet, messages: Messages) -> Iterator[Block]:
    language = messages.language
    yield Heading(sheet.title[language])
    for part in sheet.parts:
        if part.say is not None:
            yield Paragraph(part.say[language])
        if part.boxes:
            yield Boxes(tuple(Box(one[language]) for one in part.boxes))
        if part.ask is not None:
            yield Paragraph(part.ask[language])
            yield Lines(part.lines)
        if part.columns:
            columns = tuple(one[language] for one in part.columns)
            yield Table(sheet.title[language], columns, ((None,) * len(columns),) * part.rows)


def _cards(pack: WorkshopPack, messages: Messages) -> Iterator[Block]:
    yield Heading(messages.text("workshop.cards"))
    yield Paragraph(messages.text("workshop.cards_say"))
    yield Cards(tuple(_task_card(card, messages) for card in pack.cards))


def _task_card(card: TaskCard, messages: Messages) -> Card:
    foot: tuple[str, ...] = ()
    if card.unknown:
        what = messages.dimensions(card.asked)
        unknown = messages.text(
            "workshop.unknown", count=card.unknown, what=what or messages.text("workshop.see_sheet")
        )
        foot = (unknown,)
    return Card(
        card.mark,
        card.task.text,
        tuple(_facts(card, messages)),
        tuple(_meter(load, messages) for load in card.loads[:METERS]),
        foot,
        quiet=card.task.core,
    )


def _facts(card: TaskCard, messages: Messages) -> Iterator[str]:
    task, text = card.task, messages.text
    hours = text("workshop.hours", hours=messages.number(task.hours_per_week))
    if card.job.hours_assumed:
        hours = text("workshop.hours_assumed", hours=hours)
    yield f"{card.job.title} · {hours}"
    kind = text("workshop.core" if task.core else "workshop.carvable")
    whole = text("workshop.divisible" if task.divisible else "workshop.whole")
    use = "" if task.benefit is None or task.core else f" · {text(f'workshop.benefit.{task.benefit.value}')}"
    yield f"{kind} · {whole}{use}"
    if (most := task.extends_to_hours_per_week) is not None and most > task.hours_per_week:
        yield text("workshop.extends", hours=messages.number(most))
    conditions = dict.fromkeys((*task.conditions, *card.job.conditions))
    if conditions:
        yield text("workshop.conditions", what="; ".join(condition_words(one, messages) for one in conditions))


def condition_words(condition: Condition, messages: Messages) -> str:
    """Name a condition with its level or value, and whether it is only wished."""
    name = messages.condition(condition.key)
    if condition.language:
        name = f"{name} {condition.value}"
    return name if condition.need is Need.MUST else messages.text("workshop.wished", what=name)


def _meter(load: CardLoad, messages: Messages) -> Meter:
    words = step_words(load.dimension, load.level.value, messages.language)
    if load.words:
        words = messages.text("workshop.read_from", words=words, quoted=load.words)
    label = messages.dimension(load.dimension)
    return Meter(label[:1].upper() + label[1:], load.level.value, half_steps(load.level.value, messages), words)


def half_steps(level: float, messages: Messages) -> str:
    """Write a level in half steps: finer figures would promise what nobody knows."""
    return messages.number(round(level * 2) / 2)


def step_words(dimension: str, level: float, language: str) -> str:
    """Say a level in words: how much, or how large a part of the working time."""
    dose = load_dimensions()[dimension_index()[dimension]].combine is Combine.DOSE
    return level_words(dose)[min(5, int(level + 0.5))][language]


def _proposals(pack: WorkshopPack, messages: Messages) -> Iterator[Block]:
    yield Heading(messages.text("workshop.proposals"))
    if not pack.proposals:
        yield Paragraph(messages.text("workshop.no_proposals"))
        columns = tuple(messages.text(f"workshop.own.{name}") for name in ("card", "hours", "arrangement"))
        yield Table(messages.text("workshop.proposals"), columns, ((None,) * 3,) * 6)
        return
    yield Paragraph(messages.text("workshop.proposals_say"))
    marks = {card.task.id: card.mark for card in pack.cards}
    yield Cards(tuple(_proposal(number, one, marks, messages) for number, one in enumerate(pack.proposals, start=1)))


def _proposal(number: int, one: ProposedWork, marks: Mapping[str, str], messages: Messages) -> Card:
    text = messages.text
    parts = tuple(
        text(
            "workshop.part", mark=marks[part.task.id], hours=messages.number(part.hours), task=shortened(part.task.text)
        )
        for part in one.tasks
    )
    foot = []
    if one.freed:
        freed = "; ".join(f"{title} {messages.number(hours)} h" for title, hours in one.freed)
        foot.append(text("workshop.freed", what=freed))
    if one.new_hours:
        foot.append(text("workshop.new_hours", hours=messages.number(one.new_hours)))
    foot.append(text("workshop.guidance", hours=messages.number(one.guidance)))
    if one.arrangements:
        names = "; ".join(accommodation_name(id_, messages.language) for id_ in one.arrangements)
        foot.append(text("workshop.arrangements", what=names))
    if one.agreed_apart:
        foot.append(text("workshop.apart"))
    title = text("workshop.proposal", hours=messages.number(one.hours), count=len(one.tasks))
    return Card(str(number), title, parts, foot=tuple(foot))


def shortened(text: str) -> str:
    """Shorten a task's text where its card tells the whole."""
    if len(text) <= SHOWN_TEXT:
        return text
    whole_words = text[:SHOWN_TEXT].rpartition(" ")[0] or text[: SHOWN_TEXT - 1]
    return whole_words.rstrip(" ,.:;") + " …"


def _questions(pack: WorkshopPack, messages: Messages) -> Iterator[Block]:
    yield Heading(messages.text("workshop.questions"))
    asked = tuple(open_questions(pack, messages))
    if asked:
        yield Bullets(asked)
    yield Paragraph(messages.text("workshop.other_questions"))
    yield Lines(3)


def open_questions(pack: WorkshopPack, messages: Messages) -> Iterator[str]:
    """Say what only the employer can tell: about the place, the tasks and what the proposals rest on."""
    site, text = pack.site, messages.text
    if site.supervision_hours_per_week is None:
        yield text("workshop.ask.supervision")
    if site.places is None:
        yield text("workshop.ask.places")
    if unknown := _unknown_facilities(site):
        yield text("workshop.ask.facilities", what=", ".join(messages.word("facilities", one) for one in unknown))
    for job in site.jobs:
        if job.hours_assumed:
            yield text("workshop.ask.hours", job=job.title)
    if marks := [card.mark for card in pack.cards if card.task.core]:
        yield text("workshop.ask.core", cards=_listed(marks))
    if marks := [card.mark for card in pack.cards if card.unknown]:
        yield text("workshop.ask.loads", cards=_listed(marks))
    yield from _unsure_loads(pack, messages)
    yield from _conditions_asked(pack, messages)
    if not any(card.task.benefit is Benefit.UNDONE for card in pack.cards):
        yield text("workshop.ask.undone")


def _conditions_asked(pack: WorkshopPack, messages: Messages) -> Iterator[str]:
    by_condition: dict[str, list[str]] = {}
    for card in pack.cards:
        for one in dict.fromkeys((*card.task.conditions, *card.job.conditions)):
            if one.need is Need.MUST and not card.task.core:
                by_condition.setdefault(condition_words(one, messages), []).append(card.mark)
    for what, marks in by_condition.items():
        yield messages.text("workshop.ask.condition", what=what, cards=_listed(marks))


def _unsure_loads(pack: WorkshopPack, messages: Messages) -> Iterator[str]:
    """Name wide estimates on tasks of the proposals: those that a part-job rests on."""
    taken = {part.task.id for one in pack.proposals for part in one.tasks}
    for card in pack.cards:
        wide = [load.dimension for load in card.loads if load.level.high - load.level.low > UNSURE_STEPS]
        if card.task.id in taken and wide:
            yield messages.text("workshop.ask.unsure", card=card.mark, what=messages.dimensions(wide[:METERS]))


def _unknown_facilities(site: Site) -> list[str]:
    return [one for one in vocabulary("facilities") if one not in site.has | site.lacks]


def _listed(marks: list[str]) -> str:
    return ", ".join(marks[:NAMED_MARKS]) + (" …" if len(marks) > NAMED_MARKS else "")

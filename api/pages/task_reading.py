"""Lays out what was read of an employer's tasks: the words behind each level, what matters first, how to correct it.

Of the sixty dimensions a page asks about a handful a task: what figures and words say, what is high, and one that is
high perhaps but was read with doubt. The others are folded away and stay estimates unless somebody opens them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from data.dimensions import dimension_index, load_dimensions
from data.levels import TOP
from data.postings import PostedTask, Posting, PostingState, ProposedLoad, TaskAnswer

from ..messages import Messages
from .forms import FieldFault, SentForm

HIGH, MAYBE_HIGH, SAID_FROM = 4.0, 3.5, 1.5
"""A level is high from here on; a doubtful one matters that may be so high; a said one unless it is next to nothing."""

MOST_SAID, MOST_HIGH, MOST_DOUBTFUL = 3, 2, 1
MANY_TASKS, MOST_OF_MANY = 60, 3
"""In a very long list less is asked of each task."""

MOST_OPENED = 15
"""Tasks whose loads may all be open at once: a form holds no more fields than it is allowed to."""

LONGEST_WEEK = 60.0
_AT = re.compile(r"\[(\d+)-(\d+)\]$")
_SAID_BY = ("figure", "words")
"""What levels are read from that count as said, the surest first."""

NO_TASKS = frozenset(("all", "out"))
"""What can be done with a line that makes it no task."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a task's text; marked when a level was read from it."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer about a level: the value of the field, how it is written, and its anchor sentence."""

    value: str
    number: str
    anchor: str


@dataclass(frozen=True, slots=True)
class LoadLine:
    """One level that was read: what it is about, why it is asked (``said``, ``high``, ``doubt``, ``rest``), answers.

    ``chosen``: the value of the field; "" is not known.
    """

    field: str
    name: str
    read: str
    anchor: str
    words: str
    why: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition that was read: its name, whether it is a must, the words that say it, whether it was crossed out."""

    field: str
    name: str
    must: bool
    words: str
    dropped: bool


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task as the page asks about it: its text with the words that count, hours, what to do with it, loads."""

    number: int
    id: str
    pieces: tuple[Piece, ...]
    hours: str
    hours_known: bool
    use: str
    uses: tuple[str, ...]
    first: tuple[LoadLine, ...]
    rest: tuple[LoadLine, ...]
    folded: int
    conditions: tuple[ConditionLine, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole posting as the page asks about it; ``may_open``: further tasks may be opened whole."""

    cards: tuple[TaskCard, ...]
    opened: frozenset[int]
    may_open: bool


def anchors_of(dimension: str, language: str) -> tuple[str, ...]:
    """Give the six sentences of the scale of a dimension.

    >>> anchors_of("pos_stand", "fi")[0]
    'Työssä ei tarvitse seistä lainkaan'
    """
    return load_dimensions()[dimension_index()[dimension]].anchors[language]


def asked_first(posted: PostedTask, most: int = MOST_SAID + MOST_HIGH + MOST_DOUBTFUL) -> dict[str, str]:
    """Choose the loads that are asked about first, each with why: said, high, doubt; in that order, at most so many."""
    order = list(dimension_index())
    loads = sorted(posted.loads.items(), key=lambda one: (-one[1].shown, order.index(one[0])))
    said = [d for how in _SAID_BY for d, load in loads if _how(load) == how and load.shown >= SAID_FROM][:MOST_SAID]
    high = [d for d, load in loads if load.plans and load.shown >= HIGH and d not in said][:MOST_HIGH]
    doubtful = [d for d, load in loads if not load.plans and load.level.high >= MAYBE_HIGH and load.words][
        :MOST_DOUBTFUL
    ]
    named = [(d, "said") for d in said] + [(d, "high") for d in high] + [(d, "doubt") for d in doubtful]
    return dict(named[:most])


def reading_of(
    posting: Posting, messages: Messages, sent: SentForm | None = None, opened: Collection[int] = ()
) -> Reading:
    """Lay a posting out; ``sent``: what was typed already, which stands before what was read or kept."""
    most = MOST_OF_MANY if len(posting.tasks) > MANY_TASKS else MOST_SAID + MOST_HIGH + MOST_DOUBTFUL
    several = len(posting.tasks) > 1
    cards = tuple(
        _card(number, posted, posting.state, messages, sent, most, several, whole=number in opened)
        for number, posted in enumerate(posting.tasks, start=1)
    )
    return Reading(cards, frozenset(opened), len(opened) < MOST_OPENED)


def opened_in(sent: SentForm, tasks: int) -> frozenset[int]:
    """Read which tasks are open, and which one is to be opened now; no more than a form can hold."""
    named = [int(one) for one in (*sent.all("opened"), sent.one("open")) if one.isdecimal() and len(one) < 5]
    return frozenset([one for one in dict.fromkeys(named) if 1 <= one <= tasks][:MOST_OPENED])


def answers_in(posting: Posting, sent: SentForm) -> tuple[tuple[TaskAnswer, ...], tuple[FieldFault, ...]]:
    """Read what is said of every task, or what cannot be read of it; a task that is left out has no answer.

    What nobody was shown, and what is not known, is answered with "not known": the estimate stays beside it. Conditions
    of a line that is no task but holds for all are put to every other task.
    """
    faults: list[FieldFault] = []
    for_all = tuple(
        condition
        for number, posted in enumerate(posting.tasks, start=1)
        if _use(posting.state, posted, number, sent, len(posting.tasks) > 1) == "all"
        for condition in posted.task.conditions
    )
    answers = []
    for number, posted in enumerate(posting.tasks, start=1):
        use = _use(posting.state, posted, number, sent, len(posting.tasks) > 1)
        if use in NO_TASKS:
            continue
        kept = tuple(one for at, one in enumerate(posted.task.conditions) if not sent.one(f"drop.{number}.{at}"))
        answers.append(
            TaskAnswer(
                posted.task.id,
                {**dict.fromkeys(posted.loads), **_levels(number, posted, sent, faults)},
                _hours(number, sent, faults),
                core=use == "keep",
                conditions=tuple(dict.fromkeys((*kept, *for_all))),
                carvable=use != "keep",
            )
        )
    if not answers and not faults:
        faults.append(FieldFault("use.1", "no_task_left"))
    return tuple(answers), tuple(faults)


def marked_pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Cut a text where words that count begin and end; overlapping spans are one.

    >>> [(one.text, one.marked) for one in marked_pieces("Astioiden pesu 2 h", [(10, 14), (12, 14)])]
    [('Astioiden ', False), ('pesu', True), (' 2 h', False)]
    """
    inside = [False] * len(text)
    for start, end in spans:
        for at in range(max(0, start), min(end, len(text))):
            inside[at] = True
    pieces: list[Piece] = []
    for sign, marked in zip(text, inside, strict=True):
        if pieces and pieces[-1].marked is marked:
            pieces[-1] = Piece(pieces[-1].text + sign, marked)
        else:
            pieces.append(Piece(sign, marked))
    return tuple(pieces)


def _card(
    number: int, posted: PostedTask, state: PostingState, messages: Messages, sent: SentForm | None, most: int,
    several: bool, *, whole: bool,
) -> TaskCard:  # fmt: skip
    task = posted.task
    use = _use(state, posted, number, sent, several)
    first = {} if use in NO_TASKS else asked_first(posted, most)
    lines = tuple(_line(number, posted, one, why, messages, sent) for one, why in first.items())
    others = [one for one in dimension_index() if one in posted.loads and one not in first]
    rest = tuple(_line(number, posted, one, "rest", messages, sent) for one in others) if whole else ()
    spans = [_span(task.text, posted.loads[one]) for one in first]
    spans += [_found(task.text, one.words) for one in posted.conditions]
    typed = None if sent is None else sent.one(f"hours.{number}")
    known = messages.number(task.hours_per_week, 2) if posted.hours_known else ""
    return TaskCard(
        number=number,
        id=task.id,
        pieces=marked_pieces(task.text, [span for span in spans if span]),
        hours=known if typed is None else typed,
        hours_known=posted.hours_known,
        use=use,
        uses=_uses(state, posted, several),
        first=lines,
        rest=rest,
        folded=len(others),
        conditions=_conditions(number, posted, messages, sent),
    )


def _line(
    number: int, posted: PostedTask, dimension: str, why: str, messages: Messages, sent: SentForm | None
) -> LoadLine:
    load, field = posted.loads[dimension], f"level.{number}.{dimension}"
    anchors = anchors_of(dimension, messages.language)
    steps = sorted({*(float(step) for step in range(int(TOP) + 1)), load.shown, *_said(posted, dimension)})
    typed = sent.one(field) if sent is not None and field in sent.fields else None
    proposed = "" if why in ("doubt", "rest") else f"{load.shown:g}"
    before = [f"{value:g}" for value in _said(posted, dimension)]
    return LoadLine(
        field=field,
        name=messages.dimension(dimension),
        read=messages.number(load.shown),
        anchor=_anchor(load.shown, anchors),
        words=load.words,
        why=why,
        choices=tuple(Choice(f"{step:g}", messages.number(step), _anchor(step, anchors)) for step in steps),
        chosen=typed if typed is not None else (before[0] if before else proposed),
    )


def _anchor(level: float, anchors: tuple[str, ...]) -> str:
    """Give the sentence of a step; a half step lies between two."""
    low, high = anchors[int(level)], anchors[min(int(level + 0.5), int(TOP))]
    return low if low == high else f"{low} – {high}"


def _said(posted: PostedTask, dimension: str) -> list[float]:
    """Give what the employer has answered before about a load, if anything."""
    return [one.value for one in posted.task.levels.get(dimension, ()) if one.stated_on is not None]


def _conditions(
    number: int, posted: PostedTask, messages: Messages, sent: SentForm | None
) -> tuple[ConditionLine, ...]:
    words = {one.condition: one.words for one in posted.conditions}
    return tuple(
        ConditionLine(
            f"drop.{number}.{at}",
            messages.condition(one.key),
            one.need.value == "must",
            words.get(one, ""),
            sent is not None and bool(sent.one(f"drop.{number}.{at}")),
        )
        for at, one in enumerate(posted.task.conditions)
    )


def _uses(state: PostingState, posted: PostedTask, several: bool) -> tuple[str, ...]:
    """Name what can be done with a line: offer it, keep it; in a draft also leave it out or take it for all."""
    if state is not PostingState.DRAFT or not several:
        return ("offer", "keep")
    return ("offer", "keep", "all", "out") if posted.task.conditions else ("offer", "keep", "out")


def _use(state: PostingState, posted: PostedTask, number: int, sent: SentForm | None, several: bool) -> str:
    able = _uses(state, posted, several)
    said = "" if sent is None else sent.one(f"use.{number}")
    if said in able:
        return said
    if posted.task.core:
        return "keep"
    return "all" if "all" in able and _only_a_condition(posted) else "offer"


def _only_a_condition(posted: PostedTask) -> bool:
    """Tell whether a line says what is required rather than what is done: no hours, and little beside the condition."""
    told = sum(len(words) for words in {one.words for one in posted.conditions})
    return not posted.hours_known and not posted.task.activities and told * 3 >= len(posted.task.text)


def _levels(number: int, posted: PostedTask, sent: SentForm, faults: list[FieldFault]) -> Mapping[str, float | None]:
    found: dict[str, float | None] = {}
    for name, said in sent.numbered(f"level.{number}"):
        if name not in posted.loads or said == "":
            continue
        try:
            value = float(said)
        except ValueError:
            value = -1.0
        if not (0 <= value <= TOP and (value * 2).is_integer()):
            faults.append(FieldFault(f"level.{number}.{name}", "choice"))
        else:
            found[name] = value
    return found


def _hours(number: int, sent: SentForm, faults: list[FieldFault]) -> float | None:
    said = sent.one(f"hours.{number}").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        faults.append(FieldFault(f"hours.{number}", "number"))
        return None
    if not 0 < value <= LONGEST_WEEK:
        kind, limit = ("too_large", f"{LONGEST_WEEK:g}") if value > 0 else ("too_small", "0")
        faults.append(FieldFault(f"hours.{number}", kind, {"limit": limit}))
        return None
    return value


def _how(load: ProposedLoad) -> str:
    return load.level.evidence.partition(":")[0]


def _span(text: str, load: ProposedLoad) -> tuple[int, int] | None:
    """Find the words of a level in the text: where the reading says, or else where they stand first."""
    place = _AT.search(load.level.evidence)
    if place and text[int(place[1]) : int(place[2])] == load.words:
        return int(place[1]), int(place[2])
    return _found(text, load.words)


def _found(text: str, words: str) -> tuple[int, int] | None:
    at = text.casefold().find(words.casefold()) if words else -1
    return None if at < 0 else (at, at + len(words))


def without_answers(posting: Posting) -> Posting:
    """Give a draft: what was read waits for the employer, and is in no market yet."""
    return replace(posting, state=PostingState.DRAFT)

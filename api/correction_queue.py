"""Which readings of tasks employers correct most, and which were unsure: counted, and with texts that name nobody.

Only what postings hold is used: the level that was read, the words that drove it, and what the employer answered.
Nothing is about a person. Whatever could name somebody is taken out of texts as out of solutions, and the names of the
employer and the workplace as well; of how many employers something comes is said from five on only.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from data.dimensions import dimension_index
from data.levels import Level, Source
from data.postings import PostedTask, Posting, PostingState, ProposedLoad
from data.spreadsheet_text import guarded
from features.deidentification import check_personal, without_personal

COUNTED = frozenset({PostingState.PROPOSED, PostingState.CONFIRMED, PostingState.EXPIRED})
"""Postings that are read: a draft was not read yet, and what an employer has withdrawn is left alone."""

FEWEST_EMPLOYERS = 5
_NAME_LETTERS = 4
_GONE = "[…]"
CSV_COLUMNS = ("kind", "dimension", "read", "level", "text", "words")


class Kind(StrEnum):
    """Why a reading is in the queue."""

    CORRECTED = "corrected"  # the employer said another level
    ADDED = "added"  # the employer named a load that was not read at all
    UNSURE = "unsure"  # it was read with little confidence, and nobody has answered yet


@dataclass(frozen=True, slots=True)
class QueuedReading:
    """One reading of one task: levels 0-5 (half steps), ``read`` None where nothing was read, ``said`` None unanswered.

    ``text`` and ``words`` are as they stand in the posting: show them through ``without_names`` only.
    """

    kind: Kind
    dimension: str
    read: float | None
    said: float | None
    text: str
    words: str
    employer: str
    names: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class CountedCorrection:
    """The same correction of the same level, all tasks together; ``employers`` None: fewer than five."""

    kind: Kind
    dimension: str
    read: float | None
    said: float | None
    tasks: int
    employers: int | None
    words: tuple[str, ...]


def queued_readings(postings: Iterable[Posting]) -> Iterator[QueuedReading]:
    """Give the readings that an employer corrected or added, and those that are unsure and unanswered."""
    for posting in postings:
        if posting.state not in COUNTED:
            continue
        names = tuple(one for one in (posting.employer_name, posting.site_name) if one)
        for posted in posting.tasks:
            yield from _of_task(posted, posting, names)


def counted_corrections(queued: Iterable[QueuedReading], most_words: int = 3) -> tuple[CountedCorrection, ...]:
    """Put the same corrections together, those of most tasks first."""
    groups: dict[tuple[Kind, str, float | None, float | None], list[QueuedReading]] = {}
    for one in queued:
        groups.setdefault((one.kind, one.dimension, one.read, one.said), []).append(one)
    found = []
    for (kind, dimension, read, said), several in groups.items():
        employers = len({one.employer for one in several})
        words = dict.fromkeys(without_names(one.words, one.names) for one in several if one.words)
        shown = employers if employers >= FEWEST_EMPLOYERS else None
        found.append(CountedCorrection(kind, dimension, read, said, len(several), shown, tuple(words)[:most_words]))
    order = dimension_index()
    return tuple(sorted(found, key=lambda one: (-one.tasks, order[one.dimension], one.read or 0, one.said or 0)))


def without_names(text: str, names: tuple[str, ...] = ()) -> str:
    """Give a text without anything that could tell who somebody is, and without the names of its own workplace.

    >>> without_names("Pekka vie laatikot Nurmelan keittiöön", ("Nurmelan keittiö Oy",))
    'Työntekijä vie laatikot […] keittiöön'
    """
    for word in sorted({word for name in names for word in re.findall(r"\w+", name)}, key=len, reverse=True):
        if len(word) >= _NAME_LETTERS and word[0].isupper():
            text = re.sub(rf"\b{re.escape(word[:-1])}\w*", _GONE, text)
    return without_personal(check_personal(text))


def corrections_csv(queued: Iterable[QueuedReading]) -> str:
    """Write the queue as CSV; ``text``, ``dimension`` and ``level`` are as training reads corrections."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(CSV_COLUMNS)
    for one in queued:
        texts = (guarded(without_names(said, one.names)) for said in (one.text, one.words))
        levels = ("" if level is None else f"{level:g}" for level in (one.read, one.said))
        table.writerow([one.kind.value, one.dimension, *levels, *texts])
    return out.getvalue()


def _of_task(posted: PostedTask, posting: Posting, names: tuple[str, ...]) -> Iterator[QueuedReading]:
    text = posted.task.text
    for dimension in posted.loads.keys() | posted.task.levels.keys():
        proposed = posted.loads.get(dimension)
        answer = _answer(posted.task.levels.get(dimension, ()))
        kind = _kind(proposed, answer)
        if kind is not None and dimension in dimension_index():
            read = None if proposed is None else proposed.shown
            words = "" if proposed is None else proposed.words
            said = None if answer is None else answer.value
            yield QueuedReading(kind, dimension, read, said, text, words, posting.employer, names)


def _kind(proposed: ProposedLoad | None, answer: Level | None) -> Kind | None:
    if answer is not None:
        if answer.evidence != "corrected":
            return None
        return Kind.ADDED if proposed is None else Kind.CORRECTED
    return Kind.UNSURE if proposed is not None and not proposed.plans else None


def _answer(levels: tuple[Level, ...]) -> Level | None:
    """Give what the employer answered last; a figure that was read from their words is no answer."""
    answers = [one for one in levels if one.source is Source.EMPLOYER and one.stated_on is not None]
    return answers[-1] if answers else None

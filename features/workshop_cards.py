"""What stands on a task's card in a workshop: the loads that count with what they rest on, and what nobody knows.

Nothing here looks at a candidate: a card is the same whoever the workshop is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import ascii_uppercase

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import Level, Source, most_direct
from data.reference_files import read_reference
from data.workplaces import Job, Site, Task

LEAST_SHOWN = 1.5
"""Steps: what a task asks less of is left off its card."""

MOST_SHOWN = 12
MOST_ASKED = 6

_SHOWN_EVIDENCE = {Source.MODEL, Source.EMPLOYER}
"""Only the employer's own words are quoted on a card; what was seen of or said by a person never is."""


@dataclass(frozen=True, slots=True)
class CardLoad:
    """A load on a card: its dimension, the level that counts (0-5), and the employer's words that it was read from."""

    dimension: str
    level: Level
    words: str


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task with a short mark that people can call out (A1, A2, B1 ...; a letter is a job).

    ``loads``: the highest first. ``asked``: unknown loads that are worth asking first; ``unknown``: how many there are.
    """

    mark: str
    task: Task
    job: Job
    loads: tuple[CardLoad, ...]
    asked: tuple[str, ...]
    unknown: int


def task_cards(site: Site) -> tuple[TaskCard, ...]:
    """Make the cards of a site, jobs and tasks in the order of their ids in the store."""
    letters = _letters()
    return tuple(
        _card(f"{letter}{number}", task, job)
        for letter, job in zip(letters, site.jobs, strict=False)
        for number, task in enumerate(job.tasks, start=1)
    )


def _letters() -> list[str]:
    return [first + second for first in ("", *ascii_uppercase) for second in ascii_uppercase]


def _card(mark: str, task: Task, job: Job) -> TaskCard:
    known = levels_that_count(task, job)
    order = dimension_index()
    shown = sorted(
        (dimension for dimension, level in known.items() if level.value >= LEAST_SHOWN),
        key=lambda dimension: (-known[dimension].value, order[dimension]),
    )
    unknown = [] if job.confirmed else [d for d in order if d not in known and d != HOURS_DIMENSION]
    first = [d for d in read_reference("workshop.yaml")["asked_first"] if d in unknown]
    loads = tuple(CardLoad(d, known[d], _quoted(known[d])) for d in shown[:MOST_SHOWN])
    return TaskCard(mark, task, job, loads, tuple(first[:MOST_ASKED]), len(unknown))


def levels_that_count(task: Task, job: Job) -> Mapping[str, Level]:
    """Give the level that counts on each known dimension: the task's own before its job's, unless that is more direct.

    The same rule as in the market (``features.market.build_market``); a test holds them together.
    """
    found = {d: level for d, several in job.levels.items() if (level := most_direct(several)) is not None}
    for dimension, several in task.levels.items():
        own, base = most_direct(several), found.get(dimension)
        if own is not None and (base is None or own.source.directness >= base.source.directness):
            found[dimension] = own
    return found


def _quoted(level: Level) -> str:
    """Give the words of the text that a level was read from, "" where none are kept.

    >>> _quoted(Level(3.0, 2.5, 3.5, Source.EMPLOYER, "figure: 15 kg [77-82]"))
    '15 kg'
    """
    kind, _, said = level.evidence.partition(": ")
    if level.source not in _SHOWN_EVIDENCE or kind not in {"model", "words", "figure"}:
        return ""
    return said.rpartition(" [")[0] if said.endswith("]") else said

"""Which unknown, asked of the candidate or of an employer, would change a match list most.

For each unknown and each plausible answer the list is made anew, exactly, and compared with the list as it is. The
change is the difference of the list's worth (the sum of the scores shown) and a price for every workplace that falls
out; answers are weighed by how likely each was before asking. Asked about are capacity, conditions, demands and
facilities: never a diagnosis. Nothing here blocks: a list is complete without any answer.

What is left out for speed cannot matter: sites that no answer can bring in, levels that change nothing, and demands
whose largest possible effect is below that of the questions found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .candidate_questions import capacity_changes, condition_changes
from .employer_questions import UnknownOfSites
from .list_change import Asking, Change, ListAsItIs
from .meeting import Meeting
from .search import SCORE_DECIMALS
from .suggestion import Suggestion


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question, whom to ask it, and what its answers would change.

    ``kind``: capacity, condition, demand or facility; ``about``: the dimension, condition or facility; ``site``: of
    which workplace (empty: of the candidate). ``expected`` and ``largest`` change in value-hours a week; ``falls``:
    workplaces expected to fall out of the list. ``answer``: the one that changes most (a level 0-5, yes or no), after
    which ``fallen`` leave the list and ``come_in`` enter it (ids of sites).
    """

    kind: str
    about: str
    site: str
    ask: str
    expected: float
    largest: float
    falls: float
    answer: str
    fallen: tuple[str, ...]
    come_in: tuple[str, ...]


def ask_most_telling(meeting: Meeting, suggestions: tuple[Suggestion, ...], count: int) -> tuple[OpenQuestion, ...]:
    """Find the ``count`` questions with the largest expected change, the largest first; fewer when fewer matter.

    ``suggestions``: the list that ``match`` made at the same meeting. Deterministic; ties go to the larger largest
    change, then to the order of kind, dimension and site. A question whose answers all leave the list as it is is
    never asked.
    """
    if count < 1 or not suggestions:
        return ()
    base = ListAsItIs.of(meeting, suggestions)
    found: list[OpenQuestion] = []
    for asked, changes in (*capacity_changes(base), *condition_changes(base)):
        _note(found, base, asked, changes)
    employers = UnknownOfSites(base)
    for bound, asked in employers.waiting:
        if len(found) >= count and bound < sorted(found, key=place_of)[count - 1].expected:
            break
        _note(found, base, asked, employers.changes(asked))
    return tuple(sorted(found, key=place_of)[:count])


def place_of(question: OpenQuestion) -> tuple[float, float, str, str, str]:
    """Tell where a question stands among others."""
    return -question.expected, -question.largest, question.kind, question.about, question.site


def _note(found: list[OpenQuestion], base: ListAsItIs, asked: Asking, changes: Sequence[Change]) -> None:
    """Weigh the changes of a question and keep it when it has any."""
    expected = round(sum(one.share * one.size for one in changes), SCORE_DECIMALS)
    if expected <= 0:
        return
    worst = max(changes, key=lambda one: (one.size, len(one.fallen), one.share))
    ids = base.meeting.held.index.sites.id

    def named(numbers: Sequence[int]) -> tuple[str, ...]:
        return tuple(str(ids[number]) for number in numbers)

    found.append(
        OpenQuestion(
            kind=asked.kind,
            about=asked.about,
            site="" if asked.site is None else str(ids[asked.site]),
            ask=asked.ask,
            expected=expected,
            largest=round(worst.size, SCORE_DECIMALS),
            falls=round(sum(one.share * len(one.fallen) for one in changes), SCORE_DECIMALS),
            answer=worst.answer,
            fallen=named(worst.fallen),
            come_in=named(worst.come_in),
        )
    )

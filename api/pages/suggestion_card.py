"""Puts a suggestion into the shape that the card of a page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from data.candidates import Candidate
from matching import Suggestion

from ..card_words import (
    FlagLine,
    MeasureLine,
    ReadingLine,
    flag_lines,
    measure_lines,
    reading_lines,
    reason_lines,
    where_parts,
)
from ..messages import Messages
from .pictures import Bullet, Fit, PlannedBlock, bullets, hours_by_block, week_of

GRAVE = "ban_unverified"


@dataclass(frozen=True, slots=True)
class CardFlag:
    """A flag with whom to ask, in words."""

    ask: str
    text: str
    grave: bool


@dataclass(frozen=True, slots=True)
class SuggestionCard:
    """One suggestion, in words and pictures."""

    rank: int
    site: str
    employer: str
    where: tuple[str, ...]
    hours: float
    score: str
    tasks: tuple[tuple[float, str], ...]
    week: Mapping[str, Mapping[str, PlannedBlock | None]]
    measures: tuple[MeasureLine, ...]
    readings: tuple[ReadingLine, ...]
    flags: tuple[CardFlag, ...]
    reasons: tuple[tuple[str, str], ...]
    fits: tuple[tuple[Fit, int], ...]
    bullets: tuple[Bullet, ...]


def suggestion_card(
    suggestion: Suggestion, person: Candidate, messages: Messages, dimensions: int | None = 0
) -> SuggestionCard:
    """Lay out one suggestion; ``dimensions``: how many stand in its picture, the tightest first (None: all)."""
    compared = bullets(suggestion.comparisons, person)
    counted = Counter(one.fit for one in compared)
    return SuggestionCard(
        rank=suggestion.rank,
        site=suggestion.reach.place.site.id,
        employer=suggestion.reach.place.employer.name,
        where=tuple(where_parts(suggestion, messages)),
        hours=suggestion.hours,
        score=messages.number(suggestion.score, 2),
        tasks=tuple((part.hours, part.task.text) for part in suggestion.tasks),
        week=week_of(hours_by_block(suggestion)),
        measures=measure_lines(suggestion, messages),
        readings=reading_lines(suggestion, messages),
        flags=tuple(_flag(line, messages) for line in flag_lines(suggestion, messages)),
        reasons=reason_lines(suggestion, messages),
        fits=tuple((fit, counted[fit]) for fit in Fit if counted[fit]),
        bullets=compared[:dimensions],
    )


def _flag(line: FlagLine, messages: Messages) -> CardFlag:
    return CardFlag(messages.text(f"page.ask.{line.ask}"), line.text, line.kind == GRAVE)

"""What the card of a suggestion says, line by line, in the reader's language: the same in a terminal and on a page."""

from __future__ import annotations

from dataclasses import dataclass

from matching import Suggestion
from matching.learning.lessons import ReviewedSteps

from .messages import Messages
from .wording import accommodation_name, contribution_text, flag_text, prospect_text

READINGS = ("can_do", "wants", "likely")
SHOWN_REASONS = 6
SHOWN_TERMS = 3


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One accommodation: its name, kind and cost, what it closes, and what reviews of trials say of it."""

    name: str
    about: str
    closes: str
    reviewed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One of the three readings: its name, and what it says."""

    id: str
    name: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlagLine:
    """Something to settle: the kind of flag and what it asks."""

    kind: str
    ask: str
    text: str


def where_parts(suggestion: Suggestion, messages: Messages) -> list[str]:
    """Say where the workplace is and how far away."""
    site, minutes = suggestion.reach.place.site, suggestion.reach.minutes
    parts = [site.name, *([site.municipality] if site.municipality else [])]
    return parts + ([] if minutes is None else [messages.text("card.travel", minutes=round(minutes))])


def measure_lines(suggestion: Suggestion, messages: Messages) -> tuple[MeasureLine, ...]:
    """Say which accommodations the part-job needs, and from where to where each brings what."""
    return tuple(
        MeasureLine(
            accommodation_name(measure.id, messages.language),
            f"{messages.word('accommodation_kinds', measure.kind.value)}, "
            f"{messages.word('cost_classes', measure.cost_class.value)}",
            ", ".join(
                messages.text(
                    "card.closes",
                    what=messages.dimension(gap.dimension),
                    before=messages.number(gap.before),
                    after=messages.number(gap.after),
                )
                for gap in suggestion.gaps_closed
                if gap.accommodation == measure.id
            ),
            tuple(_reviewed(one, messages) for one in suggestion.reviewed if one.measure == measure.id),
        )
        for measure in suggestion.measures
    )


def reading_lines(suggestion: Suggestion, messages: Messages) -> tuple[ReadingLine, ...]:
    """Say the three readings: can do, wants, likely."""
    points = {name: signed(suggestion.reading(name), messages) for name in READINGS}
    known = messages.number(100 * suggestion.known_share, 0)
    wished = messages.number(100 * suggestion.wish_agreement, 0)
    said = {
        "can_do": (messages.text("card.known", points=points["can_do"], percent=known),),
        "wants": (messages.text("card.agreement", points=points["wants"], percent=wished),),
        "likely": _likely(suggestion, points["likely"], messages),
    }
    return tuple(ReadingLine(name, messages.text(f"card.{name}"), said[name]) for name in READINGS)


def flag_lines(suggestion: Suggestion, messages: Messages) -> tuple[FlagLine, ...]:
    """Say what a human must settle, the gravest first."""
    return tuple(FlagLine(flag.kind, flag.ask, flag_text(flag, messages)) for flag in suggestion.flags)


def reason_lines(suggestion: Suggestion, messages: Messages) -> tuple[tuple[str, str], ...]:
    """Say what sets this suggestion apart, then all the rest as one line, so that the column adds up to the score."""
    shown = [term for term in suggestion.contributions if not term.is_base][:SHOWN_REASONS]
    rest = suggestion.score - sum(round(term.value, 2) for term in shown)
    lines = [(signed(term.value, messages), contribution_text(term, messages)) for term in shown]
    return (*lines, (signed(rest, messages), messages.text("card.rest")))


def signed(value: float, messages: Messages, decimals: int = 2) -> str:
    """Write a number with its sign."""
    return ("+" if value >= 0 else "\u2212") + messages.number(abs(value), decimals)


def _likely(suggestion: Suggestion, points: str, messages: Messages) -> tuple[str, ...]:
    """Say the chance with its interval, or why there is none, and what speaks most for and against."""
    prospect = suggestion.prospect
    if prospect.chance is not None:
        low, middle, high = (messages.number(100 * share, 0) for share in prospect.chance)
        first = messages.text("card.chance", points=points, low=low, middle=middle, high=high)
    elif prospect.withheld == "expert_weights":
        first = messages.text("card.no_probability", points=points)
    else:
        first = messages.text(f"card.withheld.{prospect.withheld}", points=points)
    named = [term for term in prospect.terms if term.name != "start"][:SHOWN_TERMS]
    terms = "; ".join(f"{prospect_text(t.name, messages)} {signed(t.log_odds, messages)}" for t in named)
    lines = (first, messages.text("card.log_odds", log_odds=signed(prospect.log_odds, messages), terms=terms))
    return (*lines, messages.text("card.simulated")) if prospect.simulated else lines


def _reviewed(one: ReviewedSteps, messages: Messages) -> str:
    """Say that reviews of trials moved an effect, from what to what, and how many there were."""
    steps = {"before": messages.number(one.catalogue, 2), "after": messages.number(one.steps, 2)}
    return messages.text("card.reviewed", what=messages.dimension(one.dimension), reviews=one.reviews, **steps)

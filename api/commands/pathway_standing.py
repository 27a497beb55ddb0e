"""What is known of a person's way onto a pathway, shown beside a match list; it never changes the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rich.console import Console

from data.pathway_records import Pathway
from data.pathways import Country
from data.situation import Situation
from features.condition_check import Answer
from matching.pathways import ConditionAnswer, Opening, PathwayAnswer, eligibility

from ..messages import Messages
from ..pathway_wording import fact_question, rule_text

MOST_SHOWN = 5
"""So many open conditions are printed; --json has them all."""

STYLES = {Opening.OPEN: "", Opening.ASK: "yellow", Opening.CLOSED: "bold yellow", Opening.NOT_HELD: "bold yellow"}


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer on one pathway for one person on a day. ``known``: whether anything of the situation is known."""

    country: Country
    on: date
    answer: PathwayAnswer
    known: bool

    def those(self, answer: Answer) -> tuple[ConditionAnswer, ...]:
        """Give the conditions with an answer."""
        return tuple(one for one in self.answer.conditions if one.answer is answer)

    def text(self, one: ConditionAnswer, messages: Messages) -> str:
        """Say what a condition asks on the day."""
        version = self.country.rules[one.rule].held(self.on)
        return "" if version is None else rule_text(version, messages)


def standing_of(country: Country, pathway: Pathway, situation: Situation, on: date) -> Standing:
    """Answer one pathway for a situation, whatever country it was written for."""
    asked = Situation(situation.person, country.id, situation.facts, situation.events, situation.fictional)
    answer = next(one for one in eligibility(country, asked, on) if one.pathway.id == pathway.id)
    return Standing(country, on, answer, bool(situation.facts))


def standing_as_json(standing: Standing, messages: Messages) -> dict[str, Any]:
    """Write the answer: opening, conditions known not to be met, and unknown ones with what to ask."""
    return {
        "opening": standing.answer.opening.value,
        "situation_known": standing.known,
        "unmet": [{"rule": one.rule, "text": standing.text(one, messages)} for one in standing.those(Answer.UNMET)],
        "unknown": [
            {
                "rule": one.rule,
                "text": standing.text(one, messages),
                "ask": [{"fact": fact, "question": fact_question(fact, messages)} for fact in one.ask],
            }
            for one in standing.those(Answer.UNKNOWN)
        ],
        "waits_for": [id_ for waiting in standing.answer.waits_for for id_ in waiting.first],
    }


def show_standing(standing: Standing, messages: Messages, out: Console) -> None:
    """Print whether the pathway is open to the person, what is not met, and what to ask."""
    opening = standing.answer.opening
    out.print(messages.text(f"standing.{opening.value}"), style=STYLES[opening], markup=False)
    for one in standing.those(Answer.UNMET):
        out.print(f"  ✗ {standing.text(one, messages)}", style="bold yellow", markup=False)
    unknown = standing.those(Answer.UNKNOWN)
    for one in unknown[:MOST_SHOWN]:
        asked = " ".join(fact_question(fact, messages) for fact in one.ask)
        out.print(f"  ? {standing.text(one, messages)} {asked}".rstrip(), markup=False)
    if len(unknown) > MOST_SHOWN:
        out.print(f"  {messages.text('standing.more', count=len(unknown) - MOST_SHOWN)}", markup=False)
    for waiting in standing.answer.waits_for:
        names = ", ".join(standing.country.pathway(id_).names[messages.language] for id_ in waiting.first)
        out.print(f"  {messages.text('pathway.waits', names=names)}", markup=False)

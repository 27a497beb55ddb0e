"""What a trial needs released, as the candidate reads it: each fact, why, and what becomes of the trial without it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data.releasable_facts import ReleasableFact
from data.released_proposals import ProposedWork
from matching.disclosure import DisclosurePlan, NeededFact, Without

from .fact_wording import fact_name, fact_text, measure_text
from .messages import Messages

FORMAT = "disclosure-plan/1"


def disclosure_as_json(plan: DisclosurePlan, work: ProposedWork, messages: Messages) -> dict[str, Any]:
    """Write a plan as plain values, with sentences to the candidate; for them and their coach only."""
    return {
        "format": FORMAT,
        "language": messages.language,
        "needed": [_needed(one, work, messages) for one in plan.needed],
        "protecting": [
            {**fact_as_json(fact, work.texts, messages), "why": messages.text(f"disclosure.protecting.{fact.kind}")}
            for fact in plan.protecting
        ],
        "notes": list(_notes(plan, messages)),
        "text": disclosure_text(plan, work, messages),
        "looked_at": plan.looked_at,
    }


def disclosure_text(plan: DisclosurePlan, work: ProposedWork, messages: Messages) -> str:
    """Say a plan in plain words, line by line."""
    lines = [messages.text("disclosure.title")]
    for one in plan.needed:
        said = _needed(one, work, messages)
        lines.append(f"• {said['name']}: {said['text']}")
        lines += [f"  {said[key]}" for key in ("why", "without", "instead") if said[key]]
    if plan.protecting:
        lines.append(messages.text("disclosure.protecting"))
    for fact in plan.protecting:
        lines.append(f"• {fact_name(fact.kind, messages)}: {fact_text(fact, messages)}")
        lines.append(f"  {messages.text(f'disclosure.protecting.{fact.kind}')}")
    return "\n".join([*lines, *_notes(plan, messages)])


def fact_as_json(fact: ReleasableFact, texts: Mapping[str, str], messages: Messages) -> dict[str, Any]:
    """Write a fact so that it can be shown to whoever decides about it, and sent back to be released as it is."""
    return {
        "fact": {
            "kind": fact.kind,
            "about": fact.about,
            "text": fact.text,
            "hours": fact.hours,
            "tasks": list(fact.tasks),
        },
        "name": fact_name(fact.kind, messages),
        "text": fact_text(fact, messages),
        "tasks": [texts[id_] for id_ in fact.tasks if id_ in texts],
    }


def _needed(one: NeededFact, work: ProposedWork, messages: Messages) -> dict[str, Any]:
    what = messages.dimensions(one.about)
    return {
        **fact_as_json(one.fact, work.texts, messages),
        "why": messages.text(f"disclosure.why.{one.why}", what=what),
        "without": _without(one.without, work, messages),
        "instead": _instead(one.without, messages),
    }


def _without(without: Without | None, work: ProposedWork, messages: Messages) -> str:
    if without is None:
        return messages.text("disclosure.without.agreement")
    if without.hours <= 0:
        key = "disclosure.without.other" if without.other_hours > 0 else "disclosure.without.none"
        return messages.text(key, hours=messages.number(without.other_hours))
    if not without.lost:
        return messages.text("disclosure.without.nothing_lost")
    lost = "; ".join(
        messages.text("disclosure.lost", task=work.texts[id_], hours=messages.number(hours))
        for id_, hours in without.lost.items()
    )
    return messages.text("disclosure.without.some", hours=messages.number(without.hours), lost=lost)


def _instead(without: Without | None, messages: Messages) -> str:
    if without is None or not without.instead:
        return ""
    return messages.text("disclosure.instead", measures=_listed(without.instead, messages))


def _notes(plan: DisclosurePlan, messages: Messages) -> list[str]:
    notes = []
    if plan.too_high:
        notes.append(messages.text("disclosure.too_high", what=messages.dimensions(plan.too_high)))
    for key in ("without_release", "to_add", "not_needed"):
        ids = getattr(plan, key)
        if key == "without_release":
            ids = [id_ for id_ in ids if id_ not in plan.to_add]
        if ids:
            notes.append(messages.text(f"disclosure.{key}", measures=_listed(ids, messages)))
    return [*notes, messages.text("disclosure.yours")]


def _listed(ids: Iterable[str], messages: Messages) -> str:
    return "; ".join(measure_text(id_, messages) for id_ in ids)

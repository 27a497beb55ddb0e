"""A person's situation for pathways: as it is kept, with what is still to be asked; guessed is nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from data.reference_files import REFERENCE
from data.situation import Situation, load_facts, read_situations
from data.store import Store
from data.store.candidates import require_candidate
from data.store.situations import KeptSituation, StatedFact, kept_situation

from .messages import Messages

DEMO_SITUATIONS = REFERENCE / "pathways" / "demo_situations.yaml"
"""Situations of the fictional people of the demo region."""


def situation_in_store(store: Store, person: str) -> Situation:
    """Give what is kept of a person's situation; of demo people what their file says, of others nothing is known."""
    with store.read() as connection:
        return situation_now(connection, person)


def situation_now(connection: sa.Connection, person: str) -> Situation:
    """Give what ``situation_in_store`` gives, to whoever reads more of the store at the same moment."""
    require_candidate(connection, person)
    kept = kept_situation(connection, person)
    if kept.known:
        return kept.situation()
    demo = {situation.person: situation for situation in read_situations(DEMO_SITUATIONS)} if kept.fictional else {}
    return demo.get(person) or kept.situation()


def situation_as_json(kept: KeptSituation, messages: Messages) -> dict[str, Any]:
    """Write what is known with who said it and when, and every fact that pathways may ask for and nobody has said."""
    facts = load_facts()
    return {
        "format": "situation/1",
        "person": kept.person,
        "country": None if kept.country is None else _said(kept.country),
        "facts": {name: _said(one) for name, one in kept.facts.items()},
        "events": {name: _said(one) for name, one in kept.events.items()},
        "unknown": [
            {"fact": name, "ask": facts[name].ask, "question": facts[name].question[messages.language]}
            for name in sorted(set(facts) - set(kept.facts))
        ],
    }


def _said(one: StatedFact) -> dict[str, Any]:
    return {"value": one.value, "source": one.source.value, "on": one.on.isoformat()}

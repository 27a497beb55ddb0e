"""What the ended trials of a store have taught, as match lists use it, read so that a list does not wait for it.

Real trials teach for real people, fictional ones for fictional people, and only those that the candidate has released.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import sqlalchemy as sa

from data.accommodations import Accommodation, load_accommodations
from data.human_decisions import DecisionKind, HumanDecision, RegistryBroken
from data.store import Store, all_decisions, count_trials, effects_seen, judged_trials, state_of_trials
from matching.learning.accommodation_effects import LearnedEffect, effects_in_force, learn_effects, reviews_of
from matching.learning.lessons import EmployerHistory, Lessons

MOST_KEPT = 8
NO_TRIALS = "none"
_learned: dict[tuple[str, str, bool], tuple[LearnedEffect, ...]] = {}
"""What was learned by store, state of its trials, and whether they are fictional: a service learns once a change."""


def lessons_for(store: Store, *, fictional: bool) -> Lessons:
    """Give what trials have taught for people who are fictional, or real: the effects in force. No histories yet.

    Where the list of decisions does not hold together, nobody has accepted anything: effects only fall.
    """
    with store.read() as connection:
        try:
            decisions = all_decisions(connection)
        except RegistryBroken:
            decisions = ()
        return Lessons.of(effects_now(connection, store.where, decisions, fictional=fictional))


def catalogue_for(store: Store, *, fictional: bool) -> tuple[Accommodation, ...]:
    """Give the catalogue of accommodations with the effects in force for people who are fictional, or real."""
    return lessons_for(store, fictional=fictional).in_force(load_accommodations())


def histories_for(
    store: Store, employers: Collection[str], before: date, *, fictional: bool
) -> Mapping[str, EmployerHistory]:
    """Tell how trials that ended before a day went at some employers."""
    with store.read() as connection:
        counted = judged_trials(connection, employers, before, fictional=fictional)
    return {employer: EmployerHistory(*counts) for employer, counts in counted.items()}


def trials_now(connection: sa.Connection) -> str | None:
    """Name the state of all trials; None when nothing tells it apart: they were written before states had names."""
    state = state_of_trials(connection)
    return NO_TRIALS if state is None and not count_trials(connection) else state


def effects_now(
    connection: sa.Connection, where: str, decisions: Sequence[HumanDecision], *, fictional: bool
) -> tuple[LearnedEffect, ...]:
    """Learn the effects of measures from reviews, as far as catalogue and people let them go.

    ``where``: the store. ``decisions``: what people have decided so far.
    """
    state = trials_now(connection)
    learned = None if state is None else _learned.get((where, state, fictional))
    if learned is None:
        catalogue = load_accommodations()
        learned = learn_effects(catalogue, reviews_of(catalogue, effects_seen(connection, fictional=fictional)))
        if state is not None:
            if len(_learned) >= MOST_KEPT:
                _learned.clear()
            _learned[where, state, fictional] = learned
    return effects_in_force(learned, accepted_effects(decisions, fictional=fictional))


def accepted_effects(decisions: Sequence[HumanDecision], *, fictional: bool) -> dict[tuple[str, str], float]:
    """Give the steps that people have accepted above the catalogue, the latest decision of each effect.

    What was accepted after fictional reviews counts for fictional people only. A decision that does not say of which
    trials it was counts for all.
    """
    found: dict[tuple[str, str], float] = {}
    for entry in decisions:
        if entry.kind is DecisionKind.ACCEPT_EFFECT and entry.facts.get("fictional", fictional) == fictional:
            found[str(entry.facts["measure"]), str(entry.facts["dimension"])] = float(str(entry.facts["steps"]))
    return found

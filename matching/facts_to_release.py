"""Which facts a candidate could release for one proposal, worked out from their profile and the workplace.

Each fact is worked out from its own source alone, so that what one fact says never tells of another. Only facts that
the proposal calls for are offered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from data.candidates import Candidate
from data.conditions import ConditionType
from data.dimensions import dimension_index
from data.errors import InvalidInput
from data.releasable_facts import ArrangedBy, Keeps, ReleasableFact, checked_fact, load_releasable_facts
from data.released_proposals import ProposedWork
from features.accommodation_scope import applies_to
from features.condition_check import Answer, check_condition
from features.deidentification import check_personal

from .market_index import musts
from .site_problem import SiteView

OWN_WORDS = ("reach", "helps", "call")
"""Facts that only the person can put into words."""

_NAMES = frozenset(("name", "reach", "call"))


def offered_facts(
    person: Candidate, view: SiteView, work: ProposedWork, measures: Collection[str]
) -> tuple[ReleasableFact, ...]:
    """Give the facts that this person could release for this work; ``measures``: those that the trial plans.

    What only the person can say (how to reach them, what helps, whom to call) comes from ``in_own_words``.
    """
    found = [
        ReleasableFact("name", text=person.name.strip()),
        ReleasableFact("hours_cap"),
        *_strengths(person, work),
        *_skills(person, work),
        *_qualifications(person, view, work),
        *(_measure(id_, view, work) for id_ in sorted(measures) if _arranged_here(id_)),
        *_rules(person, view, work),
    ]
    if work.week:
        found += [ReleasableFact("day_cap", hours=work.longest_day), ReleasableFact("times")]
    called_for = [fact for fact in found if fact is not None and _can_be_told(fact)]
    return tuple(sorted(checked_fact(fact) for fact in called_for))


def in_own_words(kind: str, text: str) -> ReleasableFact:
    """Make a fact of what the person says; InvalidInput where it names an illness or an identity code, or is too long.

    The employer reads it, so it says how something shows in the work and what helps, never why.

    >>> in_own_words("helps", "  A written list of the day's tasks ").text
    "A written list of the day's tasks"
    """
    fact = checked_fact(ReleasableFact(kind, text=" ".join(text.split())))
    if not _can_be_told(fact):
        raise InvalidInput(f"fact {kind}", "it names an illness or holds an identity code", "what helps, not why")
    return fact


def _can_be_told(fact: ReleasableFact) -> bool:
    if load_releasable_facts().kind(fact.kind).keeps is not Keeps.TEXT:
        return True
    kinds = {one.kind for one in check_personal(fact.text).findings}
    named = fact.kind in _NAMES  # a surname may look like another word, so only codes are looked for
    return bool(fact.text) and "id" not in kinds and (named or "diagnosis" not in kinds)


def _arranged_here(id_: str) -> bool:
    return load_releasable_facts().arranged_by.get(id_) is ArrangedBy.EMPLOYER


def _measure(id_: str, view: SiteView, work: ProposedWork) -> ReleasableFact | None:
    """Say of a measure on which tasks of the work it is used, whichever of them it is needed on."""
    measure = next(one for one in view.catalogue if one.id == id_)
    rows = {task.id: row for row, task in enumerate(view.market.tasks)}
    tasks = [
        t.id for t in work.tasks if applies_to(measure.scope, view.market.tasks[rows[t.id]], view.demand[rows[t.id]])
    ]
    return ReleasableFact("measure", id_, tasks=tuple(sorted(tasks))) if tasks else None


def _rules(person: Candidate, view: SiteView, work: ProposedWork) -> Iterator[ReleasableFact]:
    """Turn each must-not into the other tasks of the same jobs that it closes: neither its level nor its ground."""
    levels, columns = view.market.ban_levels(), dimension_index()
    rows = {task.id: row for row, task in enumerate(view.market.tasks)}
    for ban in person.bans:
        if ban.dimension in load_releasable_facts().rules:
            closed = [id_ for id_ in work.others if levels[rows[id_], columns[ban.dimension]] > ban.highest_level]
            if closed:
                yield ReleasableFact("avoid", ban.dimension, tasks=tuple(sorted(closed)))


def _strengths(person: Candidate, work: ProposedWork) -> Iterator[ReleasableFact]:
    used = {one for task in work.tasks for one in (*task.activities, *task.asks)}
    yield from (ReleasableFact("strength", one) for one in sorted(set(person.strengths) & used))


def _skills(person: Candidate, work: ProposedWork) -> Iterator[ReleasableFact]:
    used = {one for task in work.tasks for one in task.activities}
    texts: Mapping[str, list[str]] = {activity: [] for activity in sorted(used)}
    for skill in person.skills:
        if skill.activity in texts:
            texts[skill.activity].append(" ".join(skill.text.split()))
    yield from (ReleasableFact("skill", activity, text="; ".join(some)) for activity, some in texts.items() if some)


def _qualifications(person: Candidate, view: SiteView, work: ProposedWork) -> Iterator[ReleasableFact]:
    """Offer what the tasks ask for and the person is known to have."""
    allowed: frozenset[ConditionType] = load_releasable_facts().conditions
    ids = {task.id for task in work.tasks}
    pairs = zip(view.market.tasks, view.market.jobs, strict=True)
    asked = {one for task, job in pairs if task.id in ids for one in musts(task, job) if one.type in allowed}
    met = {condition.key for condition in asked if check_condition(condition, person) is Answer.MET}
    yield from (ReleasableFact("qualification", key) for key in sorted(met))

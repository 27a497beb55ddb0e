"""Lays out a proposal as its employer may see it: nothing here knows more than the employer is shown over the API.

Everything comes from what ``trial_words`` writes for employers, the released proposal, the brief and the employer's own
tasks. Proposals stand in the order of their days, never by anything about people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any

from data.accounts import Role
from data.dimensions import dimension_index
from data.employer_levels import as_employers_say
from data.errors import UnknownId
from data.levels import most_direct
from data.pathway_records import Money, PathwayKind, Side
from data.pathways import load_pathways
from data.released_proposals import ProposedWork, ReleasedProposal
from data.store import Store
from data.trial_lifecycle import Move, TrialPlan, TrialState
from data.workplaces import Employer

from ..access.principal import Principal
from ..documents import term_text
from ..messages import Messages
from ..trial_briefs import released_proposal
from ..trial_words import plan_as_json, reasons_as_json
from ..trials_in_view import trials_in_view

COUNTRY = "fi"
"""Whose general rules of money are told; which of them holds for a trial is between the parties."""

MOST_OBSERVED = 6
_OVER = frozenset(
    state.value
    for state in (TrialState.ENDED, TrialState.EVALUATED, TrialState.DECLINED, TrialState.WITHDRAWN, TrialState.EXPIRED)
)
_MOVES: Mapping[TrialState, tuple[Move, ...]] = {
    TrialState.CANDIDATE_ACCEPTED: (Move.EMPLOYER_ACCEPTS, Move.ASK_CHANGE, Move.DECLINE),
    TrialState.EMPLOYER_ACCEPTED: (Move.SIGN, Move.ASK_CHANGE, Move.DECLINE),
    TrialState.AGREED: (Move.SIGN, Move.REFUSE_CHANGE, Move.ASK_CHANGE, Move.DECLINE),
    TrialState.RUNNING: (Move.SIGN, Move.REFUSE_CHANGE, Move.REVIEW, Move.ASK_CHANGE, Move.PAUSE, Move.INTERRUPT),
    TrialState.PAUSED: (Move.SIGN, Move.REFUSE_CHANGE, Move.REVIEW, Move.ASK_CHANGE, Move.INTERRUPT),
}
_ABOUT_TERMS = frozenset((Move.SIGN, Move.REFUSE_CHANGE))
_WITH_REASON = frozenset((Move.DECLINE, Move.REFUSE_CHANGE, Move.PAUSE, Move.INTERRUPT, Move.ASK_CHANGE))


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a few words. ``waits``: answer, terms, or "" when nothing waits for the employer."""

    trial: str
    state: str
    state_text: str
    over: bool
    waits: str
    site: str
    employer: str
    dated: date
    starts: date | None
    hours: float
    tasks: int
    coach: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Something the employer can decide now: the move, whether it needs a reason of the list, and which there are."""

    move: str
    needs_reason: bool
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """What guidance a proposal needs: weekly hours by task, all together, and what the workplace says it has."""

    tasks: tuple[tuple[str, float, float], ...]
    hours: float
    there: float | None


@dataclass(frozen=True, slots=True)
class ObservedLoad:
    """A load of the work that can be told about as it was seen: dimension and the employer's own level, if any."""

    dimension: str
    level: float | None


def proposal_line(plan: TrialPlan, proposal: ReleasedProposal, messages: Messages) -> ProposalLine:
    """Put a proposal into a few words."""
    shown = plan_as_json(plan, Role.EMPLOYER, messages) or {}
    return ProposalLine(
        plan.id, shown["state"], shown["state_text"], shown["state"] in _OVER, _waits(shown),
        proposal.work.site_name, proposal.work.employer_name, proposal.dated, proposal.starts,
        proposal.work.hours, len(proposal.work.tasks), proposal.coach,
    )  # fmt: skip


def proposals_waiting(
    store: Store, who: Principal, on: date, zone: tzinfo, messages: Messages | None = None
) -> list[ProposalLine]:
    """List the proposals that wait for an employer's word, the oldest first."""
    return [one for one in reversed(proposal_lines(store, who, on, zone, messages)) if one.waits]


def proposal_lines(
    store: Store, who: Principal, on: date, zone: tzinfo, messages: Messages | None = None
) -> list[ProposalLine]:
    """List the proposals that somebody may see as their employer sees them, the latest first."""
    said = messages or Messages("fi")
    found = []
    for plan in trials_in_view(store, who, "trial.list", on):
        if plan_as_json(plan, Role.EMPLOYER, said) is None:
            continue
        try:
            with store.read() as connection:
                proposal = released_proposal(connection, plan, zone)
        except UnknownId:
            continue  # the workplace is gone: there is nothing to decide on
        found.append(proposal_line(plan, proposal, said))
    return sorted(found, key=lambda one: (one.dated, one.trial), reverse=True)


def decisions(plan: TrialPlan, shown: Mapping[str, Any], messages: Messages) -> tuple[Decision, ...]:
    """List what the employer can decide now; what would be refused for something visible is not offered."""
    found = []
    for move in _MOVES.get(plan.state, ()):
        if move in _ABOUT_TERMS and not _terms_wait(shown):
            continue
        reasons = reasons_as_json(move, Role.EMPLOYER, messages) if move in _WITH_REASON else []
        found.append(Decision(move.value, move in _WITH_REASON, tuple((one["id"], one["text"]) for one in reasons)))
    return tuple(found)


def guidance_of(work: ProposedWork, owner: Employer) -> Guidance:
    """Work out the guidance that the work of a proposal needs, by what the employer said of each task."""
    place = next(one for one in owner.sites if one.id == work.site)
    tasks = {task.id: task for job in place.jobs for task in job.tasks}
    listed = tuple(
        (task.text, task.hours, round(task.hours * tasks[task.id].supervision, 2)) for task in work.tasks
    )  # fmt: skip
    return Guidance(listed, round(sum(hours for _, _, hours in listed), 2), place.supervision_hours_per_week)


def observed_loads(work: ProposedWork, owner: Employer, most: int = MOST_OBSERVED) -> tuple[ObservedLoad, ...]:
    """Choose the loads that an employer is asked about in a review: the highest of the own tasks, as employers say."""
    place = next(one for one in as_employers_say(owner).sites if one.id == work.site)
    asked, order = {task.id for task in work.tasks}, dimension_index()
    highest: dict[str, float] = {}
    for job in place.jobs:
        for task in job.tasks:
            if task.id not in asked:
                continue
            for dimension, several in {**job.levels, **task.levels}.items():
                level = most_direct(several)
                if level is not None and level.value > highest.get(dimension, 0.0):
                    highest[dimension] = level.value
    chosen = sorted(highest, key=lambda one: (-highest[one], order[one]))[:most]
    return tuple(ObservedLoad(one, highest[one]) for one in chosen)


def money_in_general(on: date, messages: Messages) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Say what rules say of the employer's money, by way to arrange a trial: all ways, whichever a trial goes.

    The same for every proposal, so that it tells nothing of anybody.
    """
    country, found = load_pathways().country(COUNTRY), []
    for pathway in country.pathways:
        if pathway.kind is not PathwayKind.WORK_TRIAL:
            continue
        rules = [country.rules[id_] for id_ in pathway.rules if id_ in country.rules]
        said = [
            term_text(version, messages)
            for rule in rules
            if isinstance(rule, Money) and rule.side in (Side.EMPLOYER_PAYS, Side.EMPLOYER_RECEIVES)
            if (version := rule.held(on)) is not None
        ]
        if said:
            found.append((pathway.names[messages.language], tuple(dict.fromkeys(said))))
    return tuple(found)


def terms_lines(terms: Mapping[str, Any] | None, texts: Mapping[str, str]) -> Sequence[tuple[str, float]]:
    """Give the tasks of terms in the employer's words with weekly hours."""
    return [(texts.get(one["task"], one["task"]), one["hours_per_week"]) for one in (terms or {}).get("tasks", ())]


def _waits(shown: Mapping[str, Any]) -> str:
    if shown["state"] == TrialState.CANDIDATE_ACCEPTED.value:
        return "answer"
    return "terms" if shown["state"] not in _OVER and _terms_wait(shown) else ""


def _terms_wait(shown: Mapping[str, Any]) -> bool:
    """Tell whether terms wait for the employer's yes: shown once the person has said yes, with their days."""
    terms = shown["terms"]
    whole = terms is not None and terms["starts"] is not None and terms["ends"] is not None
    return whole and not shown["signed"]

"""What is told of a trial, and to whom: the proposal as its employer sees it, and what it needs released."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

import sqlalchemy as sa

from data.accounts import Role
from data.errors import UnknownId
from data.pathway_records import Version
from data.pathways import load_pathways
from data.releasable_facts import ProposalStage
from data.released_proposals import ProposedWork, ReleasedProposal
from data.store import Store, employers_of, get_candidate, get_plan
from data.store.accounts import get_account
from data.trial_lifecycle import Move, TrialPlan, TrialState, TrialTerms
from matching.disclosure import DisclosurePlan, plan_disclosure
from matching.effect_brief import proposed_work
from matching.one_site import ask_about
from matching.trial_limits import trial_limits
from matching.trial_terms import held_terms

from .local_time import day_in
from .workspace import ask_market, scorer_in_force

STAGES: Mapping[TrialState, ProposalStage] = {
    TrialState.CANDIDATE_ACCEPTED: ProposalStage.ACCEPTED,
    TrialState.EMPLOYER_ACCEPTED: ProposalStage.ACCEPTED,
    TrialState.AGREED: ProposalStage.AGREED,
    TrialState.RUNNING: ProposalStage.AGREED,
    TrialState.PAUSED: ProposalStage.AGREED,
    TrialState.ENDED: ProposalStage.OVER,
    TrialState.EVALUATED: ProposalStage.OVER,
    TrialState.DECLINED: ProposalStage.OVER,
    TrialState.WITHDRAWN: ProposalStage.OVER,
    TrialState.EXPIRED: ProposalStage.OVER,
}


def released_proposal(connection: sa.Connection, plan: TrialPlan, zone: tzinfo) -> ReleasedProposal:
    """Give a trial as its employer may see it, without anything of the person; UnknownId when the site is gone.

    ``zone``: where the day of the proposal is a day.

    Terms that are talked about anew are shown once they are agreed; until then those in force stand.
    """
    terms = plan.agreed or plan.terms
    stage = STAGES.get(plan.state, ProposalStage.PROPOSED)
    proposed = next((step for step in reversed(plan.steps) if step.move is Move.PROPOSE), plan.steps[0])
    name, contact = _coach(connection, proposed.account, proposed.name)
    return ReleasedProposal(
        trial=plan.id,
        candidate=plan.candidate,
        work=work_of(connection, plan, terms),
        stage=stage,
        dated=day_in(zone, proposed.at),
        coach=name,
        coach_contact=contact,
        supervisor=terms.supervisor,
        starts=terms.starts,
        ends=terms.ends,
        terms=_limits(plan, terms, zone) if stage is ProposalStage.AGREED else (),
        fictional=plan.fictional,
    )


def work_of(connection: sa.Connection, plan: TrialPlan, terms: TrialTerms) -> ProposedWork:
    """Give the work of a trial from the employer's records.

    Terms say hours by task and hours by half-day, not both together: each task gets its share of every half-day.
    """
    employers = employers_of(connection, sites=[plan.site])
    if not employers:
        raise UnknownId("site", plan.site)
    total = terms.hours_per_week
    hours: dict[str, Mapping[str, float] | float] = {
        task.task: {half.block: half.hours * task.hours_per_week / total for half in terms.week} or task.hours_per_week
        for task in terms.tasks
    }
    return proposed_work(employers[0], plan.site, hours)


def disclosure_of(store: Store, trial: str) -> tuple[DisclosurePlan, ProposedWork]:
    """Work out the smallest set of facts that a trial needs released."""
    with store.read() as connection:
        plan = get_plan(connection, trial)
        person = get_candidate(connection, plan.candidate)
        work = work_of(connection, plan, plan.terms)
    scorer = scorer_in_force(store)
    asked = ask_market(store, "", lambda market: ask_about(person, market, plan.site, scorer=scorer))
    return plan_disclosure(person, asked, work, plan.terms.measures), work


def _coach(connection: sa.Connection, account: str, name: str) -> tuple[str, str]:
    """Name the coach and how to reach them: by their login, where it is an address."""
    try:
        found = get_account(connection, account)
    except UnknownId:
        return name, ""
    is_coach = found.role is Role.COACH
    return (found.name, found.login if "@" in found.login else "") if is_coach else (name, "")


def _limits(plan: TrialPlan, terms: TrialTerms, zone: tzinfo) -> tuple[Version, ...]:
    """Give the terms of the pathway that limit the work: what all three have agreed to keep."""
    if not terms.pathway:
        return ()
    country = load_pathways().country(terms.pathway.partition(".")[0])
    held = held_terms(country, country.pathway(terms.pathway), terms.starts or day_in(zone, plan.steps[-1].at), {})
    limiting = set(trial_limits(held).rules.values())
    return tuple(term.version for term in held if term.rule.id in limiting)

"""What all pages of a candidate share: whose they are, and that nobody else reads them."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import Request

from data.accounts import Role
from data.store import Store, employers_of, plans_of
from data.trial_lifecycle import TrialPlan, TrialState

from ..access.errors import NotYours
from ..access.policy import allowed_relation, asker, require_person
from ..wording import workplace_name

HIDDEN = frozenset({TrialState.DRAFT})
"""A draft is the coach's own thinking until it is proposed."""


def own_id(request: Request, action: str) -> str:
    """Give the id of the candidate who reads; the page is about them, whatever else is sent.

    NotAllowed for a role that never may, NotYours for an account that is no candidate's. Writes the audit as the
    table of rights says.
    """
    who = asker(request)
    allowed_relation(who, action)
    if who.actor.role is not Role.CANDIDATE or not who.candidate:
        raise NotYours
    require_person(request, action, who.candidate)
    return who.candidate


def own_trials(store: Store, tenant: str, candidate: str) -> tuple[TrialPlan, ...]:
    """List a person's trials but drafts, those that are going on first, then the latest."""
    with store.read() as connection:
        plans = [plan for plan in plans_of(connection, tenant, [candidate]) if plan.state not in HIDDEN]
    over = {TrialState.DECLINED, TrialState.WITHDRAWN, TrialState.EXPIRED, TrialState.EVALUATED}
    return tuple(sorted(plans, key=lambda plan: (plan.state in over, -plan.steps[-1].at.timestamp())))


def places_of(store: Store, plans: Sequence[TrialPlan]) -> dict[str, str]:
    """Name the workplaces of trials by site; one that is gone stands by its id."""
    names = {plan.site: plan.site for plan in plans}
    with store.read() as connection:
        for employer in employers_of(connection, sites=sorted(names)):
            names |= {site.id: workplace_name(employer.name, site.name) for site in employer.sites if site.id in names}
    return names

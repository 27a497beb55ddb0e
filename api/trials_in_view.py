"""Which trials somebody may see: a coach those of the caseload, a candidate their own, an employer what it is shown."""

from __future__ import annotations

from datetime import date

from data.permissions import Relation
from data.store import Store, plans_at, plans_of
from data.store.accounts import handled_sites
from data.trial_lifecycle import TrialPlan

from .access.policy import allowed_relation
from .access.principal import Principal, people_in_view
from .trial_words import employer_sees


def trials_in_view(store: Store, who: Principal, action: str, on: date) -> list[TrialPlan]:
    """List the trials that an action shows to somebody on a day, by id; NotAllowed when the role never may do it."""
    relation = allowed_relation(who, action)
    with store.read() as connection:
        if relation is Relation.SITE:
            here = plans_at(connection, handled_sites(connection, who.actor.account, on))
            return [plan for plan in here if plan.tenant == who.actor.tenant and employer_sees(plan)]
        people = [who.candidate] if relation is Relation.SELF else people_in_view(connection, who, relation)
        return list(plans_of(connection, who.actor.within, people))

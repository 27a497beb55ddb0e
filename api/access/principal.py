"""Who asks a request, and how they stand to what they ask about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from data.accounts import Account, Actor, Role
from data.errors import UnknownId
from data.permissions import Relation
from data.store import get_plan
from data.store.accounts import caseload_of, get_account, handled_sites, in_caseload, people_of, tenant_of
from data.store.emergency_access import has_emergency

from ..trial_words import employer_sees


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. ``scopes``: actions that a token is for (None: a session, for all that the account may do).

    ``enrolling``: logged in without the second factor that the account needs, so only to set it up, or to show it where
    ``has_codes``.
    """

    actor: Actor
    candidate: str = ""
    scopes: frozenset[str] | None = None
    enrolling: bool = False
    has_codes: bool = False

    @property
    def id(self) -> str:
        """Give the id under which limits and repeated requests are counted."""
        return self.actor.account


def whoever_is_here(name: str) -> Principal:
    """Give whoever uses the service on their own machine, without accounts; only a named one decides about trials.

    >>> whoever_is_here("").actor.named, whoever_is_here("Olli Operaattori").actor.named
    (False, True)
    """
    return Principal(Actor("local", Role.OPERATOR, "", name))


def principal_of(account: Account, scopes: frozenset[str] | None = None, *, enrolling: bool = False) -> Principal:
    """Give who asks when an account does."""
    return Principal(account.actor, account.candidate, scopes, enrolling, account.second_factor)


def stands_to_person(connection: sa.Connection, who: Principal, relation: Relation, person: str) -> bool:
    """Tell whether somebody stands to a person as an action needs it."""
    if relation is Relation.ALL:
        return True
    if relation is Relation.SELF:
        return bool(who.candidate) and who.candidate == person
    if relation is Relation.CASELOAD:
        return in_caseload(connection, person, who.actor.account)
    if relation is Relation.EMERGENCY:
        return has_emergency(connection, person, who.actor.account, datetime.now(UTC))
    if relation is Relation.TENANT:
        return bool(who.actor.tenant) and tenant_of(connection, person) == who.actor.tenant
    return False


def stands_to_account(connection: sa.Connection, who: Principal, relation: Relation, account: str) -> bool:
    """Tell whether somebody stands to an account as an action needs it."""
    if relation is Relation.ALL:
        return True
    if relation is Relation.TENANT:
        try:
            return bool(who.actor.tenant) and get_account(connection, account).tenant == who.actor.tenant
        except UnknownId:
            return False
    return False


def stands_to_site(connection: sa.Connection, who: Principal, relation: Relation, site: str, on: date) -> bool:
    """Tell whether somebody stands to a site as an action needs it."""
    if relation is Relation.ALL:
        return True
    return relation is Relation.SITE and site in handled_sites(connection, who.actor.account, on)


def candidate_of_trial(
    connection: sa.Connection, who: Principal, relation: Relation, trial: str, on: date
) -> str | None:
    """Give whose trial it is, when somebody stands to it as an action needs it; None otherwise.

    A handler of its site stands to it once the employer is shown it, and no sooner; and only to trials of the
    organisation that invited the account, so that no organisation can invite itself into another's trials.
    """
    try:
        plan = get_plan(connection, trial)
    except UnknownId:
        return None
    if relation is Relation.SITE:
        invited = plan.tenant == who.actor.tenant
        right = invited and employer_sees(plan) and stands_to_site(connection, who, relation, plan.site, on)
    else:
        right = stands_to_person(connection, who, relation, plan.candidate)
    return plan.candidate if right else None


def people_in_view(connection: sa.Connection, who: Principal, relation: Relation) -> frozenset[str] | None:
    """Give the people that an action without a person is about; None: everybody."""
    if relation is Relation.ALL:
        return None
    if relation is Relation.SELF:
        return frozenset([who.candidate] if who.candidate else [])
    if relation is Relation.CASELOAD:
        return caseload_of(connection, who.actor.account) & people_of(connection, who.actor.tenant)
    return people_of(connection, who.actor.tenant) if relation is Relation.TENANT and who.actor.tenant else frozenset()

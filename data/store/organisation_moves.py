"""Moves a person to another organisation: what goes along, what ends, what must be over before (decision 0030).

All of it is one transaction with its entries in the audit: one that the organisation that is left can read, one for the
organisation that is come to. Neither names the other, both say in whose name it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from ..accounts import Actor
from ..audit import AuditEvent
from ..errors import InvalidInput
from ..moments import moment_text
from ..releases import standing_releases
from ..trial_lifecycle import TrialState
from .account_tables import account, candidate_tenant, organisation_move
from .accounts import coaches_of, put_in_caseload, take_from_caseload, tenant_of, tenants
from .audit import note
from .candidates import require_candidate
from .emergency_access import emergencies_waiting, end_emergency
from .releases import releases_of, withdraw
from .saved_searches import saved_search
from .trial_plan_tables import trial_plan
from .trial_plans import plans_of

NOT_OVER = tuple(
    state
    for state in TrialState
    if state
    not in (TrialState.ENDED, TrialState.EVALUATED, TrialState.DECLINED, TrialState.WITHDRAWN, TrialState.EXPIRED)
)
"""States in which three people rely on who stands for the coach: nobody is moved in the middle of one."""


@dataclass(frozen=True, slots=True)
class MovedPerson:
    """What a move did: the organisation that was left, how many coaches and saved searches went and trials came along.

    ``taken_back``: something that employers were told is shown to them no more.
    """

    before: str
    coaches: int
    searches: int
    trials: int
    taken_back: bool


def move_to_organisation(
    connection: sa.Connection, candidate: str, to: str, actor: Actor, reason: str, at: datetime,
    new_id: Callable[[], str], coach: str = "",
) -> MovedPerson:  # fmt: skip
    """Move a person to another organisation, in the name of ``actor``; ``coach``: the account of a coach there.

    ``to``: id of an organisation. UnknownId for a person who is not there, InvalidInput while something has to be over
    first (it is named), and when the move would be none.
    """
    before = _left(connection, candidate, to)
    if not actor.named:
        raise InvalidInput("by", "nobody is named", "the name of who decides")
    leaving, coming = replace(actor, tenant=before), replace(actor, tenant=to)
    coaches = coaches_of(connection, candidate)
    for one in coaches:
        take_from_caseload(connection, candidate, one.id)
        note(connection, AuditEvent("caseload.taken", leaving, at, candidate, f"account:{one.id}"))
    own = sa.select(account.c.id).where(account.c.candidate_id == candidate)
    of_staff = (saved_search.c.candidate_id == candidate) & saved_search.c.account.not_in(own)
    searches = connection.execute(sa.delete(saved_search).where(of_staff)).rowcount
    end_emergency(connection, candidate, None, at)
    shown = any(not one.withdrawn_at for one in standing_releases(releases_of(connection, candidate), at))
    if shown:
        withdraw(connection, leaving, candidate, at, new_id())
    mine = candidate_tenant.c.candidate_id == candidate
    connection.execute(sa.update(candidate_tenant).where(mine).values(tenant_id=to))
    connection.execute(sa.update(account).where(account.c.candidate_id == candidate).values(tenant_id=to))
    over = sa.update(trial_plan).where(trial_plan.c.candidate_id == candidate).values(tenant=to)
    trials = connection.execute(over).rowcount
    row = {"id": new_id(), "candidate_id": candidate, "before": before, "after": to, "at": moment_text(at),
           "by": actor.name, "reason": reason}  # fmt: skip
    connection.execute(sa.insert(organisation_move), row)
    note(connection, AuditEvent("person.left", leaving, at, candidate))
    note(connection, AuditEvent("person.came", coming, at, candidate))
    if coach:
        put_in_caseload(connection, candidate, coach, at)
        note(connection, AuditEvent("caseload.given", coming, at, candidate, f"account:{coach}"))
    return MovedPerson(before, len(coaches), searches, trials, shown)


def _left(connection: sa.Connection, candidate: str, to: str) -> str:
    """Give the organisation that would be left; refuse while somebody relies on the person being there."""
    require_candidate(connection, candidate)
    before = tenant_of(connection, candidate)
    if before is None:
        raise InvalidInput("person", "they are with no organisation yet", "`worktrial account coach` first")
    if to == before or to not in tenants(connection):
        raise InvalidInput("organisation", "the person is with it already, or there is none", "another organisation")
    if running := plans_of(connection, None, [candidate], NOT_OVER):
        told = ", ".join(f"{plan.id} ({plan.state.value})" for plan in running)
        raise InvalidInput("trials", f"not over: {told}", "each ended, declined or withdrawn first")
    if waiting := emergencies_waiting(connection, [candidate]):
        told = ", ".join(one.id for one in waiting)
        raise InvalidInput(
            "emergency access", f"nobody has taken note of {told}", "somebody of the organisation takes note first"
        )
    return before

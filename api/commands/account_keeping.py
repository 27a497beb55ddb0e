"""What ``worktrial account`` does: organisations, accounts and caseloads, each step in the audit."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import sqlalchemy as sa

from data.accounts import ACCOUNT_ROLES, COMMAND_LINE, Account, Role, login_form
from data.audit import AuditEvent
from data.errors import InvalidInput, UnknownId
from data.store import Store, note, open_store, store_url
from data.store.accounts import (
    accounts_of,
    add_account,
    add_tenant,
    admit,
    caseload_of,
    disable_account,
    find_account,
    find_tenant,
    handle_sites,
    put_in_caseload,
    tenants,
)
from data.store.candidates import require_candidate

from ..access.login import invite, random_id
from ..organisation_moves import move_person


def add_organisation(name: str) -> str:
    """Add an organisation; gives its id."""
    id_, now = random_id(), datetime.now(UTC)
    with _store().write() as connection:
        add_tenant(connection, id_, name, now)
        note(connection, AuditEvent("tenant.added", COMMAND_LINE, now, about=f"tenant:{id_}"))
    return id_


def make_account(
    role: str, login: str, name: str, organisation: str, candidate: str, sites: Sequence[str], until: str
) -> str:
    """Make an account; gives the value of its invitation. A candidate comes to the organisation with the account."""
    if role not in {one.value for one in ACCOUNT_ROLES}:
        raise InvalidInput("role", "there is no such role", ", ".join(one.value for one in ACCOUNT_ROLES))
    if (role == Role.EMPLOYER) != bool(sites and until):
        raise InvalidInput(
            "--site, --until", "an employer needs both, others need none", "--site ID --until 2027-06-30"
        )
    now = datetime.now(UTC)
    with _store().write() as connection:
        known = tenants(connection)
        tenant = find_tenant(connection, organisation) if organisation or len(known) != 1 else next(iter(known))
        if candidate:
            require_candidate(connection, candidate)
            admit(connection, [candidate], tenant)
        account = Account(random_id(), Role(role), tenant, login_form(login), name, candidate)
        add_account(connection, account, now)
        if sites:
            handle_sites(connection, account.id, sites, _day(until))
        return invite(connection, account.id, COMMAND_LINE, now)


def lines_of_accounts() -> Iterator[str]:
    """Give organisations and accounts, a line each."""
    with _store().read() as connection:
        for id_, name in tenants(connection).items():
            yield f"{name} ({id_})"
            for one in accounts_of(connection, id_):
                people = f"{len(caseload_of(connection, one.id))} people" if one.role is Role.COACH else ""
                marks = (people, "one-time codes" if one.second_factor else "", "shut" if one.disabled else "")
                yield "  " + " · ".join([one.login, one.role.value, one.name, *filter(None, marks)])


def switch(login: str, *, disabled: bool) -> None:
    """Shut an account, or open it again."""
    now = datetime.now(UTC)
    with _store().write() as connection:
        account = _account(connection, login)
        disable_account(connection, account.id, disabled=disabled)
        action = "account.shut" if disabled else "account.open"
        note(connection, AuditEvent(action, COMMAND_LINE, now, about=f"account:{account.id}"))


def give_coach(login: str, people: Sequence[str]) -> int:
    """Put people with a coach's organisation and into the caseload; gives how many."""
    now = datetime.now(UTC)
    with _store().write() as connection:
        account = _account(connection, login)
        for person in people:
            require_candidate(connection, person)
        admit(connection, people, account.tenant)
        for person in people:
            put_in_caseload(connection, person, account.id, now)
            note(connection, AuditEvent("caseload.given", COMMAND_LINE, now, person, f"account:{account.id}"))
    return len(people)


def move(candidate: str, organisation: str, by: str, reason: str, coach: str) -> Iterator[str]:
    """Move a person to another organisation; gives what went with them and what ended, a line each."""
    done = move_person(_store(), candidate, organisation, by, reason, datetime.now(UTC), random_id, coach)
    yield f"Moved. Trials that came along: {done.trials}. Coaches who see nothing any more: {done.coaches}."
    if done.searches:
        yield f"Saved searches of those coaches, deleted: {done.searches}."
    if done.taken_back:
        yield "What the person had let employers know is taken back: ask them anew."
    if not coach:
        yield "Nobody coaches the person yet: worktrial account coach LOGIN " + candidate


def _account(connection: sa.Connection, login: str) -> Account:
    found = find_account(connection, login_form(login))
    if found is None:
        raise UnknownId("account", login)
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("--until", "this is no day", "YYYY-MM-DD") from error


def _store() -> Store:
    return open_store(store_url(os.environ))

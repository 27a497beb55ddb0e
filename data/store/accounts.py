"""Keeps organisations, accounts and what each account is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Account, Role, login_form
from ..errors import InvalidInput, UnknownId
from ..moments import moment_text
from .account_tables import account, api_token, candidate_tenant, caseload, session, site_handler, tenant


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a login is checked against: argon2id hash, sealed secret of the second factor, step of the last code."""

    password: str | None
    second_factor: str | None
    last_step: int


def add_tenant(connection: sa.Connection, id_: str, name: str, at: datetime) -> None:
    """Add an organisation; InvalidInput when there is one of that name."""
    said = " ".join(name.split())
    if not 1 <= len(said) <= 200:
        raise InvalidInput("tenant", "a name is missing or too long", "1 to 200 signs")
    if connection.scalar(sa.select(tenant.c.id).where(tenant.c.name == said)) is not None:
        raise InvalidInput("tenant", "there is an organisation of this name already", "another name")
    connection.execute(sa.insert(tenant), {"id": id_, "name": said, "created_at": moment_text(at)})


def tenants(connection: sa.Connection) -> dict[str, str]:
    """Give the organisations: id -> name, by name."""
    return {row.id: row.name for row in connection.execute(sa.select(tenant).order_by(tenant.c.name, tenant.c.id))}


def find_tenant(connection: sa.Connection, name: str) -> str:
    """Give the id of an organisation by its name or id; UnknownId names those that there are."""
    known = tenants(connection)
    if name in known:
        return name
    for id_, its_name in known.items():
        if its_name.casefold() == " ".join(name.split()).casefold():
            return id_
    raise UnknownId("tenant", name, list(known.values())[:5])


def add_account(connection: sa.Connection, new: Account, at: datetime) -> None:
    """Add an account without a password; InvalidInput when the login is taken or the parts do not go together.

    Where a login is taken is not said: it may be in another organisation (decision 0025).
    """
    if login_form(new.login) != new.login or not 1 <= len(new.name.strip()) <= 200:
        raise InvalidInput("account", "login or name cannot be right", "a login in its form, a name of 1 to 200 signs")
    if (new.role is Role.CANDIDATE) != bool(new.candidate):
        raise InvalidInput("account", "only a candidate's account is about one person", "a person for a candidate only")
    if new.role is Role.OPERATOR or new.tenant not in tenants(connection):
        raise InvalidInput("account", "role or organisation cannot be right", "a role of accounts, an organisation")
    if new.candidate and tenant_of(connection, new.candidate) != new.tenant:
        raise InvalidInput("account", "this person is not with this organisation", "a person of the organisation")
    if connection.scalar(sa.select(account.c.id).where(account.c.login == new.login)) is not None:
        raise InvalidInput("login", "this login cannot be used", "another login")
    row = {
        "id": new.id, "tenant_id": new.tenant or None, "role": new.role.value, "login": new.login,
        "name": new.name.strip(), "candidate_id": new.candidate or None, "disabled": new.disabled,
        "second_factor_on": False, "last_step": 0, "created_at": moment_text(at),
    }  # fmt: skip
    connection.execute(sa.insert(account), row)


def get_account(connection: sa.Connection, id_: str) -> Account:
    """Give an account by its id; UnknownId when there is none."""
    row = connection.execute(sa.select(account).where(account.c.id == id_)).first()
    if row is None:
        raise UnknownId("account", id_)
    return account_of(row)


def find_account(connection: sa.Connection, login: str) -> Account | None:
    """Give an account by its login in the form that is compared."""
    row = connection.execute(sa.select(account).where(account.c.login == login)).first()
    return None if row is None else account_of(row)


def accounts_of(connection: sa.Connection, tenant_id: str | None = None) -> tuple[Account, ...]:
    """Give the accounts of an organisation, or all of them, by login."""
    query = sa.select(account).order_by(account.c.login)
    if tenant_id is not None:
        query = query.where(account.c.tenant_id == tenant_id)
    return tuple(account_of(row) for row in connection.execute(query))


def credentials(connection: sa.Connection, id_: str) -> Credentials:
    """Give what a login of an account is checked against."""
    row = connection.execute(
        sa.select(account.c.password, account.c.second_factor, account.c.last_step).where(account.c.id == id_)
    ).one()
    return Credentials(row.password, row.second_factor, row.last_step)


def set_password(connection: sa.Connection, id_: str, hashed: str) -> None:
    """Set the hash of a password."""
    connection.execute(sa.update(account).where(account.c.id == id_).values(password=hashed))


def set_second_factor(connection: sa.Connection, id_: str, sealed: str | None, *, on: bool, step: int = 0) -> None:
    """Set the sealed secret of the second factor; it counts once it is ``on``."""
    values = {"second_factor": sealed, "second_factor_on": on, "last_step": step}
    connection.execute(sa.update(account).where(account.c.id == id_).values(**values))


def use_step(connection: sa.Connection, id_: str, step: int) -> bool:
    """Take a code's step as used; False when it, or a later one, was used before."""
    newer = sa.update(account).where(account.c.id == id_, account.c.last_step < step).values(last_step=step)
    return connection.execute(newer).rowcount == 1


def disable_account(connection: sa.Connection, id_: str, *, disabled: bool) -> None:
    """Shut an account, with its sessions and tokens, or open it again (with neither)."""
    connection.execute(sa.update(account).where(account.c.id == id_).values(disabled=disabled))
    if disabled:
        for table in (session, api_token):
            connection.execute(sa.delete(table).where(table.c.account_id == id_))


def admit(connection: sa.Connection, people: Iterable[str], tenant_id: str) -> int:
    """Put people with an organisation; who is with one already stays there. Returns how many came."""
    ids = sorted(set(people))
    taken = set(connection.scalars(sa.select(candidate_tenant.c.candidate_id)))
    new = [{"candidate_id": id_, "tenant_id": tenant_id} for id_ in ids if id_ not in taken]
    if new:
        connection.execute(sa.insert(candidate_tenant), new)
    return len(new)


def tenant_of(connection: sa.Connection, candidate: str) -> str | None:
    """Give the organisation that a person is with; None when with none, or there is no such person."""
    return connection.scalar(
        sa.select(candidate_tenant.c.tenant_id).where(candidate_tenant.c.candidate_id == candidate)
    )


def people_of(connection: sa.Connection, tenant_id: str) -> frozenset[str]:
    """Give the people who are with an organisation."""
    query = sa.select(candidate_tenant.c.candidate_id).where(candidate_tenant.c.tenant_id == tenant_id)
    return frozenset(connection.scalars(query))


def put_in_caseload(connection: sa.Connection, candidate: str, coach: str, at: datetime) -> None:
    """Give a person a coach; InvalidInput unless both are with the same organisation and the account is a coach's."""
    one = get_account(connection, coach)
    if one.role is not Role.COACH or tenant_of(connection, candidate) != one.tenant:
        raise InvalidInput(
            "caseload", "this person cannot be given to this account", "a coach of the same organisation"
        )
    there = sa.select(caseload.c.since).where(caseload.c.candidate_id == candidate, caseload.c.account_id == coach)
    if connection.scalar(there) is None:
        row = {"candidate_id": candidate, "account_id": coach, "since": moment_text(at)}
        connection.execute(sa.insert(caseload), row)


def take_from_caseload(connection: sa.Connection, candidate: str, coach: str) -> bool:
    """Take a person out of a coach's caseload; tells whether they were in it."""
    gone = sa.delete(caseload).where(caseload.c.candidate_id == candidate, caseload.c.account_id == coach)
    return connection.execute(gone).rowcount == 1


def caseload_of(connection: sa.Connection, coach: str) -> frozenset[str]:
    """Give the people of a coach."""
    return frozenset(connection.scalars(sa.select(caseload.c.candidate_id).where(caseload.c.account_id == coach)))


def in_caseload(connection: sa.Connection, candidate: str, coach: str) -> bool:
    """Tell whether a person is in a coach's caseload and still with the coach's organisation."""
    query = (
        sa.select(caseload.c.account_id)
        .join(account, account.c.id == caseload.c.account_id)
        .join(candidate_tenant, candidate_tenant.c.candidate_id == caseload.c.candidate_id)
        .where(caseload.c.candidate_id == candidate, caseload.c.account_id == coach)
        .where(candidate_tenant.c.tenant_id == account.c.tenant_id)
    )
    return connection.scalar(query) is not None


def coaches_of(connection: sa.Connection, candidate: str) -> tuple[Account, ...]:
    """Give the coaches of a person, by login."""
    query = sa.select(account).join(caseload, caseload.c.account_id == account.c.id)
    query = query.where(caseload.c.candidate_id == candidate).order_by(account.c.login)
    return tuple(account_of(row) for row in connection.execute(query))


def coaches_by_person(
    connection: sa.Connection, people: frozenset[str] | None
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    """Give the names of the coaches of people (None: of everybody who is with an organisation), by id of the person."""
    with_one = sa.select(candidate_tenant.c.candidate_id).order_by(candidate_tenant.c.candidate_id)
    found: dict[str, tuple[str, ...]] = {
        id_: () for id_ in connection.scalars(with_one) if people is None or id_ in people
    }
    query = sa.select(caseload.c.candidate_id, account.c.name).join(account, account.c.id == caseload.c.account_id)
    for row in connection.execute(query.order_by(account.c.name)):
        if row.candidate_id in found:
            found[row.candidate_id] = (*found[row.candidate_id], row.name)
    return dict(sorted(found.items()))


def handle_sites(connection: sa.Connection, employer_account: str, sites: Sequence[str], until: date) -> None:
    """Let an employer's account handle sites until a day; what it handled before and is not named stays as it was."""
    if get_account(connection, employer_account).role is not Role.EMPLOYER:
        raise InvalidInput("account", "only an employer's account handles sites", "an account in the role employer")
    gone = sa.delete(site_handler).where(
        site_handler.c.account_id == employer_account, site_handler.c.site_id.in_(list(sites))
    )
    connection.execute(gone)
    if rows := [{"account_id": employer_account, "site_id": site, "until": until} for site in sorted(set(sites))]:
        connection.execute(sa.insert(site_handler), rows)


def handled_sites(connection: sa.Connection, employer_account: str, on: date) -> frozenset[str]:
    """Give the sites that an account handles on a day."""
    query = sa.select(site_handler.c.site_id).where(site_handler.c.account_id == employer_account)
    return frozenset(connection.scalars(query.where(site_handler.c.until >= on)))


def sites_and_days(connection: sa.Connection, employer_account: str) -> dict[str, date]:
    """Give the sites that an account handles or handled, each with its last day."""
    query = sa.select(site_handler.c.site_id, site_handler.c.until).where(site_handler.c.account_id == employer_account)
    return {row.site_id: row.until for row in connection.execute(query.order_by(site_handler.c.site_id))}


def caseload_sizes(connection: sa.Connection, tenant_id: str | None = None) -> dict[str, int]:
    """Count the people of each coach of an organisation (None: of all) who has any."""
    query = sa.select(caseload.c.account_id, sa.func.count().label("people")).join(
        account, account.c.id == caseload.c.account_id
    )
    if tenant_id is not None:
        query = query.where(account.c.tenant_id == tenant_id)
    return {row.account_id: row.people for row in connection.execute(query.group_by(caseload.c.account_id))}


def account_of(row: Any) -> Account:
    """Read an account from a row of its table."""
    return Account(
        row.id, Role(row.role), row.tenant_id or "", row.login, row.name, row.candidate_id or "", row.disabled,
        row.second_factor_on,
    )  # fmt: skip

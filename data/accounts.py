"""Who acts: an account in a role, for an organisation. Everything that changes or shows data is told who asks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from .errors import InvalidInput


class Role(StrEnum):
    """What an account may be. One person with two tasks has two accounts."""

    COACH = "coach"  # the people in the own caseload
    EMPLOYER = "employer"  # a named handler of own sites
    CANDIDATE = "candidate"  # oneself
    RESEARCHER = "researcher"  # tables and the training frame, nobody's row
    ADMIN = "admin"  # accounts and settings of an organisation; no view of health
    OPERATOR = "operator"  # whoever holds the machine and its store: the commands, and the service without accounts


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for something: the id of an account, its role and organisation, and the name that others read.

    ``tenant``: the coaching organisation that the account belongs to, or by which an employer was invited (decision
    0017); empty for the operator.
    """

    account: str
    role: Role
    tenant: str
    name: str

    @property
    def named(self) -> bool:
        """Tell whether a person stands behind it: only a named person decides about a trial."""
        return bool(self.name.strip())

    @property
    def within(self) -> str | None:
        """Name the organisation whose things are in view; None for the operator: those of all."""
        return None if self.role is Role.OPERATOR else self.tenant


COMMAND_LINE = Actor("command-line", Role.OPERATOR, "", "")
"""Whoever runs a command. Commands that decide something ask for a name (``replace(COMMAND_LINE, name=...)``)."""


SECOND_FACTOR = frozenset({Role.COACH, Role.ADMIN, Role.RESEARCHER})
"""Roles that see many people or decide about accounts: a password alone is not enough for them."""

ACCOUNT_ROLES = (Role.COACH, Role.EMPLOYER, Role.CANDIDATE, Role.RESEARCHER, Role.ADMIN)
"""Roles that an account can have; the operator has none."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in: ``login`` as it is compared (``login_form``), ``name`` as others read it.

    ``candidate``: whose account it is, in the role candidate. ``second_factor``: codes of an app are set up.
    """

    id: str
    role: Role
    tenant: str
    login: str
    name: str
    candidate: str = ""
    disabled: bool = False
    second_factor: bool = False

    @property
    def actor(self) -> Actor:
        """Give who acts when this account does."""
        return Actor(self.id, self.role, self.tenant, self.name)


def login_form(login: str) -> str:
    """Bring a login into the form in which logins are compared; InvalidInput when it cannot be one.

    >>> login_form("  Anna.Aalto@Example.fi ")
    'anna.aalto@example.fi'
    """
    form = unicodedata.normalize("NFKC", login).strip().casefold()
    if not 3 <= len(form) <= 200 or any(sign.isspace() or not sign.isprintable() for sign in form):
        raise InvalidInput("login", "this cannot be a login", "3 to 200 signs without spaces, like an e-mail address")
    return form

"""Who acts: an account in a role, for an organisation. Everything that changes or shows data is told who asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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

    ``tenant`` is empty for the operator and for employers, who belong to no coaching organisation (decision 0017).
    """

    account: str
    role: Role
    tenant: str
    name: str

    @property
    def named(self) -> bool:
        """Tell whether a person stands behind it: only a named person decides about a trial."""
        return bool(self.name.strip())


COMMAND_LINE = Actor("command-line", Role.OPERATOR, "", "")
"""Whoever runs a command. Commands that decide something ask for a name (``replace(COMMAND_LINE, name=...)``)."""

"""The audit: who saw, changed, decided or took out what. Entries are only ever added, each chained to the last.

An entry holds no name of a candidate, no level and no text: the person it is about stands there as the fingerprint of
their id (``erasure_fingerprint``), so that it can stay when they are erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .accounts import Actor, Role
from .errors import WorkTrialError
from .hash_chain import next_link

OPERATOR = "operator"


class AuditBroken(WorkTrialError):
    """An entry of the audit was changed, taken out or put in."""

    code = "audit_broken"
    exit_code = 9

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"The audit does not hold together at entry {number}: an entry was changed, is missing or was put in. "
            "Compare it with the last backup (`worktrial backup`) and find out who could write to the store."
        )


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What happened: ``action`` like ``person.read``, ``list.read``, ``trial.propose``, ``export.made``.

    ``candidate``: id of the person that it is about (empty: nobody); only its fingerprint is stored. ``about``: kind
    and id of the thing, like ``trial:4f…``, never an id of a person. ``facts``: plain JSON, no names, levels or texts;
    who acts without an account, in a name (the operator), is added there, as no account says who it was.
    """

    action: str
    actor: Actor
    at: datetime
    candidate: str = ""
    about: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def all_facts(self) -> dict[str, object]:
        """Give the facts as they are kept, with the name of an operator who gave one."""
        named = self.actor.role is Role.OPERATOR and self.actor.named
        return dict(self.facts) | ({OPERATOR: self.actor.name} if named else {})


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event as it stands in the audit: numbered from 1, ``at`` in UTC (ISO 8601), ``subject`` a fingerprint."""

    number: int
    at: str
    account: str
    role: Role
    tenant: str
    action: str
    subject: str
    about: str
    facts: Mapping[str, object]
    chain: str

    @property
    def operator(self) -> str:
        """Name who acted without an account; empty: nobody gave a name, or it was an account."""
        return str(self.facts.get(OPERATOR, "")) if self.role is Role.OPERATOR else ""

    def link(self, before: str) -> str:
        """Hash this entry together with the one before it."""
        who = [self.account, self.role.value, self.tenant]
        return next_link(before, [self.number, self.at, *who, self.action, self.subject, self.about, dict(self.facts)])


def check_audit(entries: Iterable[AuditEntry]) -> int:
    """Check that entries hold together from the first on; gives how many, AuditBroken names the first that does not."""
    before, number = "", 0
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.chain != entry.link(before):
            raise AuditBroken(number)
        before = entry.chain
    return number

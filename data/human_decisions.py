"""What people decide about models and about effects of measures: who, when, why, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import InvalidInput, WorkTrialError
from .hash_chain import next_link

SHORTEST_REASON = 10
LONGEST_TEXT = 2_000


class DecisionKind(StrEnum):
    """What was decided."""

    PROMOTE = "promote"
    ROLLBACK = "rollback"
    ACCEPT_EFFECT = "accept_effect"


class RegistryBroken(WorkTrialError):
    """An entry of the list of decisions was changed or taken out; it is not gone by until it is restored."""

    code = "registry_broken"
    exit_code = 9

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The list of decisions about models does not hold together at entry {number}: an entry was changed or is "
            "missing. Expert weights are in force until the store is put back from a backup."
        )


@dataclass(frozen=True, slots=True)
class HumanDecision:
    """One entry of the list: numbered from 1, chained to the one before it.

    ``decided_at``: ISO 8601 in UTC. ``facts``: what was decided, as plain JSON: for models ``before`` and ``after``.
    """

    number: int
    kind: DecisionKind
    decided_at: str
    people: tuple[str, ...]
    reason: str
    facts: Mapping[str, object]
    chain: str = ""

    def chained_to(self, before: str) -> str:
        """Hash this entry together with the chain before it."""
        said = [self.number, self.kind.value, self.decided_at, list(self.people), self.reason, dict(self.facts)]
        return next_link(before, said)


def check_chain(entries: Iterable[HumanDecision]) -> tuple[HumanDecision, ...]:
    """Give the entries when they hold together from the first on; RegistryBroken names the first that does not."""
    before, found = "", []
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.chain != entry.chained_to(before):
            raise RegistryBroken(number)
        before = entry.chain
        found.append(entry)
    return tuple(found)


def named_people(people: Sequence[str], needed: int) -> tuple[str, ...]:
    """Check that so many different people are named; InvalidInput otherwise.

    Two spellings of one name (case, spaces) are one person.

    >>> named_people(["Anna Aalto", "Bo Berg"], 2)
    ('Anna Aalto', 'Bo Berg')
    """
    names = tuple(" ".join(name.split()) for name in people)
    if any(len(name) < 2 or len(name) > LONGEST_TEXT or not any(sign.isalpha() for sign in name) for name in names):
        raise InvalidInput("who decides", "a name is missing", "the name of each person who decides")
    if len({name.casefold() for name in names}) < needed:
        accepted = "the names of two different people" if needed == 2 else "the name of the person who decides"
        raise InvalidInput("who decides", "too few different people are named", accepted)
    return names


def stated_reason(reason: str) -> str:
    """Check that a decision says why; InvalidInput otherwise."""
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_TEXT:
        raise InvalidInput("--reason", "a reason is missing or too short", f"{SHORTEST_REASON} letters and more")
    return said

"""Releases: a candidate lets one fact reach one employer, until a day, and takes it back whenever they want.

A ledger that is only added to, one chain of hashes a candidate. What an employer may see is worked out from it at the
time asked, never kept. A withdrawal counts at whatever time is asked about: a clock that runs behind brings nothing
back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from .errors import InvalidInput, WorkTrialError
from .hash_chain import next_link
from .moments import moment_text
from .releasable_facts import ReleasableFact

LONGEST = timedelta(days=365)
"""A release holds at most this long; whoever wants it longer releases anew."""


class ReleaseAct(StrEnum):
    """What an entry of the ledger says."""

    RELEASE = "release"
    WITHDRAW = "withdraw"


class ReleasesBroken(WorkTrialError):
    """An entry of a candidate's ledger of releases was changed, taken out or put in."""

    code = "releases_broken"
    exit_code = 9

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(
            f"The ledger of releases does not hold together at entry {number}: an entry was changed, is missing or was "
            "put in. Nothing of it is shown. Compare it with the last backup and find out who could write to the store."
        )


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """One entry, numbered from 1 for each candidate; times are UTC, ISO 8601 with milliseconds.

    ``trial``: the fact is for this trial only (empty: for any trial of the employer). A withdrawal has no ``fact``
    where it takes everything back; it holds for every trial. ``by``: the account that made the entry. ``id``: random.
    """

    id: str
    candidate: str
    number: int
    act: ReleaseAct
    employer: str
    trial: str
    fact: ReleasableFact | None
    at: str
    expires: str
    by: str
    chain: str = ""

    def link(self, before: str) -> str:
        """Hash this entry together with the one before it."""
        fact = self.fact
        said = [] if fact is None else [fact.kind, fact.about, fact.text, fact.hours, list(fact.tasks)]
        where = [self.id, self.candidate, self.number, self.act.value, self.employer, self.trial]
        return next_link(before, [*where, said, self.at, self.expires, self.by])

    def chained(self, before: str) -> ReleaseEntry:
        """Give the entry with its link."""
        return replace(self, chain=self.link(before))


@dataclass(frozen=True, slots=True)
class StandingRelease:
    """A release as the candidate sees it: when, until when, whether it is shown now, and when it was taken back."""

    entry: ReleaseEntry
    withdrawn_at: str
    shown: bool


def expiry(now: datetime, trial_ends: datetime | None = None, asked: datetime | None = None) -> datetime:
    """Tell until when a release holds: as asked, else to the end of the trial, at most twelve months.

    InvalidInput for a time that was asked for and is past, or further away than that.

    >>> from datetime import UTC
    >>> start = datetime(2026, 11, 28, tzinfo=UTC)
    >>> expiry(start, datetime(2027, 2, 1, tzinfo=UTC)).isoformat(), expiry(start).isoformat()
    ('2027-02-01T00:00:00+00:00', '2027-11-28T00:00:00+00:00')
    """
    if asked is not None and not now < asked <= now + LONGEST:
        raise InvalidInput("expires", "a release cannot hold until then", "a time to come, at most twelve months away")
    if asked is None and trial_ends is not None and trial_ends <= now:
        raise InvalidInput("expires", "the trial has ended", "a time to come, at most twelve months away")
    return asked or min(now + LONGEST, trial_ends or now + LONGEST)


def check_releases(entries: Iterable[ReleaseEntry]) -> int:
    """Check that a candidate's entries hold together; gives how many, ReleasesBroken names the first that does not."""
    before, number = "", 0
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.chain != entry.link(before):
            raise ReleasesBroken(number)
        before = entry.chain
    return number


def standing_releases(entries: Sequence[ReleaseEntry], at: datetime) -> tuple[StandingRelease, ...]:
    """Give every release with what became of it, in the order of the ledger."""
    asked = moment_text(at)
    found = []
    for place, entry in enumerate(entries):
        if entry.act is ReleaseAct.RELEASE:
            later = entries[place + 1 :]
            withdrawn = next((one.at for one in later if _takes_back(one, entry)), "")
            shown = not withdrawn and entry.at <= asked < entry.expires
            found.append(StandingRelease(entry, withdrawn, shown))
    return tuple(found)


def shown_facts(
    entries: Sequence[ReleaseEntry], employer: str, at: datetime, trial: str = ""
) -> tuple[ReleasableFact, ...]:
    """Give the facts that an employer may be shown at a time, for any of their trials and for the named one, in order.

    Of one fact that was released more than once the last release counts. Neither the order nor anything else tells
    when a fact was released.
    """
    last: dict[tuple[str, str], ReleasableFact] = {}
    for standing in standing_releases(entries, at):
        entry = standing.entry
        if standing.shown and entry.employer == employer and entry.trial in {"", trial} and entry.fact is not None:
            last[entry.fact.key] = entry.fact
    return tuple(sorted(last.values()))


def _takes_back(entry: ReleaseEntry, release: ReleaseEntry) -> bool:
    if entry.act is not ReleaseAct.WITHDRAW or entry.employer not in {"", release.employer}:
        return False
    return entry.fact is None or (release.fact is not None and entry.fact.key == release.fact.key)

"""What may be asked for research: the things that are counted, and the coarse groups that they are counted in.

A municipality becomes the region of the workplace, an occupation its first figure, a limitation one of five classes, a
day its quarter. Age is not stored, so nobody is grouped by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .errors import WorkTrialError


class Measure(StrEnum):
    """What people are counted by."""

    SUGGESTIONS = "suggestions"  # were shown a list with part-jobs
    PROPOSALS = "proposals"  # had a trial proposed
    DECISIONS = "decisions"  # yes or no of whom, a no with its reason
    TRIALS = "trials"  # in which state their trial is
    ENDINGS = "endings"  # how their trial ended
    ACCOMMODATIONS = "accommodations"  # kinds of measures tried, and kept where a job followed


class Grouping(StrEnum):
    """By what people can be grouped."""

    REGION = "region"
    ISCO = "isco"
    LIMITATION = "limitation"
    PATHWAY = "pathway"
    QUARTER = "quarter"


WITHOUT_TASKS = {Measure.SUGGESTIONS: frozenset({Grouping.ISCO})}
"""A list shows workplaces; which occupation a part-job of several jobs is, only its tasks tell once it is planned."""

LIMITATIONS: Mapping[str, tuple[str, ...]] = {
    "movement_and_strength": ("posture", "locomotion", "strength", "upper_limb", "endurance"),
    "senses_and_communication": ("senses", "communication"),
    "thinking_and_learning": ("cognition", "work_conduct"),
    "feelings_and_people": ("social_emotional", "group"),
    "surroundings_and_times": ("environment", "safety", "organisation_time"),
}
"""The five classes of limitation, by the groups of dimensions."""

NOT_LIMITED, NOT_KNOWN = "none_known", "unknown"
LIMITED_BELOW = 4.0
"""From this level on somebody manages about all of it."""


@dataclass(frozen=True, slots=True)
class ResearchFact:
    """One person, something that is counted of them, and where it stands; what is not known is ``unknown``."""

    person: str
    value: str
    region: str = NOT_KNOWN
    isco: str = NOT_KNOWN
    limitation: str = NOT_KNOWN
    pathway: str = NOT_KNOWN
    quarter: str = NOT_KNOWN


@dataclass(frozen=True, slots=True)
class ResearchQuery:
    """An entry of the ledger: numbered from 1, who asked when, for what, over what was known before ``until``.

    ``told``: a table as it was given; asked again, it is given again.
    """

    number: int
    at: str
    account: str
    tenant: str
    kind: str
    asked: Mapping[str, object]
    until: date
    answer: str
    told: Mapping[str, Any] | None


class ResearchBudgetSpent(WorkTrialError):
    """The organisation has had its different tables of this quarter."""

    code = "research_budget_spent"
    exit_code = 7

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Nothing was counted: the {most} different tables of this quarter are spent. Each further one would tell "
            "more about single people. Tables that were asked before can be asked again; new ones from next quarter on."
        )


class TooFewForResearch(WorkTrialError):
    """There are too few people for an answer that hides each of them."""

    code = "too_few_people"
    exit_code = 7

    def __init__(self, fewest: int) -> None:
        super().__init__(f"Nothing was worked out: there are fewer than {fewest} people, and each could be guessed.")


def closed_before(today: date) -> date:
    """Give the day before which things are counted: the first of this quarter, so that no day of it can be told apart.

    >>> closed_before(date(2026, 11, 28))
    datetime.date(2026, 10, 1)
    """
    return today.replace(month=today.month - (today.month - 1) % 3, day=1)


def quarter_of(day: date) -> str:
    """Name the quarter of a day.

    >>> quarter_of(date(2026, 11, 28))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"

"""A proposal as a coach has released it to an employer: tasks, hours, week, coach and terms. Nothing of the person.

Which tasks and hours were chosen comes from what the person can do; the coach releases just that, and it stays as it is
whatever else becomes known. The tasks are the employer's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .pathway_records import Version
from .releasable_facts import ProposalStage


@dataclass(frozen=True, slots=True)
class ProposedTask:
    """One task of the proposal: the employer's words, weekly hours, hours by half-day, and what the work asks for.

    ``asks``: dimensions on which the task asks for something out of the ordinary; ``conditions``: keys of what the
    employer cannot do without.
    """

    id: str
    text: str
    hours: float
    blocks: Mapping[str, float]
    activities: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ProposedWork:
    """The work of a proposal, all of it the employer's own: where, which tasks, and their other tasks of the same jobs.

    ``others``: id -> words.
    """

    employer: str
    employer_name: str
    site: str
    site_name: str
    tasks: tuple[ProposedTask, ...]
    others: Mapping[str, str]
    fictional: bool = False

    @property
    def texts(self) -> Mapping[str, str]:
        """Give the words of all its tasks and of the others, by id."""
        return {**self.others, **{task.id: task.text for task in self.tasks}}

    @property
    def hours(self) -> float:
        """Weekly hours."""
        return round(sum(task.hours for task in self.tasks), 2)

    @property
    def week(self) -> Mapping[str, float]:
        """Hours by half-day, of all tasks together; empty where there is no week plan."""
        found: dict[str, float] = {}
        for task in self.tasks:
            for block, hours in task.blocks.items():
                found[block] = round(found.get(block, 0.0) + hours, 2)
        return found

    @property
    def longest_day(self) -> float:
        """Hours of the longest day of the week plan; 0 where there is none."""
        days: dict[str, float] = {}
        for block, hours in self.week.items():
            day = block.partition("_")[0]
            days[day] = days.get(day, 0.0) + hours
        return round(max(days.values(), default=0.0), 2)


@dataclass(frozen=True, slots=True)
class ReleasedProposal:
    """What a coach has released: the work, and the frame of the trial. ``dated``: the day the coach released it.

    ``trial``: the random id of the trial. ``supervisor``: named by the employer.
    """

    trial: str
    candidate: str
    work: ProposedWork
    stage: ProposalStage
    dated: date
    coach: str = ""
    coach_contact: str = ""
    supervisor: str = ""
    starts: date | None = None
    ends: date | None = None
    terms: tuple[Version, ...] = ()
    fictional: bool = False

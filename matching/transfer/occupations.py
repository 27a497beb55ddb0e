"""Whether a pattern of carved jobs is an existing occupation in small, or something that no one occupation is.

It coincides with an occupation when most of its hours come out of it, or when the jobs of that occupation, whole, spend
their hours alike. An occupation is told by its ISCO code, without a code by its title.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from data.workplaces import Job, Task

MOST_OF_ITS_HOURS = 0.6
"""A pattern coincides with an occupation from which at least this share of its hours comes."""

SPENT_ALIKE = 0.75
"""... or with one whose own jobs spend at least this share of their hours on the same activities."""

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation beside a pattern: a title of it, the share of hours out of it, and how alike (0-1)."""

    code: str
    title: str
    hours_share: float
    alike: float

    @property
    def coincides(self) -> bool:
        """Tell whether the pattern is this occupation in small."""
        return self.hours_share >= MOST_OF_ITS_HOURS or self.alike >= SPENT_ALIKE


def occupation_of(job: Job) -> str:
    """Name the occupation of a job.

    >>> occupation_of(Job("j", "Siivooja ", (), isco="9112")), occupation_of(Job("j", "Siivooja ", ()))
    ('9112', 'siivooja')
    """
    return job.isco or job.title.strip().lower()


def likest_occupation(
    taken: Sequence[tuple[Task, Job, float]],
    standing: Sequence[tuple[Job, Task]],
    shares: Shares,
    overlap: Callable[[Shares, Shares], float],
) -> Occupation:
    """Find the occupation that a pattern is most like: one it coincides with before others, then by share and likeness.

    ``taken``: its tasks with job and hours; ``standing``: all tasks of all jobs at its workplaces.
    """
    hours: dict[str, float] = {}
    for _, job, own in taken:
        hours[occupation_of(job)] = hours.get(occupation_of(job), 0.0) + own
    whole: dict[str, dict[str, float]] = {}
    titles: dict[str, dict[str, None]] = {}
    for job, task in standing:
        code = occupation_of(job)
        titles.setdefault(code, {})[job.title.strip()] = None
        for activity in task.activities:
            spent = whole.setdefault(code, {})
            spent[activity] = spent.get(activity, 0.0) + task.hours_per_week / len(task.activities)
    total = sum(hours[code] for code in sorted(hours)) or 1.0
    found = []
    for code in sorted(titles):
        spent = whole.get(code, {})
        all_of_it = sum(spent[activity] for activity in sorted(spent)) or 1.0
        alike = overlap(shares, {activity: spent[activity] / all_of_it for activity in sorted(spent)})
        found.append(Occupation(code, min(titles[code]), round(hours.get(code, 0.0) / total, 4), round(alike, 4)))
    return max(found, key=lambda one: (one.coincides, one.hours_share + one.alike, one.code))

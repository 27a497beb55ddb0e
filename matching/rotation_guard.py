"""Keeps unpaid trials from replacing work: chains in one task, days covered by trials, one person moved on and on.

Warns first, then blocks. A block can be overridden by a named person with a written reason, which is kept beside it.
The thresholds are data (``data/reference/pathways/rotation_guard.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.errors import InvalidInput
from data.pathway_records import Rule
from features.trial_days import ONE_DAY, Period, covered_days, months_after

from .trial_terms import PastTrial, PlannedTrial

SHORTEST_REASON = 20
"""An override needs a reason of at least so many characters."""


class Alarm(StrEnum):
    """How grave a finding is."""

    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """What the guard found: chain (one task), share (days of a task) or person; how much, and the threshold."""

    kind: str
    alarm: Alarm
    found: float
    threshold: float
    rule: str


@dataclass(frozen=True, slots=True)
class Override:
    """A named person's decision to let a trial start in spite of findings, with the reason."""

    findings: tuple[GuardFinding, ...]
    by: str
    reason: str
    on: date


@dataclass(frozen=True, slots=True)
class TaskRotation:
    """One line of the report: trials in one task of one employer within the window."""

    employer: str
    task: str
    trials: int
    unpaid: int
    hires: int
    people: int
    days_covered: int
    days: int
    chain: int
    findings: tuple[GuardFinding, ...]

    @property
    def alarm(self) -> Alarm | None:
        """Give the gravest of the findings; None where there is none."""
        return _gravest(self.findings)


@dataclass(frozen=True, slots=True)
class PersonRotation:
    """One person's unpaid trials in a row without a hire, wherever they were, within the window."""

    person: str
    trials: int
    employers: int
    chain: int
    findings: tuple[GuardFinding, ...]

    @property
    def alarm(self) -> Alarm | None:
        """Give the gravest of the findings; None where there is none."""
        return _gravest(self.findings)


def guard(
    plan: PlannedTrial, history: Iterable[PastTrial], rules: Mapping[str, Rule], on: date
) -> tuple[GuardFinding, ...]:
    """Judge one planned trial against what has been; a paid trial raises nothing.

    ``history``: trials of the employer and of the person, in any order.
    """
    if plan.paid:
        return ()
    limits = _limits(rules, on)
    window = Period(months_after(plan.ends + ONE_DAY, -int(limits["guard.window"])), plan.ends)
    recent = [trial for trial in history if trial.ends >= window.starts and trial.starts <= plan.ends]
    task = [trial for trial in recent if trial.employer == plan.employer and trial.task == plan.task]
    person = [trial for trial in recent if trial.person == plan.person]
    days = [trial.period for trial in task if not trial.paid] + [Period(plan.starts, plan.ends)]
    share = round(100 * covered_days(days, window) / _days(window), 1)
    measured = (
        ("chain", float(_since_hire(task, plan.starts) + 1)),
        ("share", share),
        ("person", float(_since_hire(person, plan.starts) + 1)),
    )
    found = (_finding(kind, value, limits) for kind, value in measured)
    return tuple(finding for finding in found if finding is not None)


def blocks(findings: Iterable[GuardFinding], overrides: Iterable[Override] = ()) -> bool:
    """Tell if a block stands that nobody has overridden."""
    lifted = {finding for override in overrides for finding in override.findings}
    return any(finding.alarm is Alarm.BLOCK and finding not in lifted for finding in findings)


def override(findings: tuple[GuardFinding, ...], by: str, reason: str, on: date) -> Override:
    """Record an override; InvalidInput without a name or without a real reason."""
    if not by.strip():
        raise InvalidInput("override", "nobody is named", "the name or id of the person who decides")
    if len(reason.strip()) < SHORTEST_REASON:
        accepted = f"a written reason of at least {SHORTEST_REASON} characters"
        raise InvalidInput("override", "the reason is missing or too short", accepted)
    if not findings:
        raise InvalidInput("override", "there is nothing to override", "the findings that it is about")
    return Override(tuple(findings), by.strip(), reason.strip(), on)


def rotation_report(history: Iterable[PastTrial], rules: Mapping[str, Rule], on: date) -> tuple[TaskRotation, ...]:
    """Sum up every task of every employer over the window that ends on a day, the gravest first."""
    limits, window = _limits(rules, on), report_window(rules, on)
    by_task: dict[tuple[str, str], list[PastTrial]] = {}
    for trial in history:
        if trial.ends >= window.starts and trial.starts <= window.ends:
            by_task.setdefault((trial.employer, trial.task), []).append(trial)
    lines = []
    for (employer, task), trials in by_task.items():
        unpaid = [trial for trial in trials if not trial.paid]
        covered, chain = covered_days([t.period for t in unpaid], window), _since_hire(trials, on + ONE_DAY)
        share = _finding("share", round(100 * covered / _days(window), 1), limits)
        found = tuple(one for one in (_finding("chain", float(chain), limits), share) if one is not None)
        hires, people = sum(t.hired_on is not None for t in trials), len({t.person for t in trials})
        lines.append(
            TaskRotation(employer, task, len(trials), len(unpaid), hires, people, covered, _days(window), chain, found)
        )
    return tuple(sorted(lines, key=lambda line: (_ORDER[line.alarm], -line.days_covered, line.employer, line.task)))


def person_report(history: Iterable[PastTrial], rules: Mapping[str, Rule], on: date) -> tuple[PersonRotation, ...]:
    """Name who is moved from one unpaid trial to the next within the window that ends on a day, the longest first.

    It names people and other employers: for the coach, not for an employer.
    """
    limits, window = _limits(rules, on), report_window(rules, on)
    by_person: dict[str, list[PastTrial]] = {}
    for trial in history:
        if trial.ends >= window.starts and trial.starts <= window.ends:
            by_person.setdefault(trial.person, []).append(trial)
    lines = []
    for person, trials in by_person.items():
        chain = _since_hire(trials, on + ONE_DAY)
        finding = _finding("person", float(chain), limits)
        if finding is not None:
            employers = len({trial.employer for trial in trials})
            lines.append(PersonRotation(person, len(trials), employers, chain, (finding,)))
    return tuple(sorted(lines, key=lambda line: (_ORDER[line.alarm], -line.chain, line.person)))


def report_window(rules: Mapping[str, Rule], on: date) -> Period:
    """Give the days that a report of a day looks at."""
    return Period(months_after(on + ONE_DAY, -int(_limits(rules, on)["guard.window"])), on)


_ORDER = {Alarm.BLOCK: 0, Alarm.WARN: 1, None: 2}


def _gravest(findings: Iterable[GuardFinding]) -> Alarm | None:
    return min((finding.alarm for finding in findings), key=lambda alarm: _ORDER[alarm], default=None)


def _limits(rules: Mapping[str, Rule], on: date) -> dict[str, float]:
    held = {id_: rule.held(on) or rule.versions[0] for id_, rule in rules.items()}
    return {id_: version.value for id_, version in held.items() if version.value is not None}


def _days(window: Period) -> int:
    return (window.ends - window.starts).days + 1


def _since_hire(trials: Iterable[PastTrial], before: date) -> int:
    """Count the unpaid trials that began before a day and after the last hire."""
    earlier = [trial for trial in trials if trial.starts < before]
    hire = max((trial.hired_on for trial in earlier if trial.hired_on), default=date.min)
    return sum(not trial.paid and trial.starts > hire and trial.hired_on is None for trial in earlier)


def _finding(kind: str, found: float, limits: Mapping[str, float]) -> GuardFinding | None:
    for alarm in (Alarm.BLOCK, Alarm.WARN):
        rule = f"guard.{kind}_{alarm.value}"
        if found >= limits[rule]:
            return GuardFinding(kind, alarm, found, limits[rule], rule)
    return None

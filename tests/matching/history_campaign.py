"""Limits of trials against a counter that walks every day, and planted rotation: long runs of generated histories.

Run: ``python -m tests.matching.history_campaign [HISTORIES] [SEED]`` (``make campaign-pathways``: 100,000, seed 1).
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import date, timedelta

from data.pathways import load_guard_rules, load_pathways
from features.trial_days import months_after
from matching.rotation_guard import Alarm, guard
from matching.trial_terms import HeldTerm, PastTrial, PlannedTrial, check_trial, held_terms

ONE = timedelta(days=1)
KINDS = {
    "length_most": lambda past, plan: True,
    "length_usual": lambda past, plan: past.employer == plan.employer,
    "length_at_one_employer": lambda past, plan: past.employer == plan.employer,
    "length_in_one_task": lambda past, plan: (past.employer, past.task) == (plan.employer, plan.task),
}
PATHWAYS = ("fi.employment.trial", "fi.pension.trial_unpaid", "fi.kela.trial", "nl.uwv.trial_placement")


def walked(days: set[date]) -> tuple[int, int, int]:
    """Count months and days by walking the calendar day by day, with no arithmetic on lengths.

    A run of days has another month each time the walk reaches the day before the first day's date of a later month
    (or before the last of the month where that date is missing). Days left over are put together, thirty a month.
    """
    months = left = 0
    for first in sorted(day for day in days if day - ONE not in days):
        day, loose, turn = first, 0, 1
        while day in days:
            loose += 1
            if _closes_month(first, day, turn):
                months, loose, turn = months + 1, 0, turn + 1
            day += ONE
        left += loose
    while left >= 30:
        months, left = months + 1, left - 30
    return months, left, len(days)


def _closes_month(first: date, day: date, turn: int) -> bool:
    following = day + ONE
    if (following.year - first.year) * 12 + following.month - first.month != turn:
        return False
    last = (following + ONE).month != following.month
    return following.day == first.day or (last and following.day < first.day)


def breaks(days: set[date], value: float, unit: str) -> bool:
    """Tell from the walk whether a limit is broken."""
    months, left, count = walked(days)
    if unit in ("days", "weeks"):
        return count > value * (7 if unit == "weeks" else 1)
    return (months, left) > (value * (12 if unit == "years" else 1), 0)


@dataclass(frozen=True)
class History:
    plan: PlannedTrial
    past: tuple[PastTrial, ...]
    terms: tuple[HeldTerm, ...]


def random_history(rng: random.Random, pathway: str) -> History:
    """Draw a plan with up to five earlier trials, often near a limit, also overlapping and touching ones."""
    book = load_pathways()
    country = book.country(pathway[:2])
    start = date(2020, 1, 1) + timedelta(days=rng.randrange(1500))
    months = rng.choice((1, 2, 3, 4, 6, 8, 12, 26))
    end = months_after(start, months) - ONE + timedelta(days=rng.choice((-3, -1, 0, 0, 1, 2, 15)))
    employer, task = rng.choice("AB"), rng.choice(("sorting", "packing"))
    host = rng.choice(("company", "company", "municipality"))
    plan = PlannedTrial("P", pathway, employer, task, start, max(start, end), host=host, body_decided=False)
    past = []
    for _ in range(rng.randrange(6)):
        begins = start - timedelta(days=rng.randrange(-20, 400))
        ends = months_after(begins, rng.choice((0, 0, 1, 2, 3))) + timedelta(days=rng.randrange(0, 31))
        other = pathway if rng.random() < 0.8 else rng.choice(PATHWAYS)
        person = "P" if rng.random() < 0.8 else "Q"
        past.append(PastTrial(person, other, rng.choice("ABC"), rng.choice(("sorting", "packing")), begins, ends))
    return History(plan, tuple(past), held_terms(country, country.pathway(pathway), date(2020, 6, 1), {}))


def disagreements(history: History) -> list[str]:
    """Name the length terms on which engine and walk differ."""
    plan = history.plan
    found = {breach.rule for breach in check_trial(plan, history.terms, history.past)}
    wrong = []
    for held in history.terms:
        if held.rule.term.value not in KINDS or held.version.value is None:
            continue
        if held.rule.host and (held.rule.host == "municipality") != (plan.host == "municipality"):
            continue
        days = _days(plan.starts, plan.ends)
        for past in history.past:
            if (past.person, past.pathway) == (plan.person, plan.pathway) and KINDS[held.rule.term.value](past, plan):
                days |= _days(past.starts, past.ends)
        if breaks(days, held.version.value, held.version.unit) != (held.rule.id in found):
            wrong.append(held.rule.id)
    return wrong


def _days(starts: date, ends: date) -> set[date]:
    return {starts + timedelta(days=n) for n in range((ends - starts).days + 1)}


def planted_rotation(rng: random.Random) -> tuple[str, PlannedTrial, list[PastTrial]]:
    """Hide a rotation of one of three kinds among harmless trials."""
    kind = rng.choice(("chain", "share", "person"))
    start = date(2022, 1, 1) + timedelta(days=rng.randrange(700))
    plan = PlannedTrial("P0", PATHWAYS[0], "A", "sorting", start, start + timedelta(days=rng.randrange(20, 90)))
    past: list[PastTrial] = []
    cursor = start
    if kind == "share":
        length = rng.randrange(560, 640)
        past.append(PastTrial("X", PATHWAYS[2], "A", "sorting", start - timedelta(days=length), start - ONE))
    else:
        for turn in range(3 if kind == "person" else 2):
            ends = cursor - timedelta(days=rng.randrange(1, 40))
            cursor = ends - timedelta(days=rng.randrange(20, 120))
            where = ("A", "sorting") if kind == "chain" else (f"E{turn}", "packing")
            who = "P0" if kind == "person" else f"Q{turn}"
            past.append(PastTrial(who, rng.choice(PATHWAYS), *where, cursor, ends))
    for turn in range(rng.randrange(6)):
        begins = start - timedelta(days=rng.randrange(30, 600))
        ends = begins + timedelta(days=rng.randrange(10, 90))
        hired = ends + ONE if rng.random() < 0.5 else None
        past.append(PastTrial(f"N{turn}", PATHWAYS[0], "Z", "kitchen", begins, ends, rng.random() < 0.5, hired))
    rng.shuffle(past)
    return kind, plan, past


def campaign(histories: int, seed: int) -> dict[str, int]:
    """Run both; gives counts (disagreements and missed rotations must be 0)."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    counts = {"histories": 0, "broken": 0, "kept": 0, "disagreements": 0, "planted": 0, "missed": 0}
    rules = load_guard_rules()
    for number in range(histories):
        history = random_history(rng, PATHWAYS[number % len(PATHWAYS)])
        counts["histories"] += 1
        counts["disagreements"] += len(disagreements(history))
        lengths = [b for b in check_trial(history.plan, history.terms, history.past) if b.term.value in KINDS]
        counts["broken" if lengths else "kept"] += 1
        if number % 10 == 0:
            kind, plan, past = planted_rotation(rng)
            found = {finding.kind: finding.alarm for finding in guard(plan, past, rules, plan.starts)}
            counts["planted"] += 1
            counts["missed"] += found.get(kind) is not Alarm.BLOCK
    return counts


if __name__ == "__main__":
    asked = [int(word) for word in sys.argv[1:]]
    result = campaign(*(asked + [100_000, 1][len(asked) :]))
    for name, value in result.items():
        sys.stdout.write(f"{name:<16} {value}\n")
    sys.exit(1 if result["disagreements"] or result["missed"] else 0)

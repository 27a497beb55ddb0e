"""Sentences about pathways in the reader's language: rules with their numbers, amounts, openings, breaches."""

from __future__ import annotations

from data.pathway_records import Version
from data.situation import load_facts
from features.pathway_money import MoneyAnswer
from matching.rotation_guard import GuardFinding
from matching.trial_terms import Breach

from .local_time import day_text
from .messages import Messages


def figure(value: float, unit: str, messages: Messages) -> str:
    """Write a rule's number: whole where it is whole, money with its cents."""
    return messages.number(value, 2 if unit.startswith(("eur", "sek", "price")) or value % 1 else 0)


def rule_text(version: Version, messages: Messages) -> str:
    """Say what a version of a rule says."""
    values = {
        name: figure(value, version.unit, messages)
        for name, value in (("value", version.value), ("value_to", version.value_to))
        if value is not None
    }
    return version.text[messages.language].format(**values)


def money_text(answer: MoneyAnswer, messages: Messages) -> str | None:
    """Say an amount that was worked out; None when there is none."""
    if answer.low is None or answer.high is None:
        return None
    unit = messages.text(f"unit.{answer.unit}")
    if answer.low == answer.high:
        return messages.text("pathway.amount", amount=messages.number(answer.low, 2), unit=unit)
    low, high = messages.number(answer.low, 2), messages.number(answer.high, 2)
    return messages.text("pathway.range", low=low, high=high, unit=unit)


def fact_question(fact: str, messages: Messages) -> str:
    """Ask about one fact."""
    return load_facts()[fact].question[messages.language]


def breach_text(breach: Breach, messages: Messages) -> str:
    """Say which term of a trial is broken or open, with the planned number and the limit."""
    unit = "" if breach.unit == "yes" else messages.text(f"unit.{breach.unit}")
    numbers = {
        name: "–" if value is None else messages.number(value, 1)
        for name, value in (("planned", breach.planned), ("limit", breach.limit))
    }
    last = "" if breach.last_day is None else messages.text("breach.last_day", day=day_text(breach.last_day, messages))
    kind = "number" if breach.limit is not None and breach.planned is not None else "rule"
    said = messages.text(f"breach.{breach.severity.value}.{kind}", unit=unit, **numbers)
    return f"{said} {last}".strip()


def guard_text(finding: GuardFinding, messages: Messages) -> str:
    """Say what the rotation guard found."""
    found, threshold = messages.number(finding.found, 1), messages.number(finding.threshold, 1)
    return messages.text(f"guard.{finding.alarm.value}.{finding.kind}", found=found, threshold=threshold)

"""Says what stands in a table for research: regions, occupations, classes of limitation, pathways, what was counted."""

from __future__ import annotations

from functools import cache

from data.pathways import load_pathways
from data.research import Grouping

from ..messages import Messages


def group_text(grouping: Grouping, value: str, messages: Messages) -> str:
    """Name where a cell stands; what is not known says so.

    >>> group_text(Grouping.QUARTER, "2026-Q3", Messages("en"))
    '2026-Q3'
    """
    if value == "unknown":
        return messages.text("research.unknown")
    if grouping is Grouping.PATHWAY:
        return _pathways(messages.language).get(value, value)
    key = f"research.{grouping.value}.{value}"
    return messages.text(key) if messages.has(key) else value


def value_text(value: str, messages: Messages) -> str:
    """Say what was counted in a cell: yes or no of whom and why, a state of trials, an ending, a kind of measure."""
    if not value:
        return ""
    first, _, rest = value.partition(":")
    if first == "no":
        party, _, reason = rest.partition(":")
        return messages.text("research.value.no", who=_party(party, messages), why=_why(reason, messages))
    if first == "yes":
        return messages.text("research.value.yes", who=_party(rest, messages))
    if first == "broken_off":
        return messages.text("research.value.broken_off", why=_why(rest, messages))
    if first in {"tried", "kept"}:
        return messages.text(f"research.value.{first}", kind=messages.text(f"research.kind.{rest}"))
    for key in (f"trial.state.{value}", f"research.value.{value}"):
        if messages.has(key):
            return messages.text(key)
    return value


def _party(party: str, messages: Messages) -> str:
    key = f"account_role.{party}"
    return messages.text(key) if messages.has(key) else party


def _why(reason: str, messages: Messages) -> str:
    for key in (f"trial.reason.{reason}", f"research.why.{reason}"):
        if messages.has(key):
            return messages.text(key)
    return reason.replace("_", " ")


@cache
def _pathways(language: str) -> dict[str, str]:
    return {
        one.id: one.names[language] for country in load_pathways().countries.values() for one in country.pathways
    }  # fmt: skip

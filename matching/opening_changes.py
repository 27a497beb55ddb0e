"""Which one change would open most workplaces to a person: the changes of workplaces just outside, counted together.

A must-not is never among them: it is no limit that anybody may move.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .carving.problem import Blocker
from .one_site import NearSite

NEVER = frozenset(("ban",))
"""Rules that no change is offered for."""


@dataclass(frozen=True, slots=True)
class OpeningChange:
    """One change by rule and what it is about: the smallest that opens a workplace, how many open up to the largest.

    ``needed`` and ``available`` as in a blocker, of the largest change that any of the ``sites`` needs; ``sites``: ids.
    """

    change: Blocker
    sites: tuple[str, ...]


def opening_changes(near: Iterable[NearSite]) -> tuple[OpeningChange, ...]:
    """Count by change how many workplaces it alone would open, those first that open most.

    A change is as large as the workplace that needs most of it; ties go to the order of rule and subject.
    """
    found: dict[tuple[str, str], list[tuple[str, Blocker]]] = {}
    for site in near:
        for change in site.changes:
            if change.rule not in NEVER:
                found.setdefault((change.rule, change.about), []).append((site.view.place.site.id, change))
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return tuple(OpeningChange(_largest([c for _, c in some]), tuple(id_ for id_, _ in some)) for _, some in ordered)


def _largest(changes: Iterable[Blocker]) -> Blocker:
    """Give the change that goes furthest from what there is."""
    return max(changes, key=lambda one: abs((one.needed or 0.0) - (one.available or 0.0)))

"""The pathways that a trial can be on, as its coach chooses: grouped by what the person's kept situation says of them.

What is known of a situation is not asked again here. It decides nothing: every pathway can be chosen, since whoever
is responsible for it decides, and a situation may have changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.pathways import load_pathways
from data.situation import Situation
from matching.pathway_case import pathway_case
from matching.pathways import Opening

from ..messages import Messages
from .trial_lines import pathway_name

COUNTRY = "fi"
_ORDER = (Opening.OPEN, Opening.ASK, Opening.CLOSED, Opening.NOT_HELD)


@dataclass(frozen=True, slots=True)
class PathwayGroup:
    """Pathways by id and name under one heading ("": without one)."""

    name: str
    pathways: tuple[tuple[str, str], ...]


def pathway_groups(
    situation: Situation | None, on: date, chosen: str, messages: Messages
) -> tuple[PathwayGroup, ...]:  # fmt: skip
    """Group pathways by whether they are open on a day; without a known situation they stand in their own order.

    ``chosen``: the pathway of the terms, which stays to be chosen wherever it comes from.
    """
    country = load_pathways().country(COUNTRY)
    names = {one.id: one.names[messages.language] for one in country.pathways}
    strange = ((chosen, pathway_name(chosen, messages)),) if chosen and chosen not in names else ()
    if situation is None or situation.country != COUNTRY or not (situation.facts or situation.events):
        return (PathwayGroup("", (*names.items(), *strange)),)
    opening = {view.answer.pathway.id: view.answer.opening for view in pathway_case(country, situation, on).pathways}
    groups = [
        PathwayGroup(
            messages.text(f"trial.pathways.{one.value}"),
            tuple((id_, name) for id_, name in names.items() if opening.get(id_, Opening.NOT_HELD) is one),
        )
        for one in _ORDER
    ]
    return tuple(group for group in (*groups, PathwayGroup("", strange)) if group.pathways)

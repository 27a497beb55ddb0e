"""What ``worktrial match`` does: the ranked list, what if, and the workplaces just outside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from data.store import Store
from matching import MatchConfig, MatchList, match
from matching.held_market import HeldMarket
from matching.one_site import NearSite, just_outside

from ..cards import print_match_list
from ..match_json import match_as_json
from ..messages import Messages
from ..wording import blocker_text
from ..workspace import ask_market, load_candidate
from .progress import console, named_blocker
from .sites import changed_person, names_of


@dataclass(frozen=True, slots=True)
class Question:
    """Whose list, how, and what is to be tried on the way."""

    candidate: str
    config: MatchConfig
    near: int = 0
    changes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A match list, what was changed for it, and the workplaces just outside (None: not asked)."""

    found: MatchList
    changed: tuple[str, ...]
    near: tuple[NearSite, ...] | None


def list_matches(store: Store, question: Question, progress: Callable[[str], None]) -> Listed:
    """Match one person over the work of a store."""
    person = changed_person(load_candidate(store, question.candidate), question.changes, question.without)
    progress("read")

    def answer(market: HeldMarket) -> Listed:
        found = match(person, market, question.config, progress=progress)
        near = None
        if question.near:
            listed = [suggestion.reach.place.site.id for suggestion in found.suggestions]
            near = just_outside(person, market, question.config, listed, question.near)
        changed = (*question.changes, *(f"without {id_}" for id_ in question.without))
        return Listed(found, changed, near)

    return ask_market(store, question.config.region, answer)


def list_as_json(listed: Listed, messages: Messages) -> dict[str, Any]:
    """Write a list; ``what_if`` and ``just_outside`` only where they were asked for."""
    written = match_as_json(listed.found, messages)
    if listed.changed:
        written["what_if"] = list(listed.changed)
    if listed.near is not None:
        written["just_outside"] = [
            {
                "employer": near.view.place.employer.name,
                "site": near.view.place.site.id,
                "site_name": near.view.place.site.name,
                "changes": [
                    {**asdict(change), "tasks": list(change.tasks), "text": blocker_text(change, messages)}
                    for change in near.changes
                ],
            }
            for near in listed.near
        ]
    return written


def print_list(listed: Listed, messages: Messages) -> None:
    """Print a list."""
    out = console()
    if listed.changed:
        out.print(messages.text("list.what_if", what=", ".join(listed.changed)), style="bold yellow", markup=False)
    print_match_list(listed.found, messages, out)
    if listed.near is None:
        return
    out.print()
    out.print(messages.text("list.near" if listed.near else "list.near_none"), style="bold")
    for near in listed.near:
        out.print(f"  {near.view.place.employer.name} · {near.view.place.site.name}", markup=False)
        for change in near.changes:
            out.print(f"    – {blocker_text(named_blocker(change, names_of(near.view)), messages)}", markup=False)

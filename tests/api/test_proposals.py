"""Rules of what a no teaches about one person: proposed, never silent, confirmed with one answer, limits untouched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data.accounts import Role
from data.candidates import Ban, Candidate
from data.dimensions import dimension_index
from data.store import get_candidate, get_plan, open_store, replace_candidates
from data.trial_lifecycle import Asked, Channel, Heard, Move, TrialPlan
from data.trial_moves import reasons
from data.workplaces import Employer, Site
from matching.profile_proposals import MONOTONY, profile_proposals
from tests.trials_in_store import move_trial

from .access.world import ACCOUNTS, MINE, TRIALS, World, fill, now, open_service

PATH = f"/api/v1/candidates/{MINE}/profile-proposals"


SAID_WITH_A_NO = sorted(
    id_ for id_, one in reasons().items() if Role.CANDIDATE in one.by and Move.DECLINE in one.moves
)  # fmt: skip
"""The reasons that a candidate can give with a no."""


@pytest.fixture
def world(tmp_path: Path, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    url = f"sqlite:///{tmp_path / 'worktrial.db'}"
    store = open_store(url)
    site = fill(store, employers[:3], people, now())
    with open_service(url) as client:
        yield World(client, store, site)


def decline(world: World, reason: str, party: Role = Role.CANDIDATE) -> TrialPlan:
    with world.store.read() as connection:
        plan = get_plan(connection, TRIALS["not_shown" if party is Role.CANDIDATE else "mine"])
    asked = Asked(Move.DECLINE, heard=Heard(party, Channel.IN_PERSON), reason=reason)
    move_trial(world.store, plan.id, plan.version, asked, ACCOUNTS["coach"].actor, now() + timedelta(minutes=5))
    with world.store.read() as connection:
        return get_plan(connection, plan.id)


def listed(world: World, role: str = "coach") -> list[dict[str, Any]]:
    answer: Any = world.ask(role, "GET", PATH, params={"lang": "en"})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["proposals"]
    return found


def test_a_no_to_the_tasks_is_proposed_and_changes_the_profile_once_confirmed(world: World) -> None:
    with world.store.read() as connection:
        before = get_candidate(connection, MINE)
    decline(world, "tasks_not_wanted")
    (one,) = listed(world)
    assert one["field"] == "wishes" and one["about"] and one["text"].startswith("The tasks were not wanted.")
    assert listed(world, "candidate") == [one]
    with world.store.read() as connection:
        assert get_candidate(connection, MINE) == before  # never silent
    for role in ("employer", "researcher", "admin"):
        refused: Any = world.ask(role, "GET", PATH)
        assert refused.status_code == 403
    done: Any = world.ask("candidate", "POST", f"{PATH}/{one['id']}/answer", json={"accept": True})
    assert done.status_code == 200, done.text
    with world.store.read() as connection:
        after = get_candidate(connection, MINE)
    assert {kind: after.wishes[kind] for kind in one["about"]} == {
        kind: max(-2.0, before.wishes.get(kind, 0.0) - 1.0) for kind in one["about"]
    }
    assert replace(after, wishes=before.wishes) == before and listed(world) == []


def test_what_was_turned_down_is_not_proposed_again(world: World) -> None:
    decline(world, "too_alone")
    (one,) = listed(world)
    assert (one["field"], one["about"]) == ("preferences", ["soc_alone"])
    world.ask("coach", "POST", f"{PATH}/{one['id']}/answer", json={"accept": False})
    assert listed(world) == []
    again: Any = world.ask("coach", "POST", f"{PATH}/{one['id']}/answer", json={"accept": True})
    assert again.status_code == 404


def test_what_an_employer_gave_as_the_reason_says_nothing_of_the_persons_wishes(world: World) -> None:
    decline(world, "hours_or_times", Role.EMPLOYER)
    assert listed(world) == []


@pytest.mark.parametrize("reason", SAID_WITH_A_NO)
def test_no_reason_touches_capacity_bans_or_hard_limits(
    world: World, reason: str, employers: tuple[Employer, ...]
) -> None:
    plan = decline(world, reason)
    sites: dict[str, Site] = {s.id: s for e in employers[:3] for s in e.sites}
    with world.store.write() as connection:
        person = replace(get_candidate(connection, MINE), bans=(Ban("saf_height", 0.0),), travel_minutes_max=90.0)
        replace_candidates(connection, [person])
    found = profile_proposals(person, [plan], sites, frozenset())
    assert {one.field for one in found} <= {"wishes", "preferences", "hours_max", "travel_minutes_max"}
    wishes = {"tasks_not_wanted", "too_alone", "too_monotonous", "way_to_work", "hours_or_times"}
    assert not found or reason in wishes
    for one in found:  # only ever narrower: nothing that was ruled out comes back
        if one.field in {"hours_max", "travel_minutes_max"}:
            assert one.after < one.before
        if one.field == "wishes":
            assert all(one.after[kind] <= one.before.get(kind, 0.0) for kind in one.about)
    assert MONOTONY in dimension_index()

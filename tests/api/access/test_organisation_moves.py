"""A person goes to another organisation: who sees them afterwards, what went along, what ended, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.access.authentication import COOKIE
from api.access.login import random_id
from api.organisation_moves import move_person
from api.research_frames import frames_folder
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import Store, erase_candidate, get_plan, released_facts, verify_audit, verify_releases
from data.store.accounts import coaches_of, tenant_of
from data.store.audit import entries_about, entries_after
from data.store.emergency_access import acknowledge_emergency
from data.store.migrate import downgrade, upgrade
from data.store.person_data import data_of_person
from data.store.releases import release
from data.store.saved_searches import SavedSearch, save_search, searches_of
from data.store.sessions import open_session
from data.trial_lifecycle import Asked, Move
from data.workplaces import Employer
from tests.trials_in_store import move_trial

from .world import ABSENT, ACCOUNTS, MINE, NAME_RELEASED, OPENED, TRIALS, World, digest, fill, now, open_service

BY, WHY, TO = "Olli Operaattori", "Muutti toiseen kaupunkiin", "Toinen valmennus"
ABOUT = f"/api/v1/candidates/{MINE}"
COACH = ACCOUNTS["coach"].actor


@pytest.fixture
def world(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:  # fmt: skip
    """The world of roles with a coach of the other organisation logged in too."""
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    site = fill(store, employers[:2], people, now())
    with store.write() as connection:
        open_session(connection, "session-of-new", "f-coach", now(), timedelta(hours=1), second_factor=True)
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


def end_trials(world: World) -> None:
    for name in ("mine", "not_shown"):
        with world.store.read() as connection:
            seen = get_plan(connection, TRIALS[name]).version
        move_trial(world.store, TRIALS[name], seen, Asked(Move.DECLINE, reason="way_to_work"), COACH, now())


def move(world: World, person: str = MINE, to: str = TO, **said: str) -> Any:
    asked = {"by": BY, "reason": WHY, "coach": "foreign@example.fi"} | said
    return move_person(world.store, person, to, at=now(), new_id=random_id, **asked)


def asked_by(world: World, role: str, path: str) -> Any:
    session = {"cookie": f"{COOKIE}=session-of-{role}"}
    return world.ask(role, "GET", path, headers=session)


def test_the_new_coach_sees_the_person_and_the_old_one_nothing(world: World) -> None:
    end_trials(world)
    paths = (f"{ABOUT}/profile", f"{ABOUT}/runs", f"/api/v1/trials/{TRIALS['mine']}")
    assert {asked_by(world, "coach", path).status_code for path in paths} == {200}
    assert {asked_by(world, "new", path).status_code for path in paths} == {404}
    assert move(world).trials == 2
    assert {asked_by(world, "coach", path).status_code for path in paths} == {404}
    assert {asked_by(world, "new", path).status_code for path in paths} == {200}
    listed = {role: asked_by(world, role, "/api/v1/trials").json()["trials"] for role in ("coach", "new", "candidate")}
    mine = {TRIALS["mine"], TRIALS["not_shown"]}
    assert {role: mine <= {one["id"] for one in some} for role, some in listed.items()} == {
        "coach": False, "new": True, "candidate": True,
    }  # fmt: skip
    assert asked_by(world, "employer", f"/api/v1/trials/{TRIALS['mine']}").status_code == 404
    assert "candidate@example.fi" not in asked_by(world, "admin", "/api/v1/accounts").text


def test_the_person_stays_logged_in_and_sees_who_saw_them_before(world: World) -> None:
    end_trials(world)
    with world.store.read() as connection:
        before = entries_about(connection, MINE)
    move(world)
    assert asked_by(world, "candidate", "/api/v1/session").json()["organisation"] == "t2"
    assert asked_by(world, "candidate", f"{ABOUT}/profile").status_code == 200
    with world.store.read() as connection:
        after = entries_about(connection, MINE)
        left, came = (
            [(one.operator, dict(one.facts)) for one in entries_after(connection, 0, 1000, tenant)
             if one.action.startswith("person.")]
            for tenant in ("t1", "t2")
        )  # fmt: skip
        kept = data_of_person(connection, MINE)["organisation_move"]
        assert verify_audit(connection)
    assert after[-len(before) :] == before
    assert {one.action for one in after[: -len(before)]} >= {"person.left", "person.came", "caseload.taken"}
    assert (BY, {"operator": BY}) in left and (BY, {"operator": BY}) in came
    assert [(one["before"], one["after"], one["by"], one["reason"]) for one in kept] == [("t1", "t2", BY, WHY)]
    with world.store.write() as connection:
        erase_candidate(connection, MINE, date(2027, 1, 1))
        assert WHY not in repr(entries_about(connection, MINE))


def test_what_the_old_organisation_kept_or_let_out_ends(world: World) -> None:
    end_trials(world)
    place = world.site.split(".")[0]
    frames = frames_folder("t1"), frames_folder("t2")
    for folder in frames:
        folder.mkdir(parents=True)
    with world.store.write() as connection:
        for account in ("a-coach", "a-candidate"):
            save_search(connection, SavedSearch(f"s-{account}", account, MINE, "Haku", {"top": 5}), now())
        release(connection, COACH, MINE, place, NAME_RELEASED, now(), "3" * 32)
        assert released_facts(connection, MINE, place, now())
    done = move(world, coach="")
    assert (done.searches, done.taken_back) == (1, True)
    with world.store.read() as connection:
        assert searches_of(connection, "a-coach", MINE) == ()
        assert len(searches_of(connection, "a-candidate", MINE)) == 1
        assert released_facts(connection, MINE, place, now()) == ()
        assert verify_releases(connection, MINE)
        assert coaches_of(connection, MINE) == ()
    assert [folder.exists() for folder in frames] == [False, True]


def test_the_migration_goes_down_and_up_with_a_moved_person(world: World) -> None:
    end_trials(world)
    move(world)
    downgrade(world.store, "0019")
    upgrade(world.store, "0019")
    with world.store.read() as connection:
        assert tenant_of(connection, MINE) == "t2"
        assert "organisation_move" not in data_of_person(connection, MINE)


REFUSED: tuple[tuple[dict[str, str], type[Exception], str], ...] = (
    ({"person": ABSENT}, UnknownId, ABSENT),
    ({"to": "Kolmas"}, UnknownId, "Kolmas"),
    ({"to": "Valmennus"}, InvalidInput, "already"),
    ({"coach": "nobody@example.fi"}, UnknownId, "nobody"),
    ({"coach": "coach@example.fi"}, InvalidInput, "coach of the same"),
    ({"by": " "}, InvalidInput, "name"),
    ({"reason": "pakko"}, InvalidInput, "reason"),
)


def test_what_cannot_be_is_refused_and_nothing_changes(world: World) -> None:
    end_trials(world)
    before = digest(world.store)
    for said, error, word in REFUSED:
        with pytest.raises(error, match=word):
            move(world, **said)
        assert digest(world.store) == before, said


def test_nobody_is_moved_while_a_trial_is_not_over_or_an_emergency_waits(world: World) -> None:
    before = digest(world.store)
    with pytest.raises(InvalidInput, match="not over") as refused:
        move(world)
    assert TRIALS["mine"] in str(refused.value) and TRIALS["not_shown"] in str(refused.value)
    assert digest(world.store) == before
    with world.store.read() as connection:
        seen = get_plan(connection, TRIALS["emergency_open"]).version
    decline = Asked(Move.DECLINE, reason="way_to_work")
    move_trial(world.store, TRIALS["emergency_open"], seen, decline, COACH, now())
    with pytest.raises(InvalidInput, match="taken note"):
        move(world, OPENED)
    with world.store.write() as connection:
        assert acknowledge_emergency(connection, "open", OPENED, ACCOUNTS["admin"].actor, now())
    move(world, OPENED)
    assert asked_by(world, "coach", f"/api/v1/candidates/{OPENED}/emergency-access/profile").status_code == 404
    with world.store.read() as connection:
        assert tenant_of(connection, OPENED) == "t2"

"""Rules of access in an emergency: with a reason, to read, for a short time, seen by the person and by two others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from api.messages import Messages
from api.who_saw import who_saw
from data.candidates import Candidate
from data.store import Store
from data.store.account_tables import candidate_tenant, emergency_access
from data.store.accounts import put_in_caseload
from data.store.audit import entries_after
from data.store.candidates import erase_candidate
from data.store.emergency_access import emergencies_waiting, has_emergency
from data.store.objections import set_objection
from data.store.sessions import open_session
from data.workplaces import Employer
from tests.days import HELSINKI

from .world import CANARY, COLLEAGUES, FOREIGN, MINE, OPENED, World, fill, now, open_service

WHY = {"kind": "coach_away", "reason": "Did not come to the trial; the coach is on leave"}


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    """A world without what was opened before; the colleague is logged in too."""
    site = fill(store, employers[:2], people, now())
    with store.write() as connection:
        connection.execute(sa.delete(emergency_access))
        open_session(connection, "session-of-colleague", "b-coach", now(), timedelta(hours=1), second_factor=True)
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


def ask(world: World, role: str, method: str, person: str, below: str = "", **more: object) -> Any:
    return world.ask(role, method, f"/api/v1/candidates/{person}/emergency-access{below}", **more)


def waiting(world: World, role: str) -> list[dict[str, Any]]:
    found = world.ask(role, "GET", "/api/v1/attention?lang=en").json()["attention"]  # type: ignore[attr-defined]
    return [one for one in found if one["need"] == "emergency_access"]


def seen_by(world: World, role: str, person: str) -> str:
    return str(world.ask(role, "GET", f"/api/v1/candidates/{person}/seen-by?lang=en").text)  # type: ignore[attr-defined]


def test_from_opening_to_somebody_who_takes_note(world: World) -> None:
    assert ask(world, "coach", "GET", COLLEAGUES, "/profile").status_code == 404
    opened = ask(world, "coach", "POST", COLLEAGUES, json=WHY)
    assert opened.status_code == 201, opened.text
    assert CANARY in ask(world, "coach", "GET", COLLEAGUES, "/profile").text
    trials = ask(world, "coach", "GET", COLLEAGUES, "/trials").json()["trials"]
    assert {one["candidate"] for one in trials} == {COLLEAGUES}
    assert WHY["reason"] in waiting(world, "colleague")[0]["reason"]
    admin = world.ask("admin", "GET", "/api/v1/attention?lang=en").json()["attention"]  # type: ignore[attr-defined]
    assert [(one["need"], one["reason"], one["trial"]) for one in admin] == [("emergency_access", None, None)]
    assert "Anna Aalto opened this profile" in admin[0]["text"]
    assert waiting(world, "coach") == []  # nobody takes note of their own
    note = f"/{opened.json()['access']}/acknowledgement"
    assert ask(world, "coach", "POST", COLLEAGUES, note).status_code == 404
    assert ask(world, "colleague", "POST", COLLEAGUES, note).status_code == 204
    assert waiting(world, "colleague") == waiting(world, "admin") == []
    assert ask(world, "admin", "POST", COLLEAGUES, note).status_code == 404  # it stands with the first name
    with world.store.read() as connection:
        assert connection.execute(sa.select(emergency_access)).one().acknowledged_by == "Bo Berg"
    told = seen_by(world, "colleague", COLLEAGUES)
    for words in ("Opened a profile in an emergency (the own coach could not be reached)",
                  "Looked at a profile or trials in an emergency", "Took note"):  # fmt: skip
        assert words in told
    with world.store.read() as connection:
        to_them = who_saw(connection, COLLEAGUES, Messages("en"), HELSINKI)
    opened_it = "A coach who is not yours opened your profile in an emergency (the own coach could not be reached)"
    assert opened_it in {one.what for one in to_them}
    assert "Anna Aalto" not in told + repr(to_them)


def test_who_opened_it_can_only_read(world: World) -> None:
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 201
    person = f"/api/v1/candidates/{COLLEAGUES}"
    for method, path, body in (
        ("GET", f"{person}/profile", None), ("PATCH", f"{person}/profile", {"hours_max": 20}),
        ("GET", f"{person}/suggestions", None), ("POST", f"{person}/trials", {"run": 1, "rank": 1}),
        ("GET", f"{person}/releases", None), ("GET", f"{person}/seen-by", None),
    ):  # fmt: skip
        answer: Any = world.ask("coach", method, path, json=body)
        assert answer.status_code == 404, (method, path)
    assert COLLEAGUES not in world.ask("coach", "GET", "/api/v1/candidates").text  # type: ignore[attr-defined]


def test_it_ends_by_time_by_hand_and_by_an_administrator(world: World) -> None:
    for ender in ("coach", "admin"):
        assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 201
        assert ask(world, ender, "DELETE", COLLEAGUES).status_code == 204
        assert ask(world, "coach", "GET", COLLEAGUES, "/profile").status_code == 404
        assert ask(world, ender, "DELETE", COLLEAGUES).status_code == 404
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 201
    at = datetime.now(UTC)
    with world.store.read() as connection:
        assert has_emergency(connection, COLLEAGUES, "a-coach", at + timedelta(hours=3, minutes=59))
        assert not has_emergency(connection, COLLEAGUES, "a-coach", at + timedelta(hours=4))
        assert not has_emergency(connection, COLLEAGUES, "b-coach", at)
        assert len(emergencies_waiting(connection, [COLLEAGUES])) == 3  # what is over still waits for a name


def test_other_organisations_never_and_a_person_who_goes_is_gone(world: World) -> None:
    assert ask(world, "coach", "POST", FOREIGN, json=WHY).status_code == 404
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 201
    with world.store.write() as connection:
        move = sa.update(candidate_tenant).where(candidate_tenant.c.candidate_id == COLLEAGUES)
        connection.execute(move.values(tenant_id="t2"))
    assert ask(world, "coach", "GET", COLLEAGUES, "/profile").status_code == 404
    assert waiting(world, "admin") == []


def test_objection_and_erasure_win(world: World) -> None:
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 201
    with world.store.write() as connection:
        set_objection(connection, COLLEAGUES, now(), objects=True)
    assert ask(world, "coach", "GET", COLLEAGUES, "/profile").status_code == 404
    assert ask(world, "coach", "GET", COLLEAGUES, "/trials").status_code == 404
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).json()["code"] == "person_objects"
    with world.store.write() as connection:
        erase_candidate(connection, COLLEAGUES, now().date())
        assert connection.execute(sa.select(emergency_access)).all() == []
    assert ask(world, "coach", "POST", COLLEAGUES, json=WHY).status_code == 404


@pytest.mark.parametrize(
    ("person", "asked"),
    [
        (MINE, WHY), (COLLEAGUES, WHY | {"kind": "curious"}), (COLLEAGUES, WHY | {"reason": "because"}),
        (COLLEAGUES, WHY | {"reason": "xxxxxxxxxxxxxxx"}), (COLLEAGUES, {"kind": "danger"}),
    ],
)  # fmt: skip
def test_without_a_reason_or_need_nothing_opens(world: World, person: str, asked: dict[str, str]) -> None:
    assert ask(world, "coach", "POST", person, json=asked).status_code == 422
    with world.store.read() as connection:
        assert connection.execute(sa.select(emergency_access)).all() == []
        assert "emergency.opened" not in [one.action for one in entries_after(connection)]


def test_the_words_of_the_reason_stand_in_no_audit(world: World) -> None:
    reason = f"{CANARY} did not come today"
    assert ask(world, "coach", "POST", OPENED, json=WHY | {"reason": reason}).status_code == 201
    with world.store.write() as connection:
        put_in_caseload(connection, OPENED, "a-coach", now())
        assert CANARY not in repr(entries_after(connection))
    assert waiting(world, "coach")[0]["reason"] == reason

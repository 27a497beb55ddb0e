"""Rules of a person's rights and of tokens, over HTTP, with what changes in the store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.access.login import invite
from api.commands.carving import Wanted
from api.commands.sites import find_pairs, look_at_site
from api.messages import Messages
from data.accounts import COMMAND_LINE, Account, Role
from data.candidates import Candidate
from data.levels import Source
from data.store import Store, all_candidates, entries_about, get_candidate, verify_audit
from data.store.accounts import add_account, handle_sites
from data.store.objections import PersonObjects
from data.store.sessions import open_session
from data.workplaces import Employer
from matching import MatchConfig
from tests.days import this_day

from .world import CANARY, MINE, TRIALS, World, fill, now, open_service

PROFILE = f"/api/v1/candidates/{MINE}/profile"


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Iterator[World]:
    site = fill(store, employers[:3], people, now())
    with open_service(store.engine.url.render_as_string(hide_password=False)) as client:
        yield World(client, store, site)


def ask(world: World, role: str, method: str, path: str, **more: Any) -> Any:
    return world.ask(role, method, path, **more)


def _person(world: World) -> Candidate:
    with world.store.read() as connection:
        return get_candidate(connection, MINE)


def test_what_a_candidate_says_stands_beside_what_a_coach_says(world: World) -> None:
    before = _person(world).capacity["env_noise"]
    said = {"levels": {"env_noise": {"value": 2, "low": 1, "high": 3}}}
    assert ask(world, "candidate", "PATCH", PROFILE, json=said).status_code == 200
    levels = _person(world).capacity["env_noise"]
    assert [level.source for level in levels] == [*(level.source for level in before), Source.CANDIDATE]
    assert levels[-1].stated_on == this_day()
    assert ask(world, "candidate", "PATCH", PROFILE, json={"levels": {"env_noise": None}}).status_code == 200
    assert _person(world).capacity["env_noise"] == before


def test_the_address_of_a_skill_goes_in_and_comes_out_or_is_refused(world: World) -> None:
    address = "http://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9"
    skill = {"text": "haravointi", "activity": "garden", "esco": address}
    plain = {"text": "neulonta", "activity": ""}
    refused = ask(world, "coach", "PATCH", PROFILE, json={"skills": [skill | {"esco": "haravointi"}]})
    assert (refused.status_code, refused.json()["where"]) == (422, "skills")
    said = [skill | {"esco": address.replace("http:", "https:")}, plain]
    assert ask(world, "coach", "PATCH", PROFILE, json={"skills": said}).status_code == 200
    assert ask(world, "candidate", "GET", PROFILE).json()["profile"]["skills"] == [skill, plain]


def test_a_medical_limit_is_the_coachs_and_a_personal_one_the_persons(world: World) -> None:
    assert ask(world, "coach", "PATCH", PROFILE, json={"bans": {"saf_height": 0}}).status_code == 200
    for wanted in (5, None):
        refused = ask(world, "candidate", "PATCH", PROFILE, json={"bans": {"saf_height": wanted}})
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert ask(world, "candidate", "PATCH", PROFILE, json={"bans": {"env_noise": 2}}).status_code == 200
    grounds = {ban.dimension: ban.ground for ban in _person(world).bans}
    assert (grounds["saf_height"], grounds["env_noise"]) == ("medical", "personal")
    assert ask(world, "candidate", "PATCH", PROFILE, json={"bans": {"env_noise": None}}).status_code == 200
    assert "env_noise" not in {ban.dimension for ban in _person(world).bans}


@pytest.mark.parametrize(
    "wrong",
    [
        {"hours_min": 30, "hours_max": 10},
        {"hours_max": 61},
        {"levels": {"env_noise": {"value": 2, "low": 3, "high": 4}}},
        {"levels": {"no_such": {"value": 2, "low": 1, "high": 3}}},
        {"wishes": {CANARY: 1}},
        {"preferences": {"env_noise": "maybe"}},
        {"id": "KS-002"},
        {"fictional": False},
        {"name": CANARY},
    ],
)
def test_a_wrong_correction_changes_nothing_and_is_not_repeated(world: World, wrong: dict[str, Any]) -> None:
    before = _person(world)
    refused = ask(world, "coach", "PATCH", PROFILE, json=wrong)
    assert refused.status_code == 422
    assert CANARY not in refused.text
    assert _person(world) == before


def test_a_correction_of_what_has_moved_on_is_refused(world: World) -> None:
    seen = ask(world, "coach", "GET", PROFILE).headers["etag"]
    assert ask(world, "candidate", "PATCH", PROFILE, json={"hours_max": 25}).status_code == 200
    refused = ask(world, "coach", "PATCH", PROFILE, json={"hours_max": 12}, headers={"If-Match": seen})
    assert (refused.status_code, refused.json()["code"]) == (412, "precondition_failed")
    assert _person(world).hours_max == 25


def test_whoever_objects_is_not_matched_by_anybody(world: World) -> None:
    path = f"/api/v1/candidates/{MINE}/suggestions"
    assert ask(world, "coach", "GET", path, params={"top": 1}).status_code == 200
    assert (
        ask(world, "candidate", "PUT", f"/api/v1/candidates/{MINE}/objection", json={"objects": True}).status_code
        == 204
    )
    for role in ("coach", "candidate"):
        refused = ask(world, role, "GET", path)
        assert (refused.status_code, refused.json()["code"]) == (409, "person_objects")
    body = {"candidate": MINE, "site": world.site}
    pack = {"site": world.site, "candidates": [MINE]}
    for answer in (
        ask(world, "coach", "POST", "/api/v1/transfer", json=body),
        ask(world, "coach", "POST", "/api/v1/workshops", params={"on": "2026-11-28"}, json=pack),
        ask(world, "coach", "GET", f"/api/v1/candidates/{MINE}/why-not/{world.site}"),
    ):
        assert answer.json()["code"] == "person_objects"
    for look in (
        lambda: look_at_site(world.store, MINE, world.site, MatchConfig(), Wanted()),
        lambda: find_pairs(world.store, MINE, MatchConfig()),
    ):
        with pytest.raises(PersonObjects):
            look()
    assert ask(world, "candidate", "GET", PROFILE).json()["objects_since"]
    ask(world, "candidate", "PUT", f"/api/v1/candidates/{MINE}/objection", json={"objects": False})
    assert ask(world, "coach", "GET", path, params={"top": 1}).status_code == 200


def test_a_candidate_sees_who_saw_what(world: World) -> None:
    ask(world, "coach", "GET", PROFILE)
    ask(world, "coach", "GET", f"/api/v1/candidates/{MINE}/suggestions", params={"top": 1})
    ask(world, "coach", "PATCH", PROFILE, json={"hours_max": 25})
    rows = ask(world, "candidate", "GET", f"/api/v1/candidates/{MINE}/seen-by", params={"lang": "en"}).json()["rows"]
    assert len({row["what"] for row in rows[:3]}) == 3
    assert {row["who"] for row in rows} == {"Job coach"}
    with world.store.read() as connection:
        latest = [entry.action for entry in entries_about(connection, MINE)][:3]
    assert latest == ["person.correct", "list.read", "person.read"]
    with world.store.read() as connection:
        assert verify_audit(connection) >= 3


def test_erasing_oneself_ends_everything_at_once(world: World) -> None:
    assert ask(world, "candidate", "DELETE", f"/api/v1/candidates/{MINE}").status_code == 204
    assert ask(world, "candidate", "GET", PROFILE).status_code == 401
    assert ask(world, "coach", "GET", PROFILE).status_code == 404
    with world.store.read() as connection:
        assert MINE not in {person.id for person in all_candidates(connection)}
        assert next(entry.action for entry in entries_about(connection, MINE)) == "person.erase"


def test_a_token_does_what_it_is_for_and_nothing_else_until_it_is_ended(world: World) -> None:
    made = ask(world, "coach", "POST", "/api/v1/tokens", json={"name": "table", "scopes": ["person.read"], "days": 1})
    value = made.json()["value"]
    bearer = {"headers": {"Authorization": f"Bearer {value}"}}
    assert ask(world, "anonymous", "GET", PROFILE, **bearer).status_code == 200
    for method, path, body in (
        ("GET", f"/api/v1/candidates/{MINE}/suggestions", None),
        ("PATCH", PROFILE, {"hours_max": 10}),
        ("POST", "/api/v1/tokens", {"name": "more", "scopes": ["list.read"]}),
        ("DELETE", "/api/v1/session", None),
    ):
        assert ask(world, "anonymous", method, path, json=body, **bearer).status_code == 403, path
    assert value not in ask(world, "coach", "GET", "/api/v1/tokens").text
    assert ask(world, "coach", "DELETE", f"/api/v1/tokens/{made.json()['token']}").status_code == 204
    assert ask(world, "anonymous", "GET", PROFILE, **bearer).status_code == 401


@pytest.mark.parametrize("scopes", [["accounts.read"], ["tokens.own"], ["session.own"], ["nonsense"]])
def test_a_token_never_does_more_than_its_account(world: World, scopes: list[str]) -> None:
    assert ask(world, "coach", "POST", "/api/v1/tokens", json={"name": "t", "scopes": scopes}).status_code == 422


def test_a_shut_account_is_out_with_its_sessions_and_tokens(world: World) -> None:
    made = ask(world, "coach", "POST", "/api/v1/tokens", json={"name": "table", "scopes": ["person.read"]}).json()
    shut = {"change": "shut", "reason": "left the organisation"}
    assert ask(world, "admin", "POST", "/api/v1/accounts/a-coach/changes", json=shut).status_code == 200
    assert ask(world, "coach", "GET", PROFILE).status_code == 401
    bearer = {"Authorization": f"Bearer {made['value']}"}
    assert ask(world, "anonymous", "GET", PROFILE, headers=bearer).status_code == 401


def test_from_an_invitation_to_a_session_with_codes(world: World) -> None:
    import pyotp

    new = {"role": "coach", "login": "nina@example.fi", "name": "Nina Nieminen"}
    invitation = ask(world, "admin", "POST", "/api/v1/accounts", json=new).json()["invitation"]
    accepted = world.client.post(
        "/api/v1/invitations/accept", json={"invitation": invitation, "password": "kurki lentää sateessa 7"}
    )
    assert accepted.json() == {
        "role": "coach", "logged_in": True, "must_set_up_codes": True, "must_show_code": False,
    }  # fmt: skip
    cookie = accepted.headers["set-cookie"]
    assert cookie.startswith("__Host-worktrial=") and "Secure" in cookie and "HttpOnly" in cookie
    mine = {"cookie": cookie.partition(";")[0], "Sec-Fetch-Site": "same-origin"}
    world.client.cookies.clear()
    refused = world.client.get("/api/v1/candidates", headers=mine)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_needed")
    address = world.client.post("/api/v1/session/second-factor", headers=mine).json()["address"]
    code = {"code": pyotp.parse_uri(address).now()}
    assert world.client.put("/api/v1/session/second-factor", headers=mine, json=code).status_code == 204
    assert world.client.get("/api/v1/candidates", headers=mine).json() == {"candidates": [], "next": None}
    assert world.client.delete("/api/v1/session", headers=mine).status_code == 204
    assert world.client.get("/api/v1/candidates", headers=mine).status_code == 401


def test_an_invitation_by_the_operator_is_made_once_and_replaced_by_the_next(world: World) -> None:
    with world.store.write() as connection:
        old = invite(connection, "a-employer", COMMAND_LINE, datetime.now(UTC))
        invite(connection, "a-employer", COMMAND_LINE, datetime.now(UTC))
    body = {"invitation": old, "password": "kurki lentää sateessa 7"}
    assert world.client.post("/api/v1/invitations/accept", json=body).status_code == 410


def test_the_table_of_rights_explains_itself_in_three_languages(world: World) -> None:
    for lang in ("fi", "sv", "en"):
        asked = {"action": "person.read", "role": "admin", "lang": lang}
        said = ask(world, "employer", "GET", "/api/v1/permissions/explain", params=asked).json()
        assert (said["allowed"], said["relation"]) == (False, None)
        assert said["text"] and said["what"]
        table = ask(world, "candidate", "GET", "/api/v1/permissions", params={"lang": lang}).json()
        assert all(
            set(one["roles"]) == {"coach", "employer", "candidate", "researcher", "admin"} for one in table["actions"]
        )


def test_an_employer_offers_tasks_in_own_words_and_a_coach_of_the_organisation_keeps_in_touch(world: World) -> None:
    offers = f"/api/v1/sites/{world.site}/postings"
    words = "Pyykin lajittelu 6 t/vko\nVaatteiden silitys 4 tuntia viikosa"
    posted = ask(world, "employer", "POST", offers, json={"job_title": "Pesula-apulainen", "text": words})
    assert posted.status_code == 201, posted.text
    (offer,) = ask(world, "employer", "GET", offers).json()["postings"]
    assert [task["hours_per_week"] for task in offer["tasks"]] == [6.0, 4.0]
    answers = [
        {"task": task["id"], "levels": {load["dimension"]: load["proposed"] for load in task["loads"]}}
        for task in offer["tasks"]
    ]
    path = f"{offers}/{offer['id']}"
    assert ask(world, "employer", "POST", f"{path}/answers", json={"answers": answers[:1]}).status_code == 422
    confirmed = ask(world, "employer", "POST", f"{path}/answers", json={"answers": answers})
    assert confirmed.json()["state"] == "confirmed", confirmed.text
    elsewhere = "/api/v1/sites/aanitalo.mediapaja/postings"
    assert ask(world, "employer", "POST", f"{elsewhere}/{offer['id']}/withdrawal").status_code == 404
    assert ask(world, "coach", "POST", f"{path}/withdrawal").json()["state"] == "withdrawn"
    contacts = f"/api/v1/employers/{offer['employer']}/contacts"
    said = {"on": "2026-11-28", "kind": "visit", "note": "Kävin paikalla", "next_on": "2026-12-08"}
    assert ask(world, "coach", "POST", contacts, json=said).json()["warning"] is None
    assert [one["note"] for one in ask(world, "coach", "GET", contacts).json()["contacts"]] == ["Kävin paikalla"]
    assert ask(world, "employer", "GET", contacts).status_code == 403


def test_no_organisation_can_invite_itself_as_an_employer_into_the_trials_of_another(world: World) -> None:
    at = datetime.now(UTC)
    spy = Account("f-employer", Role.EMPLOYER, "t2", "spy@example.fi", "Frida Fors")
    with world.store.write() as connection:
        add_account(connection, spy, at)
        handle_sites(connection, spy.id, [world.site], date(2099, 12, 31))
        open_session(connection, "session-of-spy", spy.id, at, timedelta(hours=1), second_factor=True)
    trial = f"/api/v1/trials/{TRIALS['mine']}"
    assert ask(world, "employer", "GET", trial).status_code == 200
    for path in (trial, f"{trial}/brief"):
        assert ask(world, "spy", "GET", path).status_code == 404
    assert ask(world, "spy", "GET", "/api/v1/trials").json() == {"trials": []}
    assert b"VEVENT" not in ask(world, "spy", "GET", "/api/v1/trials.ics").content


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_refused_move_names_its_rule_for_programs_and_for_people(world: World, language: str) -> None:
    path = f"/api/v1/trials/{TRIALS['mine']}"
    asked = {"move": "start", "seen": ask(world, "coach", "GET", path).json()["version"]}
    before = ask(world, "coach", "GET", path).json()
    refused = ask(world, "coach", "POST", f"{path}/moves", json=asked, params={"lang": language})
    said = refused.json()
    assert (refused.status_code, said["code"], said["move"], said["rule"]) == (
        409, "move_refused", "start", "move_allowed",
    )  # fmt: skip
    messages = Messages(language)
    assert messages.text("trial.rule.move_allowed") in said["detail"]
    assert said["title"] == messages.text("problem.move_refused.title")
    assert refused.headers["content-language"] == language
    liked = ask(world, "coach", "POST", f"{path}/moves", json=asked, headers={"Accept-Language": language})
    assert liked.json()["detail"] == said["detail"]
    assert ask(world, "coach", "GET", path).json() == before


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_reasons_can_be_read_before_one_is_given(world: World, language: str) -> None:
    offered = {
        role: ask(world, role, "GET", "/api/v1/trials/reasons", params={"lang": language}).json()["moves"]
        for role in ("coach", "employer", "candidate")
    }
    assert {one["by"] for one in offered["employer"]} == {"employer"}
    assert {one["by"] for one in offered["candidate"]} == {"candidate"}
    assert all(one in offered["coach"] for role in ("employer", "candidate") for one in offered[role])
    declining = next(one for one in offered["employer"] if one["move"] == "decline")["reasons"]
    texts = Messages(language)
    assert {"id": "employer_situation", "text": texts.text("trial.reason.employer_situation")} in declining
    assert "health" not in {one["id"] for one in declining}


def test_an_administrator_is_not_told_whose_a_login_is_and_is_seen_trying(world: World) -> None:
    def invited(login: str) -> Any:
        return ask(world, "admin", "POST", "/api/v1/accounts", json={"role": "coach", "login": login, "name": "N N"})

    own, foreign = invited("colleague@example.fi"), invited("foreign@example.fi")
    number = {answer.headers["x-request-id"] for answer in (own, foreign)}
    bodies = {one.text.replace(id_, "") for one in (own, foreign) for id_ in number if id_ in one.text}
    assert (own.status_code, foreign.status_code, len(bodies)) == (422, 422, 1), "one answer, whoever has it"
    assert "organisation" not in own.text
    listed = ask(world, "admin", "GET", "/api/v1/accounts").text
    assert "foreign@example.fi" not in listed
    entries = ask(world, "admin", "GET", "/api/v1/audit").json()["entries"]
    assert [one["action"] for one in entries].count("account.refused") == 2
    assert "example.fi" not in repr(entries)
    assert invited("nobody-yet@example.fi").status_code == 201

"""On one's own machine a named person drafts and moves trials; a nameless one is told what to set."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.commands.audit_keeping import lines_about
from api.commands.match_lists import Question
from api.environment import SettingsRefused
from api.messages import LANGUAGES, Messages
from api.settings import Settings
from api.shown_lists import show_list
from api.start_checks import refuse_unsafe
from data.accounts import COMMAND_LINE, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.store import (
    Store,
    add_tenant,
    admit,
    get_plan,
    note,
    open_store,
    replace_candidates,
    replace_region,
)
from data.store.audit import entries_about
from data.trial_lifecycle import TrialState
from data.workplaces import Employer
from matching import MatchConfig
from tests.api.serving_apps import service_settings, sqlite_url, url_of
from tests.conftest import HERE

NAME, PERSON = "Olli Operaattori", "KS-001"


@pytest.fixture
def shown(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> int:  # fmt: skip
    """The number of a list that was shown; its person is with an organisation."""
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:6])
        replace_candidates(connection, people[:1])
        add_tenant(connection, "t1", "Valmennus", datetime.now(UTC))
        admit(connection, [PERSON], "t1")
    return show_list(store, Question(PERSON, MatchConfig(top=1)), Messages("en"), datetime.now(UTC)).number


def at_home(store: Store, **said: str) -> TestClient:
    return TestClient(create_app(url_of(store), Settings(**said)), base_url=HERE)


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(16)}


def test_with_a_name_a_trial_is_drafted_and_moved_in_it(store: Store, shown: int) -> None:
    with at_home(store, operator=f"  {NAME} ") as client:
        assert client.get("/api/v1/session").json()["name"] == NAME
        made = client.post(f"/api/v1/candidates/{PERSON}/trials", json={"run": shown, "rank": 1}, headers=key())
        assert made.status_code == 201
        id_ = made.json()["trial"]
        moved = client.post(
            f"/api/v1/trials/{id_}/moves", headers=key(), json={"move": "decline", "seen": 1, "reason": "way_to_work"}
        )
        assert moved.status_code == 200
        listed = [one["id"] for one in client.get("/api/v1/trials").json()["trials"]]
        audit = client.get("/api/v1/audit").json()["entries"]
    with store.read() as connection:
        plan, entries = get_plan(connection, id_), entries_about(connection, PERSON)
    assert (plan.state, plan.tenant, listed) == (TrialState.DECLINED, "t1", [id_])
    assert {(step.name, step.role, step.party) for step in plan.steps} == {(NAME, Role.OPERATOR, Role.COACH)}
    assert {one.operator for one in entries if one.action.startswith("trial.")} == {NAME}
    assert [one["facts"]["operator"] for one in audit if one["action"] == "trial.decline"] == [NAME]


def test_the_audit_command_names_who_acted_without_an_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_DATABASE_URL", sqlite_url(tmp_path))
    kept = open_store(sqlite_url(tmp_path))
    with kept.write() as connection:
        for actor in (COMMAND_LINE, replace(COMMAND_LINE, name=NAME)):
            note(connection, AuditEvent("person.read", actor, datetime.now(UTC), PERSON))
    kept.close()
    assert [line.endswith(f"command-line {NAME}") for line in lines_about(PERSON, 50)] == [True, False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_name_the_refusal_says_what_to_set(store: Store, shown: int, language: str) -> None:
    with at_home(store) as client:
        answer = client.post(
            f"/api/v1/candidates/{PERSON}/trials", json={"run": shown, "rank": 1}, params={"lang": language},
            headers=key(),
        )  # fmt: skip
        assert client.get("/api/v1/trials").json()["trials"] == []
    assert (answer.status_code, answer.json()["rule"]) == (409, "named_person")
    assert "WORKTRIAL_OPERATOR" in answer.json()["detail"]
    with store.read() as connection:
        assert {one.operator for one in entries_about(connection, PERSON)} == {""}


def test_where_people_log_in_there_is_no_operator() -> None:
    with pytest.raises(SettingsRefused, match="operator is set, but people log in here"):
        refuse_unsafe(service_settings(operator=NAME), "sqlite://", {})
    refuse_unsafe(Settings(operator=NAME), "sqlite://", {})


@pytest.mark.parametrize("wrong", ["x" * 201, "Olli\x1b[2J"])
def test_what_is_no_name_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="operator"):
        Settings(operator=wrong)

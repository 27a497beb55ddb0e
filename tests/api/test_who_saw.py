"""Who saw this: for the person alone, by role and employer, the latest first, every action of the code named."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

import api
import data
from api.account_changes import AccountChange
from api.messages import LANGUAGES, Messages
from api.who_saw import action_text, who_saw, who_saw_as_json
from data.accounts import Actor, Role
from data.audit import AuditEvent
from data.candidates import Candidate
from data.permissions import load_permissions
from data.postings import PostingState
from data.releasable_facts import ReleasableFact
from data.store import Store, add_employers, release, replace_candidates
from data.store.audit import note
from data.trial_lifecycle import Move
from data.workplaces import Employer
from tests.commands import schema
from tests.days import HELSINKI

AT = datetime(2026, 11, 28, 21, 30, tzinfo=UTC)
COACH = Actor("account-zq1", Role.COACH, "t1", "Zqvirpi Zqvalmentaja")
HANDLER = Actor("account-zq2", Role.EMPLOYER, "", "Zqossi Zqohjaaja")
ANNA = Actor("account-zq3", Role.CANDIDATE, "t1", "Anna")


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        add_employers(connection, [Employer("hall", "Halli Oy", "own", ())])
        replace_candidates(connection, [Candidate("KS-001", "A", 4, 20, {}), Candidate("KS-002", "B", 4, 20, {})])
        note(connection, AuditEvent("person.read", COACH, AT, "KS-001"))
        release(connection, ANNA, "KS-001", "hall", ReleasableFact("hours_cap"), AT, "1" * 32)
        seen = {"employer": "hall", "form": "html"}
        note(connection, AuditEvent("brief.shown", HANDLER, AT + timedelta(minutes=1), "KS-001", "trial:1", seen))
        note(connection, AuditEvent("brief.shown", HANDLER, AT, "KS-002", "trial:2", {"employer": "gone"}))
        note(connection, AuditEvent("something.new", COACH, AT, "KS-002"))
    return store


def test_a_person_sees_what_was_done_with_their_own_data_the_latest_first(filled: Store) -> None:
    with filled.read() as connection:
        seen = who_saw(connection, "KS-001", Messages("en"), HELSINKI)
        assert who_saw(connection, "KS-003", Messages("en"), HELSINKI) == ()
    assert [(one.who, one.what, one.employer) for one in seen] == [
        ("The employer", "Saw the proposal and what you have released", "Halli Oy"),
        ("You", "Released a fact to an employer", "Halli Oy"),
        ("Job coach", "Looked at your data", ""),
    ]
    assert seen[0].when == "28 Nov 2026, 23:31"


def test_somebody_else_who_reads_it_is_not_spoken_to_as_the_person(filled: Store) -> None:
    with filled.read() as connection:
        seen = who_saw(connection, "KS-001", Messages("en"), HELSINKI, to_them=False)
    assert [(one.who, one.what, one.own) for one in seen] == [
        ("The employer", "Saw a proposal and what was released", False),
        ("The person", "Let an employer know a fact", True),
        ("Job coach", "Looked at a profile", False),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_done_is_told_in_other_words_than_a_button_that_does_it(language: str) -> None:
    messages = Messages(language)
    assert [m for m in Move if messages.text(f"trial.done.{m}") == messages.text(f"trial.move.{m}")] == []
    by_route = [one for one in load_permissions().actions.values() if one.audit == "route"]
    assert [one.id for one in by_route if action_text(one.id, messages) == one.names[language]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_account_and_no_name_of_staff_is_told(filled: Store, language: str) -> None:
    with filled.read() as connection:
        messages = Messages(language)
        table = who_saw_as_json(who_saw(connection, "KS-001", messages, HELSINKI), messages)
    assert not re.search("zq|account", repr(table), re.IGNORECASE)
    jsonschema.validate(table, schema("who-saw.schema.json"))
    assert set(table["rows"][0]) == {"number", "at", "when", "who", "what", "employer"}


def test_an_employer_that_is_gone_stands_by_its_id_and_an_unknown_action_is_told_too(filled: Store) -> None:
    with filled.read() as connection:
        seen = who_saw(connection, "KS-002", Messages("en"), HELSINKI)
    assert [(one.what, one.employer) for one in seen] == [
        ("Handled your data in another way", ""),
        ("Saw the proposal and what you have released", "gone"),
    ]


def test_every_role_and_every_action_that_the_code_notes_has_a_name() -> None:
    sources = [p for package in (data, api) for p in Path(str(package.__file__)).parent.rglob("*.py")]
    noted = {
        action
        for path in sources
        for action in re.findall(r'AuditEvent\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8"))
    }
    assert "brief.shown" in noted
    for language in LANGUAGES:
        messages = Messages(language)
        unknown = messages.text("seen.action.other")
        noted |= {f"trial.{move}" for move in Move} | set(load_permissions().actions)
        noted |= {f"posting.{state}" for state in PostingState}
        noted |= {f"account.{change}" for change in get_args(AccountChange.model_fields["change"].annotation)}
        assert [action for action in sorted(noted) if action_text(action, messages) == unknown] == []
        assert all(messages.has(f"seen.role.{role.value}") for role in Role)

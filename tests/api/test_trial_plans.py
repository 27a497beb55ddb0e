"""Drafts of a shown list, what each party sees of a trial, and its days in a calendar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest

from api.commands.match_lists import Question
from api.messages import LANGUAGES, Messages
from api.replay import Verdict, replay
from api.shown_lists import ShownList, show_list
from api.trial_calendar import trials_as_calendar
from api.trial_plans import what_next
from api.trial_words import (
    attention_text,
    moves_as_json,
    plan_as_json,
    reasons_as_json,
    refusal_text,
    seen_by_employer,
)
from data.accounts import Role
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import Store, add_plan, get_plan, replace_candidates, replace_region
from data.store.audit import entries_about
from data.trial_lifecycle import RULES, Asked, Channel, Move, MoveRefused, PlanChanged, RaisedFlag, TrialState
from data.trial_moves import reasons
from data.workplaces import Employer
from matching import MatchConfig
from matching.trial_lifecycle import Attention, DueKind, Need, take
from tests.trial_parties import (
    CANDIDATE,
    COACH,
    EMPLOYER,
    LIFE,
    REASON,
    WHOLE,
    at,
    draft,
    no_limits,
    until,
    walked,
)
from tests.trials_in_store import draft_from_list, move_trial

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ENGLISH = Messages("en")
ID = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:12])
        replace_candidates(connection, people[:2])
    return store


def shown(store: Store, person: Candidate, **asked: Any) -> ShownList:
    return show_list(store, Question(person.id, MatchConfig(top=3), **asked), ENGLISH, NOW)


# ---- from a list to a draft


def test_a_draft_holds_the_line_of_the_list_with_all_its_flags_and_can_be_replayed(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    listed = shown(filled, people[0])
    plan = draft_from_list(filled, listed.number, 2, COACH, ID, NOW)
    line = listed.listed.found.suggestions[1]
    assert (plan.candidate, plan.site, plan.tenant) == (people[0].id, line.reach.place.site.id, "hub")
    assert plan.state is TrialState.DRAFT
    assert [(task.task, task.hours_per_week) for task in plan.terms.tasks] == [
        (part.task.id, round(part.hours, 4)) for part in line.tasks
    ]
    assert list(plan.terms.measures) == [measure.id for measure in line.measures]
    assert plan.flags == tuple(RaisedFlag(flag.kind, flag.about) for flag in line.flags)
    assert plan.open_flags == plan.flags
    hours = sum(half.hours for half in plan.terms.week)
    assert hours == pytest.approx(line.hours, abs=0.01)
    assert plan.fictional
    found = replay(filled, str(plan.origin.run))
    assert found.verdict is Verdict.SAME
    assert found.suggestions[plan.origin.rank - 1].id == plan.origin.suggestion == line.id
    with filled.read() as connection:
        assert get_plan(connection, ID) == plan
        assert [entry.action for entry in entries_about(connection, people[0].id)] == ["trial.create", "list.read"]


def test_a_draft_goes_on_from_a_real_line_to_an_agreement(filled: Store, people: tuple[Candidate, ...]) -> None:
    plan = draft_from_list(filled, shown(filled, people[0]).number, 1, COACH, ID, NOW)
    day = NOW.date()
    whole = replace(
        plan.terms, starts=date(2026, 3, 9), ends=date(2026, 5, 29), supervisor="Saara Supervisor", goal=WHOLE.goal
    )
    steps = [
        *((Asked(Move.GIVE_REASON, flag=flag, text=REASON), COACH) for flag in plan.open_flags),
        (Asked(Move.PROPOSE, answer_by=day), COACH),
        (Asked(Move.CANDIDATE_ACCEPTS), CANDIDATE),
        (Asked(Move.EMPLOYER_ACCEPTS), EMPLOYER),
        (Asked(Move.ARRANGE, terms=whole), COACH),
        (Asked(Move.SIGN), CANDIDATE),
        (Asked(Move.SIGN), EMPLOYER),
        (Asked(Move.AGREE), COACH),
    ]
    for asked, actor in steps:
        plan = move_trial(filled, ID, plan.version, asked, actor, NOW)
    assert plan.state is TrialState.AGREED
    assert plan.agreed == whole


def test_nobody_decides_on_a_what_if_or_on_a_line_that_is_not_there(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    what_if = shown(filled, people[0], changes=("hours.max=14",)).number
    with pytest.raises(InvalidInput, match="what-if"):
        draft_from_list(filled, what_if, 1, COACH, ID, NOW)
    number = shown(filled, people[0]).number
    for run, rank in ((number, 9), (number + 1, 1)):
        with pytest.raises(UnknownId):
            draft_from_list(filled, run, rank, COACH, ID, NOW)
    with pytest.raises(MoveRefused, match="right_role"):
        draft_from_list(filled, number, 1, CANDIDATE, ID, NOW)
    with pytest.raises(MoveRefused, match="named_person"):
        draft_from_list(filled, number, 1, replace(COACH, name=""), ID, NOW)


def test_what_comes_next_says_in_words_what_is_missing(filled: Store, people: tuple[Candidate, ...]) -> None:
    plan = draft_from_list(filled, shown(filled, people[0]).number, 1, COACH, ID, NOW)
    assert plan.flags
    written = {one["move"]: one for one in moves_as_json(what_next(filled, ID, NOW.date()), ENGLISH)}
    assert not written["propose"]["ready"]
    assert written["propose"]["missing"][0]["text"] == "flags have no written reason of a human yet"
    assert written["revise"]["ready"]


# ---- what each party sees


SECRETS = ("sugg", REASON, "pos_stand", "soc_alone", "run_id", "KS-001", "note", "flags", '"version"')


def test_an_employer_sees_nothing_before_the_candidate_has_said_yes() -> None:
    for steps in range(4):
        assert plan_as_json(walked(steps), Role.EMPLOYER, ENGLISH) is None
    assert plan_as_json(walked(4), Role.EMPLOYER, ENGLISH) is not None
    again = take(walked(5), Asked(Move.REOPEN), COACH, at(date(2027, 1, 7)), no_limits)
    assert plan_as_json(again, Role.EMPLOYER, ENGLISH) is None


@pytest.mark.parametrize("steps", range(4, len(LIFE) + 1))
def test_what_an_employer_sees_holds_no_flag_no_reason_no_origin_and_no_count_of_steps(steps: int) -> None:
    text = json.dumps(plan_as_json(walked(steps), Role.EMPLOYER, ENGLISH))
    assert not [secret for secret in SECRETS if secret in text]


def test_new_terms_are_shown_to_an_employer_only_after_the_candidates_yes() -> None:
    talked = walked(6)
    hidden = plan_as_json(talked, Role.EMPLOYER, ENGLISH)
    assert hidden is not None
    assert hidden["terms"] is None
    signed = plan_as_json(walked(7), Role.EMPLOYER, ENGLISH)
    assert signed is not None
    assert signed["terms"]["supervisor"] == WHOLE.supervisor


def test_what_is_not_for_an_employer_changes_no_byte_of_what_an_employer_sees() -> None:
    """Other flags and reasons, one step more or less before the proposal, a break for health or for another reason."""
    plain = draft(())
    flagged = walked(2)
    for steps in range(2, 10):
        one, other = walked_from(plain, steps), walked_from(flagged, steps)
        assert employer_bytes(one) == employer_bytes(other)
    day = at(date(2027, 2, 8))
    running = walked_from(plain, 10)
    broken = [
        take(running, Asked(Move.INTERRUPT, reason=reason), COACH, day, no_limits) for reason in ("health", "next_step")
    ]
    assert employer_bytes(broken[0]) == employer_bytes(broken[1])


def walked_from(plan, steps: int):  # type: ignore[no-untyped-def]
    return walked(steps - 2, plan, LIFE[2:])


def employer_bytes(plan) -> bytes:  # type: ignore[no-untyped-def]
    calendar = trials_as_calendar([plan], ENGLISH)
    return json.dumps(plan_as_json(plan, Role.EMPLOYER, ENGLISH)).encode() + calendar


def test_an_employer_answers_to_what_was_seen_and_is_told_when_it_has_changed(store: Store) -> None:
    with store.write() as connection:
        replace_candidates(connection, [Candidate("KS-001", "Kanerva", 4.0, 20.0, {})])
        add_plan(connection, draft(()), COACH)
    for asked, actor, day in (line for _, line in LIFE[2:4]):
        with store.read() as connection:
            version = get_plan(connection, "f" * 32).version
        plan = move_trial(store, "f" * 32, version, asked, actor, at(day))
    seen = seen_by_employer(plan)
    again = Asked(Move.EXTEND, answer_by=date(2027, 1, 20))
    plan = move_trial(store, "f" * 32, plan.version, again, COACH, at(date(2027, 1, 6)))
    assert seen_by_employer(plan) == seen
    with pytest.raises(PlanChanged):
        move_trial(store, "f" * 32, "something else", Asked(Move.EMPLOYER_ACCEPTS), EMPLOYER, at(date(2027, 1, 6)))
    plan = move_trial(store, "f" * 32, seen, Asked(Move.EMPLOYER_ACCEPTS), EMPLOYER, at(date(2027, 1, 6)))
    assert plan.state is TrialState.EMPLOYER_ACCEPTED
    assert seen_by_employer(plan) != seen


def test_the_candidate_sees_everything_but_the_coachs_notes() -> None:
    plan = take(walked(5), Asked(Move.REOPEN, note="a private thought"), COACH, at(date(2027, 1, 7)), no_limits)
    mine, coachs = plan_as_json(plan, Role.CANDIDATE, ENGLISH), plan_as_json(plan, Role.COACH, ENGLISH)
    assert mine is not None
    assert coachs is not None
    assert "private" in json.dumps(coachs)
    assert "private" not in json.dumps(mine)
    assert mine["reasons"] == coachs["reasons"]
    for role in (Role.ADMIN, Role.RESEARCHER):
        assert plan_as_json(plan, role, ENGLISH) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_move_rule_reason_and_need_has_words(language: str) -> None:
    messages = Messages(language)
    keys = [
        *(f"state.{one.value}" for one in TrialState),
        *(f"move.{one.value}" for one in Move),
        *(f"rule.{one}" for one in RULES),
        *(f"reason.{one}" for one in reasons()),
        *(f"channel.{one.value}" for one in Channel),
        *(f"need.{one.value}" for one in Need),
        *(f"calendar.{one.value}" for one in DueKind),
    ]
    assert [key for key in keys if not messages.has(f"trial.{key}")] == []
    refused = MoveRefused("flags_answered", Move.PROPOSE, TrialState.DRAFT, ("tight",))
    assert "(tight)" in refusal_text(refused, messages)
    assert "3" in attention_text(Attention(ID, "KS-001", Need.FLAGS_OPEN, None, 3), messages)


def test_a_form_offers_only_the_reasons_that_a_party_can_give() -> None:
    offered = [one["id"] for one in reasons_as_json(Move.DECLINE, Role.EMPLOYER, ENGLISH)]
    assert "employer_situation" in offered
    assert "health" not in offered


# ---- the calendar


def events(feed: bytes) -> Iterator[Any]:
    return icalendar.Calendar.from_ical(feed).walk("VEVENT")  # type: ignore[return-value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_names_no_one_and_no_fact_of_health(language: str) -> None:
    plan = replace(until("running"), id=ID)
    feed = trials_as_calendar([plan], Messages(language))
    text = feed.decode()
    for secret in ("KS-001", WHOLE.supervisor, WHOLE.goal, "hall", "extra_breaks", ID, COACH.name):
        assert secret not in text
    assert len(list(events(feed))) == 8
    assert any(ID[:8] in str(event["summary"]) for event in events(feed))


def test_a_calendar_is_the_same_bytes_for_the_same_trials_with_lines_as_they_must_be() -> None:
    plans = [replace(until("agreed"), id="a" * 32), replace(until("running"), id="b" * 32)]
    feed = trials_as_calendar(plans, ENGLISH)
    assert feed == trials_as_calendar(reversed(plans), ENGLISH)
    lines = feed.split(b"\r\n")
    assert feed.endswith(b"\r\n")
    assert not any(b"\n" in line or len(line) > 75 for line in lines)
    assert "Review of trial aaaaaaaa" in [str(event["summary"]) for event in events(feed)]


def test_a_day_that_moves_keeps_its_id_so_that_a_calendar_moves_it() -> None:
    running, day = until("running"), at(date(2027, 2, 3))
    plan = take(running, Asked(Move.ARRANGE, terms=replace(WHOLE, ends=date(2027, 5, 7))), COACH, day, no_limits)
    for actor in (CANDIDATE, EMPLOYER):
        plan = take(plan, Asked(Move.SIGN), actor, day, no_limits)
    adapted = take(plan, Asked(Move.ADAPT), COACH, day, no_limits)
    before = {str(e["uid"]): e for e in events(trials_as_calendar([running], ENGLISH))}
    after = {str(e["uid"]): e for e in events(trials_as_calendar([adapted], ENGLISH))}
    assert before.keys() < after.keys()
    moved = [uid for uid in before if before[uid].decoded("dtstart") != after[uid].decoded("dtstart")]
    assert moved
    assert all(int(after[uid]["sequence"]) > int(before[uid]["sequence"]) for uid in before)


def test_trials_that_are_not_agreed_on_or_were_left_have_no_days() -> None:
    gone = take(until("running"), Asked(Move.WITHDRAW), CANDIDATE, at(date(2027, 2, 3)), no_limits)
    assert list(events(trials_as_calendar([until("proposed"), gone], ENGLISH))) == []

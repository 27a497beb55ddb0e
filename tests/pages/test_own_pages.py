"""A candidate's own pages: what is known, what is suggested and why, yes and no, what is told and to whom, all data."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.commands.match_lists import Question
from api.messages import Messages
from api.shown_lists import show_list
from api.trial_plans import draft_from_list
from data.accounts import Account, Role
from data.candidates import Candidate
from data.dimensions import load_dimensions
from data.levels import Source
from data.store import Store, admit, get_candidate, get_plan, replace_candidates
from data.store.accounts import add_account, put_in_caseload
from data.store.sessions import open_session
from data.trial_lifecycle import Asked, Move, TrialState
from matching import MatchConfig
from tests.api.access.world import ACCOUNTS, TRIALS
from tests.trials_in_store import move_trial

from .conftest import Open, Served, violations

PAGES = ("/me", "/me/suggestions", "/me/profile", "/me/profile/env_noise", "/me/shared", "/me/seen", "/me/data",
         f"/me/trials/{TRIALS['not_shown']}")  # fmt: skip
MINE, OPEN_TRIAL = "KS-006", "9" * 32


@pytest.fixture(scope="module")
def newcomer(served: Served, people: tuple[Candidate, ...]) -> str:
    """Another candidate with a trial that waits for their yes, so that what they change disturbs nobody else."""
    person = next(one for one in people if one.id == MINE)
    account, at = (
        Account("m-candidate", Role.CANDIDATE, "t1", "m@example.fi", "Maija Mallikas", MINE),
        datetime.now(UTC),
    )
    with served.store.write() as connection:
        replace_candidates(connection, [replace(person, name="Maija Mallikas")])
        admit(connection, [MINE], "t1")
        add_account(connection, account, at)
        open_session(connection, "session-of-newcomer", account.id, at, timedelta(hours=12), second_factor=True)
        put_in_caseload(connection, MINE, "a-coach", at)
    _propose(served.store, at)
    return "newcomer"


def _propose(store: Store, at: datetime) -> None:
    """Let the coach propose the first line of a list that has something to tell the workplace."""
    coach = ACCOUNTS["coach"].actor
    shown = show_list(store, Question(MINE, MatchConfig(10)), Messages("fi"), at, actor=coach)
    rank = next(one.rank for one in shown.listed.found.suggestions if one.measures)
    with store.write() as connection:
        plan = draft_from_list(connection, shown.number, rank, coach, OPEN_TRIAL, at)
    asked = [Asked(Move.GIVE_REASON, flag=flag, text="Puhuttu ihmisen kanssa.") for flag in plan.flags]
    for version, one in enumerate([*asked, Asked(Move.PROPOSE, answer_by=at.date() + timedelta(days=14))], start=1):
        move_trial(store, OPEN_TRIAL, version, one, coach, at)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", ["coach", "employer", "researcher", "admin"])
def test_nobody_else_reads_them(open_page: Open, path: str, role: str) -> None:
    page = open_page("/about", role)
    answer = page.goto(page.url.replace("/about", path))
    assert answer is not None
    assert answer.status in (403, 404)


def test_no_score_and_no_rank_of_the_person_stands_on_what_is_suggested(open_page: Open) -> None:
    page = open_page("/me/suggestions", "candidate", lang="en")
    text = page.locator("main").inner_text()
    assert page.locator("article.card").count() > 1
    assert not re.search(r"\bscore\b|\bpoints\b|log-odds|rank", text, re.IGNORECASE)
    for sentence in ("You decide whether", "Interested in one of them"):
        assert sentence in text


def test_a_wish_changes_the_profile_and_is_taken_back(open_page: Open, served: Served, newcomer: str) -> None:
    page = open_page("/me/suggestions", newcomer, lang="en", script=False)
    page.locator("article.card").first.get_by_text("Do you want this kind of work?").click()
    form = page.locator("article.card").first.locator("form.wish").first
    kind = form.locator("input[name=kind]").input_value()
    form.get_by_role("button", name="I do not want this").click()
    expect(page.get_by_role("status").first).to_contain_text("Your wish is kept")
    with served.store.read() as connection:
        assert get_candidate(connection, MINE).wishes[kind] == -2


def test_what_somebody_says_of_themself_stands_beside_what_others_said(
    open_page: Open, served: Served, newcomer: str
) -> None:
    dimension = next(one for one in load_dimensions() if one.id == "env_noise")
    page = open_page("/me/profile/env_noise", newcomer, lang="fi", script=False)
    page.get_by_text(dimension.anchors["fi"][2]).click()
    page.get_by_role("button", name="Tallenna").click()
    assert page.url.endswith("/me/profile?done=corrected")
    with served.store.read() as connection:
        levels = get_candidate(connection, MINE).capacity["env_noise"]
    assert [level.value for level in levels if level.source is Source.CANDIDATE] == [2.0]


def test_what_was_typed_stays_where_a_number_is_none(open_page: Open, newcomer: str) -> None:
    page = open_page("/me/profile", newcomer, lang="fi", script=False)
    page.get_by_label("Tunteja viikossa enintään").fill("kaksitoista")
    page.get_by_role("button", name="Tallenna").click()
    assert page.get_by_label("Tunteja viikossa enintään").input_value() == "kaksitoista"
    assert "2,5" in page.get_by_role("alert").inner_text()
    page.get_by_label("Tunteja viikossa vähintään").fill("30")
    page.get_by_label("Tunteja viikossa enintään").fill("17,5")
    page.get_by_role("button", name="Tallenna").click()
    assert "enemmän kuin" in page.get_by_role("alert").inner_text()
    page.get_by_label("Tunteja viikossa vähintään").fill("10")
    page.get_by_role("button", name="Tallenna").click()
    assert page.get_by_label("Tunteja viikossa enintään").input_value() == "17,5"


def test_a_wish_between_two_steps_stays_as_it_is_until_it_is_touched(
    open_page: Open, served: Served, newcomer: str
) -> None:
    with served.store.write() as connection:
        before = get_candidate(connection, MINE)
        replace_candidates(connection, [replace(before, wishes={"laundry": 1.5, "kitchen": -1.5})])
    page = open_page("/me/profile", newcomer, lang="fi", script=False)
    page.locator('input[name="wish.kitchen"][value="0"]').check()
    page.get_by_role("button", name="Tallenna").click()
    with served.store.write() as connection:
        assert get_candidate(connection, MINE).wishes == {"laundry": 1.5}
        replace_candidates(connection, [before])


def test_one_thing_is_told_taken_back_and_the_trial_is_said_yes_to_by_keyboard_alone(
    open_page: Open, served: Served, newcomer: str
) -> None:
    page = open_page("/me", newcomer, lang="en")
    _reach_content(page)
    page.locator("article.card a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/me/trials/{OPEN_TRIAL}")
    tellable = page.get_by_role("button", name="This may be told")
    assert tellable.count() > 0
    tellable.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("may now know")
    page.goto(f"{served.address}/me/shared")
    assert page.locator("article.card").count() == 1
    assert violations(page) == []
    page.get_by_role("button", name="Take everything back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Taken back")
    assert page.locator("article.card").count() == 0
    page.goto(f"{served.address}/me/trials/{OPEN_TRIAL}")
    page.get_by_role("button", name="Yes, I want to try").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("You said yes")
    with served.store.read() as connection:
        plan = get_plan(connection, OPEN_TRIAL)
    assert plan.state is TrialState.CANDIDATE_ACCEPTED
    assert plan.steps[-1].name == "Maija Mallikas"


def test_a_trial_is_left_with_a_reason_and_not_without(open_page: Open, served: Served, newcomer: str) -> None:
    page = open_page(f"/me/trials/{OPEN_TRIAL}", newcomer, lang="en", script=False)
    page.get_by_text("I want to stop").first.click()
    page.get_by_label(Messages("en").text("trial.reason.way_to_work")).last.check()
    page.get_by_role("button", name="I want to stop").last.click()
    with served.store.read() as connection:
        assert get_plan(connection, OPEN_TRIAL).state is TrialState.WITHDRAWN
    page.goto(f"{served.address}/me/seen")
    assert "You" not in page.locator("tbody tr td:nth-child(2)").all_inner_texts()
    others = page.locator("tbody tr").count()
    page.get_by_role("link", name="Show your own too").click()
    assert page.locator("tbody tr").filter(has_text="Withdrew").count() == 1
    own = page.locator("tbody tr td:nth-child(2)", has_text=re.compile("^You$")).count()
    assert page.locator("tbody tr").count() == others + own > others
    page.get_by_role("link", name="Show only others").click()
    assert page.locator("tbody tr").count() == others


def test_all_data_is_downloaded_matching_is_objected_to_and_everything_is_erased(
    open_page: Open, served: Served, newcomer: str
) -> None:
    page = open_page("/me/data", newcomer, lang="en")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download all my data").click()
    whole = json.loads(Path(begun.value.path()).read_text(encoding="utf-8"))
    assert whole["tables"]["candidate"][0]["id"] == MINE
    page.get_by_role("button", name="I do not want the program").click()
    expect(page.get_by_text("In force since")).to_be_visible()
    page.goto(f"{served.address}/me/suggestions")
    assert page.locator("article.card").count() == 0
    page.goto(f"{served.address}/me/data")
    page.get_by_role("button", name="Erase all my data").click()
    assert "Nothing was erased" in page.get_by_role("alert").inner_text()
    page.get_by_label("I know that it cannot be undone").check()
    page.get_by_role("button", name="Erase all my data").click()
    page.wait_for_url("**/login?done=erased")
    page.goto(f"{served.address}/me")
    assert "/login" in page.url


def _reach_content(page: Page) -> None:
    """Walk with the tabulator until something is reached that can be seen to have the focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if page.evaluate("document.activeElement.closest('main') !== null"):
            return
    raise AssertionError("the content is not reached by keyboard")

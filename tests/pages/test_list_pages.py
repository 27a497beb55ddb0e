"""The match list for a coach: choices hide, searches tell what is new, files run nothing, one change opens most."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from playwright.sync_api import expect

from api.commands.match_lists import Question, list_matches
from api.list_inputs import StoredInputs
from api.messages import Messages
from api.pages.list_files import list_file
from api.pages.suggestions import NEAR
from data.store import entries_about
from data.store.saved_searches import searches_of
from matching import MatchConfig
from matching.one_site import NearSite
from matching.opening_changes import opening_changes
from tests.api.access.world import MINE
from tests.days import this_day

from .conftest import Open, Served, violations
from .looks import PHONE_WIDTH, box
from .test_trial_pages import send

LIST = f"/people/{MINE}/suggestions"


@pytest.fixture(scope="module")
def near(served: Served) -> tuple[NearSite, ...]:
    question = Question(MINE, MatchConfig(), near=3)
    return list_matches(StoredInputs(served.store, date(2026, 11, 28)), question, lambda _: None).near or ()


def test_choices_hide_lines_and_the_page_says_how_many(open_page: Open) -> None:
    page = open_page(f"{LIST}?top=10", "coach", script=False)
    ranks = page.locator(".card .rank").all_inner_texts()
    page.locator('input[name="plain"]').check()
    page.locator("#f-hours_most").fill("60,0")
    with page.expect_navigation():
        page.locator(".filters button").click()
    shown = page.locator(".card .rank").all_inner_texts()
    assert set(shown) <= set(ranks)
    assert page.locator(".card", has_not_text="ei tarvita").count() == 0
    hidden = page.locator("#list .notice.hint")
    assert (hidden.count() == 1) == (len(shown) < len(ranks))


def test_a_choice_that_is_confirmed_with_enter_is_asked_once(open_page: Open) -> None:
    """Enter is a change and a sending at once; a second answer would take away what is typed below meanwhile."""
    page, asked = open_page(f"{LIST}?top=5", "coach"), list[str]()
    page.on("request", lambda one: asked.append(one.url) if "minutes=0" in one.url else None)
    page.locator("#f-minutes").fill("0")
    page.locator("#f-minutes").press("Enter")
    expect(page.locator(".card")).not_to_have_count(5, timeout=60_000)
    page.locator("#list [name=name]").press_sequentially("Lähellä", delay=50)
    expect(page.locator("#list [name=name]")).to_have_value("Lähellä")
    assert len(asked) == 1


def test_a_choice_made_with_script_changes_only_the_list(open_page: Open) -> None:
    page = open_page(f"{LIST}?top=5", "coach")
    page.evaluate("window.still = true")
    with page.expect_response(lambda answer: "minutes=0" in answer.url, timeout=90_000):
        page.locator("#f-minutes").fill("0")
        page.locator("#f-minutes").blur()
    expect(page.locator(".card")).not_to_have_count(5, timeout=60_000)
    assert page.evaluate("window.still")
    assert "minutes=0" in page.url


def test_a_card_of_choices_has_no_empty_foot_and_nothing_moves_while_it_is_asked(
    open_page: Open, served: Served
) -> None:
    page = open_page("/about", "coach", width=PHONE_WIDTH)
    for path in ("/people", "/rules", "/permissions", "/research/corrections", f"{LIST}?top=5"):
        page.goto(served.address + path)
        card, under = page.locator("form.filters"), page.locator("form.filters + *")
        parts = card.locator(":scope > :not(.loading)").filter(visible=True).all()
        least = max(box(one)["y"] + box(one)["height"] for one in parts)
        whole = box(card)
        assert whole["y"] + whole["height"] - least <= 20, path
        before = box(under)
        card.evaluate("one => one.classList.add('htmx-request')")
        sign = page.locator("#loading")
        assert sign.evaluate("one => getComputedStyle(one).visibility") == "visible"
        assert (box(under), box(card)) == (before, whole), path
        assert box(sign)["y"] >= least, path
        assert box(sign)["y"] + box(sign)["height"] <= before["y"] + 1, path


@pytest.mark.parametrize("bad", ["hours_most=monta", "top=0", "caution=rohkea"])
def test_a_choice_that_cannot_be_is_refused(open_page: Open, served: Served, bad: str) -> None:
    answer = open_page("/about", "coach").goto(f"{served.address}{LIST}?{bad}")
    assert answer is not None
    assert answer.status == 422


def test_a_search_is_saved_tells_what_is_new_and_is_deleted(open_page: Open, served: Served) -> None:
    page = open_page(f"{LIST}?top=5&hours_most=30", "coach", script=False)
    page.locator("#f-name").fill("Viiden kärki")
    send(page, 'form[action$="/searches"]')
    with served.store.read() as connection:
        (search,) = searches_of(connection, "a-coach", MINE)
    assert search.choices == {"top": 5, "hours_most": 30.0}
    assert page.locator(".new-mark").count() == 0
    page.goto(f"{served.address}{LIST}?top=10&search={search.id}")
    assert page.locator(".new-mark").count() == page.locator(".card").count() - 5
    with page.expect_navigation():
        page.locator('form[action*="/searches/"] button').first.click()
    page.goto(f"{served.address}{LIST}?top=10&search={search.id}")
    assert page.locator(".card").count() == 10
    with page.expect_navigation():
        page.locator('form[action*="/searches/"] button[name="delete"]').click()
    with served.store.read() as connection:
        assert searches_of(connection, "a-coach", MINE) == ()


def test_a_list_is_taken_out_as_it_was_shown_and_the_audit_knows(open_page: Open, served: Served) -> None:
    page = open_page(f"{LIST}?top=5", "coach", "en")
    run = page.locator('input[name="run"]').first.get_attribute("value")
    context = page.context.request
    whole = context.get(f"{served.address}{LIST}/{run}/export/json").json()
    assert len(whole["suggestions"]) == 5
    text = context.get(f"{served.address}{LIST}/{run}/export/csv").body().decode("utf-8-sig")
    assert len(text.strip().split("\r\n")) == 6
    book = openpyxl.load_workbook(io.BytesIO(context.get(f"{served.address}{LIST}/{run}/export/xlsx").body()))
    assert [row[0] for row in book.active.iter_rows(values_only=True)] == ["Rank", 1, 2, 3, 4, 5]
    with served.store.read() as connection:
        taken = [one for one in entries_about(connection, MINE) if one.action == "export.made"]
    assert {one.about for one in taken} == {f"run:{run}"}
    for other in ("9999999", "0"):
        assert context.get(f"{served.address}{LIST}/{other}/export/csv").status == 404


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    line = {
        "rank": 1, "employer": {"name": "=2+2"}, "site": {"name": "@sum", "municipality": None, "travel_minutes": None},
        "hours": 2.5, "tasks": [], "accommodations": [], "can_do": {"points": 1.5}, "wants": {"points": 0.0},
        "likely": {"points": 0.0}, "score": 1.5, "flags": [],
    }  # fmt: skip
    content, _ = list_file(json.dumps({"suggestions": [line]}).encode(), "csv", Messages("fi"))
    assert content.decode("utf-8-sig").split("\r\n")[1].startswith("1;'=2+2;'@sum;;;2,5")


def test_changes_are_counted_and_a_must_not_is_never_one(near: tuple[NearSite, ...]) -> None:
    found = opening_changes(near)
    assert found
    counts = [len(one.sites) for one in found]
    assert counts == sorted(counts, reverse=True)
    assert sum(counts) == sum(len(one.changes) for one in near)
    assert not any(one.change.rule == "ban" for one in found)
    for one in found:
        needs = [c for s in near for c in s.changes if (c.rule, c.about) == (one.change.rule, one.change.about)]
        assert one.change in needs


def test_the_change_that_opens_most_comes_with_script_and_without(open_page: Open, served: Served) -> None:
    page = open_page(f"{LIST}?top=5", "coach")
    page.locator("#near a").click()
    page.locator("#near table").wait_for(timeout=120_000)
    assert violations(page) == []
    plain = open_page(f"{LIST}/near?top=5", "coach", script=False)
    assert plain.locator("#near tbody tr").count() == page.locator("#near tbody tr").count()
    found = Messages("fi").text("near.about_nearest", count=NEAR)
    assert found in page.locator("#near").inner_text()
    assert plain.locator("#near details > ul > li").count() == NEAR


def test_the_interview_asks_the_question_worth_most_and_goes_on(open_page: Open, served: Served) -> None:
    page = open_page(f"/people/{MINE}/interview", "coach", "en")
    page.locator("#questions h2").first.wait_for(timeout=120_000)
    assert violations(page) == []
    question = Question(MINE, MatchConfig(), questions=5)
    today = this_day()
    found = list_matches(StoredInputs(served.store, today), question, lambda _: None).questions or ()
    assert page.locator("#questions form, #questions details.move").count() >= 1
    capacity = [one.question.about for one in found if one.question.kind == "capacity"]
    forms = page.locator('#questions input[name="from"]').count()
    assert forms == len(capacity) + sum(
        one.question.about.startswith(("permit:", "driving_licence:")) for one in found if one.question.site == ""
    )
    if capacity:
        form = f'#questions form[action$="/profile/{capacity[0]}"]'
        details = page.locator(f"details:has({form})")
        if details.count():
            details.last.locator("summary").click()
        page.locator(f'{form} input[type="radio"][value="3"]').check()
        send(page, form)
        assert page.url.split("?")[0].endswith("/interview")


def test_without_script_the_questions_are_a_link_away(open_page: Open) -> None:
    page = open_page(f"/people/{MINE}/interview", "coach", script=False)
    with page.expect_navigation():
        page.locator('#questions a[href$="/interview/questions"]').click()
    assert page.locator("#questions").count() == 1

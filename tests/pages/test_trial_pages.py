"""Trials in the browser: from a line of a list to the follow-up, by named humans, and what stands in the way said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page

from api.local_time import day_text
from api.messages import Messages
from api.pages.pathway_choices import pathway_groups
from api.situations import situation_in_store
from api.wording import workplace_name
from data.dimensions import load_dimensions
from data.levels import Source
from data.pathways import load_pathways
from data.situation import Situation
from data.store import employers_of, get_plan, plans_of, replace_trials
from data.store.audit import entries_about
from data.store.situations import SituationChange, change_situation
from data.trial_lifecycle import TrialPlan, TrialState
from data.workplaces import BLOCKS
from matching.pathway_case import pathway_case
from matching.pathways import Opening
from tests.api.access.world import CANARY, MINE, TRIALS
from tests.days import this_day

from .conftest import Open, Served, violations
from .kept_pages import EVALUATED, RUNNING, live_trials
from .looks import PHONE_WIDTH, box, sideways

LIST = f"/people/{MINE}/suggestions?top=5"
WRITTEN = "Puhuttu asiasta: kokeillaan kevyemmin alussa"


def send(page: Page, form: str) -> None:
    """Send a form and wait for the page that answers it."""
    with page.expect_navigation():
        page.locator(f"{form} button").last.click()


def form_of(move: str, party: str = "") -> str:
    """Name the form of a move on the page of a trial."""
    only = f':has(input[name="only"][value="{party}"])' if party else ""
    return f'form:has(input[name="move"][value="{move}"]){only}'


def show_form(page: Page, form: str) -> None:
    details = page.locator(f"details:has({form})").last
    if details.get_attribute("open") is None:
        details.locator("summary").click()


def plan_of(served: Served, id_: str) -> TrialPlan:
    with served.store.read() as connection:
        return get_plan(connection, id_)


def make_draft(page: Page, rank: int) -> str:
    send(page, f'form.below-card:has(input[name="rank"][value="{rank}"])')
    return page.url.split("/trials/")[1].split("?")[0]


def say(page: Page, move: str, party: str = "", **fields: str) -> None:
    """Fill the form of a move and send it."""
    form = form_of(move, party)
    show_form(page, form)
    for name, value in fields.items():
        field = page.locator(f'{form} [name="{name}"]')
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    send(page, form)


def write_reasons(page: Page) -> None:
    while page.locator(".trial-flags li.open form").count():
        page.locator(".trial-flags li.open textarea").first.fill(WRITTEN)
        with page.expect_navigation():
            page.locator(".trial-flags li.open form button").first.click()


def fill_terms(page: Page, served: Served, id_: str) -> None:
    page.goto(f"{served.address}/trials/{id_}/terms")
    today = this_day().isoformat()
    for name, value in (
        ("starts", today),
        ("ends", today),
        ("supervisor", "Esihenkilö"),
        ("goal", "Nähdään, mikä sujuu"),
    ):
        page.locator(f"#f-{name}").fill(value)
    send(page, "main form")


@pytest.fixture(scope="module")
def live(served: Served) -> None:
    """A trial that runs, with changed terms that wait for a word, and one that is over."""
    live_trials(served.store, served.site)


@pytest.mark.parametrize("script", [True, False])
def test_from_a_line_of_a_list_to_the_follow_up(open_page: Open, served: Served, script: bool) -> None:
    page = open_page(LIST, "coach", script=script)
    id_ = make_draft(page, 1 if script else 2)
    assert plan_of(served, id_).open_flags
    assert page.locator(".notice.hint").count() == 1
    assert page.locator(form_of("propose")).count() == 0
    write_reasons(page)
    assert {one.name for one in plan_of(served, id_).reasons} == {"Anna Aalto"}
    fill_terms(page, served, id_)
    answer = (this_day() + timedelta(days=14)).isoformat()
    say(page, "propose", answer_by=answer)
    say(page, "candidate_accepts", how="in_person")
    say(page, "employer_accepts", how="by_phone")
    assert plan_of(served, id_).state is TrialState.EMPLOYER_ACCEPTED
    say(page, "sign", "candidate", how="in_person")
    say(page, "sign", "employer", how="on_paper")
    say(page, "agree")
    say(page, "start")
    assert plan_of(served, id_).state is TrialState.RUNNING
    page.goto(f"{served.address}/trials/{id_}/review")
    page.locator("#f-performance").select_option("3.5")
    page.locator('[name="loads.env_noise"]').evaluate(
        "one => { for (let d = one.closest('details'); d; d = null) d.open = true }"
    )
    page.locator('[name="loads.env_noise"]').select_option("2")
    send(page, "main form")
    say(page, "end")
    say(page, "evaluate", outcome="hired")
    plan = plan_of(served, id_)
    assert plan.state is TrialState.EVALUATED
    assert plan.trial is not None
    assert plan.trial.reviews[0].loads == {"env_noise": 2.0}
    with served.store.write() as connection:  # months go by
        ended = this_day() - timedelta(days=120)
        replace_trials(connection, [replace(plan.trial, starts=ended, planned_end=ended, ended_on=ended, reviews=())])
    page.reload()
    say(page, "follow_up", months="3", in_work="yes")
    plan = plan_of(served, id_)
    assert plan.trial is not None
    assert plan.trial.retention.at_3 is True
    said = page.locator(".timeline").inner_text()
    assert "Anna Aalto" in said
    assert page.locator(".timeline li").count() == len(plan.steps)


def test_what_stands_in_the_way_is_said_and_nothing_typed_is_lost(open_page: Open, served: Served) -> None:
    page = open_page(LIST, "coach")
    id_ = make_draft(page, 3)
    page.locator(".trial-flags li.open textarea").first.fill("lyhyt")
    with page.expect_navigation():
        page.locator(".trial-flags li.open form button").first.click()
    assert page.locator(".notice.fault").count() == 1
    assert page.locator(".trial-flags li.open textarea").first.input_value() == "lyhyt"
    write_reasons(page)
    page.locator(form_of("propose") + ' [name="note"]').fill("muista soittaa")
    send(page, form_of("propose"))
    assert page.locator(form_of("propose") + ' [name="note"]').input_value() == "muista soittaa"
    assert violations(page) == []
    page.goto(f"{served.address}/trials/{id_}/terms")
    page.locator("#f-starts").fill("2030-01-10")
    page.locator("#f-ends").fill("2030-01-01")
    page.locator('[name="week.sun_night"]').fill("kolme")
    send(page, "main form")
    assert page.locator('[name="week.sun_night"]').get_attribute("aria-invalid") == "true"
    page.locator('[name="week.sun_night"]').fill("")
    send(page, "main form")
    assert page.locator(".notice.fault").count() == 1
    assert page.locator("#f-ends").input_value() == "2030-01-01"
    assert plan_of(served, id_).terms.starts is None


def test_who_was_overtaken_is_told_and_keeps_what_was_typed(open_page: Open, served: Served) -> None:
    page = open_page(LIST, "coach")
    id_ = make_draft(page, 4)
    late = open_page(f"/trials/{id_}", "coach")
    say(page, "decline", reason="way_to_work")
    show_form(late, form_of("decline"))
    late.locator(form_of("decline") + ' [name="reason"]').select_option("health")
    send(late, form_of("decline"))
    assert late.locator(".notice.fault").count() == 1
    assert [step.reason for step in plan_of(served, id_).steps] == ["", "way_to_work"]


def test_a_refusal_needs_a_reason_of_the_list(open_page: Open, served: Served) -> None:
    page = open_page(LIST, "coach")
    id_ = make_draft(page, 5)
    say(page, "decline", note="ilman syytä")
    assert page.locator(".notice.fault").count() == 1
    assert plan_of(served, id_).state is TrialState.DRAFT
    say(page, "withdraw", how="by_phone", reason="way_to_work")
    step = plan_of(served, id_).steps[-1]
    assert (step.party.value, step.name, str(step.channel)) == ("candidate", "Anna Aalto", "by_phone")


def test_two_side_by_side_and_the_decision(open_page: Open, served: Served) -> None:
    page = open_page(f"/trials/compare?a={TRIALS['mine']}&b={TRIALS['not_shown']}", "coach")
    assert page.locator(".compare tbody tr").count() > 10
    differs = page.locator(".compare tr.differs th").all_inner_texts()
    assert any("Tila" in one for one in differs)
    assert violations(page) == []
    page.goto(served.address + LIST)
    run = page.locator('form.below-card input[name="run"]').first.get_attribute("value")
    page.goto(f"{served.address}/trials/compare?a={run}:1&b={run}:2")
    assert page.locator('form[action$="/trials"]').count() == 2
    for other in (TRIALS["colleagues"], "0" * 32, "9999:1"):
        answer = page.goto(f"{served.address}/trials/compare?a={TRIALS['mine']}&b={other}")
        assert answer is not None
        assert answer.status == 404
    send_to = open_page(f"/trials/compare?a={TRIALS['mine']}&b={TRIALS['not_shown']}", "coach", script=False)
    form = f'form[action="/trials/{TRIALS["not_shown"]}/moves"]'
    send_to.locator(f'{form} [name="reason"]').select_option("hours_or_times")
    send(send_to, form)
    assert plan_of(served, TRIALS["not_shown"]).state is TrialState.DECLINED


def test_two_stand_side_by_side_on_a_phone_too(open_page: Open) -> None:
    page = open_page(f"/trials/compare?a={TRIALS['mine']}&b={TRIALS['not_shown']}", "coach", width=PHONE_WIDTH)
    assert sideways(page) == []
    heads, rows = page.locator(".compare thead th"), page.locator(".compare tbody tr")
    assert [one.partition(":")[0] for one in heads.all_inner_texts()] == ["A", "B"]
    for row in (page.locator(".compare thead tr"), rows.first, rows.nth(2)):
        left, right = (box(one) for one in row.locator("td, th[scope=col]").filter(visible=True).all())
        assert (left["y"], left["width"]) == (right["y"], right["width"])
        assert left["x"] + left["width"] <= right["x"]
    assert box(rows.first.locator("th"))["width"] > 2 * box(heads.first)["width"]


@pytest.mark.parametrize("role", ["employer", "candidate", "researcher", "admin"])
def test_the_coachs_pages_of_a_trial_are_for_coaches(open_page: Open, served: Served, role: str) -> None:
    page = open_page("/about", role)
    base = f"/trials/{TRIALS['mine']}"
    for path in (
        base,
        f"{base}/terms",
        f"{base}/review",
        f"/trials/compare?a={TRIALS['mine']}&b={TRIALS['not_shown']}",
    ):
        answer = page.goto(served.address + path)
        assert answer is not None
        assert answer.status == 403
        assert CANARY not in page.content()


def test_the_blocks_of_a_week_are_all_on_the_form(open_page: Open) -> None:
    page = open_page(f"/trials/{TRIALS['mine']}/terms", "coach", script=False)
    assert page.locator('input[name^="week."]').count() == len(BLOCKS)


def test_trials_of_a_person_are_listed_with_what_they_wait_for(open_page: Open, served: Served) -> None:
    page = open_page(f"/people/{MINE}/trials", "coach")
    with served.store.read() as connection:
        plans = plans_of(connection, "t1", [MINE])
    assert page.locator("tbody tr").count() == len(plans)
    page.set_viewport_size({"width": PHONE_WIDTH, "height": 900})
    assert sideways(page) == []
    for row in page.locator("tbody tr").all():
        assert len({box(one)["y"] for one in row.locator("input[type=radio]").all()}) == 1


def test_pathways_of_the_terms_are_grouped_by_the_situation_that_is_kept(open_page: Open, served: Served) -> None:
    said = SituationChange("fi", {"status": "young", "cause": "no_accident", "age": 17, "future_plan_needed": True})
    with served.store.write() as connection:
        change_situation(connection, MINE, said, Source.PROFESSIONAL, this_day())
        seen = len(entries_about(connection, MINE, 500))
    page = open_page(f"/trials/{TRIALS['mine']}/terms", "coach", "en", script=False)
    groups = page.locator("#f-pathway optgroup")
    labels = groups.evaluate_all("some => some.map(one => one.label)")
    assert "Not open by what is known" in labels and "Something is still to be asked" in labels
    country = load_pathways().country("fi")
    answers = pathway_case(country, situation_in_store(served.store, MINE), this_day()).pathways
    closed = {one.answer.pathway.id for one in answers if one.answer.opening is Opening.CLOSED}
    shown = groups.nth(labels.index("Not open by what is known")).locator("option")
    assert set(shown.evaluate_all("some => some.map(one => one.value)")) == closed
    assert page.locator("#f-pathway option").count() == len(country.pathways) + 1
    with served.store.read() as connection:
        added = entries_about(connection, MINE, 500)[: -seen or None]
    assert "situation.read" in {one.action for one in added}


def test_pathways_of_a_person_of_whom_nothing_is_known_stand_in_their_own_order() -> None:
    nothing = Situation("x", "fi", {})
    alone = pathway_groups(nothing, date(2026, 11, 28), "nl.uwv.trial_placement", Messages("en"))
    assert [group.name for group in alone] == [""]
    assert len(alone[0].pathways) == len(load_pathways().country("fi").pathways) + 1


def test_the_place_of_a_trial_has_one_name_for_all_three(open_page: Open, served: Served) -> None:
    plan = plan_of(served, TRIALS["mine"])
    with served.store.read() as connection:
        owner = employers_of(connection, sites=[plan.site])[0]
    name = workplace_name(owner.name, owner.sites[0].name)
    for role, path in (("coach", "trials"), ("employer", "proposals"), ("candidate", "me/trials")):
        page = open_page(f"/{path}/{plan.id}", role, script=False)
        assert name in page.locator("main").inner_text(), role
    assert name in open_page("/me", "candidate", script=False).locator("main").inner_text()


def test_what_is_worth_seeing_is_named_where_there_is_something_and_the_note_stands_apart(
    open_page: Open, live: None
) -> None:
    for id_, some in ((TRIALS["mine"], False), (RUNNING, True)):
        page = open_page(f"/trials/{id_}/review", "coach", "en", script=False)
        named = page.locator("fieldset", has_text="Worth looking at")
        assert (named.count() == 1, named.locator(".field").count() > 0) == (some, some)
        for head in page.locator("main").locator("legend, h2, summary").all():
            assert head.evaluate("one => one.nextElementSibling !== null"), head.inner_text()
        asked = page.locator('select[name^="loads."]').evaluate_all("some => some.map(one => one.name)")
        assert len(asked) == len(set(asked)) == len(load_dimensions())
        above = box(page.locator(".groups details").last)
        assert box(page.locator("h2, label[for=f-note]").last)["y"] - above["y"] - above["height"] >= 12


def test_each_party_of_a_trial_that_runs_or_is_over_is_told_what_is_theirs_to_do(open_page: Open, live: None) -> None:
    page = open_page(f"/me/trials/{RUNNING}", "candidate", "en", width=360)
    changed = page.locator("main table.stacked").inner_text()
    assert "Saara Ohjaaja" in changed
    assert "Seppo Sijainen" in changed
    button = page.get_by_role("button", name="I agree to these terms")
    assert button.is_visible()
    line = page.locator("form.decide", has=button)
    drawn = line.evaluate("one => parseFloat(getComputedStyle(one).borderTopWidth)")
    assert drawn == 0 or box(button)["y"] - box(line)["y"] - drawn >= 8
    starts = this_day() - timedelta(days=90)
    assert starts.isoformat() not in page.locator("main").inner_text()
    page = open_page(f"/me/trials/{EVALUATED}", "candidate", "en")
    assert page.locator("main details.decide").count() == 0
    page = open_page(f"/proposals/{RUNNING}", "employer", "en")
    assert page.locator("main").inner_text().count(day_text(starts, Messages("en"))) == 1


def test_a_coach_is_led_to_the_terms_that_are_missing(open_page: Open) -> None:
    page = open_page(f"/trials/{TRIALS['mine']}", "coach", "en")
    assert page.locator("details.move[open]").count() == 0
    page.get_by_role("link", name="Complete the terms").click()
    assert page.url.endswith(f"/trials/{TRIALS['mine']}/terms")

"""The person's page: what it says is what is stored, a correction is one statement more, and it can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from api.commands.match_lists import Question, list_matches
from api.list_inputs import StoredInputs
from api.messages import Messages
from api.pages.profile_lines import capacity_groups
from data.candidates import Ban, Candidate
from data.conditions import Condition, ConditionType, Need
from data.dimensions import load_dimensions
from data.levels import Level, Source
from data.store import get_candidate, replace_candidates
from data.store.workplaces import add_employers, some_employers
from data.vocabulary import vocabulary
from data.workplaces import Employer
from matching import MatchConfig, MatchList
from tests.api.access.world import MINE
from tests.days import this_day

from .conftest import Open, Served, violations
from .looks import PHONE_WIDTH, box, broken_words

HOME = f"/people/{MINE}"
PARTS = ("posture", "str_lift", "hours", "travel", "wishes", "skills", "permits", "measures")


def person(served: Served) -> Candidate:
    with served.store.read() as connection:
        return get_candidate(connection, MINE)


def stated(served: Served, dimension: str) -> list[tuple[float, float, float]]:
    """Give what a professional has said of a dimension."""
    levels = person(served).capacity.get(dimension, ())
    return [(one.value, one.low, one.high) for one in levels if one.source is Source.PROFESSIONAL]


def pick(page: Page, dimension: str, value: str) -> None:
    page.locator(f'input[name="levels.{dimension}.value"][value="{value}"]').check()


def send(page: Page, button: str = "main form button") -> None:
    """Send a form and wait for the page that answers it."""
    with page.expect_navigation():
        page.locator(button).click()


def test_every_dimension_stands_there_with_its_level_its_anchor_and_who_says_so(
    open_page: Open, served: Served
) -> None:
    page, messages = open_page(HOME, "coach", "en"), Messages("en")
    for group in capacity_groups(person(served), messages):
        for line in group.lines:
            said = page.locator(f"tr#{line.dimension}").inner_text()
            expected = [line.written, line.anchor, line.statements[0].who] if line.level else ["Not known"]
            expected += [] if line.ban is None else [f"must not go above {messages.number(line.ban)}", line.ground]
            assert all(one in said for one in expected), line.dimension


@pytest.mark.parametrize("script", [True, False])
def test_a_coach_corrects_a_level_and_takes_it_back(open_page: Open, served: Served, script: bool) -> None:
    before = person(served)
    page = open_page(HOME, "coach", script=script)
    page.locator("tr#loc_walk a.change").click()
    pick(page, "loc_walk", "2.5")
    page.locator('input[name="levels.loc_walk.low"]').fill("1,5")
    page.locator('input[name="levels.loc_walk.high"]').fill("3")
    send(page)
    assert stated(served, "loc_walk") == [(2.5, 1.5, 3.0)]
    others = [one for one in before.capacity.get("loc_walk", ()) if one.source is not Source.PROFESSIONAL]
    assert set(others) <= set(person(served).capacity["loc_walk"])
    assert "2,5 (1,5–3)" in page.locator("tr#loc_walk").inner_text()
    send(page, ".notice.done button")
    assert person(served) == before
    assert page.locator(".notice.done").count() == 1


def test_an_earlier_correction_is_taken_back_unless_the_same_thing_was_corrected_again(
    open_page: Open, served: Served
) -> None:
    before = person(served)
    page = open_page(HOME, "coach", "en", script=False)
    lines = page.locator(".corrections li")

    def correct(dimension: str, value: str) -> None:
        page.goto(f"{served.address}{HOME}/profile/{dimension}")
        pick(page, dimension, value)
        send(page)

    correct("loc_walk", "1")
    correct("str_push", "1")
    correct("str_push", "3")
    assert lines.count() == 3
    names = [Messages("en").dimension(id_) for id_ in ("str_push", "str_push", "loc_walk")]
    assert all(said.startswith(name) for said, name in zip(lines.all_inner_texts(), names, strict=True))
    assert f"changed again later: {names[0]}" in lines.nth(1).inner_text()
    assert lines.nth(1).get_by_role("button").count() == 0
    send(page, ".corrections li:nth-child(3) button")
    assert stated(served, "loc_walk") == []
    assert [value for value, _, _ in stated(served, "str_push")] == [3.0]
    send(page, ".corrections li:nth-child(1) button")
    assert [value for value, _, _ in stated(served, "str_push")] == [1.0]
    send(page, ".corrections li:nth-child(1) button")
    assert person(served) == before
    assert lines.count() == 0


def test_what_was_taken_back_already_is_not_taken_back_twice(open_page: Open, served: Served) -> None:
    page = open_page(f"{HOME}/profile/loc_walk", "coach", "en")
    pick(page, "loc_walk", "1")
    send(page)
    page.evaluate("document.querySelector('.corrections input[name=number]').value = '1'")
    send(page, ".corrections li:nth-child(1) button")
    assert "can no longer be undone" in page.locator(".notice.fault").inner_text()
    assert [value for value, _, _ in stated(served, "loc_walk")] == [1.0]
    assert violations(page) == []
    late = open_page(HOME, "coach", "en")
    send(page, ".corrections li:nth-child(1) button")
    send(late, ".corrections li:nth-child(1) button")
    assert "Nothing was undone" in late.locator(".notice.fault").inner_text()


def test_the_same_by_keyboard_alone(open_page: Open, served: Served) -> None:
    before = person(served)
    page = open_page("/people", "coach")

    def tab_to(selector: str) -> None:
        for _ in range(200):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"nothing leads to {selector}")

    tab_to(f'main a[href="{HOME}"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}")
    tab_to(f'a[href="{HOME}/profile/str_push"]')
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/str_push")
    tab_to('input[name="levels.str_push.value"]')
    now = page.evaluate("document.activeElement.value")
    page.keyboard.press("ArrowDown")
    chosen = page.evaluate("document.activeElement.value")
    assert chosen != now
    tab_to("main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=profile_corrected")
    assert [value for value, _, _ in stated(served, "str_push")] == [float(chosen)]
    tab_to(".notice.done button")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=correction_undone")
    assert person(served) == before


def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(open_page: Open, served: Served) -> None:
    before = person(served)
    page = open_page(f"{HOME}/profile/str_lift", "coach")
    pick(page, "str_lift", "2")
    page.locator('input[name="levels.str_lift.low"]').fill("4")
    send(page)
    assert page.locator("#faults a").get_attribute("href") == "#f-levels.str_lift.value"
    assert page.locator('input[name="levels.str_lift.low"]').input_value() == "4"
    assert page.locator('input[name="levels.str_lift.value"]:checked').get_attribute("value") == "2"
    assert violations(page) == []
    page.goto(f"{served.address}{HOME}/profile/hours")
    page.locator("#f-hours_min").fill("kaksi")
    send(page)
    assert page.locator("#f-hours_min").get_attribute("aria-invalid") == "true"
    page.locator("#f-hours_min").fill("30")
    page.locator("#f-hours_max").fill("20")
    send(page)
    assert page.locator("#f-hours_max").get_attribute("aria-invalid") == "true"
    assert person(served) == before


def test_a_level_and_a_must_not_between_the_steps_of_a_form_outlive_it(open_page: Open, served: Served) -> None:
    who = person(served)
    said = (Level(3.14, 3.14, 3.14, Source.PROFESSIONAL),)
    others = (one for one in who.bans if one.dimension != "loc_walk")
    changed = replace(who, capacity={**who.capacity, "loc_walk": said}, bans=(*others, Ban("loc_walk", 4.2)))
    with served.store.write() as connection:
        replace_candidates(connection, [changed])
    try:
        page = open_page(f"{HOME}/profile/locomotion", "coach", "en")
        assert page.locator('input[name="levels.loc_walk.value"]:checked').get_attribute("value") == "3.14"
        held = page.get_by_label("3.14 as was said before")
        assert held.is_checked()
        number, first = (
            page.locator("label.step", has=one).first.locator("b") for one in (held, page.locator("[value='0']"))
        )
        assert box(number)["height"] == box(first)["height"]  # no number is broken
        pick(page, "loc_drive", "2.5")
        send(page)
        assert stated(served, "loc_walk") == [(3.14, 3.14, 3.14)]
        assert [one.highest_level for one in person(served).bans if one.dimension == "loc_walk"] == [4.2]
        assert [value for value, _, _ in stated(served, "loc_drive")] == [2.5]
    finally:
        with served.store.write() as connection:
            replace_candidates(connection, [who])


def test_what_was_changed_meanwhile_is_not_overwritten_unseen(open_page: Open, served: Served) -> None:
    mine, other = (open_page(f"{HOME}/profile/str_lift", "coach") for _ in range(2))
    for page, value in ((other, "3"), (mine, "1")):
        pick(page, "str_lift", value)
        for end in ("low", "high"):
            page.locator(f'input[name="levels.str_lift.{end}"]').fill("")
    send(other)
    send(mine)
    assert [value for value, _, _ in stated(served, "str_lift")] == [3.0]
    assert mine.locator(".notice.fault").count() == 1
    assert mine.locator('input[name="levels.str_lift.value"]:checked').get_attribute("value") == "1"
    assert violations(mine) == []
    send(mine)
    assert [value for value, _, _ in stated(served, "str_lift")] == [1.0]


@pytest.mark.parametrize("lang", ["fi", "sv"])
def test_what_belongs_together_stays_together_on_a_phone(open_page: Open, served: Served, lang: str) -> None:
    page = open_page(f"{HOME}/profile/env_noise", "coach", lang, width=PHONE_WIDTH)
    low, high = (box(page.locator(f'[name="levels.env_noise.{one}"]')) for one in ("low", "high"))
    assert low["y"] == high["y"]
    ban = page.locator(".ban-choice")
    assert ban.locator("label").count() == ban.locator("select").count() == 1
    assert box(ban)["y"] >= low["y"] + low["height"]
    for part in ("wishes", "permits"):
        page.goto(f"{served.address}{HOME}/profile/{part}")
        assert page.locator(".many label").count() > 5
        assert broken_words(page.locator(".many p, .many label.check")) == [], part


def test_saving_untouched_forms_changes_nothing(open_page: Open, served: Served) -> None:
    before = person(served)
    for part in PARTS:
        page = open_page(f"{HOME}/profile/{part}", "coach")
        send(page)
        page.wait_for_url("**done=*")
        assert person(served) == before, part


def test_a_must_not_of_a_coach_is_medical_and_half_days_are_kept(open_page: Open, served: Served) -> None:
    page = open_page(f"{HOME}/profile/saf_height", "coach")
    page.locator('select[name="bans.saf_height"]').select_option("0.5")
    send(page)
    ban = next(one for one in person(served).bans if one.dimension == "saf_height")
    assert (ban.highest_level, ban.ground) == (0.5, "medical")
    page.goto(f"{served.address}{HOME}/profile/hours")
    page.locator('input[name="blocks.sat_am"]').fill("3,5")
    send(page)
    assert person(served).blocks["sat_am"] == 3.5


@pytest.mark.parametrize(("role", "status"), [("employer", 403), ("researcher", 403), ("admin", 403)])
def test_a_profile_is_for_the_coach_and_the_person(open_page: Open, role: str, status: int) -> None:
    page = open_page("/about", role)
    for path in (HOME, f"{HOME}/profile/str_lift"):
        answer = page.goto(page.url.split("/about")[0].split("/people")[0] + path)
        assert answer is not None
        assert answer.status == status


def test_a_person_who_is_not_in_the_caseload_is_as_if_not_there(open_page: Open, served: Served) -> None:
    page = open_page("/about", "coach")
    answers = [page.goto(f"{served.address}/people/{id_}") for id_ in ("KS-002", "KS-999")]
    assert [answer.status for answer in answers if answer] == [404, 404]


def test_permits_and_licences_stand_in_the_profile_and_what_is_not_known_stays_so(
    open_page: Open, served: Served
) -> None:
    before = person(served)
    page = open_page(f"{HOME}/profile/permits", "coach", "en", script=False)
    new = next(id_ for id_ in sorted(vocabulary("permits")) if id_ not in before.permits)
    page.select_option(f'[name="permits.{new}"]', "yes")
    page.select_option('[name="licences.CE"]', "no")
    send(page)
    after = person(served)
    assert after.permits == {**before.permits, new: True}
    assert after.licences == {**before.licences, "CE": False}
    assert Messages("en").word("permits", new) in page.locator(".person-facts").inner_text()
    page.goto(f"{served.address}{HOME}/profile/permits")
    page.select_option(f'[name="permits.{new}"]', "")
    page.select_option('[name="licences.CE"]', "")
    send(page)
    assert (person(served).permits, person(served).licences) == (before.permits, before.licences)


def test_a_permit_that_the_best_workplace_asks_for_is_answered_in_the_interview(
    open_page: Open, served: Served
) -> None:
    before = person(served)
    sure = {one.id: (Level(5.0, 5.0, 5.0, Source.PROFESSIONAL),) for one in load_dimensions()}
    with served.store.write() as connection:
        replace_candidates(connection, [replace(before, permits={}, licences={"T": True}, capacity=sure)])
    best = match_list(served).suggestions[0].reach.place.employer.id
    with served.store.write() as connection:
        owner = some_employers(connection, [best])[best]
        add_employers(connection, [_asking_for(owner, "first_aid_2")])
    page = open_page(f"{HOME}/interview/questions", "coach", "en", script=False)
    form = page.locator('form:has([name="permits.first_aid_2"])')
    if not form.is_visible():
        page.locator("details", has=form).locator("summary").click()
    form.locator("input[value=yes][type=radio]").check()
    send(page, 'form:has([name="permits.first_aid_2"]) button')
    assert "/interview" in page.url
    assert person(served).permits == {"first_aid_2": True}
    assert person(served).licences == {"T": True}  # what was known before stays
    with served.store.write() as connection:
        replace_candidates(connection, [before])
        add_employers(connection, [owner])


def match_list(served: Served) -> MatchList:
    """Make the list of the person as it is now."""
    inputs = StoredInputs(served.store, this_day())
    return list_matches(inputs, Question(MINE, MatchConfig()), lambda _: None).found


def _asking_for(owner: Employer, permit: str) -> Employer:
    """Let every task of an employer ask for a permit."""
    condition = Condition(ConditionType.PERMIT, permit, Need.MUST)
    sites = tuple(
        replace(site, jobs=tuple(
            replace(job, tasks=tuple(replace(task, conditions=(condition,)) for task in job.tasks)) for job in site.jobs
        ))
        for site in owner.sites
    )  # fmt: skip
    return replace(owner, sites=sites)


def test_the_address_of_a_skill_is_kept_when_another_skill_changes_and_what_is_none_is_said(
    open_page: Open, served: Served
) -> None:
    address = "http://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9"
    page = open_page(f"{HOME}/profile/skills", "coach", "en", script=False)
    page.locator('[name="skills.0.esco"]').fill("raking")
    send(page)
    assert page.locator('[id="w-skills.0.esco"]').inner_text() == Messages("en").text("fault.esco_skill")
    assert page.locator('[name="skills.0.esco"]').input_value() == "raking"
    page.locator('[name="skills.0.esco"]').fill(address)
    send(page)
    assert address in page.locator("main").inner_text()
    page.goto(f"{served.address}{HOME}/profile/skills")
    page.locator('[name="skills.1.esco"]').fill(address)
    send(page)
    assert page.locator('#faults a[href="#f-skills.1.text"]').count() == 1  # an address alone is not dropped unseen
    page.locator('[name="skills.1.esco"]').fill("")
    page.locator('[name="skills.1.text"]').fill("knitting")
    send(page)
    assert [(one.text == "knitting", one.esco) for one in person(served).skills] == [(False, address), (True, "")]

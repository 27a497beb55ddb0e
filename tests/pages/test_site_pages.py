"""One workplace for one person: the suggestion with every dimension, what if, and the carving table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Route, expect

from api.access.authentication import COOKIE
from api.commands.sites import ask_about_site
from api.list_inputs import StoredInputs
from api.messages import Messages
from api.pages.forms import SentForm
from api.pages.way_on import Taken, taken, to_take
from api.pages.what_if import WhatIf
from api.workspace import ask_market, candidate_to_match
from data.accommodations import load_accommodations
from data.dimensions import load_dimensions
from data.record_json import record_text
from data.store import replace_candidates
from data.store.exposure import runs_of
from matching import Caution, MatchConfig, match
from matching.carving import carve
from matching.chosen_bundle import judge_bundle
from matching.one_site import ask_about
from tests.api.access.world import COLLEAGUES, FOREIGN, MINE, now

from .conftest import Open, Served, violations
from .looks import box, sideways

SITE = "saarikirjasto.paakirjasto"
PAGE, TABLE = f"/people/{MINE}/sites/{SITE}", f"/people/{MINE}/sites/{SITE}/table"
LINE = f"[id='at-{SITE}']"


@pytest.fixture(scope="module")
def closed(served: Served) -> str:
    """A workplace within reach that has no part-job for the person, but would after one change."""
    person = candidate_to_match(served.store, MINE)

    def find(market: object) -> str:
        listed = match(person, market, MatchConfig(500)).suggestions  # type: ignore[arg-type]  # a market that is open
        there = {one.reach.place.site.id for one in listed}
        for id_ in map(str, market.index.sites.id):  # type: ignore[attr-defined]
            if id_ not in there and not ask_about(person, market, id_).against:  # type: ignore[arg-type]
                return id_
        raise AssertionError("every workplace has a part-job for this person: the demo region has changed")

    return ask_market(served.store, "", find)


def _ask(served: Served, path: str, role: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Ask for a page, or send its form, as a role does: the status and what is shown."""
    headers = {"cookie": f"{COOKIE}=session-of-{role}", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    sent = None if form is None else urlencode(form).encode()
    try:
        with urlopen(Request(served.address + path, sent, headers), timeout=60) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def _form(**changed: str) -> dict[str, str]:
    before = {"hours_min": "12", "hours_max": "20", "dimension": "", "step": "", "measure": "", "caution": "balanced"}
    return before | {"was": "balanced"} | changed


def test_all_dimensions_stand_there_in_their_groups(open_page: Open) -> None:
    page = open_page(PAGE, "coach")
    assert page.locator(".grouped tbody").count() == 13
    assert page.locator(".grouped tbody tr:not(.group)").count() == len(load_dimensions())


def test_they_fit_a_phone_also_where_nothing_fits_and_limits_break(open_page: Open, closed: str) -> None:
    for path in (
        f"/people/{MINE}/sites/{closed}",
        f"{TABLE}?chosen=1&h.{SITE}.palautus.1=8&h.{SITE}.palautus.2=4&h.nothing=3&l.{SITE}.palautus.3=in&lang=en",
        f"{PAGE}?caution=careful",
    ):
        page = open_page(path, "coach", width=320, dark=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert sideways(page) == [], path
        assert violations(page) == [], path
    page.fill("[name=hours_max]", "13")
    page.locator(".what-if button").click()
    page.wait_for_selector("#answer-name")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_bundles_stand_beside_each_other_on_a_phone(open_page: Open) -> None:
    for path in (f"{TABLE}?chosen=1", "/patterns"):
        page = open_page(path, "coach", width=320)
        assert sideways(page) == [], path
        table = page.locator(".sides").first
        heads = [box(one) for one in table.locator("thead th").all()]
        assert len(heads) == 2, path
        for row in (heads, [box(one) for one in table.locator("tbody tr").nth(1).locator("td").all()]):
            assert len({one["y"] for one in row}) == len({round(one["width"]) for one in row}) == 1, path
            assert [one["x"] for one in row] == sorted({one["x"] for one in row}), path


def test_a_workplace_without_a_part_job_says_why_and_what_would_open_it(
    open_page: Open, served: Served, closed: str
) -> None:
    page = open_page(f"/people/{MINE}/sites/{closed}", "coach", lang="en", script=False)
    assert page.locator("#nothing").is_visible()
    asked = ask_about_site(served.store, candidate_to_match(served.store, MINE), closed, MatchConfig(1))
    ways = page.locator(".ways li").all_inner_texts()
    assert ways or asked.closed
    for one in asked.closed:
        assert one.task.text in page.content()


def test_the_filter_hides_what_needs_no_look_and_asks_nothing_anew(open_page: Open) -> None:
    page = open_page(PAGE, "coach", lang="en")
    rows = page.locator(".grouped tbody tr:not(.group)")
    calm = page.locator(".grouped tr.fits")
    assert calm.count() > 0
    assert not calm.first.is_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.locator(".only-watched").focus()
    page.keyboard.press("Space")
    assert calm.first.is_visible()
    assert asked == []
    assert rows.count() == len(load_dimensions())


def test_what_if_answers_without_script_side_by_side_and_changes_nothing(open_page: Open, served: Served) -> None:
    before = record_text(candidate_to_match(served.store, MINE))
    page = open_page(PAGE, "coach", lang="en", script=False)
    page.fill("[name=hours_max]", "14")
    page.select_option("[name=dimension]", "pos_sit")
    page.select_option("[name=step]", "2")
    page.locator(".what-if button").click()
    assert "The stored profile was not changed." in page.locator("#answer").inner_text()
    assert "pos_sit" not in page.url
    assert urlsplit(page.url).query == ""
    with served.store.read() as connection:
        after, stored = runs_of(connection, MINE, 2)
    assert after.question["set"] == ["hours.max=14", "capacity.pos_sit=2"]
    assert (after.what_if, stored.what_if, stored.question["site"]) == (True, True, SITE)
    inputs, messages = StoredInputs(served.store, now().date()), Messages("en")
    person = inputs.person(MINE)
    now_there = ask_about_site(served.store, person, SITE, MatchConfig(1))
    best = carve(now_there.problem)
    row = page.locator(".difference tbody tr").nth(0).locator("td").all_inner_texts()
    assert row[0] == messages.number(best.hours)
    assert row[1] == "14"
    assert record_text(candidate_to_match(served.store, MINE)) == before


def test_what_if_by_keyboard_is_said_aloud_and_keeps_what_was_typed_wrongly(open_page: Open) -> None:
    page = open_page(PAGE, "coach", lang="en")
    page.locator("[name=hours_max]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("many")
    page.keyboard.press("Enter")
    page.wait_for_selector("#faults")
    assert page.input_value("[name=hours_max]") == "many"
    assert page.locator("#f-hours_max").get_attribute("aria-invalid") == "true"
    assert violations(page) == []
    page.locator("[name=hours_max]").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("14,5")
    page.keyboard.press("Enter")
    page.wait_for_selector("#answer-name")
    assert page.locator("#said").text_content() == "Answer: before and after"
    assert "20 → 14.5" in page.locator("#answer").inner_text()
    assert page.url.endswith(PAGE)
    assert violations(page) == []


def test_what_is_typed_while_a_what_if_is_answered_stays_and_is_asked_next(open_page: Open) -> None:
    page = open_page(PAGE, "coach", lang="en")
    held: list[Route] = []
    page.route("**" + PAGE, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    hours, step = page.locator("#f-hours_max"), page.locator("#f-step")

    def ask() -> None:
        asked = len(held)
        page.locator(".what-if button").first.click()
        while len(held) == asked:  # a request is heard of before it is held
            page.wait_for_timeout(20)

    hours.fill("14")
    ask()
    step.select_option("2")
    hours.fill("1")
    held[0].continue_()
    expect(page.locator("#answer")).to_contain_text("20 → 14")
    expect(hours).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("6,5")
    expect(hours).to_have_value("16,5")
    ask()
    hours.fill("17")
    held[1].continue_()
    expect(page.locator("#faults")).to_be_visible()
    expect(page.locator("#w-dimension")).not_to_be_empty()
    expect(page.locator("#f-dimension")).to_have_attribute("aria-invalid", "true")
    expect(hours).to_have_value("17")
    step.select_option("")
    ask()
    held[2].continue_()
    expect(page.locator("#answer")).to_contain_text("20 → 17")
    expect(page.locator("#faults")).to_have_count(0)
    expect(page.locator("[aria-invalid]")).to_have_count(0)
    assert violations(page) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"hours_min": "21"}, "hours_min"),
        ({"dimension": "pos_sit"}, "step"),
        ({"step": "3"}, "dimension"),
        ({"dimension": "org_hours", "step": "3"}, "dimension"),
        ({"measure": "off:nothing"}, "measure"),
        ({"caution": "reckless"}, "caution"),
        ({"hours_max": ""}, "hours_max"),
    ],
)
def test_what_cannot_be_tried_is_said_at_its_field(served: Served, fields: dict[str, str], wrong: str) -> None:
    status, page = _ask(served, PAGE, "coach", _form(**fields))
    assert status == 422
    assert f'href="#f-{wrong}"' in page
    assert f'id="w-{wrong}"' in page


def test_all_dimensions_open_within_a_card_of_the_list(open_page: Open) -> None:
    page = open_page(f"/people/{MINE}/suggestions?top=3", "coach", lang="en")
    card = page.locator("article.card").first
    card.locator(".late summary").click()
    card.locator(".late .grouped").wait_for()
    assert card.locator(".grouped tbody").count() == 13
    assert violations(page) == []
    page.select_option("[name=top]", "5")
    page.wait_for_selector("article.card >> nth=4")
    assert page.locator("#said").text_content() == "Suggestions: 5"
    assert page.locator(".late summary").first.is_visible()
    card.locator(".buttons a").first.click()
    page.wait_for_url("**/sites/**")
    assert page.locator("#part-job").is_visible()


def test_the_table_counts_what_the_functions_count(open_page: Open, served: Served) -> None:
    asked = ask_about_site(served.store, candidate_to_match(served.store, MINE), SITE, MatchConfig(1))
    best = {task.id: task.hours for task in carve(asked.problem).tasks}
    messages = Messages("en")
    page = open_page(TABLE, "coach", lang="en", script=False)
    assert page.locator(".blocks tbody tr").count() == len(asked.everything)
    one = max(best, key=lambda id_: best[id_])
    page.select_option(f'[name="h.{one}"]', "0")
    page.get_by_role("button", name="Count").click()
    yours = judge_bundle(asked, asked.whole, {id_: hours for id_, hours in best.items() if id_ != one})
    sums = page.locator(".sides").first.locator("tbody tr")
    told = [sums.nth(at).locator("td").nth(0).inner_text() for at in (1, 2)]
    assert told[0].startswith(f"{messages.number(yours.solution.hours, 2)} h")
    assert told[1] == messages.number(yours.score or 0.0, 2)
    query = parse_qs(urlsplit(page.url).query)
    assert f"h.{one}" in query
    page.get_by_role("link", name="Take the best").click()
    assert page.locator(f'[name="h.{one}"]').input_value() != "0"
    assert page.get_by_role("link", name="Take the best").count() == 0


def test_a_choice_is_judged_at_once_locked_kept_and_compared(open_page: Open) -> None:
    page = open_page(TABLE, "coach", lang="en")
    banned = page.locator(".blocks tr.banned select").first
    banned.focus()
    banned.select_option(index=1)
    page.locator(".sides .broken li").first.wait_for()
    expect(page.locator("#said")).to_contain_text("limits are broken")
    assert "must-not" in page.locator(".sides .broken").first.inner_text()
    page.get_by_role("button", name="Keep this to compare").click()
    page.get_by_role("columnheader", name="Kept aside").first.wait_for()
    page.get_by_role("link", name="Take the best").click()
    page.wait_for_load_state()
    assert page.locator(".sides .tag.good").first.is_visible()
    taken = page.locator(".blocks tr.taken select[name^='l.']").first
    name = taken.get_attribute("name") or ""
    taken.select_option("out")
    page.wait_for_url(lambda url: "=out" in url)
    page.get_by_role("link", name="Take the best").wait_for()
    page.get_by_role("link", name="Take the best").click()
    page.wait_for_load_state()
    row = page.locator(f'.blocks tr:has([name="{name}"])')
    assert "taken" not in (row.get_attribute("class") or "")
    assert violations(page) == []


def test_who_may_not_see_the_list_sees_neither_page(served: Served) -> None:
    for path in (PAGE, TABLE):
        assert _ask(served, path, "employer")[0] == 403
        assert _ask(served, path, "researcher")[0] == 403
        assert _ask(served, path, "admin")[0] == 403
        for person in (COLLEAGUES, FOREIGN):
            assert _ask(served, path.replace(MINE, person), "coach")[0] == 404
    assert _ask(served, PAGE, "employer", _form())[0] == 403
    assert _ask(served, PAGE.replace(MINE, FOREIGN), "coach", _form())[0] == 404
    assert _ask(served, PAGE.replace(SITE, "no.such.site"), "coach")[0] == 404


@pytest.fixture
def nearly_whole_weeks(served: Served) -> Iterator[None]:
    """The person as somebody who works thirty hours a week or not at all: more than the workplace can give."""
    before = candidate_to_match(served.store, MINE)
    with served.store.write() as connection:
        replace_candidates(connection, [replace(before, hours_min=30.0, hours_max=30.0)])
    yield
    with served.store.write() as connection:
        replace_candidates(connection, [before])


def hours_of(served: Served) -> tuple[float, float]:
    person = candidate_to_match(served.store, MINE)
    return person.hours_min, person.hours_max


def test_what_opens_a_workplace_is_taken_into_the_profile_and_leads_to_the_line_that_becomes_a_draft(
    open_page: Open, served: Served, nearly_whole_weeks: None
) -> None:
    page = open_page(PAGE, "coach", lang="en")
    assert page.locator("#nothing").is_visible()
    page.fill("[name=hours_min]", "10")
    page.fill("[name=hours_max]", "14")
    page.locator(".what-if button").click()
    page.wait_for_selector("#answer-name")
    assert page.locator("form[action$='/trials']").count() == 0
    page.get_by_role("button", name="Take into the profile").click()
    page.wait_for_url("**done=profile_corrected")
    assert hours_of(served) == (10.0, 14.0)
    assert page.locator("#part-job").is_visible()
    undo = page.locator(".notice.done").get_by_role("button", name="Undo")
    assert undo.is_visible()
    page.get_by_role("link", name="Open a longer list").click()
    page.wait_for_url("**/suggestions?**")
    assert page.locator(LINE).get_by_role("button", name="Make a draft of a trial").count() == 1
    page.go_back()
    undo.click()
    page.wait_for_url("**done=correction_undone")
    assert hours_of(served) == (30.0, 30.0)


def test_nothing_is_taken_into_a_profile_that_somebody_changed_meanwhile(served: Served) -> None:
    before = candidate_to_match(served.store, MINE)
    old = {"once": "k" * 24, "state": "W/old", "was": "balanced", "hours_max": "14"}
    status, page = _ask(served, f"{PAGE}/profile", "coach", old)
    assert (status, candidate_to_match(served.store, MINE)) == (412, before)
    assert 'class="notice fault"' in page
    for wrong in ({"hours_max": "many"}, {}, {"accepted": "x" * 200}):
        sent = {"once": "l" * 24, "state": "W/old", "was": "balanced"} | wrong
        assert _ask(served, f"{PAGE}/profile", "coach", sent)[0] == 422


def test_only_hours_and_accepted_measures_are_taken_over_levels_are_for_whoever_knows(served: Served) -> None:
    tried = WhatIf(("hours.max=14", "capacity.pos_sit=2"), ("tunti",), ("apu",), Caution.BALANCED)
    assert to_take(tried, MINE, SITE, Caution.BALANCED) == Taken(
        {"hours_max": "14", "accepted": "apu"}, ("pos_sit",), refused=True
    )
    assert to_take(WhatIf((), (), (), Caution.BALANCED), MINE, SITE, Caution.BALANCED) is None
    measures = sorted(one.id for one in load_accommodations())[:2]
    person = replace(candidate_to_match(served.store, MINE), declined_accommodations=frozenset(measures))
    change, names = taken(SentForm({"accepted": (measures[0],)}), person)
    assert (change.plain, names) == ({"declined_accommodations": [measures[1]]}, ("declined_accommodations",))


def test_a_line_of_a_list_that_knew_another_profile_is_no_place_to_lead_to(
    open_page: Open, served: Served, nearly_whole_weeks: None
) -> None:
    person = candidate_to_match(served.store, MINE)
    with served.store.write() as connection:
        replace_candidates(connection, [replace(person, hours_min=10.0, hours_max=14.0)])
    open_page(f"/people/{MINE}/suggestions?top=20", "coach", script=False)
    page = open_page(PAGE, "coach", lang="en", script=False)
    page.get_by_role("link", name="Go to the line to make a draft").click()
    assert "top=20" in page.url
    assert page.locator(LINE).get_by_role("button", name="Make a draft of a trial").is_visible()
    with served.store.write() as connection:
        replace_candidates(connection, [replace(person, hours_min=10.0, hours_max=15.0)])
    page.goto(served.address + PAGE)
    assert page.get_by_role("link", name="Go to the line to make a draft").count() == 0

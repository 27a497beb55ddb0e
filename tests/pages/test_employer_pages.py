"""Pages of an employer: own words to an offer, what carving frees, proposals read and decided, nothing that runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page

from api.messages import LANGUAGES, Messages
from data.accounts import COMMAND_LINE, Role
from data.postings import Posting, PostingState
from data.releasable_facts import ReleasableFact
from data.store import employers_of, get_plan, release
from data.store.postings import postings_of
from data.trial_lifecycle import Asked, Channel, Heard, Move, TrialState
from matching.freed_time import freed_time
from tests.api.access.world import ACCOUNTS, CANARY, MEASURE, MINE, TRIALS, plan_trial
from tests.trials_in_store import move_trial

from .conftest import Open, Served, violations

PASTED = {
    "fi": "- astioden pesu ja koneen täytö 10 h/vko\n- Pöytien pyyhkiminen 5 tuntia viikosa\n"
    "- Tavaran purku, laatikot max 15 kg\nHygieniapassi vaaditaan",
    "sv": "- diskning och fylning av maskinen 10 tim/vecka\n- torka av borden 5 timmar i veckn\n"
    "- lasta av varor, lådor max 15 kg\nHygienpass krävs",
    "en": "- washing dishs and loading the machine 10 h/week\n- wiping tables 5 hours a wek\n"
    "- unloading goods, boxes max 15 kg\nHygiene passport required",
}
"""What an employer pastes, with typing errors: three tasks, one without hours, and a requirement for all of them."""

HOSTILE = (
    "<script>window.hacked=1</script>",
    '"><img src=x onerror=window.hacked=1>',
    "'><svg/onload=window.hacked=1>",
    "</textarea><script>window.hacked=1</script>",
    "</title><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "{{ 7*7 }}{% raw %}",
    "${window.hacked=1}",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<details open ontoggle=window.hacked=1>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    '<a href="javascript:window.hacked=1" autofocus onfocus=window.hacked=1>x</a>',
    '=HYPERLINK("http://x","y")',
    "\u202eabc\u2066<b>x</b>",
)


@pytest.fixture(scope="module", autouse=True)
def carving_is_compiled(served: Served) -> None:
    """The first part-job of a fresh installation compiles the search; no page is kept waiting for that here."""
    with served.store.read() as connection:
        owner = employers_of(connection, sites=[served.site])[0]
    freed_time(owner, served.site, 10.0)


def offers(served: Served, site: str) -> list[Posting]:
    with served.store.read() as connection:
        return [one for one in postings_of(connection) if one.site == site]


def paste(page: Page, served: Served, title: str, text: str) -> None:
    page.goto(f"{served.address}/workplaces/{served.site}/tasks/new")
    page.fill("#f-job_title", title)
    page.fill("#f-text", text)


def test_a_code_of_the_occupation_is_kept_with_the_offer_or_it_is_said_what_one_is(
    open_page: Open, served: Served
) -> None:
    page = open_page("/workplaces", "employer", "en")
    paste(page, served, "Gardener", "- raking 3 h/week")
    page.get_by_text(Messages("en").text("offer.occupation")).first.click()
    page.fill("#f-occupation", "gardener")
    page.get_by_role("button", name=Messages("en").text("offer.read")).click()
    assert page.locator("#w-occupation").inner_text() == Messages("en").text("fault.occupation")
    assert (page.locator("#f-occupation").input_value(), page.locator("#f-text").input_value()) == (
        "gardener", "- raking 3 h/week",
    )  # fmt: skip
    assert violations(page) == []
    page.fill("#f-occupation", "http://data.europa.eu/esco/isco/C9214")
    page.get_by_role("button", name=Messages("en").text("offer.read")).click()
    page.goto(f"{served.address}/workplaces/{served.site}")
    assert "ISCO-08 9214" in page.locator("main").inner_text()
    assert [one.isco for one in offers(served, served.site) if one.job_title == "Gardener"] == ["9214"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("script", [True, False])
def test_a_pasted_list_with_typing_errors_becomes_an_offer(
    open_page: Open, served: Served, lang: str, script: bool
) -> None:
    title, words = f"Keittiö {lang} {script}", Messages(lang)
    page = open_page("/workplaces", "employer", lang, script=script)
    paste(page, served, title, PASTED[lang])
    page.get_by_role("button", name=words.text("offer.read")).click()
    assert page.locator("h1").inner_text() == words.text("reading.title")
    assert page.locator("article.task").count() == 4
    draft = next(one for one in offers(served, served.site) if one.job_title == title)
    assert draft.state is PostingState.DRAFT  # nothing is offered yet
    with served.store.read() as connection:
        assert draft.job not in [job.id for job in employers_of(connection, sites=[served.site])[0].sites[0].jobs]
    marked = page.locator("#task-3 h2 mark").all_inner_texts()
    assert any("15 kg" in one for one in marked), marked  # the words that drove the level
    assert [page.locator(f"[id='f-hours.{n}']").input_value() for n in (1, 2, 3)] == ["10", "5", ""]
    assert page.locator("[name='use.4']:checked").get_attribute("value") == "all"
    page.fill("[id='f-hours.3']", "kaksi")
    page.locator(".offer button").click()
    assert page.locator("#faults").is_visible()
    assert page.locator("[id='f-hours.3']").input_value() == "kaksi"  # nothing typed is lost
    page.fill("[id='f-hours.3']", "2,5")
    page.locator("#task-3 details.load summary").first.click()
    page.locator("#task-3 details.load").first.locator("input[value='4']").check()
    page.locator(".offer button").click()
    assert page.locator(".notice.done p").inner_text() == words.text("done.tasks_offered")
    done = next(one for one in offers(served, served.site) if one.id == draft.id)
    assert done.state is PostingState.CONFIRMED
    assert [one.task.hours_per_week for one in done.tasks] == [10.0, 5.0, 2.5]
    assert all([one.key for one in posted.task.conditions] == ["permit:hygiene_passport"] for posted in done.tasks)
    said = [level for several in done.tasks[2].task.levels.values() for level in several if level.stated_on]
    assert {level.evidence for level in said} >= {"corrected"}
    with served.store.read() as connection:
        place = employers_of(connection, sites=[served.site])[0].sites[0]
    assert [task.id for job in place.jobs if job.id == done.job for task in job.tasks] == [
        one.task.id for one in done.tasks
    ]


def test_the_keyboard_alone_is_enough(open_page: Open, served: Served) -> None:
    page = open_page(f"/workplaces/{served.site}/tasks/new", "employer")
    page.focus("#f-job_title")
    page.keyboard.type("Näppäimistö")
    page.keyboard.press("Tab")
    page.keyboard.type("Kirjojen hyllytys 4 h/vko")
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form button')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("article.task")
    page.focus("[id='f-hours.1']")
    page.keyboard.press("Enter")  # offers; it does not open the loads of the first task
    page.wait_for_selector(".notice.done")
    assert [one.state for one in offers(served, served.site) if one.job_title == "Näppäimistö"] == [
        PostingState.CONFIRMED
    ]


def test_all_loads_of_a_task_open_with_everything_typed_kept(open_page: Open, served: Served) -> None:
    page = open_page("/workplaces", "employer", script=False)
    paste(page, served, "Avaaja", "Pakettien lajittelu 3 h\nLattian lakaisu 2 h")
    page.locator("form button").last.click()
    page.fill("[id='f-hours.1']", "7")
    page.locator("#task-2 button[name=open]").click()
    assert page.locator("[id='f-hours.1']").input_value() == "7"
    whole = page.locator("#task-2 details.load").count()
    assert whole == len(next(one for one in offers(served, served.site) if one.job_title == "Avaaja").tasks[1].loads)
    assert page.locator("#task-1 details.load").count() < 7
    rest = page.locator("#task-2 details.load.rest input:checked")
    assert {one.get_attribute("value") for one in rest.all()} == {""}  # nobody is taken to have said what nobody saw


def test_a_table_is_read_and_faults_of_rows_are_told_in_words(open_page: Open, served: Served) -> None:
    page = open_page(f"/workplaces/{served.site}/tasks/new", "employer", "en")
    page.fill("#f-job_title", "Puutarhuri")
    page.get_by_text("Or send a table").click()
    bad = {"name": "t.csv", "mimeType": "text/csv", "buffer": "tehtävä;tunnit\nKukkien kastelu;x\n".encode()}
    page.set_input_files("#f-table", bad)  # type: ignore[arg-type]
    page.get_by_role("button", name="Read the tasks").click()
    assert page.locator("#faults").is_visible() and page.locator("caption", has_text="Rows to mend").count() == 1
    assert page.input_value("#f-job_title") == "Puutarhuri"
    assert violations(page) == []
    page.set_input_files("#f-table", bad | {"buffer": "tehtävä;tunnit\nKukkien kastelu;2,5\n".encode("cp1252")})  # type: ignore[arg-type]
    page.get_by_role("button", name="Read the tasks").click()
    assert page.locator("[id='f-hours.1']").input_value() == "2.5"
    page.goto(f"{served.address}/workplaces/{served.site}/tasks/new")
    page.fill("#f-job_title", "x")
    page.get_by_role("button", name="Read the tasks").click()
    assert Messages("en").text("fault.words_or_table") in page.locator("#faults").inner_text()


def test_nothing_hostile_runs_or_breaks_out(open_page: Open, served: Served) -> None:
    for lines in (HOSTILE[:7], HOSTILE[7:]):
        page = open_page("/workplaces", "employer")
        paste(page, served, lines[0], "\n".join(f"siivous {one} 2 h" for one in lines))
        page.locator("form button").last.click()
        page.wait_for_selector("article.task")
        assert_harmless(page)
        for at, one in enumerate(lines, start=1):
            if page.locator(f"[id='f-hours.{at}']").count():
                page.fill(f"[id='f-hours.{at}']", one[:12])
        page.locator(".offer button").click()
        assert page.locator("#faults").is_visible()
        assert_harmless(page)
        for one in page.locator("[id^='f-hours.']").all():
            one.fill("1")
        page.locator(".offer button").click()
        page.wait_for_selector(".notice.done")
        assert_harmless(page)
        page.goto(f"{served.address}/workplaces")
        assert_harmless(page)
    for query in ("/workplaces?q=%22%3E%3Cscript%3Ewindow.hacked=1%3C/script%3E", "/workplaces?done=%3Cb%3E"):
        assert_harmless(open_page(query, "coach"))


def assert_harmless(page: Page) -> None:
    assert page.evaluate("window.hacked") is None
    strange = "main script, main iframe, main img, main svg[onload], main [onfocus], main [ontoggle]"
    assert page.locator(strange).count() == 0
    assert page.locator("main a[href^='javascript']").count() == 0


def test_tasks_that_were_read_wrongly_are_accessible_on_a_phone(open_page: Open, served: Served) -> None:
    page = open_page("/workplaces", "employer", "sv", width=320, dark=True)
    paste(page, served, "Kapea", PASTED["sv"])
    page.locator("form button").last.click()
    page.wait_for_selector("article.task")
    page.fill("[id='f-hours.1']", "-1")
    page.locator(".offer button").click()
    assert page.locator("#faults").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert violations(page) == []


def test_what_carving_frees_is_what_the_function_says_and_names_nobody(open_page: Open, served: Served) -> None:
    with served.store.read() as connection:
        owner = employers_of(connection, sites=[served.site])[0]
    found, words = freed_time(owner, served.site, 16.0), Messages("en")
    page = open_page(f"/workplaces/{served.site}?hours=16", "employer", "en")
    assert f"{words.number(found.gain, 1)} h" in page.locator(".sums .total").inner_text()
    rows = page.locator("#freed tbody").first.locator("tr")
    assert rows.count() == len(found.tasks) > 0
    assert CANARY not in page.content() and MINE not in page.content()
    page.fill("#f-hours", "8")
    page.get_by_role("button", name="Work out").click()
    page.wait_for_url("**hours=8*")
    assert f"{words.number(freed_time(owner, served.site, 8.0).gain, 1)} h" in page.locator(".sums .total").inner_text()


def test_an_offer_is_renewed_corrected_and_taken_back(open_page: Open, served: Served) -> None:
    page = open_page("/workplaces", "employer", "en")
    paste(page, served, "Takaisin", "Postin jako 3 h")
    page.get_by_role("button", name="Read the tasks").click()
    page.locator(".offer button").click()
    card = page.locator("article.card", has_text="Takaisin")
    card.get_by_role("button", name="Still holds").click()
    page.locator("article.card", has_text="Takaisin").get_by_role("link", name="Correct").click()
    page.locator("[name='use.1'][value=keep]").check()
    page.locator(".offer button").click()
    kept = next(one for one in offers(served, served.site) if one.job_title == "Takaisin")
    assert kept.tasks[0].task.core
    page.locator("article.card", has_text="Takaisin").get_by_role("button", name="Take back").click()
    gone = next(one for one in offers(served, served.site) if one.job_title == "Takaisin")
    assert gone.state is PostingState.WITHDRAWN
    assert page.locator("article.card", has_text="Takaisin").count() == 0


def test_a_new_offer_is_taken_back_from_the_notice_but_a_corrected_one_is_not(open_page: Open, served: Served) -> None:
    page = open_page("/workplaces", "employer", "en")
    paste(page, served, "Erehdys", "Postin jako 3 h")
    page.get_by_role("button", name="Read the tasks").click()
    page.locator(".offer button").click()
    page.locator("article.card", has_text="Erehdys").get_by_role("link", name="Correct").click()
    page.locator(".offer button").click()
    assert page.locator(".notice.done").is_visible()
    assert page.locator(".notice.done button").count() == 0  # it would take the whole offer back
    page.go_back()
    page.go_back()
    assert violations(page) == []
    page.locator(".notice.done").get_by_role("button", name="Take it back").click()
    assert "taken back" in page.locator(".notice.done").inner_text()
    gone = next(one for one in offers(served, served.site) if one.job_title == "Erehdys")
    assert gone.state is PostingState.WITHDRAWN


def proposed(served: Served, id_: str) -> None:
    """Make a proposal that waits for the employer's answer, with two facts released."""
    now = datetime.now(UTC)
    with served.store.read() as connection:
        place = employers_of(connection, sites=[served.site])[0]
    plan_trial(served.store, id_, MINE, ACCOUNTS["coach"], place, now, accepted=False)
    said = Asked(Move.CANDIDATE_ACCEPTS, heard=Heard(Role.CANDIDATE, Channel.IN_PERSON))
    move_trial(served.store, id_, 3, said, ACCOUNTS["coach"].actor, datetime.now(UTC))
    tasks = tuple(task.id for task in place.sites[0].jobs[0].tasks[:2])
    facts = (ReleasableFact("name", "", "Aino K."), ReleasableFact("measure", MEASURE, "", 0.0, tasks))
    with served.store.write() as connection:
        for number, fact in enumerate(facts):
            release(connection, COMMAND_LINE, MINE, place.id, fact, now, f"{id_[0]}{number:031x}", id_)


def state_of(served: Served, id_: str) -> TrialState:
    with served.store.read() as connection:
        return get_plan(connection, id_).state


@pytest.mark.parametrize(("script", "id_"), [(True, "6" * 32), (False, "7" * 32)])
def test_a_proposal_is_read_and_accepted(open_page: Open, served: Served, script: bool, id_: str) -> None:
    proposed(served, id_)
    page = open_page("/workplaces", "employer", "en", script=script)
    page.locator(f"a[href='/proposals/{id_}']").click()
    text = page.locator("main").inner_text()
    assert "Aino K." in text and "coach@example.fi" in text and "Guidance needed" in text
    assert CANARY not in page.content() and MINE not in page.content()
    page.get_by_role("button", name="Yes, I want to try this").click()
    assert page.locator(".notice.done").count() == 1
    assert state_of(served, id_) is TrialState.EMPLOYER_ACCEPTED
    assert page.get_by_role("button", name="Yes, I want to try this").count() == 0


@pytest.mark.parametrize(("script", "id_"), [(True, "8" * 32), (False, "9" * 32)])
def test_a_proposal_is_asked_to_change_and_declined_with_a_reason(
    open_page: Open, served: Served, script: bool, id_: str
) -> None:
    proposed(served, id_)
    page = open_page(f"/proposals/{id_}", "employer", "en", script=script)
    change = page.locator("details", has=page.locator("summary", has_text="Ask for a change"))
    change.locator("summary").click()
    change.locator("select").select_option("hours_or_times")
    change.locator("textarea").fill("Aamut eivät käy <script>window.hacked=1</script>")
    change.get_by_role("button", name="Send the request").click()
    assert "sent to the coach" in page.locator(".notice.done").inner_text()
    assert state_of(served, id_) is TrialState.CANDIDATE_ACCEPTED
    with served.store.read() as connection:
        assert get_plan(connection, id_).steps[-1].note.startswith("Aamut")
    no = page.locator("details", has=page.locator("summary", has_text="No, thank you"))
    no.locator("summary").click()
    no.locator("textarea").fill("Muutto kesken")
    if script:  # without a reason it is refused, and the words stay
        no.locator("select").evaluate("one => one.required = false")
        no.get_by_role("button", name="Say no").click()
        assert page.locator("#faults").is_visible()
        assert page.locator("#f-decline-note").input_value() == "Muutto kesken"
        assert violations(page) == []
    no = page.locator("details", has=page.locator("summary", has_text="No, thank you"))
    no.locator("select").select_option("employer_situation")
    no.get_by_role("button", name="Say no").click()
    assert state_of(served, id_) is TrialState.DECLINED


def test_who_was_not_shown_a_proposal_gets_nothing_and_others_see_what_the_employer_sees(
    open_page: Open, served: Served
) -> None:
    assert open_page(f"/proposals/{TRIALS['not_shown']}", "employer").locator("form[action^='/proposals']").count() == 0
    hidden = open_page(f"/proposals/{TRIALS['not_shown']}", "employer").locator("main").inner_text()
    absent = open_page(f"/proposals/{'e' * 32}", "employer").locator("main").inner_text()
    assert hidden == absent
    coach = open_page(f"/proposals/{TRIALS['not_shown']}", "coach", "en")
    assert coach.locator("h1").inner_text() == "The employer does not see this"
    same = open_page(f"/proposals/{TRIALS['mine']}", "coach", "en")
    assert "You see what the employer sees." in same.locator("main").inner_text()
    assert same.locator("form[action^='/proposals']").count() == 0
    assert CANARY not in same.content()


def test_a_proposal_prints_without_what_is_no_part_of_it(open_page: Open) -> None:
    page = open_page(f"/proposals/{TRIALS['mine']}", "employer", "en")
    page.emulate_media(media="print")
    assert page.locator("#work").is_visible() and page.locator("#brief").is_visible()
    for hidden in (".top", ".foot", ".decide", ".no-print"):
        assert not page.locator(hidden).first.is_visible(), hidden
    page.emulate_media(media="screen")
    with page.expect_download() as told:
        page.get_by_role("link", name=re.compile("DOCX")).click()
    assert told.value.suggested_filename == "brief.docx"

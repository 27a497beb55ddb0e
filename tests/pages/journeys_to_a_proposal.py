"""Journeys 1 to 6: from an employer who was invited to a trial that is proposed to a person, step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from api.access.authentication import COOKIE
from api.pages.frame import OWN_LANGUAGE
from data.dimensions import load_dimensions
from data.postings import PostingState
from data.store import employers_of, get_candidate
from data.store.accounts import coaches_of, find_account
from data.store.saved_searches import searches_of
from data.trial_lifecycle import TrialState
from matching.freed_time import freed_time
from tests.api.access.world import ACCOUNTS, CANARY
from tests.days import this_day

from .journey_world import Journey
from .shared_walks import answered, find_person, move, offer_of, open_site
from .walking import Steps, Way

PASSWORD = "kurki lentää sateessa 7"  # noqa: S105 - of nobody
OTHER_LANGUAGE = {"fi": "sv", "sv": "en", "en": "fi"}
WRITTEN = f"Puhuttu reumasta ja siitä, miten kokeillaan kevyemmin alussa ({CANARY})"
"""What a coach writes of a person is no employer's to read: it carries a canary and names an illness."""

HOURS_TRIED = 8.0
FREED_HOURS = 6.0
DIMENSION, ASKED_LOAD = "str_push", "str_lift"


def invited(journey: Journey) -> None:
    """1: an administrator invites a handler and gives a person a coach; the handler comes in, in their own language."""
    chain, named = journey.chain, journey.chain.named
    login = f"handler-{chain.lang}@example.fi"
    with journey.admin() as walk:
        journey.step("the administrator invites, and names a workplace that is not there")
        walk.begin()
        walk.choose(walk.field("role"), "employer")
        walk.write(walk.field("name"), named.handler)
        walk.write(walk.field("login"), login)
        walk.unfold_to("[name=sites]")
        walk.write(walk.field("sites"), "no.such.place")
        walk.write_day(walk.field("until"), datetime(2099, 1, 31, tzinfo=UTC).date())
        walk.send("admin.invite.do")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.site", site="no.such.place"))
        assert [walk.field(one).input_value() for one in ("name", "login", "until")] == [
            named.handler, login, "2099-01-31",
        ]  # fmt: skip
        walk.write(walk.field("sites"), chain.site)
        walk.send("admin.invite.do")
        expect(walk.at("h1")).to_have_text(walk.t("admin.invitation.title", name=named.handler))
        invitation = walk.at("p.secret").inner_text().strip()
        journey.step("the administrator gives the new person a coach")
        walk.follow(walk.link("menu.caseloads", "nav.menu"))
        walk.follow(walk.at("main").get_by_role("link", name=named.person))
        walk.choose(walk.field("coach"), "a-coach")
        walk.send("admin.people.give")
        walk.expect_done("done.coach_give")
    with chain.store.read() as connection:
        assert {one.id for one in coaches_of(connection, named.person)} == {"a-coach"}
    with journey.employer(speaks=OTHER_LANGUAGE[chain.lang]) as walk:
        journey.step("the handler chooses the language and opens the invitation; two passwords differ")
        walk.begin()
        own = walk.at(".languages").get_by_role("link", name=OWN_LANGUAGE[chain.lang])
        walk.follow(own)
        walk.follow(walk.link("page.login.invited"))
        expect(walk.at("h1")).to_have_text(walk.t("page.welcome.title"))
        for name, said in (("invitation", invitation), ("password", PASSWORD), ("again", "something else")):
            walk.write(walk.field(name), said)
        walk.send("page.welcome.save")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.passwords_differ"))
        assert walk.field("invitation").input_value() == invitation
        assert [walk.field(one).input_value() for one in ("password", "again")] == ["", ""]
        journey.step("the handler hears in their language why a password is not good enough")
        for said, why in (("lyhyt", "fault.password_length"), ("salasanasalasana", "fault.password_guessed")):
            set_password(walk, said)
            expect(walk.at("#faults")).to_contain_text(walk.t(why, least=12))
        journey.step("the handler sets a password and is in")
        set_password(walk, PASSWORD)
        expect(walk.at("h1")).to_have_text(walk.t("workplaces.title"))
        assert walk.at("html").get_attribute("lang") == chain.lang
        expect(walk.at("article.card")).to_have_count(1)
        expect(walk.at("article.card")).to_contain_text(walk.t("workplaces.no_offer"))
        journey.step("the handler logs out and in again")
        walk.send("page.log_out", "header.top")
        walk.expect_done("done.logged_out")
        walk.write(walk.field("login"), login.upper())
        walk.write(walk.field("password"), PASSWORD)
        walk.send("page.login.enter")
        expect(walk.at("h1")).to_have_text(walk.t("workplaces.title"))
        cookies = walk.page.context.cookies()
        chain.handler = next(one["value"] for one in cookies if one["name"] == COOKIE)
    with chain.store.read() as connection:
        assert find_account(connection, login) is not None


def pasted(journey: Journey) -> None:
    """2: the handler pastes tasks in own words, corrects what was read, offers them and sees what carving frees."""
    chain, named = journey.chain, journey.chain.named
    with journey.employer() as walk:
        journey.step("the handler pastes tasks with typing errors")
        walk.begin()
        walk.follow(walk.link("offer.new"))
        walk.write(walk.field("text"), named.pasted)
        walk.write(walk.field("job_title"), named.job)
        walk.send("offer.read")
        expect(walk.at("h1")).to_have_text(walk.t("reading.title"))
        expect(walk.at("article.task")).to_have_count(5)
        draft = offer_of(journey)
        assert draft.state is PostingState.DRAFT
        assert any("15 kg" in one for one in walk.at("#task-4 h2 mark").all_inner_texts())
        assert [walk.field(f"hours.{n}").input_value() for n in range(1, 6)] == ["4", "5", "3", "", ""]
        assert walk.radio("use.5", "all").is_checked()
        journey.step("hours that are no number are said, and nothing typed is lost")
        walk.write(walk.field("hours.4"), named.two)
        walk.tick(walk.field("drop.2.0"))
        walk.send("reading.offer")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.number"))
        assert walk.field("hours.4").input_value() == named.two
        assert walk.field("drop.2.0").is_checked()
        journey.step("the handler corrects hours and a load, and offers the tasks")
        walk.write(walk.field("hours.4"), "2,5")
        load = walk.at(f'#task-4 details.load:has([name="level.4.{ASKED_LOAD}"])')
        walk.unfold(load)
        walk.tick(walk.radio(f"level.4.{ASKED_LOAD}", "1"))
        walk.send("reading.offer")
        walk.expect_done("done.tasks_offered")
        done = offer_of(journey)
        assert done.state is PostingState.CONFIRMED
        assert [one.task.hours_per_week for one in done.tasks] == [4.0, 5.0, 3.0, 2.5]
        keys = [[one.key for one in posted.task.conditions] for posted in done.tasks]
        assert keys == [["permit:hygiene_passport"]] * 4
        said = [one for one in done.tasks[3].task.levels[ASKED_LOAD] if one.stated_on is not None]
        assert [one.value for one in said] == [1.0]
        journey.step("the handler sees what carving frees")
        walk.write(walk.field("hours"), f"{FREED_HOURS:g}")
        if walk.way is Way.PLAIN:
            walk.send("freed.work_out")
        else:
            walk.press(walk.button("freed.work_out"))
        with chain.store.read() as connection:
            owner = employers_of(connection, sites=[chain.site])[0]
        free = freed_time(owner, chain.site, FREED_HOURS)
        expect(walk.at(".sums .total dd")).to_have_text(f"{walk.words.number(free.gain, 1)} h")
        if walk.way is not Way.PLAIN:
            expect(walk.at("#said")).to_have_text(walk.t("freed.said", gain=walk.words.number(free.gain, 1)))
        expect(walk.at("#freed tbody").first.locator("tr")).to_have_count(len(free.tasks))


def met(journey: Journey) -> None:
    """3: the coach is told what waits, opens a person, corrects a level and takes it back, asks what is worth most."""
    chain, named = journey.chain, journey.chain.named
    with journey.coach() as walk:
        journey.step("the coach is told what waits and finds the person")
        walk.begin()
        waits = walk.at("section", walk.t("page.people.attention"))
        expect(waits.locator("tbody tr").first).to_be_visible()
        find_person(walk, named.name)
        expect(walk.at("h1")).to_have_text(named.name)
        journey.step("a level outside its limits is said, and nothing typed is lost")
        with chain.store.read() as connection:
            before = get_candidate(connection, named.person)
        walk.follow(walk.at(f"tr#{DIMENSION} a.change"))
        walk.tick(walk.radio(f"levels.{DIMENSION}.value", "2"))
        walk.write(walk.field(f"levels.{DIMENSION}.low"), "4")
        walk.send("page.save")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.interval"))
        assert walk.field(f"levels.{DIMENSION}.low").input_value() == "4"
        assert walk.radio(f"levels.{DIMENSION}.value", "2").is_checked()
        journey.step("the coach corrects the level and takes it back")
        walk.write(walk.field(f"levels.{DIMENSION}.low"), "1,5")
        walk.write(walk.field(f"levels.{DIMENSION}.high"), "3")
        walk.send("page.save")
        walk.expect_done("done.profile_corrected")
        span = f"{walk.words.number(1.5)}–{walk.words.number(3.0)}"
        expect(walk.at(f"tr#{DIMENSION}")).to_contain_text(span)
        walk.send("page.undo")
        walk.expect_done("done.correction_undone")
        with chain.store.read() as connection:
            assert get_candidate(connection, named.person) == before
        journey.step("the coach asks the question worth most")
        walk.follow(walk.link("interview.begin"))
        if walk.way is Way.PLAIN:
            walk.follow(walk.link("interview.show"))
        answer = walk.at('#questions form:has([name="from"])').first
        answer.wait_for(state="attached")
        about = (answer.get_attribute("action") or "").rpartition("/")[2]
        walk.unfold_to(f'form[action$="/profile/{about}"]')
        walk.tick(walk.radio(f"levels.{about}.value", "4"))
        walk.send("interview.save", f'form[action$="/profile/{about}"]')
        walk.expect_done("done.profile_corrected")
        expect(walk.at("h1")).to_have_text(walk.t("interview.title"))
        with chain.store.read() as connection:
            known = get_candidate(connection, named.person).capacity[about]
        assert 4.0 in [one.value for one in known]


def listed(journey: Journey) -> None:
    """4: the coach's list: choices hide lines, a search is kept, reasons and all dimensions of one line are read."""
    chain, named = journey.chain, journey.chain.named
    with journey.coach() as walk:
        journey.step("the coach opens the list and hides what is too long")
        walk.begin()
        find_person(walk, named.name)
        walk.follow(walk.link("page.list.short", "main p.buttons"))
        expect(walk.at("h1")).to_have_text(walk.t("list.title", candidate=named.name))
        every = walk.at("article.card").count()
        card = walk.at("article.card", named.employer)
        expect(card).to_have_count(1)
        assert every > 1
        walk.write(walk.field("minutes"), "0")
        if walk.way is Way.PLAIN:
            walk.send("page.list.show")
        else:
            walk.page.keyboard.press("Enter")
        expect(walk.at("#list .notice.hint")).to_be_visible()
        shown = walk.at("article.card").count()
        expect(walk.at("#list .notice.hint")).to_have_text(walk.t("page.list.hidden", count=every - shown))
        walk.write(walk.field("minutes"), "")
        if walk.way is Way.PLAIN:
            walk.send("page.list.show")
        else:
            walk.page.keyboard.press("Enter")
        expect(walk.at("article.card")).to_have_count(every)
        journey.step("the coach keeps the search")
        walk.write(walk.at("#list [name=name]"), named.job)
        walk.send("search.save")
        walk.expect_done("done.search_saved")
        with chain.store.read() as connection:
            assert [one.name for one in searches_of(connection, "a-coach", named.person)] == [named.job]
        journey.step("the coach reads the reasons of one line")
        reasons = card.locator("details:has(ul.reasons)")
        walk.unfold(reasons)
        expect(reasons.locator("li").first).to_be_visible()
        journey.step("the coach compares all dimensions")
        if walk.way is Way.PLAIN:
            walk.follow(card.get_by_role("link", name=walk.t("page.site.open")))
            rows = walk.at(".grouped tbody tr:not(.group)")
        else:
            walk.unfold(card.locator("details.late"))
            rows = card.locator(".grouped tbody tr:not(.group)")
        expect(rows).to_have_count(len(load_dimensions()))
        calm = walk.at(".grouped tr.fits").first
        expect(calm).to_be_hidden()
        walk.untick(walk.at("input.only-watched").first)
        expect(calm).to_be_visible()


def tried(journey: Journey) -> None:
    """5: what if, and the carving table of one workplace; nothing of either is kept."""
    chain, named = journey.chain, journey.chain.named
    with chain.store.read() as connection:
        before = get_candidate(connection, named.person)
    with journey.coach() as walk:
        journey.step("hours that are no number are said, and nothing typed is lost")
        walk.begin()
        open_site(walk, journey)
        walk.write(walk.field("hours_max"), named.two)
        answered(walk, "page.site.try")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.number"))
        assert walk.field("hours_max").input_value() == named.two
        journey.step("the coach tries fewer hours")
        walk.write(walk.field("hours_max"), f"{HOURS_TRIED:g}")
        answered(walk, "page.site.try")
        expect(walk.at("#answer-name")).to_be_visible()
        numbers = {"before": walk.words.number(before.hours_max), "after": walk.words.number(HOURS_TRIED)}
        expect(walk.at("#answer")).to_contain_text(walk.t("page.site.tried.hours_max", **numbers))
        expect(walk.at("#answer")).to_contain_text(walk.t("page.site.not_kept"))
        journey.step("the coach leaves a task out at the carving table")
        walk.follow(walk.link("page.table.tab", "nav.tabs"))
        taken = walk.at(".blocks tr.taken select[name^='h.']").first
        expect(walk.at(".sides tbody td").first).to_contain_text(walk.t("page.table.possible"))
        name = taken.get_attribute("name") or ""
        chosen = walk.at(f'.blocks select[name="{name}"]')
        walk.choose(chosen, "0")
        if walk.way is Way.PLAIN:
            walk.send("page.table.count")
        expect(walk.at(f'.blocks tr.taken select[name="{name}"]')).to_have_count(0)
        assert chosen.input_value() == "0"
        journey.step("the coach keeps this bundle aside and takes the best again")
        if walk.way is Way.PLAIN:
            walk.send("page.table.keep")
        else:
            walk.press(walk.button("page.table.keep"))
        expect(walk.at(".sides").first).to_contain_text(walk.t("page.table.kept"))
        walk.follow(walk.link("page.table.take_best"))
        expect(walk.at(f'.blocks tr.taken select[name="{name}"]')).to_have_count(1)
        expect(walk.link("page.table.take_best")).to_have_count(0)
    with chain.store.read() as connection:
        assert get_candidate(connection, named.person) == before


def proposed(journey: Journey) -> None:
    """6: a draft of a line of the list: reasons for its flags, its terms, and the proposal to the person."""
    chain, named = journey.chain, journey.chain.named
    today = this_day()
    with journey.coach() as walk:
        journey.step("the coach makes a draft of the line")
        walk.begin()
        find_person(walk, named.name)
        walk.follow(walk.link("page.list.short", "main p.buttons"))
        line = walk.at("ol.cards > li", named.employer)
        walk.follow(line.get_by_role("button", name=walk.t("page.list.draft")))
        walk.expect_done("done.trial_drafted")
        chain.trial = walk.page.url.split("/trials/")[1].split("?")[0]
        assert chain.plan().site == chain.site
        assert {one.task for one in chain.plan().terms.tasks} <= {one.task.id for one in offer_of(journey).tasks}
        journey.step("a reason that is too short is refused, and stays")
        assert chain.plan().open_flags
        expect(walk.at(".notice.hint").first).to_contain_text(
            walk.t("trial.flags_block", count=len(chain.plan().open_flags))
        )
        walk.write(walk.at(".trial-flags li.open textarea").first, "lyhyt")
        walk.send("trial.write_reason", ".trial-flags li.open")
        expect(walk.at(".notice.fault").first).to_contain_text(walk.t("trial.rule.reason_written"))
        assert walk.at(".trial-flags li.open textarea").first.input_value() == "lyhyt"
        journey.step("the coach writes a reason for every flag")
        while walk.at(".trial-flags li.open").count():
            walk.write(walk.at(".trial-flags li.open textarea").first, WRITTEN)
            walk.send("trial.write_reason", ".trial-flags li.open")
            walk.expect_done("done.trial_moved")
        assert not chain.plan().open_flags
        journey.step("terms with hours that are no number are said, and nothing typed is lost")
        walk.follow(walk.at(f'main a.change[href="/trials/{chain.trial}/terms"]'))
        walk.write(walk.field("week.sun_night"), named.two)
        walk.write_day(walk.field("starts"), today)
        walk.write_day(walk.field("ends"), today)
        walk.write(walk.field("supervisor"), named.handler)
        walk.write(walk.field("goal"), named.words)
        walk.send("page.save")
        assert walk.field("week.sun_night").get_attribute("aria-invalid") == "true"
        assert [walk.field(one).input_value() for one in ("week.sun_night", "starts", "supervisor", "goal")] == [
            named.two, today.isoformat(), named.handler, named.words,
        ]  # fmt: skip
        walk.write(walk.field("week.sun_night"), "")
        walk.send("page.save")
        walk.expect_done("done.trial_moved")
        assert chain.plan().terms.supervisor == named.handler
        journey.step("the coach proposes it to the person")
        move(walk, "propose", answer_by=today + timedelta(days=14))
        walk.expect_done("done.trial_moved")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.proposed"))
        assert chain.plan().state is TrialState.PROPOSED
        assert chain.plan().steps[-1].name == ACCOUNTS["coach"].name


def set_password(walk: Steps, password: str) -> None:
    """Choose a password, typed twice."""
    for name in ("password", "again"):
        walk.write(walk.field(name), password)
    walk.send("page.welcome.save")

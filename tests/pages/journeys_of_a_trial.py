"""Journeys 7 to 10: from the person's yes to a trial that was evaluated, and what comes after it, step by step."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import expect

from data.accounts import Role
from data.store import plans_of, releases_of, replace_trials
from data.trial_lifecycle import Move, TrialState
from data.trials import Outcome
from tests.days import this_day

from .journey_world import Journey
from .shared_walks import find_person, move
from .walking import Steps, Way

MONTHS_GONE = 120
"""Days since the trial ended when somebody asks how it is going."""


def answered(journey: Journey) -> None:
    """7: the person reads what a trial needs told, lets one thing be told, says yes, and sees who has seen what."""
    chain, named = journey.chain, journey.chain.named
    with journey.candidate() as walk:
        journey.step("the person sees that a trial waits for their answer")
        walk.begin()
        expect(walk.at("h1")).to_have_text(walk.t("own.start.hello", name=named.name))
        card = walk.at("article.card", named.employer)
        expect(card).to_contain_text(walk.t("own.start.waits"))
        walk.follow(card.get_by_role("link"))
        expect(walk.at("main")).to_contain_text(walk.t("disclosure.title"))
        journey.step("the person lets one thing be told")
        facts = walk.at("article.card:has(form)")
        texts = [one.locator("p").first.inner_text() for one in facts.all()]
        chain.told, chain.untold = texts[0], tuple(set(texts) - {texts[0]})
        walk.follow(facts.first.get_by_role("button", name=walk.t("own.shared.let_know")))
        walk.expect_done("done.released")
        expect(walk.at("main .tag.good")).to_have_text(walk.t("own.shared.told"))
        journey.step("the person says yes")
        walk.send("own.move.candidate_accepts")
        walk.expect_done("done.own_candidate_accepts")
        assert chain.plan().state is TrialState.CANDIDATE_ACCEPTED
        step = chain.plan().steps[-1]
        assert (step.name, step.channel) == (named.name, None)  # the person's own word, not what a coach has heard
        journey.step("the person sees who has seen what")
        walk.follow(walk.link("menu.own_seen", "nav.menu"))
        expect(walk.at("h1")).to_have_text(walk.t("own.seen.title"))
        rows = walk.at("tbody tr")
        expect(rows.filter(has_text=walk.t("seen.role.coach")).first).to_be_visible()
        expect(rows.filter(has_text=walk.t("trial.done.candidate_accepts"))).to_have_count(0)
        walk.follow(walk.link("own.seen.show_own"))
        expect(rows.filter(has_text=walk.t("trial.done.candidate_accepts"))).to_have_count(1)
        journey.step("the person sees what the employer has been told")
        walk.follow(walk.link("menu.own_shared", "nav.menu"))
        expect(walk.at("article.card")).to_have_count(1)
        expect(walk.at("article.card")).to_contain_text(chain.told)
    with chain.store.read() as connection:
        assert len([one for one in releases_of(connection, named.person) if one.fact is not None]) == 1


def agreed(journey: Journey) -> None:
    """8: the employer reads the proposal, asks for a change, says yes; the terms are agreed by all three."""
    chain, named = journey.chain, journey.chain.named
    with journey.employer() as walk:
        journey.step("the employer reads the proposal with what was released, and nothing more")
        walk.begin()
        walk.follow(walk.link("workplaces.waits.answer", ".waits", site=named.site))
        brief = walk.at("section:has(#brief)")
        expect(brief).to_be_visible()
        expect(walk.at("#guidance")).to_be_visible()
        expect(brief).to_contain_text(chain.told)
        assert not [one for one in chain.untold if one in walk.at("main").inner_text()]
        journey.step("the employer asks for a change, and is not heard without a reason; the words stay")
        ask = walk.at("details:has(#f-ask_change)")
        walk.unfold(ask)
        walk.write(walk.field("ask_change-note"), named.words)
        stands = walk.page.url
        walk.press(walk.button("proposal.do.ask_change"))
        assert walk.page.url == stands
        assert walk.field("ask_change-note").input_value() == named.words
        walk.choose(walk.field("ask_change-reason"), "hours_or_times")
        walk.send("proposal.do.ask_change")
        walk.expect_done("done.trial_ask_change")
        assert (chain.plan().steps[-1].move, chain.plan().steps[-1].note) == (Move.ASK_CHANGE, named.words)
    with journey.coach() as walk:
        journey.step("the coach is told that a change was asked for")
        open_waiting(walk, journey, "change_asked")
        expect(walk.at(".timeline")).to_contain_text(named.words)
    with journey.employer() as walk:
        journey.step("the employer says yes")
        open_proposal(walk, journey)
        walk.send("proposal.move.employer_accepts")
        walk.expect_done("done.trial_employer_accepts")
        assert chain.plan().state is TrialState.EMPLOYER_ACCEPTED
    with journey.coach() as walk:
        journey.step("the coach writes down the terms that were talked about")
        open_waiting(walk, journey, "candidate_signs")
        write_terms(walk, journey, goal=f"{named.job}: {named.two}")
    sign(journey)
    with journey.coach() as walk:
        journey.step("the coach confirms what all have said yes to")
        open_waiting(walk, journey, "coach_agrees")
        move(walk, "agree")
        walk.expect_done("done.trial_moved")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.agreed"))
    plan = chain.plan()
    assert plan.agreed is not None
    assert plan.agreed.goal == f"{named.job}: {named.two}"
    signed = [(one.party, one.name) for one in plan.steps if one.move is Move.SIGN]
    assert signed == [(Role.CANDIDATE, named.name), (Role.EMPLOYER, named.handler)]


def run(journey: Journey) -> None:
    """9: the trial runs, is reviewed with what was seen, paused, adapted, ended and evaluated; a follow-up is due."""
    chain, named = journey.chain, journey.chain.named
    with journey.coach() as walk:
        journey.step("the coach starts the trial")
        open_waiting(walk, journey, "start_due")
        move(walk, "start")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.running"))
    with journey.employer() as walk:
        journey.step("the employer tells how the work has looked; nothing seen is nothing said")
        open_proposal(walk, journey)
        review = walk.at("details:has(#f-review)").first
        walk.unfold(review)
        walk.send("proposal.review_save")
        expect(walk.at("#faults")).to_contain_text(walk.t("fault.nothing_said"))
        load = walk.at("#f-review details.load").first
        dimension = (load.locator("input").first.get_attribute("name") or "").removeprefix("load.")
        walk.unfold(load)
        walk.tick(walk.radio(f"load.{dimension}", "2"))
        walk.send("proposal.review_save")
        walk.expect_done("done.trial_review")
        trial = chain.plan().trial
        assert trial is not None
        assert trial.reviews[-1].loads == {dimension: 2.0}
        journey.step("the employer pauses the trial")
        pause = walk.at("details:has(#f-pause)")
        walk.unfold(pause)
        walk.choose(walk.field("pause-reason"), "employer_situation")
        walk.write(walk.field("pause-note"), named.words)
        walk.send("proposal.do.pause")
        walk.expect_done("done.trial_pause")
        assert chain.plan().state is TrialState.PAUSED
    with journey.coach() as walk:
        journey.step("the coach resumes the trial and writes down what is to change")
        open_waiting(walk, journey, "end_due")
        expect(walk.at(".timeline")).to_contain_text(named.words)
        move(walk, "resume")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.running"))
        write_terms(walk, journey, supervisor=f"{named.handler}, {named.job}")
    sign(journey)
    with journey.coach() as walk:
        journey.step("the coach puts the changed terms in force")
        open_waiting(walk, journey, "coach_agrees")
        move(walk, "adapt")
        walk.expect_done("done.trial_moved")
        agreed_now = chain.plan().agreed
        assert agreed_now is not None
        assert agreed_now.supervisor == f"{named.handler}, {named.job}"
        journey.step("the coach records a review; what was typed stays where a level is missing")
        walk.follow(walk.link("trial.move.review"))
        walk.write(walk.field("note"), named.words)
        walk.send("page.save")
        expect(walk.at(".notice.fault").first).to_contain_text(walk.t("trial.rule.review_sound"))
        assert walk.field("note").input_value() == named.words
        walk.choose(walk.field("performance"), "3.5")
        walk.choose(walk.field("strain"), "1")
        walk.send("page.save")
        walk.expect_done("done.trial_moved")
        journey.step("the coach ends the trial and records what came of it")
        move(walk, "end")
        move(walk, "evaluate", outcome="hired")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.evaluated"))
        plan = chain.plan()
        assert plan.trial is not None
        assert (plan.trial.outcome, len(plan.trial.reviews)) == (Outcome.HIRED, 2)
        assert plan.trial.reviews[1].performance == 3.5
    let_months_go_by(journey)
    with journey.coach() as walk:
        journey.step("the coach is told to ask how it is going, and asks")
        open_waiting(walk, journey, "follow_up_due")
        move(walk, "follow_up", months="3", in_work="yes")
        walk.expect_done("done.trial_moved")
        expect(walk.at(".timeline li")).to_have_count(len(chain.plan().steps))
        trial = chain.plan().trial
        assert trial is not None
        assert trial.retention.at_3 is True
        assert chain.plan().state is TrialState.EVALUATED
    with journey.employer() as walk:
        journey.step("the employer reads how it ended")
        walk.begin()
        walk.follow(walk.link("menu.proposals", "nav.menu"))
        walk.unfold(walk.at("details", walk.t("proposals.over", count=1)))
        walk.follow(walk.at(f'main a[href="/proposals/{chain.trial}"]'))
        expect(walk.at("main")).to_contain_text(walk.t("proposal.nothing_to_decide"))


def left(journey: Journey) -> None:
    """10: two side by side and a decision; then the person takes all that is kept, objects, and erases everything."""
    chain, named = journey.chain, journey.chain.named
    with journey.coach() as walk:
        journey.step("the coach makes a draft of another line and sets it beside the trial")
        walk.begin()
        find_person(walk, named.name)
        walk.follow(walk.link("page.list.short", "main p.buttons"))
        line = walk.at("ol.cards > li").filter(has_not_text=named.employer).first
        walk.follow(line.get_by_role("button", name=walk.t("page.list.draft")))
        walk.expect_done("done.trial_drafted")
        draft = walk.page.url.split("/trials/")[1].split("?")[0]
        walk.follow(walk.link("person.tab.trials", "nav.tabs"))
        walk.tick(walk.radio("a", chain.trial))
        walk.tick(walk.radio("b", draft))
        walk.send("trials.compare")
        expect(walk.at("h1")).to_have_text(walk.t("compare.title"))
        differs = walk.at(".compare tr.differs th").all_inner_texts()
        assert any(walk.t("trials.state") in one for one in differs)
        journey.step("the coach decides against the draft")
        form = f'form[action="/trials/{draft}/moves"]'
        walk.choose(walk.field("reason", form), "next_step")
        walk.write(walk.field("note", form), named.words)
        walk.send("trial.move.decline", form)
        walk.expect_done("done.trial_moved")
        expect(walk.at("h1 .tag")).to_have_text(walk.t("trial.state.declined"))
    with chain.store.read() as connection:
        states = {one.id: one.state for one in plans_of(connection, "t1", [named.person])}
    assert states == {chain.trial: TrialState.EVALUATED, draft: TrialState.DECLINED}
    with journey.candidate() as walk:
        journey.step("the person takes all that is kept about them")
        walk.begin()
        walk.follow(walk.link("menu.own_data", "nav.menu"))
        with walk.page.expect_download() as begun:
            walk.press(walk.link("own.data.download"))
        whole = json.loads(Path(begun.value.path()).read_text(encoding="utf-8"))
        assert whole["tables"]["candidate"][0]["id"] == named.person
        journey.step("the person wants no work looked for")
        walk.send("own.data.object")
        walk.expect_done("done.objects")
        walk.follow(walk.link("menu.own_suggestions", "nav.menu"))
        expect(walk.at("main")).to_contain_text(walk.t("own.data.objecting"))
        expect(walk.at("article.card")).to_have_count(0)
        journey.step("the person erases everything, not by a slip")
        walk.follow(walk.link("menu.own_data", "nav.menu"))
        walk.send("own.erase.title")
        expect(walk.at(".notice.fault")).to_contain_text(walk.t("own.erase.tick"))
        walk.tick(walk.field("sure"))
        walk.send("own.erase.title")
        walk.expect_done("done.erased")
        walk.begin("/me")
        expect(walk.at("h1")).to_have_text(walk.t("page.login.title"))
    with chain.store.read() as connection:
        assert plans_of(connection, "t1", [named.person]) == ()
    with journey.coach() as walk:
        journey.step("the coach finds nobody any more")
        walk.begin()
        walk.write(walk.field("find"), named.name)
        if walk.way is Way.PLAIN:
            walk.send("page.list.show")
        expect(walk.at("#found")).to_contain_text(walk.t("page.people.not_found"))


def open_waiting(walk: Steps, journey: Journey, need: str) -> None:
    """Open the trial as its coach, who is told on the first page what it waits for."""
    walk.begin()
    waits = walk.at("section tbody tr", journey.chain.named.name).filter(has_text=walk.t(f"trial.need.{need}"))
    walk.follow(waits.locator(f'a[href="/trials/{journey.chain.trial}"]'))


def open_proposal(walk: Steps, journey: Journey) -> None:
    """Open the proposal as its employer."""
    walk.begin()
    walk.follow(walk.link("menu.proposals", "nav.menu"))
    walk.follow(walk.at(f'main a[href="/proposals/{journey.chain.trial}"]'))


def write_terms(walk: Steps, journey: Journey, **fields: str) -> None:
    """Write new terms down."""
    walk.follow(walk.at(f'main a.change[href="/trials/{journey.chain.trial}/terms"]'))
    for name, said in fields.items():
        walk.write(walk.field(name), said)
    walk.send("page.save")
    walk.expect_done("done.trial_moved")


def sign(journey: Journey) -> None:
    """Let the person, then the employer, say yes to the terms, each on their own pages."""
    with journey.candidate() as walk:
        journey.step("the person says yes to the terms")
        walk.begin()
        walk.follow(walk.at(f'main a[href="/me/trials/{journey.chain.trial}"]'))
        walk.send("own.move.sign")
        walk.expect_done("done.own_sign")
    with journey.employer() as walk:
        journey.step("the employer says yes to the terms")
        walk.begin()
        walk.follow(walk.link("workplaces.waits.terms", ".waits", site=journey.chain.named.site))
        expect(walk.at("#decide")).to_be_visible()
        walk.send("proposal.move.sign")
        walk.expect_done("done.trial_sign")


def let_months_go_by(journey: Journey) -> None:
    """Put the trial so far back that it is time to ask how it is going."""
    trial = journey.chain.plan().trial
    assert trial is not None
    day: date = this_day() - timedelta(days=MONTHS_GONE)
    with journey.chain.store.write() as connection:
        gone = replace(trial, starts=day, planned_end=day, ended_on=day, reviews=())
        replace_trials(connection, [gone])

"""Stores behind the pages that are looked at: with something for every page, with nothing, with very long words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import cycle

import sqlalchemy as sa

from api.commands.match_lists import Question
from api.messages import Messages
from api.research import freeze_for_research
from api.shown_lists import show_list
from api.trial_plans import draft_from_list
from data.accounts import Actor
from data.candidates import Candidate, Skill
from data.postings import PostingState
from data.releasable_facts import ReleasableFact
from data.store import (
    Store,
    add_plan,
    add_tenant,
    admit,
    change_plan,
    employers_of,
    get_candidate,
    release,
    replace_candidates,
    replace_trials,
)
from data.store.account_tables import account, tenant
from data.store.accounts import add_account
from data.store.postings import add_posting
from data.store.saved_searches import SavedSearch, save_search
from data.store.sessions import open_session
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Move, Origin, RaisedFlag, TrialPlan, TrialTerms
from data.trials import Outcome, TrialReview, TriedTask
from data.workplaces import Employer
from matching import MatchConfig
from matching.trial_lifecycle import new_plan, take
from tests.api.access.world import ACCOUNTS, MEASURE, MINE, TRIALS
from tests.api.test_research import people_of, trials_of
from tests.days import this_day
from tests.trial_parties import at, no_limits

from .test_research_pages import a_posting

DRAFT, POSTING, SEARCH = "2" * 32, "f" * 32, "5" * 32
RUNNING, EVALUATED = "3" * 32, "4" * 32
_WORD = "Kolmivaihekilowattituntimittarinlukijaharjoittelijan"
LONG = ((_WORD * 4)[:200], f"{_WORD} " * 3 + _WORD)
"""A word of 200 characters, and four long ones."""


def fill_more(store: Store, site: str, text: str = "") -> dict[str, str]:
    """Put something on pages that a world of roles leaves empty; gives what stands in their addresses."""
    now, coach = datetime.now(UTC), ACCOUNTS["coach"].actor
    shown = show_list(store, Question(MINE, MatchConfig(5)), Messages("fi"), now, actor=coach)
    many, old = people_of(90), now.date() - timedelta(days=200)
    with store.write() as connection:
        place = employers_of(connection, sites=[site])[0]
        draft_from_list(connection, shown.number, 1, coach, DRAFT, now)
        save_search(connection, SavedSearch(SEARCH, coach.account, MINE, "Viiden kärki", {"top": 5}, shown.number), now)
        draft = a_posting(POSTING, place.id, site, text=text or "Laatikoiden kanto", state=PostingState.DRAFT)
        add_posting(connection, draft, ACCOUNTS["employer"].actor, now)
        tasks = tuple(one.id for one in place.sites[0].jobs[0].tasks[:2])
        facts = ReleasableFact("name", "", "Aino K."), ReleasableFact("measure", MEASURE, "", 0.0, tasks)
        for number, fact in enumerate(facts):
            release(connection, coach, MINE, place.id, fact, now, f"{number:032x}", TRIALS["mine"])
        replace_candidates(connection, many)
        admit(connection, [one.id for one in many], "t1")
        replace_trials(connection, trials_of(many, (place,), ended_on=old))
    live_trials(store, site)
    with store.write() as connection:
        told = freeze_for_research(store, connection, None, ACCOUNTS["researcher"].actor, b"of tests", now)
    return {"frame": told["name"], "posting_id": POSTING, "search_id": SEARCH, "run": str(shown.number)}


def live_trials(store: Store, site: str) -> None:
    """Let one trial run, with a review and changed terms that wait for a word, and one be over and evaluated."""
    coach, candidate, employer = (ACCOUNTS[role].actor for role in ("coach", "candidate", "employer"))
    today = this_day()
    with store.read() as connection:
        place = employers_of(connection, sites=[site])[0]
    tasks = tuple(TriedTask(task.id, 4.0) for task in place.sites[0].jobs[0].tasks[:2])
    bare = TrialTerms(tasks=tasks, week=(HalfDay("mon_am", 4.0), HalfDay("tue_am", 4.0)), measures=(MEASURE,))
    flag = RaisedFlag("tight", ("pos_stand",))
    review = Asked(Move.REVIEW, review=TrialReview(today - timedelta(days=70), {"pos_stand": 3.0}, 4.0, 1.5))
    for id_, ends in ((RUNNING, today + timedelta(days=30)), (EVALUATED, today - timedelta(days=40))):
        whole = replace(
            bare, starts=today - timedelta(days=90), ends=ends, supervisor="Saara Ohjaaja",
            goal="Nähdään, mitkä tehtävät sujuvat ja mihin aikaan.", reviews=(today - timedelta(days=70),),
        )  # fmt: skip
        steps: list[tuple[int, Asked, Actor]] = [
            (99, Asked(Move.GIVE_REASON, flag=flag, text="Jakkara on, ja tauot sopivat."), coach),
            (99, Asked(Move.PROPOSE, answer_by=today - timedelta(days=90)), coach),
            (98, Asked(Move.CANDIDATE_ACCEPTS), candidate), (97, Asked(Move.EMPLOYER_ACCEPTS), employer),
            (96, Asked(Move.ARRANGE, terms=whole), coach),
            (95, Asked(Move.SIGN), candidate), (94, Asked(Move.SIGN), employer), (93, Asked(Move.AGREE), coach),
            (90, Asked(Move.START), coach), (70, review, coach), (69, Asked(Move.RELEASE, answer=True), candidate),
        ]  # fmt: skip
        if id_ == RUNNING:
            steps.append((1, Asked(Move.ARRANGE, terms=replace(whole, supervisor="Seppo Sijainen")), coach))
        else:
            steps += [(40, Asked(Move.END), coach), (38, Asked(Move.EVALUATE, outcome=Outcome.HIRED), coach)]
        plan = TrialPlan(
            id_, "t1", MINE, place.id, site, Origin(1, "run", 1, "line"), (flag,), bare, fictional=True
        )  # fmt: skip
        with store.write() as connection:
            add_plan(connection, new_plan(plan, coach, at(today - timedelta(days=100))), coach)
            for days, asked, actor in steps:
                moment = at(today - timedelta(days=days))
                change_plan(
                    connection, id_, lambda _plan: True, actor,
                    lambda _connection, plan, asked=asked, actor=actor, moment=moment: take(  # type: ignore[misc]
                        plan, asked, actor, moment, no_limits
                    ),
                )  # fmt: skip


def fill_nothing(store: Store) -> str:
    """Make accounts of every role and nothing else: no workplace, nobody coached, a candidate not known yet."""
    at = datetime.now(UTC)
    with store.write() as connection:
        add_tenant(connection, "t1", "Valmennus", at)
        replace_candidates(connection, [Candidate(MINE, "Kalle Uusi", 4, 20, {})])
        admit(connection, [MINE], "t1")
        for role, one in ACCOUNTS.items():
            add_account(connection, one, at)
            open_session(connection, f"session-of-{role}", one.id, at, timedelta(hours=12), second_factor=True)
    return ""


def with_long_words(employers: tuple[Employer, ...]) -> tuple[Employer, ...]:
    """Give the workplaces with very long words wherever an employer writes."""
    words = cycle(LONG)
    return tuple(_long_employer(one, words) for one in employers)


def lengthen(store: Store) -> None:
    """Write very long words wherever something is kept of a person, an account and an organisation."""
    with store.write() as connection:
        person = get_candidate(connection, MINE)
        marked = {
            dimension: tuple(replace(level, evidence=LONG[0], stated_on=date(2026, 3, 14)) for level in levels)
            for dimension, levels in person.capacity.items()
        }
        skills = tuple(Skill(text) for text in LONG)
        replace_candidates(
            connection, [replace(person, name=LONG[0], municipality=LONG[0][:60], capacity=marked, skills=skills)]
        )
        connection.execute(sa.update(account).values(name=LONG[0]))
        connection.execute(sa.update(tenant).where(tenant.c.id == "t1").values(name=LONG[0]))


def _long_employer(employer: Employer, words: Iterator[str]) -> Employer:
    sites = tuple(
        replace(
            site,
            name=next(words),
            jobs=tuple(
                replace(job, title=next(words), tasks=tuple(replace(task, text=next(words)) for task in job.tasks))
                for job in site.jobs
            ),
        )
        for site in employer.sites
    )
    return replace(employer, name=LONG[0], sites=sites)

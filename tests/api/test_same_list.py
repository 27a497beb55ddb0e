"""A list is shown again only when it would come out the same, it is in the audit each time, and nobody else sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from api.commands.match_lists import Question
from api.kept_lists import KeptLists
from api.messages import Messages
from api.shown_lists import ShownAnswer, show_answer, show_list
from data.accounts import Actor, Role
from data.candidates import Ban, Candidate
from data.errors import UnknownId
from data.human_decisions import DecisionKind
from data.store import (
    Store,
    add_decision,
    add_employers,
    entries_about,
    erase_candidate,
    open_store,
    release_trials,
    replace_candidates,
    replace_region,
    replace_trials,
)
from data.store.exposure import count_shown
from data.store.objections import PersonObjects, set_objection
from data.trials import Course, Outcome, Trial, TriedTask
from data.workplaces import Employer
from matching import Caution, MatchConfig
from tests.api.access.world import COLLEAGUES, MINE, World, fill, now, open_service
from tests.api.serving_apps import url_of

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ANNA = Actor("a-coach", Role.COACH, "t1", "Anna Aalto")
CONFIG = MatchConfig(top=2)


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:3])
        replace_candidates(connection, people[:2])
    return store


def _ask(store: Store, question: Question, at: datetime = NOW, language: str = "fi") -> ShownAnswer:
    return show_answer(store, question, Messages(language), at, ANNA)


def _changed_person(person: Candidate) -> list[Candidate]:
    level = next(iter(person.capacity.values()))[0]
    return [
        replace(person, hours_max=person.hours_max - 1),
        replace(person, bans=(*person.bans, Ban("pos_stand", 1.0))),
        replace(person, wishes={}),
        replace(person, declined_accommodations=frozenset(["sit_stand_stool"])),
        replace(person, capacity={**person.capacity, "env_noise": (replace(level, evidence="x"),)}),
        replace(person, travel_minutes_max=11.0),
        replace(person, skills=()),
        replace(person, fictional=not person.fictional),
    ]


def _trial(employer: Employer) -> Trial:
    site = employer.sites[0]
    return Trial(
        "T-1", "TC-1", employer.id, site.id, date(2026, 1, 7), Course.ENDED,
        (TriedTask(site.jobs[0].tasks[0].id, 1.0),), (), ended_on=date(2026, 2, 20), outcome=Outcome.HIRED,
        released=True, fictional=True,
    )  # fmt: skip


def test_the_same_question_of_the_same_gets_the_same_bytes_and_number_and_each_time_an_entry(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    question = Question(people[0].id, CONFIG)
    first = _ask(filled, question)
    again = _ask(filled, question, NOW + timedelta(hours=1))
    assert again == first
    assert show_list(filled, question, Messages("fi"), NOW).answer == first.answer  # the one that is made says the same
    with filled.read() as connection:
        seen = [one for one in entries_about(connection, people[0].id) if one.about == f"run:{first.number}"]
        assert count_shown(connection)["match_run"] == 2
    assert [one.action for one in seen] == ["list.read"] * 2
    assert seen[0].facts == seen[1].facts
    assert seen[0].at > seen[1].at
    assert {one.account for one in seen} == {"a-coach"}


def test_whatever_a_list_is_made_from_changes_it_is_made_anew(
    filled: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    question, person = Question(people[0].id, CONFIG), people[0]
    numbers, kept = [_ask(filled, question).number], KeptLists()

    def anew(change: Callable[[], object], what: str) -> None:
        change()
        shown, made = _ask(filled, question), show_list(filled, question, Messages("fi"), NOW)
        assert shown.number not in numbers, what
        assert shown.answer == made.answer, what
        assert _ask(filled, question) == shown, what
        in_mind = show_list(filled, question, Messages("fi"), NOW, kept=kept)
        assert in_mind.answer == made.answer, what
        assert show_list(filled, question, Messages("fi"), NOW, kept=kept).listed is in_mind.listed, what
        numbers.append(shown.number)

    def write(*work: Callable[..., object]) -> Callable[[], None]:
        def done() -> None:
            with filled.write() as connection:
                for one in work:
                    one(connection)

        return done

    for other in _changed_person(person):
        anew(write(lambda c, other=other: replace_candidates(c, [other])), "profile")
    with filled.write() as connection:
        replace_candidates(connection, [person])
    assert _ask(filled, question).number == numbers[0]  # the profile is again what it was
    owner = employers[0]
    site = owner.sites[0]
    task = replace(site.jobs[0].tasks[0], hours_per_week=1.5)
    job = replace(site.jobs[0], tasks=(task, *site.jobs[0].tasks[1:]))
    moved = replace(owner, sites=(replace(site, jobs=(job, *site.jobs[1:])), *owner.sites[1:]))
    anew(write(lambda c: add_employers(c, [moved])), "a task")
    anew(write(lambda c: add_employers(c, [replace(moved, name="Toinen nimi Oy")])), "a name")
    anew(write(lambda c: add_employers(c, [employers[4]])), "a new workplace")
    anew(write(lambda c: replace_trials(c, [_trial(owner)])), "a trial")
    anew(write(lambda c: release_trials(c, "TC-1", False)), "a release taken back")
    facts = {"measure": "sit_stand_stool", "dimension": "pos_stand", "steps": 4.5, "fictional": True}
    write(lambda c: add_decision(c, DecisionKind.ACCEPT_EFFECT, ["A", "B"], "seen", facts, NOW))()
    assert _ask(filled, question).answer == show_list(filled, question, Messages("fi"), NOW).answer


def test_a_list_that_is_kept_in_mind_is_logged_once_and_in_the_audit_each_time(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    question, kept = Question(people[0].id, CONFIG), KeptLists()
    first, again = (show_list(filled, question, Messages("fi"), NOW, actor=ANNA, kept=kept) for _ in range(2))
    assert again.listed is first.listed
    assert (again.number, again.answer) == (first.number, first.answer)
    assert again.written == json.loads(first.answer)
    assert show_list(filled, question, Messages("sv"), NOW, actor=ANNA, kept=kept).answer != first.answer
    with filled.read() as connection:
        assert count_shown(connection)["match_run"] == 2
        assert len([e for e in entries_about(connection, people[0].id) if e.about == f"run:{first.number}"]) == 2
    kept.forget(people[0].id)
    assert show_list(filled, question, Messages("fi"), NOW, actor=ANNA, kept=kept).listed is not first.listed


def test_few_lists_are_kept_in_mind_and_not_for_long(filled: Store, people: tuple[Candidate, ...]) -> None:
    listed = show_list(filled, Question(people[0].id, CONFIG), Messages("fi"), NOW).listed
    several = len(listed.found.suggestions)
    assert several
    kept = KeptLists(most=2 * several)
    for name in "ab":
        kept.keep(name, listed, NOW)
    assert kept.find("a", NOW) is listed
    kept.keep("c", listed, NOW)
    assert [kept.find(name, NOW) is listed for name in "abc"] == [True, False, True]  # what was looked at last stays
    assert kept.find("a", NOW + timedelta(minutes=11)) is None


def test_another_question_another_language_or_another_day_is_another_list(
    filled: Store, people: tuple[Candidate, ...]
) -> None:
    id_ = people[0].id
    asked: list[tuple[Question, datetime, str]] = [
        (Question(id_, CONFIG), NOW, "fi"),
        (Question(id_, CONFIG), NOW, "sv"),
        (Question(id_, MatchConfig(top=3)), NOW, "fi"),
        (Question(id_, MatchConfig(2, Caution.CAREFUL)), NOW, "fi"),
        (Question(id_, MatchConfig(2, region="keski_suomi")), NOW, "fi"),
        (Question(people[1].id, CONFIG), NOW, "fi"),
        (Question(id_, CONFIG), NOW + timedelta(days=1), "fi"),
        (Question(id_, CONFIG, changes=("hours.max=14",)), NOW, "fi"),
        (Question(id_, CONFIG, without=("sit_stand_stool",)), NOW, "fi"),
    ]
    first = [_ask(filled, *one).number for one in asked]
    assert len(set(first)) == len(asked)
    assert [_ask(filled, *one).number for one in asked] == first
    elsewhere = open_store(url_of(filled))
    assert _ask(elsewhere, *asked[0]).number == first[0]  # another worker finds it, and so after a restart
    elsewhere.close()


def test_nothing_is_shown_again_of_who_objects_or_was_erased(filled: Store, people: tuple[Candidate, ...]) -> None:
    question = Question(people[0].id, CONFIG)
    number = _ask(filled, question).number
    with filled.write() as connection:
        set_objection(connection, people[0].id, NOW, objects=True)
    with pytest.raises(PersonObjects):
        _ask(filled, question)
    with filled.write() as connection:
        set_objection(connection, people[0].id, NOW, objects=False)
    assert _ask(filled, question).number == number
    with filled.write() as connection:
        erase_candidate(connection, people[0].id, NOW.date())
    with pytest.raises(UnknownId):
        _ask(filled, question)


@pytest.fixture
def world(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> World:
    site = fill(store, employers[:3], people, now())
    with open_service(url_of(store)) as client:
        yield World(client, store, site)


def test_who_may_not_see_a_person_gets_no_list_however_often_it_was_shown(world: World) -> None:
    path = f"/api/v1/candidates/{MINE}/suggestions?top=2"
    one, two = (world.ask("coach", "GET", path) for _ in range(2))
    own = world.ask("candidate", "GET", path)
    assert one.content == two.content == own.content
    assert one.headers["worktrial-run"] == two.headers["worktrial-run"] == own.headers["worktrial-run"]
    assert one.headers["content-type"] == "application/json"
    assert [world.ask(role, "GET", path).status_code for role in ("employer", "researcher", "admin")] == [403] * 3
    assert world.ask("anonymous", "GET", path).status_code == 401
    elsewhere = world.ask("coach", "GET", f"/api/v1/candidates/{COLLEAGUES}/suggestions?top=2")
    assert elsewhere.status_code == 404

"""Why this, why not that: to the person, in every language, about what was shown, without the scale or jargon."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import jsonschema
import pytest

from api.commands.match_lists import Question
from api.disclosure_words import disclosure_as_json
from api.match_json import suggestion_as_json
from api.messages import LANGUAGES, Messages
from api.plain_reasons import why_not_as_json, why_this_as_json
from api.shown_lists import show_list
from data.candidates import Ban
from data.store import Store, replace_candidates, replace_region
from data.store.exposure import find_run
from data.store.kept_contents import kept_for
from features.market import build_market
from matching import MatchConfig, match
from matching.disclosure import plan_disclosure
from matching.effect_brief import proposed_work
from matching.held_market import hold
from matching.one_site import ask_about
from matching.why_not import why_not
from tests.commands import schema
from tests.demo_region import demo_employers, demo_people

EMPLOYERS = {employer.id: employer for employer in demo_employers(fictional=False)}
HELD = hold(build_market(EMPLOYERS.values()))
PEOPLE = {person.id: person for person in demo_people(fictional=False)}
JARGON = re.compile(
    r"\b(score|rank|margin|dose|peak|log-odds|bundle|carv\w*|accommodation|capacity|level|blocker|"
    r"pisteet|taso|marginaali|poäng|nivå|kapacitet)\b",
    re.IGNORECASE,
)
SAID_IN_NUMBERS = {"work", "travel", "others_better", "change.hours.smallest", "change.hours"}
"""Sentences that tell hours a week or minutes of travel."""

SOME = ("KS-001", "KS-010", "KS-019", "KS-040")


def _without_names(text: str) -> str:
    """Leave out what the employer wrote, which may hold any words and numbers."""
    for employer in EMPLOYERS.values():
        for site in employer.sites:
            for job in site.jobs:
                for task in job.tasks:
                    text = text.replace(task.text.rstrip(" ."), "")
            text = text.replace(site.name, "")
        text = text.replace(employer.name, "")
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id_", SOME)
def test_why_this_is_said_to_the_person_without_scale_or_jargon(id_: str, language: str) -> None:
    messages = Messages(language)
    for one in match(PEOPLE[id_], HELD, MatchConfig(top=3)).suggestions:
        said = why_this_as_json(suggestion_as_json(one, messages), messages)
        kinds = [sentence["kind"] for sentence in said["sentences"]]
        assert (kinds[0], kinds[-1]) == ("work", "you_decide")
        assert len(kinds) == len(set(kinds)) <= 16
        for sentence in said["sentences"]:
            text = _without_names(sentence["text"])
            assert not JARGON.search(text), text
            assert sentence["kind"] in SAID_IN_NUMBERS or not re.search(r"\d", text), text
            assert "{" not in text
        jsonschema.validate(said, schema("plain-reasons.schema.json"))
        assert said["text"] == " ".join(sentence["text"] for sentence in said["sentences"])


def test_every_reason_of_a_suggestion_that_moves_it_much_is_said() -> None:
    """Wishes for and against, skills, near limits: what stands in the terms stands in the sentences."""
    messages = Messages("en")
    for id_ in SOME:
        for one in match(PEOPLE[id_], HELD, MatchConfig(top=3)).suggestions:
            why = why_this_as_json(suggestion_as_json(one, messages), messages)
            said = {sentence["kind"]: sentence["text"] for sentence in why["sentences"]}
            wishes = {t.about: t.value for t in one.contributions if t.kind == "wish" and t.about != "neutral"}
            best = max(wishes, key=lambda about: wishes[about], default="")
            if best and wishes[best] > 0:
                heard = said.get("wished", "") + said.get("as_wished", "")
                assert messages.activity_or_dimension(best) in heard
            near = [t for t in one.contributions if t.kind == "comfort" and t.value < 0 and t.about != "room"]
            assert ("near_limit" in said) is bool(near)
            assert ("within_limits" in said) is not bool(near)
            assert ("arranged" in said) is bool(one.measures)


def test_why_this_of_a_logged_list_is_about_what_was_shown(store: Store) -> None:
    person = replace(PEOPLE["KS-001"], fictional=True)
    with store.write() as connection:
        replace_region(connection, next(iter(EMPLOYERS.values())).region, EMPLOYERS.values())
        replace_candidates(connection, [person])
    messages = Messages("sv")
    question = Question(person.id, MatchConfig(top=2), 0, (), (), "", date(2026, 11, 28), 0, None)
    shown = show_list(store, question, messages, datetime(2026, 11, 28, tzinfo=UTC))
    live = [why_this_as_json(one, messages) for one in shown.written["suggestions"]]
    with store.write() as connection:
        replace_candidates(connection, [replace(person, wishes={}, skills=(), strengths=())])
    with store.read() as connection:
        run = find_run(connection, str(shown.number))
        kept = kept_for(connection, person.id, run.answer)
    assert kept is not None
    assert [why_this_as_json(one, messages) for one in json.loads(kept)["suggestions"]] == live


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id_", SOME)
def test_why_not_names_a_reason_for_every_workplace_that_is_not_listed(id_: str, language: str) -> None:
    person, messages = PEOPLE[id_], Messages(language)
    listed = {one.reach.place.site.id for one in match(person, HELD, MatchConfig(top=3)).suggestions}
    for place in HELD.market.places[::9]:
        if place.site.id in listed:
            continue
        asked = ask_about(person, HELD, place.site.id)
        said = why_not_as_json(asked, why_not(asked), messages)
        kinds = [sentence["kind"] for sentence in said["sentences"]]
        assert (kinds[0], kinds[-1]) == ("not_listed", "talk_to_coach")
        assert len(kinds) > 2
        jsonschema.validate(said, schema("plain-reasons.schema.json"))
        for sentence in said["sentences"]:
            text = _without_names(sentence["text"])
            assert not JARGON.search(text), text
            assert sentence["kind"] in SAID_IN_NUMBERS or not re.search(r"\d", text), text


def test_a_far_workplace_is_said_to_be_far_and_nothing_else() -> None:
    asked = ask_about(replace(PEOPLE["KS-001"], travel_minutes_max=1.0), HELD, HELD.market.places[0].site.id)
    said = why_not_as_json(asked, why_not(asked), Messages("en"))
    assert [sentence["kind"] for sentence in said["sentences"]] == ["not_listed", "against.travel", "talk_to_coach"]


def test_a_must_not_that_closes_everything_is_named_by_what_it_is_about_never_by_its_level() -> None:
    person = replace(PEOPLE["KS-001"], bans=tuple(Ban(d, 0.0, "hidden ground") for d in ("upl_hand", "pos_stand")))
    said = None
    for place in HELD.market.places:
        asked = ask_about(person, HELD, place.site.id)
        why = why_not(asked)
        if not asked.against and any(closed.rule == "task.ban" for closed in why.closed) and why.hours == 0:
            said = why_not_as_json(asked, why, Messages("en"))
            break
    assert said is not None
    (closed,) = (one["text"] for one in said["sentences"] if one["kind"] == "closed.ban")
    assert "standing" in closed or "grip" in closed
    assert "hidden" not in said["text"]


def test_a_workplace_that_would_do_says_that_others_answer_better() -> None:
    person = PEOPLE["KS-001"]
    found = match(person, HELD, MatchConfig(top=2)).suggestions
    asked = ask_about(person, HELD, found[-1].reach.place.site.id)
    said = why_not_as_json(asked, why_not(asked), Messages("en"))
    assert [sentence["kind"] for sentence in said["sentences"]] == ["not_listed", "others_better", "talk_to_coach"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("id_", SOME)
def test_a_disclosure_plan_is_said_in_plain_words(id_: str, language: str) -> None:
    person, messages = PEOPLE[id_], Messages(language)
    one = match(person, HELD, MatchConfig(top=1)).suggestions[0]
    place = one.reach.place
    hours = {part.task.id: dict(part.blocks) or part.hours for part in one.tasks}
    work = proposed_work(EMPLOYERS[place.employer.id], place.site.id, hours)
    plan = plan_disclosure(person, ask_about(person, HELD, place.site.id), work, [m.id for m in one.measures])
    said = disclosure_as_json(plan, work, messages)
    assert [fact["fact"]["kind"] for fact in said["needed"]] == [fact.fact.kind for fact in plan.needed]
    assert len(said["protecting"]) == len(plan.protecting)
    for fact in (*said["needed"], *said["protecting"]):
        assert fact["why"]
        assert fact["text"] in said["text"]
        assert not JARGON.search(_without_names(" ".join((fact["why"], fact["text"]))))
    assert said["notes"][-1] == messages.text("disclosure.yours")
    jsonschema.validate(said, schema("disclosure-plan.schema.json"))

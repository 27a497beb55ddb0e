"""The employer learns what was released and is necessary, nothing else: byte for byte, in every language and form."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import jsonschema
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.effect_brief import BriefForm, brief_as_json, brief_bytes, brief_document, show_brief
from api.messages import LANGUAGES
from data.accommodations import load_accommodations
from data.accounts import Actor, Role
from data.candidates import Ban, Candidate, Skill
from data.dimensions import dimension_index
from data.levels import Level, Source
from data.moments import moment_text
from data.releasable_facts import ProposalStage, Reader, ReleasableFact, load_releasable_facts
from data.released_proposals import ProposedWork, ReleasedProposal
from data.releases import ReleaseAct, ReleaseEntry, shown_facts
from data.store import Store, release, replace_candidates, withdraw
from data.store.audit import entries_about
from data.vocabulary import vocabulary
from features.market import build_market
from matching import MatchConfig, match
from matching.effect_brief import effect_brief, necessary_for, proposed_work
from matching.facts_to_release import in_own_words, offered_facts
from matching.held_market import hold
from matching.one_site import ask_about
from matching.site_problem import SiteView
from tests.commands import schema
from tests.demo_region import demo_employers, demo_people

PAIRS = int(os.environ.get("WORKTRIAL_PAIRS", "500"))
"""Pairs of worlds; 10000 on demand."""

AT = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
PEOPLE = {person.id: person for person in demo_people(fictional=False)}
TOLD = ("KS-001", "KS-004", "KS-010", "KS-022", "KS-040", "KS-052")
OWN = (
    in_own_words("reach", "Tekstiviesti 040 000 0000"),
    in_own_words("helps", "Kirjallinen lista päivän tehtävistä"),
    in_own_words("call", "Sisko, 040 000 0001"),
)
DIMENSIONS, ACTIVITIES = tuple(dimension_index()), tuple(vocabulary("activities"))
MEASURES = tuple(measure.id for measure in load_accommodations())

World = tuple[Candidate, SiteView, ProposedWork, tuple[str, ...]]


@cache
def worlds() -> Mapping[str, World]:
    """The best trial of a few people of the demo region, with one must-not more that closes tasks beside it."""
    employers = {employer.id: employer for employer in demo_employers(fictional=False)}
    held, found = hold(build_market(employers.values())), {}
    for id_ in TOLD:
        person = PEOPLE[id_]
        best = match(person, held, MatchConfig(top=1)).suggestions[0]
        place = best.reach.place
        hours = {part.task.id: dict(part.blocks) or part.hours for part in best.tasks}
        work = proposed_work(employers[place.employer.id], place.site.id, hours)
        person = replace(person, bans=tuple({b.dimension: b for b in (*person.bans, Ban("str_lift", 1.0))}.values()))
        view = ask_about(person, held, place.site.id).view
        found[id_] = person, view, work, tuple(measure.id for measure in best.measures)
    return found


def proposal_of(work: ProposedWork, stage: ProposalStage, candidate: str = "C") -> ReleasedProposal:
    return ReleasedProposal(
        "e" * 32, candidate, work, stage, AT.date(), "Virpi Valmentaja", "040 000 0002", "Ossi Ohjaaja",
        date(2026, 12, 1), date(2027, 2, 26),
    )  # fmt: skip


LEVELS = st.integers(0, 10).map(lambda n: (Level(n / 2, n / 2, n / 2, Source.PROFESSIONAL, "said in confidence"),))


@st.composite
def others(
    draw: st.DrawFn, person: Candidate, kept: frozenset[ReleasableFact], measures: tuple[str, ...]
) -> tuple[Candidate, tuple[str, ...]]:
    """Somebody else who differs in everything that was not released, and in the measures that the trial plans."""
    about = {kind: {fact.about for fact in kept if fact.kind == kind} for kind in load_releasable_facts().kinds}
    keys = {key.partition(":")[2] for key in about["qualification"]}
    named = any(fact.kind == "name" for fact in kept)
    bans = tuple(ban for ban in person.bans if ban.dimension in about["avoid"])
    more = draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(0, 4).map(float), max_size=6))
    skills = tuple(skill for skill in person.skills if skill.activity in about["skill"])
    free = [activity for activity in ACTIVITIES if activity not in about["skill"]]
    released = tuple(id_ for id_ in measures if id_ in about["measure"])
    other = Candidate(
        id=draw(st.sampled_from(("X-1", "X-2"))),
        name=person.name if named else draw(st.sampled_from(("Aino Aalto", "Bo Berg"))),
        hours_min=draw(st.sampled_from((1.0, 10.0))),
        hours_max=draw(st.sampled_from((12.0, 37.5))),
        capacity=draw(st.dictionaries(st.sampled_from(DIMENSIONS), LEVELS, max_size=20)),
        municipality=draw(st.sampled_from(("Jyväskylä", "Laukaa"))),
        travel_minutes_max=draw(st.sampled_from((None, 20.0, 90.0))),
        step_free_needed=draw(st.booleans()),
        adult=person.adult if any(key.startswith("min_age") for key in about["qualification"]) else draw(st.booleans()),
        bans=(*bans, *(Ban(d, level, "medical: hidden") for d, level in more.items() if d not in about["avoid"])),
        wishes=draw(st.dictionaries(st.sampled_from(ACTIVITIES), st.integers(-2, 2).map(float), max_size=5)),
        preferences=draw(st.dictionaries(st.sampled_from(DIMENSIONS), st.sampled_from(("more", "less")), max_size=4)),
        strengths=(*about["strength"], *draw(st.lists(st.sampled_from(ACTIVITIES), max_size=4))),
        blocks=draw(st.dictionaries(st.sampled_from(("mon_am", "fri_night")), st.just(4.0))),
        skills=(*skills, *(Skill("hidden skill", a) for a in draw(st.lists(st.sampled_from(free), max_size=3)))),
        languages={k: v for k, v in person.languages.items() if k in keys} | draw(st.sampled_from(({}, {"sv": "C1"}))),
        permits={k: v for k, v in person.permits.items() if k in keys} | draw(st.sampled_from(({}, {"crane": True}))),
        licences={k: v for k, v in person.licences.items() if k in keys} | draw(st.sampled_from(({}, {"C": True}))),
        own_car=person.own_car if "own_car" in about["qualification"] else draw(st.sampled_from((None, True, False))),
        criminal_record_ok=draw(st.sampled_from((None, True, False))),
        declined_accommodations=frozenset(draw(st.lists(st.sampled_from(MEASURES), max_size=3))),
    )
    return other, (*released, *draw(st.lists(st.sampled_from(MEASURES), max_size=4)))


def _ledger(
    draw: st.DrawFn, facts: list[ReleasableFact], employer: str, noise: list[ReleasableFact]
) -> tuple[ReleaseEntry, ...]:
    """Write a ledger in which just these facts reach the employer; others were taken back, ran out, went elsewhere."""
    elsewhere = (("elsewhere", "", 9), (employer, "other trial", 9), (employer, "", -3))
    before = moment_text(AT - timedelta(days=4))
    acts: list[tuple[ReleaseAct, str, str, ReleasableFact | None, datetime]] = []
    for fact in noise:
        away, trial, days = draw(st.sampled_from(elsewhere))
        acts.append((ReleaseAct.RELEASE, away, trial, fact, AT + timedelta(days=days)))
        if draw(st.booleans()):
            acts.append((ReleaseAct.RELEASE, employer, "", fact, AT + timedelta(days=9)))
            acts.append((ReleaseAct.WITHDRAW, employer, "", fact, AT))
    for fact in draw(st.permutations(facts)):
        trial = draw(st.sampled_from(("", "e" * 32)))
        acts.append((ReleaseAct.RELEASE, employer, trial, fact, AT + timedelta(days=draw(st.integers(1, 300)))))
    entries: list[ReleaseEntry] = []
    for number, (act, to, trial, fact, until) in enumerate(acts, start=1):
        ends = moment_text(until) if act is ReleaseAct.RELEASE else ""
        entry = ReleaseEntry(f"{number:032x}", "c", number, act, to, trial, fact, before, ends, "a")
        entries.append(entry.chained(entries[-1].chain if entries else ""))
    return tuple(entries)


@settings(max_examples=PAIRS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_two_people_with_the_same_releases_give_the_same_bytes(data: st.DataObject) -> None:
    """Non-interference: the proposal and what is released are held fixed, everything else about the person varies."""
    one, view, work, measures = worlds()[data.draw(st.sampled_from(TOLD))]
    offered = offered_facts(one, view, work, measures)
    kept = data.draw(st.sets(st.sampled_from((*offered, *OWN))).map(frozenset))
    two, others_measures = data.draw(others(one, kept, measures))
    offered_two = offered_facts(two, view, work, others_measures)
    assert kept <= {*offered_two, *OWN}, "what a fact says does not hang on anything else"
    stage, reader = data.draw(st.sampled_from(ProposalStage)), data.draw(st.sampled_from(Reader))
    briefs = []
    for person, all_facts in ((one, offered), (two, offered_two)):
        noise = [fact for fact in all_facts if fact.key not in {k.key for k in kept}]
        entries = data.draw(st.composite(lambda d, n=noise: _ledger(d, sorted(kept), work.employer, n))())
        facts = shown_facts(entries, work.employer, AT, "e" * 32)
        assert set(facts) == kept
        briefs.append(effect_brief(proposal_of(work, stage, person.id), facts, reader))
    for language in LANGUAGES:
        for form in (BriefForm.JSON, BriefForm.HTML):
            assert brief_bytes(briefs[0], language, form) == brief_bytes(briefs[1], language, form)
        # DOCX is written from this alone, and takes too long to write so often
        assert brief_document(briefs[0], language) == brief_document(briefs[1], language)


@pytest.mark.parametrize("id_", TOLD[:3])
@pytest.mark.parametrize("language", LANGUAGES)
def test_docx_of_two_people_with_the_same_releases_is_the_same_to_the_byte(id_: str, language: str) -> None:
    one, view, work, measures = worlds()[id_]
    facts = [*offered_facts(one, view, work, measures), *OWN]
    first, second = (
        effect_brief(proposal_of(work, ProposalStage.AGREED, who), some, Reader.SUPERVISOR)
        for who, some in (("A", facts), ("B", facts[::-1]))
    )
    assert brief_bytes(first, language, BriefForm.DOCX) == brief_bytes(second, language, BriefForm.DOCX)


def _readable(written: bytes, form: BriefForm) -> str:
    """Unpack what was written, so that a word in a part of an office file is found too."""
    if form is not BriefForm.DOCX:
        return written.decode()
    with zipfile.ZipFile(io.BytesIO(written)) as packed:
        return " ".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())


TEXTS = {"name": "Zqname Zqsurname", "reach": "zqreach", "helps": "zqhelps", "call": "zqcall"}
HIDDEN = ("zqevidence", "zqground", "zqunasked", "zqplace", "KS-001", "2.7182", "3.1415", "17.31")


def canary() -> tuple[Candidate, SiteView, ProposedWork, tuple[str, ...]]:
    """Somebody whose every field holds a token or an odd number."""
    person, view, work, measures = worlds()["KS-001"]
    level = Level(2.7182, 2.7182, 3.1415, Source.PROFESSIONAL, "zqevidence")
    activity = next(one for task in work.tasks for one in task.activities)
    marked = replace(
        person,
        name=TEXTS["name"],
        capacity=dict.fromkeys(DIMENSIONS, (level,)),
        bans=(Ban("str_lift", 0.31415, "zqground"), Ban("soc_conf", 0.2, "zqground")),
        skills=(Skill("zqskill", activity), Skill("zqunasked", "")),
        strengths=(activity,),
        municipality="zqplace",
        hours_max=17.31,
        hours_min=3.1415,
    )
    return marked, view, work, (*measures, "sit_stand_stool", "own_checklist")


@pytest.mark.parametrize("form", BriefForm)
@pytest.mark.parametrize("stage", ProposalStage)
def test_no_token_of_the_person_is_in_a_brief_without_releases(stage: ProposalStage, form: BriefForm) -> None:
    _, _, work, _ = canary()
    for reader in Reader:
        text = _readable(brief_bytes(effect_brief(proposal_of(work, stage, "KS-001"), (), reader), "fi", form), form)
        assert not re.search(r"zq", text, re.IGNORECASE)
        assert "KS-001" not in text


def test_each_released_fact_brings_in_itself_and_nothing_else() -> None:
    person, view, work, measures = canary()
    own = (in_own_words(kind, text) for kind, text in TEXTS.items() if kind != "name")
    facts = [*offered_facts(person, view, work, measures), *own]
    proposal = proposal_of(work, ProposalStage.AGREED, "KS-001")
    plain = brief_bytes(effect_brief(proposal, (), Reader.SUPERVISOR), "en", BriefForm.JSON).decode()
    assert {fact.kind for fact in facts} >= {"name", "avoid", "measure", "skill", "strength", "helps", "reach", "call"}
    for fact in facts:
        brief = effect_brief(proposal, [fact], Reader.SUPERVISOR)
        text = brief_bytes(brief, "en", BriefForm.JSON).decode()
        tokens = set(re.findall(r"zq[a-z]+", text, re.IGNORECASE))
        assert tokens == set(re.findall(r"zq[a-z]+", fact.text, re.IGNORECASE))
        assert not any(hidden in text for hidden in HIDDEN)
        assert (text == plain) is (not necessary_for(fact, proposal))


def test_the_brief_looks_the_same_whether_a_fact_is_not_there_or_was_not_released() -> None:
    person, view, work, measures = canary()
    nobody = replace(person, bans=(), skills=(), strengths=(), permits={}, languages={})
    proposal = proposal_of(work, ProposalStage.AGREED)
    there, gone = (
        effect_brief(proposal, [fact for fact in offered if fact.kind == "day_cap"], Reader.SUPERVISOR)
        for offered in (offered_facts(person, view, work, measures), offered_facts(nobody, view, work, ()))
    )
    for language in LANGUAGES:
        for form in BriefForm:
            assert brief_bytes(there, language, form) == brief_bytes(gone, language, form)


@pytest.mark.parametrize("id_", TOLD)
def test_sections_and_tasks_stand_in_one_order_without_gaps_scores_or_ranks(id_: str) -> None:
    person, view, work, measures = worlds()[id_]
    facts = [*offered_facts(person, view, work, measures), *OWN]
    written = brief_as_json(effect_brief(proposal_of(work, ProposalStage.AGREED), facts, Reader.SUPERVISOR), "en")
    order = ["who", "week", "goes_well", "arrange", "left_to_others", "helps", "call"]
    jsonschema.validate(written, schema("effect-brief.schema.json"))
    ids = [section["id"] for section in written["sections"]]
    assert ids == [one for one in order if one in ids]
    assert all(section["items"] for section in written["sections"])
    assert set(written) == {
        "format", "language", "title", "notes", "trial", "dated", "employer", "site", "supervisor", "starts", "ends",
        "hours_per_week", "tasks", "week", "sections", "coach", "terms",
    }  # fmt: skip
    text = str(written).lower()
    for word in ("score", "rank", "level", "capacity", "not released", "withheld", "diagnos", "margin"):
        assert word not in text


def test_before_the_candidate_has_said_yes_the_name_is_not_shown() -> None:
    person, view, work, measures = worlds()["KS-001"]
    facts = [*offered_facts(person, view, work, measures), *OWN]
    for stage, shown in ((ProposalStage.PROPOSED, False), (ProposalStage.ACCEPTED, True), (ProposalStage.OVER, False)):
        brief = effect_brief(proposal_of(work, stage), facts, Reader.HANDLERS)
        assert (person.name in brief_bytes(brief, "fi", BriefForm.HTML).decode()) is shown


def test_what_is_for_the_supervisor_does_not_reach_the_others_who_handle_the_proposal() -> None:
    person, view, work, measures = worlds()["KS-001"]
    facts = [*offered_facts(person, view, work, measures), *OWN]
    of = {
        reader: {
            one.fact.kind
            for found in effect_brief(proposal_of(work, ProposalStage.AGREED), facts, reader).sections.values()
            for one in found
        }
        for reader in Reader
    }
    assert of[Reader.SUPERVISOR] - of[Reader.HANDLERS] == {"avoid", "helps", "reach", "call"}


def test_a_fact_about_work_that_the_proposal_no_longer_holds_is_not_shown() -> None:
    person, view, work, measures = worlds()["KS-040"]
    proposal = proposal_of(work, ProposalStage.AGREED)
    fact = next(fact for fact in offered_facts(person, view, work, measures) if fact.kind == "measure")
    assert necessary_for(fact, proposal)
    others_ = tuple(task for task in work.tasks if task.id not in fact.tasks)
    assert not necessary_for(fact, replace(proposal, work=replace(work, tasks=others_)))


CANDIDATE = Actor("c1", Role.CANDIDATE, "t1", "A")
HANDLER = Actor("e1", Role.EMPLOYER, "", "E")


def test_what_is_taken_back_is_gone_from_the_next_brief_and_each_showing_is_noted(store: Store) -> None:
    person, view, work, measures = worlds()["KS-001"]
    proposal = proposal_of(work, ProposalStage.AGREED, person.id)
    facts = offered_facts(person, view, work, measures)

    def shown(at: datetime) -> bytes:
        return show_brief(store, HANDLER, proposal, Reader.SUPERVISOR, "fi", BriefForm.HTML, at)

    with store.write() as connection:
        replace_candidates(connection, [person])
    before = shown(AT)
    with store.write() as connection:
        for number, fact in enumerate(facts, start=1):
            release(connection, CANDIDATE, person.id, work.employer, fact, AT, f"{number:032x}")
    with_all = shown(AT)
    assert person.name in with_all.decode()
    with store.write() as connection:
        withdraw(connection, CANDIDATE, person.id, AT + timedelta(seconds=1), "f" * 32)
    assert shown(AT + timedelta(seconds=1)) == before == shown(AT - timedelta(hours=1)) != with_all
    with store.read() as connection:
        noted = [entry for entry in entries_about(connection, person.id) if entry.action == "brief.shown"]
        assert [entry.facts["entries"] for entry in noted] == [len(facts) + 1, len(facts) + 1, len(facts), 0]
        assert {entry.account for entry in noted} == {"e1"}
        everything = repr(connection.execute(sa.text("SELECT facts, about FROM audit_entry")).all())
    assert person.name not in everything
    assert person.id not in everything


def test_facts_released_to_one_employer_or_for_another_trial_are_not_shown_to_the_next(store: Store) -> None:
    person, view, work, measures = worlds()["KS-001"]
    proposal = proposal_of(work, ProposalStage.AGREED, person.id)
    (name,) = (fact for fact in offered_facts(person, view, work, measures) if fact.kind == "name")
    with store.write() as connection:
        replace_candidates(connection, [person])
        release(connection, CANDIDATE, person.id, "somebody-else", name, AT, "1" * 32)
        release(connection, CANDIDATE, person.id, work.employer, name, AT, "2" * 32, trial="d" * 32)
    for form in BriefForm:
        written = show_brief(store, HANDLER, proposal, Reader.SUPERVISOR, "sv", form, AT)
        assert person.name.split()[1] not in _readable(written, form)

"""Match lists use what ended trials taught, keep it, and come out the same, byte for byte, after more have ended."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
import sqlalchemy as sa
from rich.console import Console

from api.cards import card
from api.commands.carving import Wanted
from api.commands.match_lists import Question
from api.commands.sites import find_pairs, look_at_site
from api.lessons import histories_for, lessons_for
from api.messages import LANGUAGES, Messages
from api.replay import Verdict, replay
from api.shown_lists import ShownList, show_list
from api.transfers import JobAsked, elsewhere
from api.trial_learning import accept_effect
from api.workshop.pack import make_pack
from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.levels import Level, Source
from data.store import (
    Store,
    add_employers,
    all_trials,
    erase_candidate,
    judged_trials,
    release_trials,
    replace_candidates,
    replace_trials,
)
from data.store.exposure import shown_rows
from data.trials import (
    Course,
    Interruption,
    MeasureEffect,
    Outcome,
    Retention,
    Trial,
    TrialReview,
    TriedTask,
    went_well,
)
from data.workplaces import Employer, Job, Site, Task
from features.trial_features import feature_index, features_fingerprint
from matching import MatchConfig
from matching.learning.lessons import NOTHING_LEARNED, EmployerHistory
from tests.commands import schema

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
CONFIG = MatchConfig(top=4)
MEASURE, LIFTING = "colleague_lifts", "str_lift"
HISTORY = feature_index()["employer_history"]


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


def _at(level: float) -> tuple[Level, ...]:
    return (Level(level, level, level, Source.PROFESSIONAL),)


def _employer(id_: str) -> Employer:
    """A workplace with two tasks: moving boxes, which asks lifting 4, and labelling, which asks lifting 1."""
    tasks = (
        Task(f"{id_}.s.j.1", "Laatikoiden siirto", 6.0, levels={LIFTING: _at(4.0)}),
        Task(f"{id_}.s.j.2", "Hyllynreunojen merkintä", 8.0, levels={LIFTING: _at(1.0)}),
    )
    site = Site(
        f"{id_}.s", "s", (Job(f"{id_}.s.j", "Apulainen", tasks, confirmed=True),), has=frozenset({"second_person"})
    )
    return Employer(id_, id_.upper(), "r", (site,), sector="retail", fictional=True)


def _person(id_: str, lifts: float, *, fictional: bool) -> Candidate:
    """Somebody who lifts so much, and of all measures would only have a colleague who does the heavy lifts."""
    others = frozenset(measure.id for measure in load_accommodations()) - {MEASURE}
    return Candidate(
        id_, id_, 4.0, 20.0, {LIFTING: _at(lifts)}, declined_accommodations=others, fictional=fictional
    )  # fmt: skip


LESS, MORE = _person("P-2", 2.0, fictional=False), _person("P-3", 3.0, fictional=False)
MADE_UP = replace(LESS, id="K-2", fictional=True)


def _trials(steps: float, number: int = 30, **changes: object) -> list[Trial]:
    """Ended trials at workplace e of as many people; in each the measure was seen to take off so many steps."""
    review = TrialReview(date(2026, 2, 1), effects=(MeasureEffect(MEASURE, LIFTING, steps),))
    plain = Trial(
        "", "", "e", "e.s", date(2026, 1, 7), Course.ENDED, (TriedTask("e.s.j.1", 5.0),), (MEASURE,),
        ended_on=date(2026, 3, 1), outcome=Outcome.HIRED, reviews=(review,), released=True,
    )  # fmt: skip
    kind = "K" if changes.get("fictional") else "T"
    return [
        replace(plain, **({"id": f"{kind}-{at}", "candidate": f"{kind}C-{at}"} | changes))  # type: ignore[arg-type]
        for at in range(number)
    ]


def _bring(store: Store, trials: Iterable[Trial]) -> None:
    with store.write() as connection:
        replace_trials(connection, trials)


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        add_employers(connection, [_employer("e"), _employer("f")])
        replace_candidates(connection, [LESS, MORE, MADE_UP, _person("TC", 4.0, fictional=False)])
    return store


def _show(store: Store, person: Candidate, question: Question | None = None) -> ShownList:
    return show_list(store, question or Question(person.id, CONFIG), Messages("en"), NOW)


def _tasks(shown: ShownList, employer: str = "e") -> dict[str, float]:
    (one,) = (s for s in shown.written["suggestions"] if s["employer"]["id"] == employer)
    return {task["id"]: task["hours"] for task in one["tasks"]}


def _same(store: Store, shown: ShownList) -> bool:
    found = replay(store, str(shown.number))
    return found.verdict is Verdict.SAME and found.again == shown.answer


def test_by_hand_an_effect_that_reviews_lowered_closes_a_task_and_old_lists_stay_as_they_were(filled: Store) -> None:
    """The catalogue says 2 steps off lifting, thirty reviews saw 1.

    Noise (10 + 0) / 39 = 0.256; stray (10 x 0.25 + 1 - 0.256 / 30) / 11 = 0.317; mean (2 / 0.317 + 30 / 0.256) /
    (1 / 0.317 + 30 / 0.256) = 1.026, in fiftieths 1.02. Boxes ask 4 - 1.02 = 2.98: too much for 2, within 3.
    """
    before, able_before = _show(filled, LESS), _show(filled, MORE)
    assert _tasks(before) == {"e.s.j.1": 6.0, "e.s.j.2": 8.0}
    _bring(filled, _trials(1.0))
    after, able = _show(filled, LESS), _show(filled, MORE)
    assert _tasks(after) == {"e.s.j.2": 8.0}
    assert _tasks(able) == _tasks(able_before) == {"e.s.j.1": 6.0, "e.s.j.2": 8.0}
    lifting = [
        {d["id"]: (d["demand_before"], d["demand"]) for d in shown.written["suggestions"][0]["can_do"]["dimensions"]}
        for shown in (able_before, able)
    ]
    assert [one[LIFTING] for one in lifting] == [(4.0, 2.0), (4.0, 2.98)]
    (measure,) = able.written["suggestions"][0]["accommodations"]
    assert measure["reviewed"] == [{"dimension": LIFTING, "catalogue": 2.0, "steps": 1.02, "reviews": 30}]
    jsonschema.validate(able.written, schema("match.schema.json"))
    assert before.written["run_id"] != after.written["run_id"]
    _bring(filled, _trials(2.0, 90))
    newest = _show(filled, LESS)
    assert newest.answer != after.answer
    assert all(_same(filled, shown) for shown in (before, able_before, after, able, newest))


def test_a_card_says_in_each_language_that_reviews_moved_an_effect(filled: Store) -> None:
    def said(shown: ShownList, language: str) -> str:
        console = Console(width=140, record=True, file=None, force_terminal=False)
        with console.capture() as captured:
            console.print(card(shown.listed.found.suggestions[0], Messages(language)))
        return captured.get()

    before = _show(filled, MORE)
    _bring(filled, _trials(1.0))
    after = _show(filled, MORE)
    for language in LANGUAGES:
        decimal = "1.02" if language == "en" else "1,02"
        (line,) = (line for line in said(after, language).splitlines() if "↳" in line)
        assert decimal in line
        assert "30" in line
        assert "↳" not in said(before, language)


def test_what_is_kept_with_a_list_is_what_it_used(filled: Store) -> None:
    _show(filled, LESS)
    _bring(filled, [*_trials(1.0, 3), *_trials(1.0, 2, employer="elsewhere", id="X-1")])
    _show(filled, LESS)
    with filled.read() as connection:
        kept = [row.lessons for row in connection.execute(sa.text("SELECT lessons FROM match_run ORDER BY number"))]
    nothing, something = (json.loads(one) if isinstance(one, str) else one for one in kept)
    assert nothing is None
    assert [step["measure"] for step in something["steps"]] == [MEASURE]
    assert something["histories"] == {"e": {"ended": 3, "went_well": 3}}


def test_fictional_trials_teach_nothing_about_real_people_and_real_ones_nothing_about_fictional(filled: Store) -> None:
    real, made_up = _show(filled, LESS), _show(filled, MADE_UP)
    _bring(filled, _trials(1.0, fictional=True))
    assert _show(filled, LESS).answer == real.answer
    taught = _show(filled, MADE_UP)
    assert _tasks(taught) == {"e.s.j.2": 8.0}
    _bring(filled, _trials(0.0))
    assert _show(filled, MADE_UP).answer == taught.answer
    assert _tasks(_show(filled, LESS)) == {"e.s.j.2": 8.0}
    assert _tasks(made_up) == {"e.s.j.1": 6.0, "e.s.j.2": 8.0}


def test_what_a_person_accepted_of_fictional_reviews_lets_no_effect_rise_for_real_people(filled: Store) -> None:
    _bring(filled, _trials(3.0, fictional=True))
    accept_effect(filled, f"{MEASURE}:{LIFTING}", "Anna Aalto", "Seen by three coaches on site", NOW)
    assert lessons_for(filled, fictional=True).steps[0].steps > 2.0
    _bring(filled, _trials(3.0))
    assert lessons_for(filled, fictional=False) == NOTHING_LEARNED


def test_where_decisions_do_not_hold_together_effects_only_fall_and_lists_go_on(filled: Store) -> None:
    _bring(filled, _trials(3.0))
    accept_effect(filled, f"{MEASURE}:{LIFTING}", "Anna Aalto", "Seen by three coaches on site", NOW)
    assert lessons_for(filled, fictional=False).steps[0].steps > 2.0
    with filled.write() as connection:
        connection.execute(sa.text("UPDATE human_decision SET reason = 'another'"))
    assert lessons_for(filled, fictional=False) == NOTHING_LEARNED
    assert _tasks(_show(filled, LESS)) == {"e.s.j.1": 6.0, "e.s.j.2": 8.0}


def test_who_withdraws_or_is_erased_is_learned_from_no_more(filled: Store) -> None:
    untaught = _show(filled, LESS)
    for undo in ("withdraw", "erase"):
        _bring(filled, _trials(1.0, candidate="TC"))
        taught = _show(filled, LESS)
        assert _tasks(taught) == {"e.s.j.2": 8.0}
        with filled.write() as connection:
            if undo == "withdraw":
                release_trials(connection, "TC", False)
            else:
                erase_candidate(connection, "TC", NOW.date())
        assert _show(filled, LESS).answer == untaught.answer
        assert lessons_for(filled, fictional=False) == NOTHING_LEARNED
        assert _same(filled, taught)


def test_how_an_employers_trials_went_is_read_shown_and_kept_and_orders_nothing(filled: Store) -> None:
    before = _show(filled, MORE)
    quiet = {"reviews": ()}
    _bring(
        filled,
        [
            *_trials(0.0, 4, **quiet),
            *_trials(0.0, 1, id="X-1", outcome=Outcome.NONE, **quiet),
            *_trials(0.0, 1, id="X-2", ended_on=NOW.date(), **quiet),
            *_trials(0.0, 1, id="X-3", released=False, **quiet),
            *_trials(0.0, 1, id="X-4", course=Course.STARTED, ended_on=None, outcome=None, **quiet),
        ],
    )
    after = _show(filled, MORE)
    assert after.listed.found.lessons.histories == {"e": EmployerHistory(5, 4)}
    for key in ("run_id", "left_out", "certificate"):
        assert after.written[key] == before.written[key]
    for one, other in zip(before.written["suggestions"], after.written["suggestions"], strict=True):
        assert {k: v for k, v in one.items() if k != "likely"} == {k: v for k, v in other.items() if k != "likely"}
        named = {term["term"] for term in other["likely"]["terms"]}
        assert ("employer_history" in named) == (other["employer"]["id"] == "e")
    with filled.read() as connection:
        rows = shown_rows(connection, features_fingerprint())
    told = dict(zip(zip(rows.run.tolist(), rows.employers, strict=True), rows.rows[:, HISTORY].tolist(), strict=True))
    assert told[2, "e"] == pytest.approx((4 + 2.4) / (5 + 4))
    assert [value == value for value in (told[1, "e"], told[1, "f"], told[2, "f"])] == [False] * 3
    _bring(filled, _trials(0.0, 9, outcome=Outcome.NONE, **quiet))
    assert _same(filled, before)
    assert _same(filled, after)


@pytest.mark.parametrize(
    ("change", "verdict", "why"),
    [
        ("'{\"steps\": 7}'", Verdict.STORED, "replay.lessons_lost"),
        ("NULL", Verdict.DIFFERENT, "replay.other_inputs"),
    ],
)
def test_lessons_that_were_altered_or_lost_are_found(filled: Store, change: str, verdict: Verdict, why: str) -> None:
    _bring(filled, _trials(1.0))
    shown = _show(filled, LESS)
    with filled.write() as connection:
        connection.execute(sa.text(f"UPDATE match_run SET lessons = {change}"))  # noqa: S608
    found = replay(filled, str(shown.number))
    assert (found.verdict, found.why) == (verdict, why)


def test_whatever_looks_at_a_person_and_a_site_agrees_with_the_list(filled: Store) -> None:
    _bring(filled, _trials(1.0))
    wanted = Wanted()
    for person, hours in ((LESS, {"e.s.j.2": 8.0}), (MORE, {"e.s.j.1": 6.0, "e.s.j.2": 8.0})):
        shown = _show(filled, person)
        assert _tasks(shown) == hours
        score = shown.written["suggestions"][0]["score"]
        asked, answer = look_at_site(filled, person.id, "e.s", CONFIG, wanted)
        assert {task.id: task.hours for task in answer.solution.tasks} == hours
        assert round((answer.solution.objective or 0.0) + asked.term, 4) == score
        pack, _ = make_pack(filled, "e.s", [person.id], 1)
        assert {part.task.id: part.hours for part in pack.proposals[0].tasks} == hours
        found = elsewhere(filled, JobAsked(person.id, "e.s"), CONFIG, 0)
        assert {part.id: part.hours for part in found.job.parts} == hours
        (fit,) = found.fits
        assert {part.task.id.replace("f.", "e.", 1): part.hours for part, _ in fit.tasks} == hours
        (pair,) = find_pairs(filled, person.id, CONFIG).found
        assert {task.id.partition(".")[2] for task in pair.solution.tasks} == {id_.partition(".")[2] for id_ in hours}


def test_questions_and_what_is_just_outside_heed_reviews_too(filled: Store) -> None:
    tight = replace(LESS, hours_min=10.0)
    with filled.write() as connection:
        replace_candidates(connection, [tight])
    asked = Question(tight.id, CONFIG, near=2, questions=2)
    before = _show(filled, tight, asked)
    assert len(before.written["suggestions"]) == 2
    assert before.written["just_outside"] == []
    _bring(filled, _trials(1.0))
    after = _show(filled, tight, asked)
    assert after.written["suggestions"] == []
    assert {one["site"] for one in after.written["just_outside"]} == {"e.s", "f.s"}
    lifts = [change for one in after.written["just_outside"] for change in one["changes"] if change["about"] == LIFTING]
    assert lifts
    assert _same(filled, before)
    assert _same(filled, after)


def test_counting_in_the_store_is_the_rule_of_going_well(store: Store) -> None:
    """Every course, reason, outcome and answer about three months, released or not, at two employers."""
    plain = _trials(0.0, 1, reviews=())[0]
    trials, day = [], date(2026, 1, 1)
    for course in Course:
        for interruption in (None, *Interruption):
            for outcome in (None, *Outcome):
                for kept in (None, True, False):
                    at = len(trials)
                    over = course in {Course.ENDED, Course.INTERRUPTED}
                    trials.append(
                        replace(
                            plain, id=f"T-{at}", employer="ef"[at % 2], course=course, interruption=interruption,
                            outcome=outcome, retention=Retention(kept), released=at % 5 > 0, fictional=at % 7 == 0,
                            ended_on=day + timedelta(days=at % 9) if over else None,
                        )
                    )  # fmt: skip
    before = day + timedelta(days=6)
    _bring(store, trials)
    for fictional in (False, True):
        expected: dict[str, EmployerHistory] = {}
        for trial in trials:
            judged = went_well(trial).went_well
            usable = trial.released and trial.fictional is fictional and judged is not None
            if usable and trial.ended_on is not None and trial.ended_on < before:
                own = expected.get(trial.employer, EmployerHistory())
                expected[trial.employer] = EmployerHistory(own.ended + 1, own.went_well + int(judged is True))
        assert histories_for(store, ["e", "f", "g"], before, fictional=fictional) == expected
        assert len(expected) == 2
        with store.read() as connection:
            assert set(judged_trials(connection, ["f"], before, fictional=fictional)) == {"f"}
            assert judged_trials(connection, [], before, fictional=fictional) == {}


def test_what_was_learned_is_learned_anew_only_after_trials_changed(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    import api.lessons

    read: list[bool] = []
    once = api.lessons.effects_seen
    monkeypatch.setattr(api.lessons, "effects_seen", lambda *a, **k: (read.append(True), once(*a, **k))[1])
    _bring(filled, _trials(1.0))
    first = [lessons_for(filled, fictional=False) for _ in range(3)]
    assert len(read) == 1
    assert first == [first[0]] * 3
    with filled.write() as connection:
        replace_trials(connection, [replace(all_trials(connection)[0], released=False)])
    assert lessons_for(filled, fictional=False).steps[0].reviews == 29
    assert len(read) == 2

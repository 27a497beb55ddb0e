"""From a draft to the last follow-up: who may do what, what must be there, and what is refused by which rule."""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matching.trial_lifecycle as lifecycle
from data.accounts import Actor, Role
from data.pathways import load_guard_rules, load_pathways
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import (
    RULES,
    Asked,
    Channel,
    Heard,
    Move,
    MoveRefused,
    RaisedFlag,
    TrialPlan,
    TrialState,
    TrialTerms,
)
from data.trial_moves import move_row, reasons, trial_moves
from data.trials import Course, Interruption, MeasureEffect, Outcome, Trial, TrialReview, TriedTask
from docs.trial_moves import ALWAYS, PAGE, page
from matching.trial_lifecycle import (
    DueKind,
    Need,
    Surroundings,
    attention,
    due_days,
    limit_check,
    open_moves,
    take,
    taught_features,
)
from matching.trial_lifecycle.due_days import review_dates
from matching.trial_lifecycle.rules import OF_WHAT_IS_ASKED, TABLE_RULES
from tests.trial_parties import (
    ADMIN,
    ALONE,
    BARE,
    CANDIDATE,
    COACH,
    DAY,
    EMPLOYER,
    LIFE,
    NAMELESS,
    REASON,
    RESEARCHER,
    TIGHT,
    WHOLE,
    at,
    draft,
    no_limits,
    until,
    walked,
)

BOOK = load_pathways()
FINAL = {TrialState.DECLINED, TrialState.WITHDRAWN, TrialState.EXPIRED}


def go(plan: TrialPlan, move: Move, actor: Actor, day: date = date(2027, 1, 8), checks=no_limits, **asked) -> TrialPlan:  # type: ignore[no-untyped-def]
    return take(plan, Asked(move, **asked), actor, at(day, 12), checks)


def refused(
    plan: TrialPlan, move: Move, actor: Actor, day: date = date(2027, 1, 8), checks=no_limits, **asked
) -> MoveRefused:  # type: ignore[no-untyped-def]
    with pytest.raises(MoveRefused) as caught:
        go(plan, move, actor, day, checks, **asked)
    return caught.value


# ---- the table


def test_the_table_of_moves_stands_in_the_reference_as_it_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_of_the_table_is_there_and_every_rule_is_used() -> None:
    needed = {rule for row in trial_moves() for rule in row.needs}
    assert needed == set(TABLE_RULES)
    assert set(RULES) == needed | set(ALWAYS)
    assert needed > OF_WHAT_IS_ASKED


def test_the_candidate_can_withdraw_from_anywhere_and_ends_are_ends() -> None:
    for state in TrialState:
        row = move_row(state, Move.WITHDRAW)
        assert (row is None) == (state in FINAL)
        assert row is None or row.who == (Role.CANDIDATE,)
    assert not [row for row in trial_moves() if row.before in FINAL]


def test_only_the_way_over_both_yeses_leads_to_an_agreement_and_only_an_agreement_to_a_start() -> None:
    into = {state: {row.before for row in trial_moves() if row.after is state} - {state} for state in TrialState}
    assert into[TrialState.CANDIDATE_ACCEPTED] == {TrialState.PROPOSED}
    assert into[TrialState.EMPLOYER_ACCEPTED] == {TrialState.CANDIDATE_ACCEPTED}
    assert into[TrialState.AGREED] == {TrialState.EMPLOYER_ACCEPTED}
    assert into[TrialState.RUNNING] == {TrialState.AGREED, TrialState.PAUSED}


def test_no_function_of_the_lifecycle_takes_a_number_that_could_be_a_score() -> None:
    for name in lifecycle.__all__:
        thing = getattr(lifecycle, name)
        if inspect.isfunction(thing):
            hints = get_type_hints(thing)
            assert float not in hints.values(), name
            assert not {"score", "rank"} & set(inspect.signature(thing).parameters), name


@pytest.mark.parametrize("reason", list(reasons()))
def test_what_a_reason_teaches_are_features_of_the_scorer(reason: str) -> None:
    assert len(set(taught_features(reason))) == len(taught_features(reason))


def test_every_way_of_breaking_off_that_learning_knows_has_a_reason() -> None:
    assert {reason.interruption for reason in reasons().values()} == set(Interruption)
    for party in (Role.CANDIDATE, Role.EMPLOYER, Role.COACH):
        assert any(party in one.by and Move.DECLINE in one.moves for one in reasons().values())


# ---- the way through


def test_a_trial_goes_from_draft_to_its_last_follow_up_one_step_at_a_time() -> None:
    plan = draft()
    for state, (asked, actor, day) in LIFE:
        before, plan = plan, take(plan, asked, actor, at(day), no_limits)
        assert plan.state.value == state
        assert plan.steps[:-1] == before.steps
        assert plan.steps[-1].before is before.state
        assert plan.version == before.version + 1
    assert all(a.after is b.before for a, b in pairwise(plan.steps))
    trial = plan.trial
    assert trial is not None
    assert (trial.id, trial.course, trial.outcome) == (plan.id, Course.ENDED, Outcome.HIRED)
    assert (trial.decided_on, trial.starts, trial.ended_on) == (date(2027, 1, 8), WHOLE.starts, WHOLE.ends)
    assert trial.tasks == WHOLE.tasks
    assert (trial.retention.at_3, trial.retention.at_6, trial.retention.at_12) == (True, None, False)
    assert trial.released
    assert trial.suggestion == "sugg"


def test_a_proposal_with_an_open_flag_stays_a_draft() -> None:
    plan = draft()
    error = refused(plan, Move.PROPOSE, COACH, DAY, answer_by=DAY)
    assert (error.rule, error.about) == ("flags_answered", ("tight", "alone"))
    one = go(plan, Move.GIVE_REASON, COACH, DAY, flag=TIGHT, text=REASON)
    assert refused(one, Move.PROPOSE, COACH, DAY, answer_by=DAY).about == ("alone",)
    assert one.reasons[0].name == COACH.name


@pytest.mark.parametrize(
    ("flag", "text", "rule"),
    [
        (TIGHT, "ok", "reason_written"),
        (TIGHT, "x" * 3000, "reason_written"),
        (RaisedFlag("tight", ("pos_sit",)), REASON, "flag_raised"),
        (RaisedFlag("rotation_chain"), "too short for this", "reason_written"),
    ],
)
def test_a_reason_is_a_real_text_about_a_flag_that_is_there(flag: RaisedFlag, text: str, rule: str) -> None:
    assert refused(draft(), Move.GIVE_REASON, COACH, DAY, flag=flag, text=text).rule == rule


def test_nothing_reaches_the_employer_before_the_candidate_has_said_yes() -> None:
    assert refused(until("proposed"), Move.EMPLOYER_ACCEPTS, EMPLOYER, DAY).rule == "move_allowed"
    talked = walked(6)
    assert refused(talked, Move.SIGN, EMPLOYER).rule == "candidate_first"
    assert refused(go(talked, Move.SIGN, CANDIDATE), Move.SIGN, CANDIDATE).rule == "not_signed_yet"


def test_agreeing_needs_both_signatures_on_the_same_terms() -> None:
    signed = walked(8)
    again = go(signed, Move.ARRANGE, COACH, terms=replace(WHOLE, goal="Another goal for the three."))
    assert again.signed == ()
    assert refused(again, Move.AGREE, COACH).about == ("candidate", "employer")
    assert refused(go(again, Move.SIGN, CANDIDATE), Move.AGREE, COACH).about == ("employer",)


@pytest.mark.parametrize("field", ["tasks", "week", "starts", "ends", "supervisor", "goal"])
def test_nobody_can_say_yes_to_terms_that_lack_something(field: str) -> None:
    empty = {"starts": None, "ends": None, "supervisor": " ", "goal": ""}.get(field, ())
    lacking = replace(WHOLE, **{field: empty} | ({"week": ()} if field == "tasks" else {}))
    plan = go(walked(5), Move.ARRANGE, COACH, terms=lacking)
    error = refused(plan, Move.SIGN, CANDIDATE)
    assert error.rule == "terms_whole"
    assert field in error.about


UNSOUND = {
    "tasks": replace(WHOLE, tasks=(TriedTask("a", 5.0), TriedTask("a", 5.0))),
    "tasks.hours_per_week": replace(WHOLE, tasks=(TriedTask("a", 0.0),), week=()),
    "week": replace(WHOLE, week=(HalfDay("someday", 10.0),)),
    "week.hours": replace(WHOLE, week=(HalfDay("mon_am", -1.0), HalfDay("tue_am", 11.0))),
    "week.sum": replace(WHOLE, week=(HalfDay("mon_am", 1.0),)),
    "ends": replace(WHOLE, ends=date(2027, 1, 17)),
    "reviews": replace(WHOLE, reviews=(date(2027, 6, 1),)),
    "measures": replace(WHOLE, measures=("no_such_measure",)),
    "goal": replace(WHOLE, goal="Working with depression and back pain in the stock."),
    "supervisor": replace(WHOLE, supervisor="x" * 3000),
    "host": replace(WHOLE, host="castle"),
    "kept": replace(WHOLE, kept={"first_sick_day": True}),
    "pathway": replace(WHOLE, pathway="fi.nothing"),
    "full_time_hours": replace(WHOLE, full_time_hours=-1.0),
}


@pytest.mark.parametrize("field", list(UNSOUND))
def test_terms_that_do_not_hold_together_are_refused_by_field(field: str) -> None:
    error = refused(walked(5), Move.ARRANGE, COACH, terms=UNSOUND[field])
    assert (error.rule, error.about) == ("terms_sound", (field,))


# ---- who decides


@pytest.mark.parametrize("line", range(len(LIFE)), ids=lambda n: f"{n}-{LIFE[n][1][0].move.value}")
def test_every_move_is_refused_to_every_wrong_role_and_to_nobody(line: int) -> None:
    plan = walked(line)
    asked, _, day = LIFE[line][1]
    row = move_row(plan.state, asked.move)
    assert row is not None
    for actor in (COACH, CANDIDATE, EMPLOYER, ADMIN, RESEARCHER):
        if actor.role not in row.who:
            assert refused_line(plan, asked, actor, day) == "right_role"
        assert refused_line(plan, asked, replace(actor, name="  "), day) in ("right_role", "named_person")


def refused_line(plan: TrialPlan, asked: Asked, actor: Actor, day: date) -> str:
    with pytest.raises(MoveRefused) as caught:
        take(plan, asked, actor, at(day), no_limits)
    return caught.value.rule


def test_a_coach_may_write_down_what_the_others_said_and_says_how() -> None:
    heard = Heard(Role.CANDIDATE, Channel.ON_PAPER)
    plan = go(until("proposed"), Move.CANDIDATE_ACCEPTS, COACH, DAY, heard=heard)
    step = plan.steps[-1]
    assert (step.party, step.role, step.channel) == (Role.CANDIDATE, Role.COACH, Channel.ON_PAPER)
    assert refused(until("proposed"), Move.CANDIDATE_ACCEPTS, COACH, DAY).rule == "right_role"
    employer_heard = refused(until("proposed"), Move.CANDIDATE_ACCEPTS, EMPLOYER, DAY, heard=heard)
    assert employer_heard.rule == "heard_how"
    coach_heard = refused(draft(), Move.PROPOSE, COACH, DAY, heard=Heard(Role.COACH, Channel.ON_PAPER), answer_by=DAY)
    assert coach_heard.rule == "heard_how"


def test_who_works_without_accounts_stands_for_the_coach_and_has_a_name() -> None:
    ready = walked(2)
    assert go(ready, Move.PROPOSE, ALONE, DAY, answer_by=DAY).state is TrialState.PROPOSED
    assert refused(ready, Move.PROPOSE, NAMELESS, DAY, answer_by=DAY).rule == "named_person"


def test_a_proposal_that_nobody_answered_expires_without_a_person_but_never_early() -> None:
    plan = until("proposed")
    assert refused(plan, Move.EXPIRE, NAMELESS, date(2027, 1, 15)).rule == "overdue"
    assert refused(plan, Move.CANDIDATE_ACCEPTS, CANDIDATE, date(2027, 1, 16)).rule == "in_time"
    assert go(plan, Move.EXPIRE, NAMELESS, date(2027, 1, 16)).state is TrialState.EXPIRED
    longer = go(plan, Move.EXTEND, COACH, date(2027, 1, 16), answer_by=date(2027, 1, 30))
    assert go(longer, Move.CANDIDATE_ACCEPTS, CANDIDATE, date(2027, 1, 16)).state is TrialState.CANDIDATE_ACCEPTED


@pytest.mark.parametrize("day", [None, date(2027, 1, 3), date(2027, 6, 1)])
def test_a_proposal_has_a_last_day_for_an_answer_within_reason(day: date | None) -> None:
    assert refused(walked(2), Move.PROPOSE, COACH, DAY, answer_by=day).rule == "answer_day_ahead"


# ---- noes, pauses, breaking off, leaving


@pytest.mark.parametrize("reason", ["", "because", "not_satisfied"])
def test_a_no_has_a_reason_of_the_list_that_is_for_it(reason: str) -> None:
    assert refused(until("proposed"), Move.DECLINE, CANDIDATE, DAY, reason=reason).rule == "reason_given"


def test_a_no_keeps_its_reason_whose_word_it_was_and_a_note_for_the_coach() -> None:
    plan = go(until("candidate_accepted"), Move.DECLINE, EMPLOYER, reason="employer_situation", note=" closed in May ")
    step = plan.steps[-1]
    assert (plan.state, step.party, step.reason, step.note) == (
        TrialState.DECLINED,
        Role.EMPLOYER,
        "employer_situation",
        "closed in May",
    )


@pytest.mark.parametrize("state", [s.value for s in TrialState if s not in FINAL and s.value in {x for x, _ in LIFE}])
def test_withdrawing_needs_no_reason_and_lets_nothing_be_learned(state: str) -> None:
    plan = until(state)
    gone = go(plan, Move.WITHDRAW, CANDIDATE, plan.steps[-1].at.date())
    assert gone.state is TrialState.WITHDRAWN
    assert not gone.released
    if plan.state in (TrialState.RUNNING, TrialState.PAUSED):
        assert gone.trial is not None
        assert (gone.trial.course, gone.trial.interruption) == (Course.INTERRUPTED, Interruption.UNKNOWN)
        assert not gone.trial.released
    assert refused(plan, Move.WITHDRAW, CANDIDATE, plan.steps[-1].at.date(), reason="x").rule == "reason_known"


def test_a_trial_that_is_broken_off_says_why_in_the_words_of_learning() -> None:
    plan = go(until("running"), Move.INTERRUPT, COACH, date(2027, 2, 3), reason="way_to_work")
    assert plan.trial is not None
    assert (plan.trial.interruption, plan.trial.ended_on) == (Interruption.CONDITIONS, date(2027, 2, 3))
    assert refused(until("running"), Move.END, COACH, date(2027, 2, 3)).rule == "last_day_reached"


def test_after_a_next_step_there_is_a_job_or_training() -> None:
    plan = go(until("running"), Move.INTERRUPT, EMPLOYER, date(2027, 2, 3), reason="next_step")
    assert refused(plan, Move.EVALUATE, COACH, date(2027, 2, 4), outcome=Outcome.NONE).rule == "outcome_named"
    assert refused(plan, Move.EVALUATE, COACH, date(2027, 2, 4)).rule == "outcome_named"
    assert go(plan, Move.EVALUATE, COACH, date(2027, 2, 4), outcome=Outcome.HIRED).state is TrialState.EVALUATED


def test_a_pause_has_a_reason_and_goes_on_within_the_days_agreed_on() -> None:
    paused = go(until("running"), Move.PAUSE, EMPLOYER, date(2027, 2, 3), reason="employer_situation")
    assert go(paused, Move.RESUME, COACH, date(2027, 2, 10)).state is TrialState.RUNNING
    assert refused(paused, Move.RESUME, COACH, date(2027, 4, 10)).rule == "last_day_ahead"


# ---- changes while it runs


def test_a_change_of_terms_is_in_force_only_after_three_yeses_and_then_in_the_trial_too() -> None:
    running, day = until("running"), date(2027, 2, 3)
    shorter = replace(WHOLE, tasks=TASKS_LESS, week=(HalfDay("mon_am", 4.0),), ends=date(2027, 3, 12))
    talked = go(running, Move.ARRANGE, COACH, day, terms=shorter)
    assert talked.agreed == WHOLE
    assert talked.trial == running.trial
    assert refused(talked, Move.ADAPT, COACH, day).rule == "both_signed"
    signed = go(go(talked, Move.SIGN, CANDIDATE, day), Move.SIGN, EMPLOYER, day)
    adapted = go(signed, Move.ADAPT, COACH, day)
    assert adapted.agreed == shorter
    assert adapted.trial is not None
    assert (adapted.trial.course, adapted.trial.planned_end, adapted.trial.tasks) == (
        Course.ADAPTED,
        date(2027, 3, 12),
        TASKS_LESS,
    )
    assert (adapted.agreed_version, adapted.versions) == (3, 3)
    assert adapted.steps[-1].facts == {"signed": ["candidate", "employer"]}


TASKS_LESS = (TriedTask("hall.stock.hand.1", 4.0),)


def test_a_refused_change_leaves_everything_as_it_was_agreed() -> None:
    day = date(2027, 2, 3)
    talked = go(until("running"), Move.ARRANGE, COACH, day, terms=replace(WHOLE, ends=date(2027, 3, 12)))
    kept = go(go(talked, Move.SIGN, CANDIDATE, day), Move.REFUSE_CHANGE, EMPLOYER, day, reason="hours_or_times")
    assert (kept.terms, kept.signed, kept.change_open) == (WHOLE, (), False)
    assert refused(kept, Move.SIGN, CANDIDATE, day).rule == "terms_open"
    again = go(kept, Move.ARRANGE, COACH, day, terms=replace(WHOLE, ends=date(2027, 3, 19)))
    assert again.terms_version == 4


def test_a_trial_that_has_begun_keeps_its_first_day() -> None:
    moved = replace(WHOLE, starts=date(2027, 1, 25))
    assert refused(until("running"), Move.ARRANGE, COACH, date(2027, 2, 3), terms=moved).rule == "first_day_kept"


def test_days_are_sane() -> None:
    signed = walked(8)
    assert refused(signed, Move.AGREE, COACH, date(2027, 1, 19)).rule == "first_day_ahead"
    assert refused(until("agreed"), Move.START, COACH, date(2027, 1, 17)).rule == "first_day_reached"
    assert refused(until("agreed"), Move.START, COACH, date(2027, 4, 10)).rule == "last_day_ahead"
    assert refused(until("agreed"), Move.START, COACH, date(2027, 1, 1)).rule == "time_goes_forward"


# ---- reviews and follow-ups


@pytest.mark.parametrize(
    ("review", "about"),
    [
        (None, "nothing_said"),
        (TrialReview(date(2027, 2, 1)), "nothing_said"),
        (TrialReview(date(2027, 1, 1), {"pos_stand": 3.0}), "day"),
        (TrialReview(date(2027, 3, 1), {"pos_stand": 3.0}), "day"),
        (TrialReview(date(2027, 2, 1), {"nonsense": 3.0}), "loads"),
        (TrialReview(date(2027, 2, 1), {"pos_stand": 5.5}), "levels"),
        (TrialReview(date(2027, 2, 1), strain=1.3), "levels"),
        (TrialReview(date(2027, 2, 1), effects=(MeasureEffect("sit_stand_stool", "pos_stand", 1.0),)), "effects"),
        (TrialReview(date(2027, 2, 1), effects=(MeasureEffect("extra_breaks", "end_phys", 9.0),)), "effects.steps"),
    ],
)
def test_a_review_says_something_true_on_the_scale_about_measures_agreed_on(
    review: TrialReview | None, about: str
) -> None:
    error = refused(until("running"), Move.REVIEW, COACH, date(2027, 2, 1), review=review)
    assert (error.rule, error.about) == ("review_sound", (about,))


def test_an_employer_tells_of_the_work_and_of_nothing_else() -> None:
    day = date(2027, 2, 1)
    seen = TrialReview(day, {"pos_stand": 3.0})
    plan = go(until("running"), Move.REVIEW, EMPLOYER, day, review=seen)
    assert plan.trial is not None and plan.trial.reviews == (seen,)
    heard = Heard(Role.EMPLOYER, Channel.BY_PHONE)
    assert go(until("running"), Move.REVIEW, COACH, day, review=seen, heard=heard).steps[-1].party is Role.EMPLOYER
    assert refused(until("running"), Move.REVIEW, CANDIDATE, day, review=seen).rule == "right_role"
    for measure in ("extra_breaks", "sit_stand_stool"):  # agreed on or not: no employer learns which
        effects = (MeasureEffect(measure, "end_phys", 1.0),)
        error = refused(until("running"), Move.REVIEW, EMPLOYER, day, review=replace(seen, effects=effects))
        assert (error.rule, error.about) == ("review_sound", ("of_the_person",))
    assert (
        refused(until("running"), Move.REVIEW, EMPLOYER, day, review=replace(seen, strain=2.0)).rule == "review_sound"
    )


def test_a_change_is_asked_for_with_a_reason_and_waits_for_the_coach() -> None:
    day = date(2027, 1, 6)
    plan = until("candidate_accepted")
    assert refused(plan, Move.ASK_CHANGE, EMPLOYER, day).rule == "reason_given"
    assert refused(plan, Move.ASK_CHANGE, EMPLOYER, day, reason="way_to_work").rule == "reason_given"
    asked = go(plan, Move.ASK_CHANGE, EMPLOYER, day, reason="hours_or_times", note="Aamut eivät käy")
    assert (asked.state, asked.terms, asked.signed) == (plan.state, plan.terms, plan.signed)
    assert Need.CHANGE_ASKED in [one.need for one in attention([asked], day, load_pathways())]
    assert Need.CHANGE_ASKED not in [one.need for one in attention([plan], day, load_pathways())]
    again = go(asked, Move.REOPEN, COACH, day)
    assert Need.CHANGE_ASKED not in [one.need for one in attention([again], day, load_pathways())]
    assert go(until("proposed"), Move.ASK_CHANGE, CANDIDATE, date(2027, 1, 5), reason="way_to_work").steps
    assert refused(until("proposed"), Move.ASK_CHANGE, EMPLOYER, day, reason="hours_or_times").rule == "right_role"


@pytest.mark.parametrize(
    ("months", "in_work", "day", "rule"),
    [
        (3, True, date(2027, 7, 8), "follow_up_due"),
        (4, True, date(2028, 7, 9), "follow_up_due"),
        (12, True, date(2028, 4, 10), "retention_possible"),
        (6, True, date(2027, 12, 9), "retention_possible"),
    ],
)
def test_follow_ups_come_in_time_once_and_cannot_contradict_each_other(
    months: int, in_work: bool, day: date, rule: str
) -> None:
    plan = until("evaluated")
    if rule == "retention_possible":
        plan = go(plan, Move.FOLLOW_UP, COACH, date(2027, 7, 9), months=3, in_work=False)
        assert refused(plan, Move.FOLLOW_UP, COACH, day, months=3, in_work=True).rule == "follow_up_due"
    assert refused(plan, Move.FOLLOW_UP, COACH, day, months=months, in_work=in_work).rule == rule


def test_who_got_no_job_cannot_have_kept_it() -> None:
    plan = go(until("ended"), Move.EVALUATE, COACH, date(2027, 4, 12), outcome=Outcome.NONE)
    day = date(2027, 7, 9)
    assert refused(plan, Move.FOLLOW_UP, COACH, day, months=3, in_work=True).rule == "retention_possible"
    assert go(plan, Move.FOLLOW_UP, COACH, day, months=3).steps[-1].facts == {"months": 3}


def test_learned_from_is_only_what_the_candidate_says_and_silence_is_no() -> None:
    assert not until("evaluated").steps[0].facts.get("released")
    plan = until("running")
    assert plan.trial is not None
    assert not plan.trial.released
    yes = go(plan, Move.RELEASE, CANDIDATE, date(2027, 2, 3), answer=True)
    no = go(yes, Move.RELEASE, CANDIDATE, date(2027, 2, 4), answer=False)
    assert yes.trial is not None
    assert no.trial is not None
    assert (yes.trial.released, no.trial.released) == (True, False)
    assert refused(plan, Move.RELEASE, CANDIDATE, date(2027, 2, 3)).rule == "yes_or_no"


# ---- pathways and rotation


PENSION = replace(
    WHOLE,
    starts=date(2020, 3, 2),
    ends=date(2020, 5, 29),
    tasks=(TriedTask("t1", 20.0),),
    week=tuple(HalfDay(f"{day}_am", 4.0) for day in ("mon", "tue", "wed", "thu", "fri")),
    pathway="fi.pension.trial_unpaid",
    full_time_hours=37.5,
    kept={"paid": False, "body_decided": True, "plan_made": True},
)


NOT_DECIDED = {"paid": False, "plan_made": True, "body_decided": False}


def limits(*trials: Trial):  # type: ignore[no-untyped-def]
    return limit_check(BOOK, load_guard_rules(), Surroundings(history=trials))


def pension_plan(terms: TrialTerms) -> TrialPlan:
    plan = replace(draft((), BARE), steps=(replace(draft().steps[0], at=at(date(2020, 2, 1))),))
    plan = take(plan, Asked(Move.PROPOSE, answer_by=date(2020, 2, 20)), COACH, at(date(2020, 2, 1)), no_limits)
    plan = take(plan, Asked(Move.CANDIDATE_ACCEPTS), CANDIDATE, at(date(2020, 2, 2)), no_limits)
    plan = take(plan, Asked(Move.EMPLOYER_ACCEPTS), EMPLOYER, at(date(2020, 2, 3)), no_limits)
    return take(plan, Asked(Move.ARRANGE, terms=terms), COACH, at(date(2020, 2, 4)), no_limits)


def test_terms_within_the_pathway_can_be_signed_and_agreed_on() -> None:
    day = date(2020, 2, 5)
    plan = go(pension_plan(PENSION), Move.SIGN, CANDIDATE, day, limits())
    plan = go(go(plan, Move.SIGN, EMPLOYER, day, limits()), Move.AGREE, COACH, day, limits())
    assert plan.state is TrialState.AGREED


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"ends": date(2020, 9, 15)}, "fi.pension.trial_longest"),
        ({"kept": {"paid": True, "body_decided": True, "plan_made": True}}, "fi.pension.unpaid"),
        ({"kept": {"paid": False, "body_decided": True}}, "fi.pension.plan_first"),
        ({"kept": NOT_DECIDED, "ends": date(2020, 7, 31)}, "fi.pension.trial_usual_length"),
        ({"full_time_hours": None}, "fi.pension.trial_hours_most"),
        ({"full_time_hours": 19.0}, "fi.pension.trial_hours_most"),
    ],
)
def test_a_broken_or_open_term_of_the_pathway_refuses_with_the_rules_name(
    changed: dict[str, object], rule: str
) -> None:
    plan = pension_plan(replace(PENSION, **changed))  # type: ignore[arg-type]
    error = refused(plan, Move.SIGN, CANDIDATE, date(2020, 2, 5), limits())
    assert error.rule == "within_limits"
    assert rule in error.about
    assert rule in str(error)


def _unpaid(number: int) -> Trial:
    starts = date(2019, 1 + 3 * number, 1)
    return Trial(f"t{number}", f"other-{number}", "hall", "hall.stock", starts, Course.ENDED, (TriedTask("t1", 20.0),),
                 ended_on=starts + timedelta(days=60), outcome=Outcome.NONE)  # fmt: skip


def test_the_rotation_guard_blocks_and_a_written_reason_of_a_named_human_lets_it_pass() -> None:
    day, checks = date(2020, 2, 5), limits(_unpaid(0), _unpaid(1), _unpaid(2))
    plan = pension_plan(PENSION)
    error = refused(plan, Move.SIGN, CANDIDATE, day, checks)
    assert error.about == ("guard.chain_block",)
    why = "The employer has hired two people into other tasks meanwhile."
    let = go(plan, Move.GIVE_REASON, COACH, day, checks, flag=RaisedFlag("rotation_chain"), text=why)
    assert go(let, Move.SIGN, CANDIDATE, day, checks).signed == (Role.CANDIDATE,)


def test_a_trial_does_not_count_as_its_own_past() -> None:
    day = date(2020, 3, 2)
    plan = go(pension_plan(PENSION), Move.SIGN, CANDIDATE, date(2020, 2, 5))
    plan = go(go(plan, Move.SIGN, EMPLOYER, date(2020, 2, 5)), Move.AGREE, COACH, date(2020, 2, 5))
    running = go(plan, Move.START, COACH, day, limits())
    assert running.trial is not None
    paused = go(running, Move.PAUSE, COACH, day, reason="health")
    assert go(paused, Move.RESUME, COACH, day, limits(running.trial)).state is TrialState.RUNNING


# ---- what is due, what is open


def test_reviews_are_due_early_often_enough_and_before_the_end() -> None:
    due = due_days(until("agreed"), BOOK)
    assert [(one.kind.value, one.day) for one in due if one.kind is not DueKind.FOLLOW_UP] == [
        ("start", date(2027, 1, 18)),
        ("review", date(2027, 2, 1)),
        ("review", date(2027, 3, 1)),
        ("review", date(2027, 4, 2)),
        ("end", date(2027, 4, 9)),
    ]
    assert [one.day for one in due if one.kind is DueKind.FOLLOW_UP] == [
        date(2027, 7, 9),
        date(2027, 10, 9),
        date(2028, 4, 9),
    ]
    assert due_days(until("employer_accepted"), BOOK) == ()


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 700))
def test_every_trial_has_a_review_within_its_days_in_order(starts: date, length: int) -> None:
    ends = starts + timedelta(days=length)
    days = review_dates(starts, ends)
    assert days
    assert list(days) == sorted(set(days))
    assert all(starts <= day <= ends for day in days)
    assert all((b - a).days <= 42 for a, b in pairwise((starts, *days, ends)))


def test_duties_of_the_pathway_are_due_too_but_nothing_that_counts_from_sickness() -> None:
    day = date(2020, 2, 5)
    plan = go(go(pension_plan(PENSION), Move.SIGN, CANDIDATE, day), Move.SIGN, EMPLOYER, day)
    due = [one for one in due_days(go(plan, Move.AGREE, COACH, day), BOOK) if one.kind is DueKind.DUTY]
    assert {one.rule for one in due}
    country = BOOK.country("fi")
    assert all(country.rules[one.rule].clock != "sickness_start" for one in due)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("steps", "day", "needs"),
    [
        (0, DAY, [Need.FLAGS_OPEN]),
        (3, DAY, [Need.CANDIDATE_ANSWERS]),
        (3, date(2027, 1, 9), [Need.CANDIDATE_ANSWERS, Need.RUNS_OUT]),
        (3, date(2027, 1, 16), [Need.CANDIDATE_ANSWERS, Need.RAN_OUT]),
        (4, date(2027, 1, 6), [Need.EMPLOYER_ANSWERS]),
        (5, date(2027, 1, 6), [Need.TERMS_MISSING]),
        (6, date(2027, 1, 7), [Need.CANDIDATE_SIGNS]),
        (7, date(2027, 1, 8), [Need.EMPLOYER_SIGNS]),
        (8, date(2027, 1, 8), [Need.COACH_AGREES]),
        (9, date(2027, 1, 18), [Need.START_DUE]),
        (10, date(2027, 1, 19), []),
        (10, date(2027, 1, 26), [Need.REVIEW_DUE]),
        (11, date(2027, 2, 2), []),
        (12, date(2027, 4, 9), [Need.REVIEW_DUE, Need.END_DUE]),
        (13, date(2027, 4, 10), [Need.EVALUATION_DUE]),
        (14, date(2027, 7, 9), [Need.FOLLOW_UP_DUE]),
        (15, date(2027, 7, 9), []),
        (17, date(2029, 1, 1), []),
    ],
)
def test_what_waits_for_a_human_is_named(steps: int, day: date, needs: list[Need]) -> None:
    assert [one.need for one in attention([walked(steps)], day, BOOK)] == needs


def test_what_can_be_done_next_says_what_is_missing_for_it() -> None:
    found = {one.move: one for one in open_moves(draft(), DAY, no_limits)}
    assert found[Move.PROPOSE].missing == (("flags_answered", ("tight", "alone")),)
    assert found[Move.WITHDRAW].who == (Role.CANDIDATE,)
    signing = [one for one in open_moves(walked(6), date(2027, 1, 7), no_limits) if one.move is Move.SIGN]
    assert [(one.who, one.missing) for one in signing] == [
        ((Role.CANDIDATE,), ()),
        ((Role.EMPLOYER,), (("candidate_first", ()),)),
    ]

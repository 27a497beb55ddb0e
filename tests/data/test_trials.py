"""Whether a trial went well, by hand: each rule once, and that one answer alone turns each."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.trials import IN_WORK, Course, Interruption, Outcome, Retention, Trial, TriedTask, went_well

ENDED = Trial(
    "T-1", "KS-001", "e", "e.s", date(2026, 1, 7), Course.ENDED, (TriedTask("e.s.j.1", 6.0),),
    ended_on=date(2026, 3, 31), outcome=Outcome.HIRED,
)  # fmt: skip


BROKEN = {"course": Course.INTERRUPTED, "outcome": None}


@pytest.mark.parametrize(
    ("changes", "well", "reason"),
    [
        ({"course": Course.STARTED, "outcome": None, "ended_on": None}, None, "not_ended"),
        ({"course": Course.ADAPTED, "outcome": None, "ended_on": None}, None, "not_ended"),
        ({"outcome": None}, None, "no_outcome_yet"),
        ({"outcome": Outcome.HIRED}, True, "work"),
        ({"outcome": Outcome.HIRED_WITH_CHANGES}, True, "work"),
        ({"outcome": Outcome.OTHER_JOB}, True, "work"),
        ({"outcome": Outcome.TRAINING}, True, "training"),
        ({"outcome": Outcome.NONE}, False, "nothing_followed"),
        ({"retention": Retention(at_3=True)}, True, "work"),
        ({"retention": Retention(at_3=False)}, False, "job_gone_within_3_months"),
        ({"retention": Retention(at_3=True, at_6=False, at_12=False)}, True, "work"),
        ({**BROKEN, "interruption": Interruption.HEALTH}, False, "broken_off"),
        ({**BROKEN, "interruption": Interruption.UNKNOWN, "outcome": Outcome.NONE}, False, "broken_off"),
        ({**BROKEN, "interruption": Interruption.NEXT_STEP, "outcome": Outcome.HIRED}, True, "work"),
        ({**BROKEN, "interruption": Interruption.EMPLOYER_SITUATION}, None, "employer_situation"),
        ({**BROKEN, "interruption": Interruption.EMPLOYER_SITUATION, "outcome": Outcome.OTHER_JOB}, True, "work"),
    ],
)  # fmt: skip
def test_each_rule_of_going_well(changes: dict[str, object], well: bool | None, reason: str) -> None:
    judged = went_well(replace(ENDED, **changes))
    assert (judged.went_well, judged.reason) == (well, reason)


@given(
    course=st.sampled_from(Course),
    outcome=st.sampled_from([None, *Outcome]),
    interruption=st.sampled_from([None, *Interruption]),
    kept=st.sampled_from([None, True, False]),
)
def test_what_is_unknown_never_counts_as_badly(
    course: Course, outcome: Outcome | None, interruption: Interruption | None, kept: bool | None
) -> None:
    """Filling in an unknown may make a judgement; it turns well into badly only when a job is known to be gone."""
    trial = replace(ENDED, course=course, outcome=outcome, interruption=interruption, retention=Retention(at_3=kept))
    judged = went_well(trial).went_well
    if course in {Course.STARTED, Course.ADAPTED}:
        assert judged is None
    elif outcome in IN_WORK:
        assert judged is (kept is not False)
    if course is Course.ENDED and outcome is None:
        assert judged is None

"""Trials told step by step in YAML that a coach can read: who does what on which day, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.accounts import Role
from data.trial_document_facts import HalfDay
from data.trial_lifecycle import Asked, Channel, Heard, Move, MoveRefused, RaisedFlag, TrialPlan, TrialTerms
from data.trials import MeasureEffect, Outcome, TrialReview, TriedTask, went_well
from matching.trial_lifecycle import take, taught_features
from tests.trial_parties import CANDIDATE, COACH, EMPLOYER, at, draft, no_limits

FOLDER = Path(__file__).parent.parent / "scenarios" / "trials"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
WHO = {"coach": COACH, "candidate": CANDIDATE, "employer": EMPLOYER}
PLAIN = ("reason", "note", "text", "answer_by", "months", "in_work", "answer")
KNOWN = {*PLAIN, "day", "who", "does", "for", "how", "flag", "terms", "review", "outcome", "now", "refused"}


def terms(before: TrialTerms, told: dict[str, Any]) -> TrialTerms:
    changed: dict[str, Any] = dict(told)
    if "tasks" in told:
        changed["tasks"] = tuple(TriedTask(task, float(hours)) for task, hours in told["tasks"].items())
    if "week" in told:
        changed["week"] = tuple(HalfDay(block, float(hours)) for block, hours in told["week"].items())
    return replace(before, **changed | {"measures": tuple(told.get("measures", before.measures))})


def review(step: dict[str, Any]) -> TrialReview:
    told = step["review"]
    effects = (MeasureEffect(m, d, steps) for m, of in told.get("effects", {}).items() for d, steps in of.items())
    return TrialReview(step["day"], told["loads"], told["performance"], told["strain"], tuple(effects))


def asked(plan: TrialPlan, step: dict[str, Any]) -> Asked:
    assert set(step) <= KNOWN, step
    wanted: dict[str, Any] = {name: step[name] for name in PLAIN if name in step}
    if "for" in step:
        wanted["heard"] = Heard(Role(step["for"]), Channel(step["how"]))
    if "flag" in step:
        wanted["flag"] = next(flag for flag in plan.flags if flag.kind == step["flag"])
    if "terms" in step:
        wanted["terms"] = terms(plan.terms, step["terms"])
    if "review" in step:
        wanted["review"] = review(step)
    if "outcome" in step:
        wanted["outcome"] = Outcome(step["outcome"])
    return Asked(Move(step["does"]), **wanted)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_scenario(case: dict[str, Any]) -> None:
    flags = tuple(RaisedFlag(kind, tuple(about)) for kind, about in case["flags"].items())
    plan = draft(flags, TrialTerms(tasks=(TriedTask("hall.stock.shelves", 6.0),)))
    for number, step in enumerate(case["steps"], start=1):
        call = (plan, asked(plan, step), WHO[step["who"]], at(step["day"], 9), no_limits)
        if "refused" in step:
            with pytest.raises(MoveRefused) as refused:
                take(*call)
            assert refused.value.rule == step["refused"], (number, step)
        else:
            plan = take(*call)
            assert plan.state.value == step["now"], (number, step)
    trial, then = plan.trial, case["then"]
    assert trial is not None
    assert trial.course.value == then["course"]
    assert (None if trial.interruption is None else trial.interruption.value) == then.get("interruption")
    assert trial.outcome is Outcome(then["outcome"])
    assert went_well(trial).went_well is then["went_well"]
    assert trial.released is then["learned_from"]
    assert trial.hours_per_week == then["hours"]
    spoken = {feature for one in plan.steps if one.reason for feature in taught_features(one.reason)}
    assert set(then["speaks_about"]) <= spoken
    assert bool(then["speaks_about"]) == bool(spoken)

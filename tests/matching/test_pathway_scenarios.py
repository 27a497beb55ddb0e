"""Cases in YAML that a lawyer can read: person, day and facts in; pathways, terms, money and duties out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.pathways import load_guard_rules, load_pathways
from data.situation import Situation, situation_of
from features.condition_check import Answer
from matching.pathway_case import PathwayCase, PathwayView, pathway_case
from matching.rotation_guard import guard
from matching.trial_limits import trial_limits
from matching.trial_terms import PastTrial, PlannedTrial, check_trial, held_terms

FOLDER = Path(__file__).parent.parent / "scenarios" / "pathways"
BASE = yaml.safe_load((FOLDER / "people.yaml").read_text(encoding="utf-8"))
FILES = sorted(path for path in FOLDER.glob("*.yaml") if path.stem not in ("people", "statements"))
CASES = [case for path in FILES for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
EXPECTATIONS = {
    "responsible", "open", "ask", "closed", "not_held", "waits", "terms", "no_terms", "says", "silent", "money",
    "duties", "held", "not_written", "breaches", "last_day", "limits", "guard", "questions", "outdated",
}  # fmt: skip


def situation(case: dict[str, Any]) -> Situation:
    given = BASE["people"].get(case.get("given", ""), {})
    entry = {
        "person": "P",
        "country": case.get("country") or given["country"],
        "facts": given.get("facts", {}) | (case.get("facts") or {}),
        "events": given.get("events", {}) | (case.get("events") or {}),
    }
    return situation_of(entry, case["name"])


def planned(case: dict[str, Any]) -> PlannedTrial:
    written = case["trial"]
    base = BASE["plans"].get(written.get("plan", ""), {})
    return PlannedTrial(person="P", **(base | {k: v for k, v in written.items() if k != "plan"}))


def past(case: dict[str, Any]) -> list[PastTrial]:
    return [PastTrial(**({"person": "P", "employer": "A", "task": "sorting"} | one)) for one in case.get("history", ())]


def test_there_are_at_least_120_cases_and_no_name_stands_twice() -> None:
    names = [case["name"] for case in CASES]
    assert len(names) >= 120
    assert len(set(names)) == len(names)
    for case in CASES:
        assert set(case["expect"]) <= EXPECTATIONS, case["name"]
        assert case["expect"], case["name"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    who, on = situation(case), case["day"]
    book = load_pathways()
    country = book.country(who.country)
    found = pathway_case(country, who, on)
    expect = case["expect"]
    _check_pathways(found, expect)
    _check_rules(found, expect)
    for rule, wanted in expect.get("held", {}).items():
        held = book.held(rule, on)
        assert held is not None, rule
        version = held.version
        written = {"value": version.value, "value_to": version.value_to, "unit": version.unit,
                   "section": version.source.section, "document": version.source.document,
                   "status": version.status.value, "figure_year": version.figure_year}  # fmt: skip
        assert {key: written[key] for key in wanted} == wanted, rule
    for rule in expect.get("not_written", ()):
        assert book.held(rule, on) is None, rule
    if "trial" in case:
        _check_trial(case, found)


def _view(found: PathwayCase, pathway: str) -> PathwayView:
    return next(view for view in found.pathways if view.answer.pathway.id == pathway)


def _check_pathways(found: PathwayCase, expect: dict[str, Any]) -> None:
    by_opening: dict[str, set[str]] = {}
    for view in found.pathways:
        by_opening.setdefault(view.answer.opening.value, set()).add(view.answer.pathway.id)
    for pathway in expect.get("open", ()):
        assert pathway in by_opening.get("open", set()), (pathway, _view(found, pathway).answer)
    for pathway in expect.get("not_held", ()):
        assert pathway in by_opening.get("not_held", set())
    for pathway, rules in expect.get("closed", {}).items():
        answer = _view(found, pathway).answer
        assert answer.opening.value == "closed"
        assert [c.rule for c in answer.conditions if c.answer is Answer.UNMET] == rules
    for pathway, facts in expect.get("ask", {}).items():
        answer = _view(found, pathway).answer
        assert answer.opening.value == "ask", (pathway, answer)
        assert list(dict.fromkeys(fact for c in answer.conditions for fact in c.ask)) == facts
    for rule in expect.get("outdated", ()):
        assert any(rule in c.outdated for view in found.pathways for c in view.answer.conditions) or any(
            rule in answer.outdated for view in found.pathways for answer in view.money
        ), rule
    for pathway, first in expect.get("waits", {}).items():
        assert [one for waiting in _view(found, pathway).answer.waits_for for one in waiting.first] == first
    if "responsible" in expect:
        sure = [body for answer in found.responsible if answer.answer is Answer.MET for body in answer.bodies]
        assert sure == expect["responsible"]
    for fact in expect.get("questions", ()):
        assert fact in found.questions


def _check_rules(found: PathwayCase, expect: dict[str, Any]) -> None:
    for pathway, wanted in expect.get("terms", {}).items():
        terms = {held.rule.id: held.version.value for held in _view(found, pathway).terms}
        for rule, value in wanted.items():
            assert terms[rule] == value, rule
    for pathway, rules in expect.get("no_terms", {}).items():
        assert not {held.rule.id for held in _view(found, pathway).terms} & set(rules)
    for pathway, rules in expect.get("says", {}).items():
        assert set(rules) <= _said(found, pathway), set(rules) - _said(found, pathway)
    for pathway, rules in expect.get("silent", {}).items():
        assert not set(rules) & _said(found, pathway)
    for rule, amount in expect.get("money", {}).items():
        answers = [answer for view in found.pathways for answer in view.money if answer.rule == rule]
        assert answers, rule
        low, high = (amount, amount) if not isinstance(amount, list) else amount
        assert (answers[0].low, answers[0].high) == (low, high), rule
    for rule, days in expect.get("duties", {}).items():
        due = [duty for duty in found.duties if duty.rule == rule]
        assert due, rule
        wanted = days if isinstance(days, list) else [days]
        if due[0].starts is not None and due[0].due is not None:
            assert [due[0].starts, due[0].due] == wanted
        else:
            assert [duty.due for duty in due][: len(wanted)] == wanted


def _said(found: PathwayCase, pathway: str) -> set[str]:
    view = _view(found, pathway)
    rules = {held.rule.id for held in view.terms} | {answer.rule for answer in view.money}
    duties = {duty.rule for duty in found.duties} & set(view.answer.pathway.rules)
    conditions = {condition.rule for condition in view.answer.conditions}
    return rules | {rule.id for rule in view.roles} | duties | conditions


def _check_trial(case: dict[str, Any], found: PathwayCase) -> None:
    plan, expect = planned(case), case["expect"]
    terms = held_terms(found.country, found.country.pathway(plan.pathway), case["day"], found.situation.facts)
    breaches = check_trial(plan, terms, past(case))
    if "breaches" in expect:
        assert {breach.rule: breach.severity.value for breach in breaches} == expect["breaches"]
    if "last_day" in expect:
        (breach,) = [breach for breach in breaches if breach.last_day is not None]
        assert breach.last_day == expect["last_day"]
        inside = replace(plan, ends=breach.last_day)
        assert breach.rule not in {one.rule for one in check_trial(inside, terms, past(case))}
        outside = replace(plan, ends=date.fromordinal(breach.last_day.toordinal() + 1))
        assert breach.rule in {one.rule for one in check_trial(outside, terms, past(case))}
    if "limits" in expect:
        limits = trial_limits(terms, plan.full_time_hours)
        for name, value in expect["limits"].items():
            assert getattr(limits, name) == value, name
    if "guard" in expect:
        findings = guard(plan, past(case), load_guard_rules(), case["day"])
        assert {finding.kind: finding.alarm.value for finding in findings} == expect["guard"]

"""The answer on pathways as JSON (``docs/reference/pathways.schema.json``), the same bytes for the same case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from data.pathway_records import Duty, Money, Rule, Term, TrialState, Version
from data.pathways import Country, PathwayBook
from data.situation import load_facts
from data.working_methods import checklist
from features.duty_calendar import DueDuty
from features.pathway_money import MoneyAnswer
from matching.pathway_case import PathwayCase, PathwayView
from matching.pathways import ConditionAnswer

from .messages import Messages
from .pathway_wording import money_text, rule_text


def case_as_json(case: PathwayCase, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    """Write a whole case."""
    country, language, facts = case.country, messages.language, load_facts()
    return {
        "format": "pathways/1",
        "notice": messages.text("pathway.notice"),
        "person": case.situation.person,
        "fictional": case.situation.fictional,
        "country": country.id,
        "on": case.on.isoformat(),
        "known_from": country.known_from.isoformat(),
        "responsible": [
            {
                "rule": answer.rule,
                "answer": answer.answer.value,
                "bodies": [_body(country, body, language) for body in answer.bodies],
                "ask": list(answer.ask),
            }
            for answer in case.responsible
        ],
        "pathways": [_pathway(case, view, book, messages) for view in case.pathways],
        "duties": [_duty(case, duty, book, messages) for duty in case.duties],
        "questions": [
            {"fact": fact, "ask": facts[fact].ask, "question": facts[fact].question[language]}
            for fact in case.questions
        ],
        "checklists": {
            state.value: [{"method": m.id, "text": m.text[language]} for m in checklist(state)] for state in TrialState
        },
    }


def _body(country: Country, id_: str, language: str) -> dict[str, str]:
    return {"id": id_, "name": country.bodies[id_][language]}


def _pathway(case: PathwayCase, view: PathwayView, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    pathway, country, language = view.answer.pathway, case.country, messages.language
    return {
        "id": pathway.id,
        "kind": pathway.kind.value,
        "name": pathway.names[language],
        "summary": pathway.summary[language],
        "body": _body(country, pathway.body, language),
        "opening": view.answer.opening.value,
        "conditions": [_condition(case, one, book, messages) for one in view.answer.conditions],
        "waits_for": [
            _rule(country.rules[w.rule], case.on, book, messages) | {"first": list(w.first)}
            for w in view.answer.waits_for
        ],
        "terms": [_term(held.rule, held.version, book, messages) for held in view.terms],
        "money": [_money(case, answer, book, messages) for answer in view.money],
        "roles": [
            _rule(rule, case.on, book, messages) | {"role": rule.role.value, "body": rule.body} for rule in view.roles
        ],
        "duties": [
            id_
            for id_ in pathway.rules
            if isinstance(rule := country.rules[id_], Duty) and rule.held(case.on) is not None
        ],
    }


def _rule(rule: Rule, on: date, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    version = rule.held(on) or rule.versions[-1]
    return {"rule": rule.id, "text": rule_text(version, messages)} | _written(version, book)


def rule_as_json(rule: Rule, on: date, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    """Write one rule as it stood on a day, with its source."""
    return _rule(rule, on, book, messages)


def _written(version: Version, book: PathwayBook) -> dict[str, Any]:
    document = book.documents[version.source.document]
    return {
        "value": version.value,
        "value_to": version.value_to,
        "unit": version.unit,
        "about": version.about,
        "valid_from": version.valid_from.isoformat(),
        "valid_to": None if version.valid_to is None else version.valid_to.isoformat(),
        "figure_year": version.figure_year,
        "status": version.status.value,
        "source": {
            "document": document.id,
            "title": document.title,
            "publisher": document.publisher,
            "describes": document.describes,
            "section": version.source.section,
        },
        "checked_on": version.checked_on.isoformat(),
    }


def _condition(case: PathwayCase, one: ConditionAnswer, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    written = _rule(case.country.rules[one.rule], case.on, book, messages)
    return written | {"answer": one.answer.value, "ask": list(one.ask), "outdated": list(one.outdated)}


def _term(rule: Term, version: Version, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    interpretation: Mapping[str, str] = rule.interpretation or {}
    return {
        "rule": rule.id,
        "term": rule.term.value,
        "firm": rule.firm,
        "dimension": rule.dimension or None,
        "host": rule.host or None,
        "interpretation": interpretation.get(messages.language),
        "text": rule_text(version, messages),
    } | _written(version, book)


def _money(case: PathwayCase, answer: MoneyAnswer, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    rule = case.country.rules[answer.rule]
    assert isinstance(rule, Money)  # noqa: S101 - money answers are made from rules of money
    language = messages.language
    return _rule(rule, case.on, book, messages) | {
        "side": rule.side.value,
        "paid_by": rule.paid_by,
        "paid_to": rule.paid_to,
        "formula": rule.formula.kind,
        "of": rule.formula.of or None,
        "covers": [words[language] for words in rule.formula.covers],
        "applies": answer.applies.value,
        "low": answer.low,
        "high": answer.high,
        "amount_unit": answer.unit,
        "amount_text": money_text(answer, messages),
        "ask": list(answer.ask),
        "outdated": list(answer.outdated),
    }


def _duty(case: PathwayCase, due: DueDuty, book: PathwayBook, messages: Messages) -> dict[str, Any]:
    rule = case.country.rules[due.rule]
    assert isinstance(rule, Duty)  # noqa: S101 - due duties are made from duties

    def day(when: date | None) -> str | None:
        return None if when is None else when.isoformat()

    return _rule(rule, case.on, book, messages) | {
        "who": [_body(case.country, who, messages.language) for who in due.who],
        "when": due.when.value,
        "clock": rule.clock,
        "starts": day(due.starts),
        "due": day(due.due),
        "remind_on": day(due.remind_on),
        "round": due.round,
        "contents": [words[messages.language] for words in rule.contents],
        "states": [state.value for state in due.states],
        "applies": due.applies.value,
        "waits_for": due.waits_for or None,
    }

"""A list is logged, then shown: whoever shows a match list gets it from here, with the number it was logged under.

A list that was shown before, and would be made of the same again, is shown under the same number; the audit says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from data.accounts import COMMAND_LINE, Actor
from data.audit import AuditEvent
from data.errors import ListNotLogged, StoreUnreadable
from data.record_json import content_name, record_text
from data.situation import Situation
from data.store import Store, latest_change, note
from data.store.exposure import ShownRun, ShownSuggestion, find_same_run, is_logged, log_run
from data.store.kept_contents import kept_for
from data.store.objections import refuse_objecting
from features.trial_features import features_fingerprint
from matching import Caution, MatchConfig, MatchList
from matching.kept_market import MOST_TRIES, MarketMovedError
from matching.learning.lessons import NOTHING_LEARNED

from .commands.match_lists import Listed, Question, list_as_json, list_matches
from .kept_lists import KeptLists
from .lessons import trials_now
from .list_inputs import StoredInputs
from .messages import Messages
from .same_list import name_of_list
from .situations import situation_in_store
from .versions import code_version, rules_version

OF_ONE_SITE = ("site", "accepted", "table")
"""Parts of a question that a list of all workplaces does not have. A look at one workplace is logged as a what-if: it
has no order that anybody could learn from, and a trial is drafted from the list that led there."""


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list that may be shown: it is in the log under ``number``; ``answer`` is its documented form, byte for byte."""

    number: int
    listed: Listed
    written: dict[str, Any]
    answer: bytes


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A list that may be sent: its number in the log, and its documented form, byte for byte."""

    number: int
    answer: bytes


def show_list(
    store: Store,
    question: Question,
    messages: Messages,
    moment: datetime,
    progress: Callable[[str], None] = lambda _stage: None,
    actor: Actor = COMMAND_LINE,
    kept: KeptLists | None = None,
) -> ShownList:
    """Match one person, log the list and who saw it, give it. ``moment``: now; its day is the day that is asked about.

    A list in ``kept`` that would be made of the same again is shown again. Raises PersonObjects when the person objects
    to being matched, ListNotLogged when the log cannot be written: what nobody could account for later is not shown.
    """
    question = _with_situation(store, question)
    asked = question_as_json(question, messages.language)
    for _ in range(MOST_TRIES):
        inputs, name = StoredInputs(store, moment.date()), None
        if kept is not None:
            person = inputs.person(question.candidate)
            name = name_of_list(inputs, person, asked)
            listed = None if name is None else kept.find(name, moment)
            if name is not None and listed is not None:
                again = _show_again(store, inputs, name, person.id, moment, actor)
                if again is not None:
                    return ShownList(again.number, listed, json.loads(again.answer), again.answer)
        shown = _make(store, inputs, question, messages, moment, progress, actor, name)
        if shown is not None:
            if kept is not None and name is not None:
                kept.keep(name, shown.listed, moment)
            return shown
    raise ListNotLogged(store.where, "the workplaces were being changed all the while")


def show_answer(store: Store, question: Question, messages: Messages, moment: datetime, actor: Actor) -> ShownAnswer:
    """Give a list as the service sends it: one of the log when it would be the same, else made anew.

    Raises as ``show_list`` does.
    """
    question = _with_situation(store, question)
    asked = question_as_json(question, messages.language)
    for _ in range(MOST_TRIES):
        inputs = StoredInputs(store, moment.date())
        person = inputs.person(question.candidate)
        name = name_of_list(inputs, person, asked)
        if name is not None and (again := _show_again(store, inputs, name, person.id, moment, actor)) is not None:
            return again
        shown = _make(store, inputs, question, messages, moment, lambda _stage: None, actor, name)
        if shown is not None:
            return ShownAnswer(shown.number, shown.answer)
    raise ListNotLogged(store.where, "the workplaces were being changed all the while")


def _with_situation(store: Store, question: Question) -> Question:
    if question.pathway and question.situation is None:
        return replace(question, situation=situation_in_store(store, question.candidate))
    return question


def _show_again(
    store: Store, inputs: StoredInputs, name: str, person: str, moment: datetime, actor: Actor
) -> ShownAnswer | None:
    """Note that a list of the log is shown, and give it; None when there is none, or the workplaces have changed."""
    try:
        with store.read() as connection:
            same = find_same_run(connection, person, name)
            answer = None if same is None else kept_for(connection, person, same[0].answer)
        if same is None or answer is None:
            return None
        run, lines = same
        with store.write() as connection:
            if latest_change(connection) != inputs.market or not is_logged(connection, run.number):
                return None
            refuse_objecting(connection, person)
            note(connection, AuditEvent("list.read", actor, moment, person, f"run:{run.number}", _facts(run, lines)))
    except StoreUnreadable as error:
        raise ListNotLogged(store.where, error.why) from error
    return ShownAnswer(run.number, answer)


def _make(
    store: Store,
    inputs: StoredInputs,
    question: Question,
    messages: Messages,
    moment: datetime,
    progress: Callable[[str], None],
    actor: Actor,
    name: str | None = None,
) -> ShownList | None:
    """Make a list and log it; None when the workplaces have changed meanwhile."""
    try:
        listed = list_matches(inputs, question, progress)
    except MarketMovedError:
        return None
    written = list_as_json(listed, messages)
    answer = answer_bytes(written)
    asked = question_as_json(question, messages.language)
    logged = _log(store, inputs, asked, listed.found, answer, moment, actor, name)
    return None if logged is None else ShownList(logged, listed, written, answer)


def _log(
    store: Store,
    inputs: StoredInputs,
    question: dict[str, Any],
    found: MatchList,
    answer: bytes,
    moment: datetime,
    actor: Actor,
    name: str | None,
) -> int | None:
    """Write a list to the log and give its number; None: the workplaces have changed meanwhile.

    ``name``: of all that it was made from. How trials at the employers went was read later than the rest, so the list
    keeps its name only when no trial was written since.
    """
    person, cases = inputs.person_given, inputs.cases_given
    if person is None:
        raise AssertionError("a list is of somebody")  # a fault of ours, never of the input
    profile, case_base = record_text(person), None if cases is None else record_text(cases)
    run = ShownRun(
        number=0,
        candidate=person.id,
        run_id=found.run_id,
        shown_at=moment,
        model=found.model,
        rules=rules_version(bool(question["pathway"])),
        code=code_version(),
        features=features_fingerprint(),
        question=question,
        what_if=any(question.get(name) for name in ("set", "without", *OF_ONE_SITE)),
        fictional=person.fictional,
        market=inputs.market,
        profile=content_name(profile),
        cases=None if case_base is None else content_name(case_base),
        answer=content_name(answer),
        lessons=None if found.lessons == NOTHING_LEARNED else json.loads(record_text(found.lessons)),
    )
    lines = shown_suggestions(found)
    try:
        with store.write() as connection:
            if name is not None and trials_now(connection) == inputs.trials:
                run = replace(run, made_from=name)
            number = log_run(connection, run, lines, profile, answer, case_base)
            if number is not None:
                refuse_objecting(connection, person.id)
                facts = _facts(run, len(lines))
                note(connection, AuditEvent("list.read", actor, moment, person.id, f"run:{number}", facts))
            return number
    except StoreUnreadable as error:
        raise ListNotLogged(store.where, error.why) from error


def _facts(run: ShownRun, lines: int) -> dict[str, Any]:
    """Say of a list what the audit says of it each time it is shown."""
    return {
        "run_id": run.run_id, "model": run.model, "rules": run.rules, "answer": run.answer, "suggestions": lines,
        "what_if": run.what_if,
    }  # fmt: skip


def shown_suggestions(found: MatchList) -> tuple[ShownSuggestion, ...]:
    """Write down what stands on a list, with the features that were known when it was made."""
    return tuple(
        ShownSuggestion(
            rank=one.rank,
            id=one.id,
            site=one.reach.place.site.id,
            employer=one.reach.place.employer.id,
            score=one.score,
            can_do=one.reading("can_do"),
            wants=one.reading("wants"),
            likely=one.reading("likely"),
            features=one.prospect.features,
        )
        for one in found.suggestions
    )


def answer_bytes(written: dict[str, Any]) -> bytes:
    """Give a list as the bytes that the HTTP service sends; ``worktrial match --json`` writes the same, indented."""
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()


def question_as_json(question: Question, language: str) -> dict[str, Any]:
    """Write down what was asked; what only a look at one workplace has, only there."""
    config = question.config
    parts = {"site": question.site, "accepted": list(question.accepted), "table": list(question.table)}
    return {
        "top": config.top,
        "caution": config.caution.value,
        "region": config.region,
        "near": question.near,
        "questions": question.questions,
        "set": list(question.changes),
        "without": list(question.without),
        "pathway": question.pathway,
        "on": question.on.isoformat() if question.pathway else None,
        "situation": None if question.situation is None else json.loads(record_text(question.situation)),
        "language": language,
        **{name: said for name, said in parts.items() if said},
    }


def question_of(run: ShownRun) -> tuple[Question, str]:
    """Read what was asked for a run, and the language of its answer."""
    asked = run.question
    config = MatchConfig(asked["top"], Caution(asked["caution"]), asked["region"])
    on = date.max if asked["on"] is None else date.fromisoformat(asked["on"])
    changes = tuple(asked["set"]), tuple(asked["without"])
    told = asked["situation"]
    if told is not None:
        told = Situation(**told | {"events": {name: date.fromisoformat(day) for name, day in told["events"].items()}})
    named = Question(
        run.candidate, config, asked["near"], *changes, asked["pathway"], on, asked["questions"], told,
        asked.get("site", ""), tuple(asked.get("accepted", ())), tuple(asked.get("table", ())),
    )  # fmt: skip
    return named, asked["language"]

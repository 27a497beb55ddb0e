"""What ``worktrial pathway`` does: reads a situation, answers for its country and day, prints, writes a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from data.errors import FileUnreadable, InvalidInput
from data.pathway_records import Role, Term, TrialState
from data.pathways import load_pathways
from data.situation import Situation, read_situations
from data.store import Store
from data.working_methods import checklist
from features.condition_check import Answer
from matching.pathway_case import PathwayCase, PathwayView, pathway_case
from matching.pathways import Opening

from ..local_time import day_text
from ..messages import Messages
from ..pathway_calendar import case_as_calendar
from ..pathway_json import case_as_json
from ..pathway_wording import fact_question, money_text, rule_text
from ..situations import situation_in_store
from ..trial_check import TrialCheck, check_as_json, check_lines
from ..trial_plan_file import read_trial
from ..workspace import load_candidate

SHOWN_ROLES = (Role.DECIDES, Role.PAYS, Role.INSURES)
"""Who decides, pays and insures is printed; --json has every role."""

MOST_QUESTIONS = 8
"""So many questions are printed; --json has them all."""


def find_situation(person: str, country: str, store: Callable[[], Store]) -> Situation:
    """Find a situation by file or by candidate id; a candidate of whom none is written down is asked everything."""
    path = Path(person)
    if path.suffix in (".yaml", ".yml", ".json") or path.is_file():
        found = read_situations(path)
        if len(found) > 1:
            raise InvalidInput(path.name, f"holds {len(found)} situations", "one situation a file")
        situation = found[0]
    else:
        situation = situation_in_store(store(), load_candidate(store(), person).id)
    if country:
        return Situation(situation.person, country, situation.facts, situation.events, situation.fictional)
    return situation


def case_of(situation: Situation, on: date) -> PathwayCase:
    """Answer one situation; InvalidInput names the countries that there are."""
    return pathway_case(load_pathways().country(situation.country), situation, on)


def write_calendar(case: PathwayCase, path: Path, language: str) -> int:
    """Write the duties that have a day to an .ics file; gives how many."""
    try:
        path.write_bytes(case_as_calendar(case, Messages(language)))
    except OSError:
        raise FileUnreadable(path, "cannot be written", "Choose a folder that you can write to.") from None
    return sum(due.due is not None for due in case.duties)


def check_of(case: PathwayCase, path: Path) -> TrialCheck:
    """Check a planned trial of the person against its pathway's terms and the rotation guard."""
    return TrialCheck(case, *read_trial(path, case.situation.person))


def show_check(check: TrialCheck, language: str, out: Console) -> None:
    """Print what stands in the way of a planned trial."""
    messages = Messages(language)
    out.print()
    name = check.country.pathway(check.plan.pathway).names[language]
    out.print(messages.text("trial.heading", name=name), style="bold", markup=False)
    for line in check_lines(check, messages):
        out.print(f"  {line}", markup=False)


def as_json(case: PathwayCase, language: str, check: TrialCheck | None = None) -> dict[str, Any]:
    """Write a case as ``pathways/1``, with the check of a planned trial if there is one."""
    messages = Messages(language)
    written = case_as_json(case, load_pathways(), messages)
    return written if check is None else written | {"trial": check_as_json(check, messages)}


def show(case: PathwayCase, language: str, out: Console, state: str = "") -> None:
    """Print a case for people: who is responsible, pathways with reasons, terms, money, duties, questions."""
    messages = Messages(language)
    country, on = case.country, case.on
    heading = messages.text("pathway.heading", country=country.names[language], day=day_text(on, messages))
    out.print(heading, style="bold", markup=False)
    out.print(messages.text("pathway.notice"), style="yellow", markup=False)
    if case.situation.fictional:
        out.print(messages.text("pathway.fictional"), style="dim", markup=False)
    if on < country.known_from:
        day = day_text(country.known_from, messages)
        out.print(messages.text("pathway.before", day=day), style="yellow", markup=False)
    for answer in case.responsible:
        bodies = ", ".join(country.bodies[body][language] for body in answer.bodies)
        key = "pathway.responsible" if not answer.ask else "pathway.responsible_maybe"
        out.print(messages.text(key, bodies=bodies), markup=False)
    for opening in (Opening.OPEN, Opening.ASK):
        views = [view for view in case.pathways if view.answer.opening is opening]
        if views:
            out.print()
            out.print(messages.text(f"pathway.{opening.value}", count=len(views)), style="bold", markup=False)
        for view in views:
            _show_view(case, view, messages, out)
    _show_closed(case, messages, out)
    _show_duties(case, messages, out)
    if case.questions:
        out.print()
        out.print(messages.text("pathway.questions", count=len(case.questions)), style="bold", markup=False)
        for fact in case.questions[:MOST_QUESTIONS]:
            out.print(f"  ? {fact_question(fact, messages)} ({fact})", markup=False)
    if state:
        _show_checklist(TrialState(state), messages, out)


def _show_view(case: PathwayCase, view: PathwayView, messages: Messages, out: Console) -> None:
    country, language = case.country, messages.language
    pathway = view.answer.pathway
    out.print(f"• {pathway.names[language]} ({pathway.id})", style="cyan", markup=False)
    for waiting in view.answer.waits_for:
        names = ", ".join(country.pathway(id_).names[language] for id_ in waiting.first)
        out.print("    " + messages.text("pathway.waits", names=names), markup=False)
    _show_unknown(case, view, messages, out)
    for held in view.terms:
        out.print(f"    {_mark(held.rule)} {rule_text(held.version, messages)}", markup=False)
    for role in view.roles:
        if role.role in SHOWN_ROLES and (version := role.held(case.on)):
            out.print(f"    · {rule_text(version, messages)}", markup=False)
    if view.answer.opening is Opening.OPEN:
        _show_money(case, view, messages, out)


def _show_unknown(case: PathwayCase, view: PathwayView, messages: Messages, out: Console) -> None:
    for one in view.answer.conditions:
        version = case.country.rules[one.rule].held(case.on)
        if one.answer is not Answer.UNKNOWN or version is None:
            continue
        out.print(f"    ? {rule_text(version, messages)}", markup=False)
        if one.outdated:
            rule = case.country.rules[one.outdated[0]]
            year = (rule.held(case.on) or rule.versions[-1]).figure_year
            out.print("      " + messages.text("pathway.outdated", year=str(year)), style="yellow", markup=False)


def _show_money(case: PathwayCase, view: PathwayView, messages: Messages, out: Console) -> None:
    country = case.country
    for answer in view.money:
        version = country.rules[answer.rule].held(case.on)
        if version is None:
            continue
        amount = money_text(answer, messages)
        said = rule_text(version, messages) + (f" → {amount}" if amount else "")
        if version.outdated(case.on):
            said += " " + messages.text("pathway.outdated", year=str(version.figure_year))
        out.print(f"    € {said}", markup=False)


def _mark(term: Term) -> str:
    return "§" if term.firm else "~"


def _show_closed(case: PathwayCase, messages: Messages, out: Console) -> None:
    closed = [view for view in case.pathways if view.answer.opening in (Opening.CLOSED, Opening.NOT_HELD)]
    if not closed:
        return
    out.print()
    out.print(messages.text("pathway.closed", count=len(closed)), style="bold", markup=False)
    for view in closed:
        name = view.answer.pathway.names[messages.language]
        reasons = []
        for one in view.answer.conditions:
            version = case.country.rules[one.rule].held(case.on)
            if one.answer.value == "unmet" and version is not None:
                reasons.append(rule_text(version, messages))
        why = " ".join(reasons) or messages.text("pathway.not_held")
        out.print(messages.text("pathway.closed_because", name=name, why=why), markup=False)


def _show_duties(case: PathwayCase, messages: Messages, out: Console) -> None:
    if not case.duties:
        return
    out.print()
    out.print(messages.text("pathway.duties", count=len(case.duties)), style="bold", markup=False)
    for due in case.duties:
        version = case.country.rules[due.rule].held(case.on)
        if version is None:
            continue
        who = ", ".join(case.country.bodies[body][messages.language] for body in due.who)
        if due.due is not None:
            start = "" if due.starts is None else day_text(due.starts, messages) + "–"
            when = start + day_text(due.due, messages)
            if due.due < case.on:
                when += " " + messages.text("pathway.overdue")
        elif due.waits_for:
            when = messages.text("pathway.no_day_yet")
        else:
            when = messages.text("pathway.all_the_time")
        out.print(f"  {when}: {rule_text(version, messages)} ({who})", markup=False)


def _show_checklist(state: TrialState, messages: Messages, out: Console) -> None:
    out.print()
    out.print(messages.text("pathway.checklist", state=messages.text(f"state.{state.value}")), style="bold")
    for method in checklist(state):
        out.print(f"  □ {method.text[messages.language]}", markup=False)

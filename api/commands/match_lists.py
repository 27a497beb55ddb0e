"""What ``worktrial match`` does: the ranked list, what if, and the workplaces just outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.errors import InvalidInput
from data.pathway_records import Pathway
from data.pathways import load_pathways
from data.situation import Situation
from data.vocabulary import vocabulary
from features.gap_question import AskedGap, GapQuestion
from matching import MatchConfig, MatchList, Suggestion, match
from matching.held_market import HeldMarket
from matching.learning.scorer import TrialScorer
from matching.meeting import meet
from matching.one_site import NearSite, just_outside, site_number, stages_at
from matching.question_value import OpenQuestion, ask_most_telling
from matching.solutions import NearSolution, index_solutions, nearest_solutions
from matching.trial_limits import TrialLimits, WeekBreach, day_rule, person_within, trial_limits, week_breaches
from matching.trial_terms import HeldTerm, held_terms

from ..cards import print_match_list
from ..list_inputs import ListInputs
from ..local_time import day_text
from ..match_json import match_as_json
from ..messages import Messages
from ..pathway_wording import rule_text
from ..solution_json import solution_as_json
from ..wording import blocker_text, question_text
from .pathway_standing import Standing, show_standing, standing_as_json, standing_of
from .progress import console, named_blocker
from .sites import changed_person, names_of

ELSEWHERE = 2
"""So many earlier solutions are shown for each workplace just outside."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whose list, how, and what is to be tried on the way.

    ``situation``: what is known of the person's way onto the pathway; it changes nothing of the list itself.
    ``site``: this workplace alone, looked at closely; ``accepted``: measures that the person has declined, tried all
    the same; ``table``: what was chosen in the carving table there, kept so that it is known what was shown.
    """

    candidate: str
    config: MatchConfig
    near: int = 0
    changes: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    pathway: str = ""
    on: date = date.max
    questions: int = 0
    situation: Situation | None = None
    site: str = ""
    accepted: tuple[str, ...] = ()
    table: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """The pathway whose terms a list keeps to, the day, the versions of the rules that limit it, and the limits."""

    pathway: Pathway
    on: date
    limiting: tuple[HeldTerm, ...]
    limits: TrialLimits
    standing: Standing

    def breaches(self, suggestion: Suggestion) -> tuple[WeekBreach, ...]:
        """Name what a suggestion breaks, from the terms themselves: carving keeps them, so there is nothing to name."""
        hours: dict[str, float] = {}
        for part in suggestion.tasks:
            for block, planned in part.blocks.items():
                hours[block] = hours.get(block, 0.0) + planned
        return week_breaches(self.limits, suggestion.hours, hours)


@dataclass(frozen=True, slots=True)
class AskedOf:
    """An open question of the list, and the names of the workplaces that it is about or that it would move."""

    question: OpenQuestion
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A match list, what was changed for it, and the workplaces just outside (None: not asked).

    ``elsewhere``: for each of those, what others did about the same gaps.
    """

    found: MatchList
    changed: tuple[str, ...]
    near: tuple[NearSite, ...] | None
    terms: Terms | None
    elsewhere: tuple[tuple[NearSolution, ...], ...] = ()
    questions: tuple[AskedOf, ...] | None = None


def list_matches(inputs: ListInputs, question: Question, progress: Callable[[str], None]) -> Listed:
    """Match one person over a market. To show the list to somebody, ask ``api.shown_lists``: it is logged there."""
    person = changed_person(
        inputs.person(question.candidate), question.changes, question.without, question.accepted
    )  # fmt: skip
    person, terms = _within(person, question)
    config = question.config if terms is None else replace(question.config, day=day_rule(terms.limits))
    progress("read")
    scorer, lessons = inputs.scorer(), inputs.lessons(person)
    histories = partial(inputs.histories, person)
    stages = stages_at(question.site) if question.site else None

    def answer(market: HeldMarket) -> Listed:
        found = match(
            person, market, config, progress=progress, stages=stages, scorer=scorer, lessons=lessons,
            histories=histories,
        )  # fmt: skip
        near, questions = None, None
        if question.questions:
            questions = _most_telling(person, market, config, scorer, found, question.questions)
        if question.near:
            listed = [suggestion.reach.place.site.id for suggestion in found.suggestions]
            catalogue = lessons.in_force(load_accommodations())
            near = just_outside(person, market, config, listed, question.near, scorer, catalogue)
        changed = (
            *question.changes,
            *(f"without {id_}" for id_ in question.without),
            *(f"with {id_}" for id_ in question.accepted),
        )
        return Listed(found, changed, near, terms, questions=questions)

    listed = inputs.ask(question.config.region, answer)
    return replace(listed, elsewhere=_done_elsewhere(inputs, listed.near)) if listed.near else listed


def _most_telling(
    person: Candidate, market: HeldMarket, config: MatchConfig, scorer: TrialScorer, found: MatchList, most: int
) -> tuple[AskedOf, ...]:
    """Find the questions whose answers change the list most; a pathway's hours of a day are not looked at here."""
    if config.day is not None:
        config = replace(config, day=None)
        found = match(person, market, config, scorer=scorer, lessons=found.lessons)
    meeting = meet(person, market, config, found.lessons.in_force(load_accommodations()), scorer=scorer)
    telling = ask_most_telling(meeting, found.suggestions, most)
    return tuple(AskedOf(one, _places(market, one)) for one in telling)


def _places(market: HeldMarket, question: OpenQuestion) -> dict[str, str]:
    """Name the workplaces of a question."""
    names = {}
    for id_ in sorted({question.site, *question.fallen, *question.come_in} - {""}):
        place = market.site(site_number(market.index, id_)).places[0]
        names[id_] = f"{place.employer.name} · {place.site.name}"
    return names


def _within(person: Candidate, question: Question) -> tuple[Candidate, Terms | None]:
    """Put a pathway's terms into the person; InvalidInput when the person's hours do not go with them.

    The person's situation is looked at only to say whether the pathway is open: it changes nothing of the list.
    """
    if not question.pathway:
        return person, None
    country = load_pathways().country(question.pathway.partition(".")[0])
    pathway = country.pathway(question.pathway)
    held = held_terms(country, pathway, question.on, {})
    limits = trial_limits(held)
    within = person_within(person, limits)
    if within is None:
        hours = f"hours {person.hours_min:g}-{person.hours_max:g} a week"
        raise InvalidInput("--pathway", f"{hours} and the terms of {pathway.id} leave no week", "--set hours.min=...")
    limiting = tuple(term for term in held if term.rule.id in limits.rules.values())
    situation = question.situation or Situation(person.id, country.id, {})
    standing = standing_of(country, pathway, situation, question.on)
    return within, Terms(pathway, question.on, limiting, limits, standing)


def _done_elsewhere(inputs: ListInputs, near: Sequence[NearSite]) -> tuple[tuple[NearSolution, ...], ...]:
    """Ask the case base what others did about the gaps of each workplace just outside."""
    index = index_solutions(inputs.cases())
    found = []
    for one in near:
        gaps = {dimension: AskedGap(needed, managed) for dimension, (needed, managed) in one.gaps.items()}
        sector = one.view.place.employer.sector
        question = GapQuestion(gaps, sectors=(sector,) if sector in vocabulary("sectors") else ())
        cases = nearest_solutions(index, question, ELSEWHERE) if gaps else []
        found.append(tuple(case for case in cases if case.shared))
    return tuple(found)


def list_as_json(listed: Listed, messages: Messages) -> dict[str, Any]:
    """Write a list; ``what_if`` and ``just_outside`` only where they were asked for."""
    written = match_as_json(listed.found, messages)
    if listed.changed:
        written["what_if"] = list(listed.changed)
    if listed.terms is not None:
        written["pathway"] = {
            "id": listed.terms.pathway.id,
            "on": listed.terms.on.isoformat(),
            "eligibility": standing_as_json(listed.terms.standing, messages),
            "terms": [
                {
                    "rule": term.rule.id,
                    "text": rule_text(term.version, messages),
                    "document": term.version.source.document,
                    "section": term.version.source.section,
                    "checked_on": term.version.checked_on.isoformat(),
                }
                for term in listed.terms.limiting
            ],
            "breaches": [
                {"site": suggestion.reach.place.site.id, **asdict(breach)}
                for suggestion in listed.found.suggestions
                for breach in listed.terms.breaches(suggestion)
            ],
        }
    if listed.questions is not None:
        written["questions"] = [_question_as_json(one, messages) for one in listed.questions]
    if listed.near is not None:
        written["just_outside"] = [
            {
                "employer": near.view.place.employer.name,
                "site": near.view.place.site.id,
                "site_name": near.view.place.site.name,
                "changes": [
                    {**asdict(change), "tasks": list(change.tasks), "text": blocker_text(change, messages)}
                    for change in near.changes
                ],
                "elsewhere": [
                    {
                        "points": case.points,
                        "gaps": list(case.shared),
                        "solution": solution_as_json(case.solution, messages.language),
                    }
                    for case in cases
                ],
            }
            for near, cases in zip(listed.near, listed.elsewhere, strict=True)
        ]
    return written


def _question_as_json(asked: AskedOf, messages: Messages) -> dict[str, Any]:
    question = asked.question
    return {
        **asdict(question),
        "site": question.site or None,
        "text": question_text(question, messages),
        "fallen": list(question.fallen),
        "come_in": list(question.come_in),
    }


def _print_questions(questions: Sequence[AskedOf], messages: Messages) -> None:
    """Print whom to ask what, and what the answer would change."""
    out = console()
    out.print()
    out.print(messages.text("list.questions" if questions else "list.questions_none"), style="bold")
    for number, asked in enumerate(questions, start=1):
        one, names = asked.question, asked.names
        whom = messages.text(f"question.ask.{one.ask}", place=names.get(one.site, ""))
        out.print(f"  {number} · {whom}: {question_text(one, messages)}", markup=False)
        answer = messages.text(f"question.{one.answer}") if one.answer in {"yes", "no"} else one.answer
        figures = {name: messages.number(getattr(one, name)) for name in ("expected", "largest", "falls")}
        out.print(f"    {messages.text('question.change', answer=answer, **figures)}", markup=False)
        for key, sites in (("question.fallen", one.fallen), ("question.come_in", one.come_in)):
            if sites:
                line = messages.text(key, answer=answer, places=", ".join(names[site] for site in sites))
                out.print(f"    {line}", style="dim", markup=False)


def print_list(listed: Listed, messages: Messages) -> None:
    """Print a list."""
    out = console()
    if listed.changed:
        out.print(messages.text("list.what_if", what=", ".join(listed.changed)), style="bold yellow", markup=False)
    if listed.terms is not None:
        name, day = listed.terms.pathway.names[messages.language], day_text(listed.terms.on, messages)
        out.print(messages.text("list.terms", pathway=name, day=day), style="bold", markup=False)
        show_standing(listed.terms.standing, messages, out)
        for term in listed.terms.limiting:
            source = term.version.source
            out.print(f"  {rule_text(term.version, messages)} [{source.document} {source.section}]", markup=False)
        if not listed.terms.limiting:
            out.print(f"  {messages.text('list.terms_none')}")
    print_match_list(listed.found, messages, out)
    for suggestion in listed.found.suggestions if listed.terms else ():
        for breach in listed.terms.breaches(suggestion) if listed.terms else ():
            day = messages.text(f"day.{breach.day}") if breach.day else messages.text("list.week")
            numbers = {"found": messages.number(breach.found, 2), "allowed": messages.number(breach.allowed)}
            line = messages.text("list.breach", rank=suggestion.rank, day=day, **numbers)
            out.print(line, style="bold yellow", markup=False)
    if listed.questions is not None:
        _print_questions(listed.questions, messages)
    if listed.near is not None:
        _print_near(listed, listed.near, messages)


def _print_near(listed: Listed, near_sites: Sequence[NearSite], messages: Messages) -> None:
    """Print the workplaces just outside, what would open them, and what others did about the same gaps."""
    out = console()
    out.print()
    out.print(messages.text("list.near" if near_sites else "list.near_none"), style="bold")
    for near, cases in zip(near_sites, listed.elsewhere, strict=True):
        out.print(f"  {near.view.place.employer.name} · {near.view.place.site.name}", markup=False)
        for change in near.changes:
            out.print(f"    – {blocker_text(named_blocker(change, names_of(near.view)), messages)}", markup=False)
        for case in cases:
            said, went = case.solution.text(messages.language), messages.text(f"went.{case.solution.outcome}")
            line = messages.text("list.elsewhere", id=case.solution.id, title=said.title, went=went, change=said.change)
            out.print(f"    {line}", style="dim", markup=False)
            if case.solution.fictional:
                out.print(f"    {messages.text('solutions.is_fictional')}", style="dim")

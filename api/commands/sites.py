"""What ``worktrial site`` and ``worktrial pairs`` do: one workplace looked at closely, and part-jobs at two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.errors import InvalidInput
from data.levels import Level, Source
from data.store import Store
from matching import MatchConfig
from matching.carving import day_trips, solution_as_json
from matching.held_market import HeldMarket
from matching.meeting import meet
from matching.one_site import ClosedTask, SiteQuestion, ask_about
from matching.site_problem import SiteView
from matching.two_sites import BestPairs, PairFound, best_pairs

from ..lessons import catalogue_for
from ..messages import Messages
from ..workspace import ask_market, candidate_to_match, scorer_in_force
from .carving import Answered, Wanted, answer_as_json, answered, bundle_choices, read_changes, show_answer
from .progress import console, print_solution


def changed_person(
    person: Candidate, changes: Sequence[str], without: Sequence[str], accepted: Sequence[str] = ()
) -> Candidate:
    """Give the person as they would be: other hours, other levels, measures they would do without, or not decline.

    Raises InvalidInput for a change that cannot be read or a measure that the catalogue does not have.
    """
    known = {measure.id for measure in load_accommodations()}
    if strange := [id_ for id_ in (*without, *accepted) if id_ not in known]:
        raise InvalidInput("--without", f"unknown id '{strange[0][:60]}'", "ids of the catalogue of accommodations")
    hours, levels = read_changes(changes, (person.hours_min, person.hours_max))
    capacity = {dimension: some for dimension, some in person.capacity.items() if dimension not in levels}
    for dimension, level in levels.items():
        if level is not None:
            capacity[dimension] = (Level(level, level, level, Source.PROFESSIONAL),)
    declined = (person.declined_accommodations | frozenset(without)) - frozenset(accepted)
    return replace(person, hours_min=hours[0], hours_max=hours[1], capacity=capacity, declined_accommodations=declined)


def look_at_site(
    store: Store, candidate: str, site: str, config: MatchConfig, wanted: Wanted
) -> tuple[SiteQuestion, Answered]:
    """Look at one site for one person; UnknownId, EmptyStore and InvalidInput say what is wrong."""
    person = changed_person(candidate_to_match(store, candidate), wanted.changes, wanted.without)
    asked = ask_about_site(store, person, site, config)
    problem = bundle_choices(asked.problem, wanted, f"the tasks of {site[:60]}", asked.everything)
    return replace(asked, problem=problem), answered(problem, wanted, asked.everything)


def ask_about_site(store: Store, person: Candidate, site: str, config: MatchConfig) -> SiteQuestion:
    """Look at one site of the market as it is now for one person, scored as in a match list."""
    scorer, catalogue = scorer_in_force(store), catalogue_for(store, fictional=person.fictional)
    return ask_market(store, "", lambda market: ask_about(person, market, site, config, scorer, catalogue))


def site_as_json(asked: SiteQuestion, answer: Answered, wanted: Wanted) -> dict[str, Any]:
    """Write one site's answer: the place, what is closed, and the solution as carve-solution/1."""
    objective = answer.solution.objective
    return {
        "site": asked.view.place.site.id,
        "employer": asked.view.place.employer.id,
        "left_out_because": asked.against or None,
        "travel_minutes": asked.minutes,
        "score": None if objective is None else round(objective + asked.term, 4),
        "closed": [{"task": c.task.id, "rule": c.rule, "about": list(c.about)} for c in asked.closed],
        "solution": answer_as_json(answer, wanted),
    }


def print_site(asked: SiteQuestion, answer: Answered, messages: Messages) -> None:
    """Print one site's answer."""
    out, place = console(), asked.view.place
    out.print(f"{place.employer.name} · {place.site.name}", style="bold", markup=False)
    if asked.against:
        why = messages.text(f"left.{asked.against}")
        out.print(messages.text("site.against", why=why), style="yellow")
    show_answer(answer, messages, names_of(asked.view))
    if answer.solution.objective is not None:
        score = messages.number(answer.solution.objective + asked.term, 2)
        out.print(messages.text("site.score", score=score))
    if asked.closed:
        out.print()
        out.print(messages.text("site.closed"), style="bold")
    for closed in asked.closed:
        out.print(f"  {closed.task.text}: {why_closed(closed, messages)}", markup=False)


def why_closed(closed: ClosedTask, messages: Messages) -> str:
    """Say why a task is not open to the person, and about what."""
    name = messages.dimension if closed.rule == "task.ban" else messages.condition
    about = ", ".join(name(one) for one in closed.about)
    return messages.text(f"left.{closed.rule}") + (f" ({about})" if about else "")


def names_of(*views: SiteView) -> Mapping[str, str]:
    """Tell what ids of tasks, jobs and sites stand for."""
    names: dict[str, str] = {}
    for view in views:
        names |= {task.id: task.text for task in view.market.tasks}
        names |= {job.id: job.title for job in view.market.jobs}
        names[view.place.site.id] = f"{view.place.employer.name} {view.place.site.name}"
    return names


def find_pairs(store: Store, candidate: str, config: MatchConfig) -> BestPairs:
    """Find the best part-jobs at two sites for one person."""
    person = candidate_to_match(store, candidate)
    scorer, catalogue = scorer_in_force(store), catalogue_for(store, fictional=person.fictional)

    def answer(market: HeldMarket) -> BestPairs:
        return best_pairs(meet(person, market, config, catalogue, scorer=scorer), config.top)

    return ask_market(store, config.region, answer)


def pairs_as_json(candidate: str, best: BestPairs) -> dict[str, Any]:
    """Write the best pairs, each with its sites, score and solution."""
    return {
        "candidate": candidate,
        "pairs": [_pair_as_json(rank, found) for rank, found in enumerate(best.found, start=1)],
        "certificate": {"pairs": best.pairs, "solved": best.solved, "best_bound_left": best.best_bound_left},
    }


def _pair_as_json(rank: int, found: PairFound) -> dict[str, Any]:
    return {
        "rank": rank,
        "sites": [view.place.site.id for view in found.views],
        "minutes_between": found.pair.minutes,
        "score": found.score,
        "trips": [
            {"day": day, "from": one, "to": other, "minutes": minutes}
            for day, one, other, minutes in day_trips(found.problem, found.solution)
        ],
        "solution": solution_as_json(found.solution),
    }


def print_pairs(candidate: str, best: BestPairs, messages: Messages) -> None:
    """Print the best pairs."""
    out = console()
    out.print(messages.text("pairs.title", candidate=candidate), style="bold")
    for rank, found in enumerate(best.found, start=1):
        names = names_of(*found.views)
        both = " + ".join(names[view.place.site.id] for view in found.views)
        score = messages.text("card.score", score=messages.number(found.score, 2))
        out.print()
        print_solution(found.solution, messages, f"{rank} · {both} · {score}", names)
        if found.pair.minutes is not None:
            out.print(messages.text("pairs.between", minutes=messages.number(found.pair.minutes, 0)))
        for day, one, other, minutes in day_trips(found.problem, found.solution):
            trip = {"day": messages.text(f"day.{day}"), "one": names[one], "other": names[other]}
            out.print(messages.text("carve.trip", minutes=messages.number(minutes, 0), **trip), markup=False)
    if not best.found:
        out.print(messages.text("pairs.nothing"))
    out.print(messages.text("pairs.certificate", pairs=best.pairs, solved=best.solved), style="dim")

"""What the command and the routes of transfer share: the question, and its answer from the store's market."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process

from data.candidates import Candidate
from data.errors import EmptyStore, InvalidInput, UnknownId
from data.solutions import Solution
from data.store import Change, Store, all_candidates, all_solutions, latest_change
from data.store.objections import who_object
from matching import MatchConfig
from matching.held_market import HeldMarket
from matching.learning.lessons import Lessons
from matching.learning.scorer import TrialScorer
from matching.meeting import Catalogue
from matching.transfer import (
    CarvedJob,
    Elsewhere,
    Patterns,
    SolutionsHere,
    TransferJob,
    carved_jobs,
    job_at_site,
    job_from_json,
    job_from_solution,
    job_patterns,
    solutions_here,
    transfer,
)

from .lessons import catalogue_for, lessons_for
from .workspace import ask_market, candidate_to_match, scorer_in_force

ACCEPTED = "a candidate and a site, a job, or a solution"


@dataclass(frozen=True, slots=True)
class JobAsked:
    """Which job is to be tried elsewhere: of a person at a site, a given one (for a person or for nobody), or a case.

    ``changed`` says how the person would be, for what if.
    """

    candidate: str = ""
    site: str = ""
    job: Any = None
    solution: str = ""
    changed: Callable[[Candidate], Candidate] = lambda person: person


def elsewhere(
    store: Store,
    asked: JobAsked,
    config: MatchConfig,
    near: int,
    progress: Callable[[str], None] = lambda _stage: None,
) -> Elsewhere:
    """Rank the other workplaces of a store where a job would work.

    Raises InvalidInput when none or several jobs are asked for, UnknownId for unknown ids, EmptyStore without any work.
    """
    ways = [asked.job is not None, bool(asked.solution), bool(asked.candidate and asked.site)]
    if sum(ways) != 1 or (asked.site and not asked.candidate) or (asked.solution and asked.candidate):
        raise InvalidInput("the job", "it is not clear which one is meant", ACCEPTED)
    person = asked.changed(candidate_to_match(store, asked.candidate)) if asked.candidate else None
    case = find_solution(store, asked.solution) if asked.solution else None
    progress("read")
    scorer = scorer_in_force(store)
    catalogue = catalogue_for(store, fictional=person is not None and person.fictional)

    def answer(market: HeldMarket) -> Elsewhere:
        job = _job(asked, person, case, market, config, scorer, catalogue)
        return transfer(job, market, config, near, catalogue, progress)

    return ask_market(store, config.region, answer)


def _job(
    asked: JobAsked,
    person: Candidate | None,
    case: Solution | None,
    market: HeldMarket,
    config: MatchConfig,
    scorer: TrialScorer,
    catalogue: Catalogue,
) -> TransferJob:
    if case is not None:
        return job_from_solution(case)
    if asked.job is not None:
        return job_from_json(asked.job, market, person, config)
    if person is None:
        raise InvalidInput("the job", "it is not clear which one is meant", ACCEPTED)
    return job_at_site(person, market, asked.site, config, scorer, catalogue)


def find_solution(store: Store, id_: str) -> Solution:
    """Find an earlier solution; EmptyStore when there is none at all, UnknownId with close ids."""
    known = {one.id: one for one in stored_solutions(store)}
    if id_ not in known:
        raise UnknownId("earlier solution", id_, [near for near, _, _ in process.extract(id_, sorted(known), limit=3)])
    return known[id_]


def stored_solutions(store: Store) -> tuple[Solution, ...]:
    """Read all earlier solutions; EmptyStore when there is none."""
    with store.read() as connection:
        found = all_solutions(connection)
    if not found:
        raise EmptyStore("earlier solutions", store.where)
    return found


def here(store: Store, site: str, top: int, config: MatchConfig) -> SolutionsHere:
    """Rank the earlier solutions of a store that fit one workplace."""
    cases, catalogue = stored_solutions(store), catalogue_for(store, fictional=False)
    return ask_market(store, "", lambda market: solutions_here(site, market, cases, top, config, catalogue))


@dataclass(frozen=True, slots=True)
class PatternInputs:
    """What kinds of job are found from, beside the market: people, what trials have taught for each kind, the scorer.

    ``market``: the last change of the workplaces before the rest was read.
    """

    market: Change
    people: tuple[Candidate, ...]
    lessons: Mapping[bool, Lessons]
    scorer: TrialScorer


def pattern_inputs(store: Store, generic: bool = False) -> PatternInputs:
    """Read from whom kinds of job are found: everybody who does not object; ``generic``: nobody in particular."""
    with store.read() as connection:
        market = latest_change(connection)
        objecting = who_object(connection)
        people = () if generic else all_candidates(connection)
    lessons = {fictional: lessons_for(store, fictional=fictional) for fictional in (False, True)}
    matched = tuple(person for person in people if person.id not in objecting)
    return PatternInputs(market, matched, lessons, scorer_in_force(store))


def patterns(
    store: Store,
    config: MatchConfig,
    least_sites: int,
    generic: bool = False,
    counted: Callable[[int], None] = lambda _done: None,
) -> Patterns:
    """Find the kinds of job that recur in a store's market, from the lists of all its candidates as they are now.

    ``generic``, or no candidate in the store: one job is carved at each workplace for somebody who is not known.
    """
    return patterns_of(store, pattern_inputs(store, generic), config, least_sites, counted)


def patterns_of(
    store: Store,
    inputs: PatternInputs,
    config: MatchConfig,
    least_sites: int,
    counted: Callable[[int], None] = lambda _done: None,
) -> Patterns:
    """Find the kinds of job from what was read."""

    def answer(market: HeldMarket) -> Patterns:
        jobs: tuple[CarvedJob, ...] = carved_jobs(
            inputs.people, market, config, counted, lambda person: inputs.lessons[person.fictional], inputs.scorer
        )
        return job_patterns(jobs, market, least_sites)

    return ask_market(store, config.region, answer)

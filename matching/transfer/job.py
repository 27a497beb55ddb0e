"""The job that may move elsewhere: its work, and what it took for granted of the person who does it.

It comes from a carved job (a person at a site, or an answer of ``worktrial site``), from an earlier solution or from a
file. What the job asked of the person becomes the person: elsewhere nobody may be asked for more, and what the job says
nothing about stays unknown and flags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz import process

from data.candidates import Candidate
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.errors import InvalidInput, UnknownId
from data.levels import Level, Source, level_of_share
from data.solutions import ChangeKind, Gap, Solution
from features.market import Levels, Market
from features.task_text import read_activities

from ..carving.near_miss import bundle_demand
from ..carving.part_job import carve
from ..config import MatchConfig
from ..held_market import HeldMarket
from ..learning.scorer import TrialScorer
from ..market_index import MarketIndex, musts
from ..meeting import Catalogue
from ..one_site import ask_about, site_number
from .work_kinds import WorkPart

LEAST_SHARE = 0.5
"""With less than half of its hours it is another job, where nothing is said about the fewest hours."""

UNSAID_HOURS = (4.0, 20.0)
"""The fewest and most weekly hours that are looked for where an earlier solution says none."""


@dataclass(frozen=True, slots=True, eq=False)
class TransferJob:
    """A job as it is carried to other workplaces.

    ``person`` is who does it: the known person, or one who manages what the job asked (``known_person`` tells which).
    ``demand``: its level by dimension after accommodations; ``measures``: accommodations that it used; ``guidance``:
    its weekly hours of guidance (None: not known); ``site``: where it is now, which is left out (empty: nowhere).
    """

    name: str
    origin: str
    person: Candidate
    known_person: bool
    parts: tuple[WorkPart, ...]
    demand: Mapping[str, float]
    site: str = ""
    measures: tuple[str, ...] = ()
    conditions: frozenset[str] = frozenset()
    guidance: float | None = None

    @property
    def hours(self) -> float:
        """Add up the weekly hours."""
        return round(sum(part.hours for part in self.parts), 4)


def stated(levels: Mapping[str, float]) -> dict[str, tuple[Level, ...]]:
    """Write levels down as a person's capacity, said by a professional."""
    return {d: (Level(level, level, level, Source.PROFESSIONAL),) for d, level in sorted(levels.items())}


def job_at_site(
    person: Candidate,
    held: HeldMarket,
    site: str,
    config: MatchConfig | None = None,
    scorer: TrialScorer | None = None,
    catalogue: Catalogue | None = None,
) -> TransferJob:
    """Take the best part-job of a person at a site: the one of their match list, if that is made with the same.

    Raises UnknownId for an unknown site, InvalidInput where there is no part-job for the person.
    """
    config = config or MatchConfig()
    asked = ask_about(person, held, site, config, scorer, catalogue)
    solution = carve(asked.problem)
    if solution.objective is None:
        what = f"there is no part-job for this person at {site[:60]}"
        raise InvalidInput("the carved job", what, "a workplace of their match list; `worktrial site` says what speaks")
    hours = {task.id: task.hours for task in solution.tasks if task.hours > 0}
    market = asked.view.market
    return TransferJob(
        name=_place_name(market),
        origin="candidate",
        person=person,
        known_person=True,
        parts=_parts(market, hours, asked.view.demand),
        demand=_nothing_asked(market, hours, asked.view.demand) | bundle_demand(solution),
        site=site,
        measures=solution.accommodations,
        conditions=_conditions(market, hours),
        guidance=_guidance(market, hours),
    )


def job_from_answer(
    answer: Any, held: HeldMarket, person: Candidate | None = None, config: MatchConfig | None = None
) -> TransferJob:
    """Take the part-job of an answer: of ``worktrial site --json``, or a ``carve-solution/1`` with tasks of one site.

    Without a ``person``, the job's own peaks and doses say what the person manages. InvalidInput for an answer without
    a part-job or of another form, UnknownId for a site or task that the market does not hold (any more).
    """
    config = config or MatchConfig()
    accepted = "a site answer or carve-solution/1 (docs/reference/formats.md)"
    solution = answer.get("solution", answer) if isinstance(answer, dict) else None
    if not isinstance(solution, dict) or solution.get("format") != "carve-solution/1":
        raise InvalidInput("the carved job", "this is no answer of carving", accepted)
    hours, peaks, doses = _read_answer(solution, accepted)
    site = answer.get("site") or _site_of(held.index, next(iter(hours)))
    if not isinstance(site, str):
        raise InvalidInput("the carved job, site", "this is no id", accepted)
    market = held.site(site_number(held.index, site))
    known = {task.id for task in market.tasks}
    for id_ in sorted(hours.keys() - known):
        raise UnknownId("task", id_, [near for near, _, _ in process.extract(id_, sorted(known), limit=3)])
    levels, total = market.planned(config.caution.quantile), sum(hours.values())
    asked = peaks | {d: level_of_share(share) for d, share in doses.items()}
    return TransferJob(
        name=_place_name(market),
        origin="answer",
        person=person or Candidate("", "", LEAST_SHARE * total, total, stated(asked)),
        known_person=person is not None,
        parts=_parts(market, hours, levels),
        demand=_nothing_asked(market, hours, levels) | asked,
        site=site,
        measures=tuple(str(id_).partition("@")[0] for id_ in solution.get("accommodations", ())),
        conditions=_conditions(market, hours),
        guidance=_guidance(market, hours),
    )


def _read_answer(solution: Mapping[str, Any], accepted: str) -> tuple[dict[str, float], Any, Any]:
    """Read hours by task, peaks and dose shares of a part-job; InvalidInput names what is wrong."""
    try:
        hours = {str(task["id"]): float(task["hours"]) for task in solution["tasks"]}
        peaks = {str(d): float(level) for d, level in solution["peaks"].items()}
        doses = {str(d): float(share) for d, share in solution["doses"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput("the carved job", "tasks, peaks or doses cannot be read", accepted) from error
    hours = {id_: h for id_, h in hours.items() if h != 0}
    if not hours:
        raise InvalidInput("the carved job", "it holds no part-job", "an answer with tasks")
    if not all(0 < h <= 168 for h in hours.values()):
        raise InvalidInput("the carved job, hours", "a task has hours that no week has", "more than 0 and up to 168")
    within = all(0 <= level <= 5 for level in peaks.values()) and all(0 <= share <= 1 for share in doses.values())
    known = dimension_index().keys() - {HOURS_DIMENSION}
    if not within or not peaks.keys() | doses.keys() <= known:
        raise InvalidInput(
            "the carved job, peaks and doses", "a dimension or level is unknown", "levels 0-5, shares 0-1"
        )
    return hours, peaks, doses


def _site_of(index: MarketIndex, task: str) -> str:
    """Find the site of a task by its id, which begins with the site's."""
    parts = task.split(".")
    beginnings = [".".join(parts[:size]) for size in range(len(parts), 0, -1)]
    known = np.isin(np.array(beginnings, np.str_), index.sites.id)
    if not known.any():
        raise UnknownId("site of the task", task)
    return beginnings[int(np.argmax(known))]


def job_from_solution(solution: Solution) -> TransferJob:
    """Take the work of an earlier solution, for somebody with the same gaps.

    The work is the case's words, the activities they speak of and the levels that the work asked. What the person
    managed is the capacity; a level that the case does not say stays unknown.
    """
    said = {**solution.fine, **solution.gaps}
    least, most = _hours(solution)
    return TransferJob(
        name=solution.id,
        origin="solution",
        person=solution_person(solution, least, most),
        known_person=False,
        parts=(solution_work(solution, most),),
        demand={d: gap.managed for d, gap in sorted(said.items()) if gap.managed is not None},
        measures=tuple(c.accommodation for c in solution.changes if c.kind is ChangeKind.MEASURE and c.accommodation),
    )


def solution_person(solution: Solution, least: float, most: float) -> Candidate:
    """Give somebody who manages what the person of a case managed, so many weekly hours."""
    managed = {d: gap.managed for d, gap in {**solution.fine, **solution.gaps}.items() if gap.managed is not None}
    known = {d: level for d, level in managed.items() if d != HOURS_DIMENSION}
    return Candidate("", "", least, most, stated(known))


def solution_work(solution: Solution, hours: float) -> WorkPart:
    """Give the work of a case: words in all its languages, the activities they speak of, the levels that it asked."""
    texts = tuple(f"{text.title} {text.work}" for _, text in sorted(solution.texts.items(), key=_language_first))
    found: dict[str, None] = {}
    for language, text in sorted(solution.texts.items(), key=_language_first):
        found |= dict.fromkeys(next(iter(read_activities([f"{text.title}. {text.work}"], language))))
        if found:
            break
    return WorkPart(solution.id, texts, tuple(found), level_column({**solution.fine, **solution.gaps}), hours)


def level_column(said: Mapping[str, Gap]) -> Levels:
    """Lay out the levels that work asked: (dimensions,), NaN where nobody said."""
    column, level = dimension_index(), np.full(len(dimension_index()), np.nan)
    for dimension, gap in said.items():
        if gap.needed is not None and dimension != HOURS_DIMENSION:
            level[column[dimension]] = gap.needed
    return level


def _language_first(item: tuple[str, object]) -> int:
    return ("fi", "sv", "en").index(item[0])


def _hours(solution: Solution) -> tuple[float, float]:
    after = solution.hours[1] if solution.hours else 0.0
    return (LEAST_SHARE * after, after) if after > 0 else UNSAID_HOURS


def _parts(market: Market, hours: Mapping[str, float], demand: Levels) -> tuple[WorkPart, ...]:
    return tuple(
        WorkPart(task.id, (f"{job.title} {task.text}",), task.activities, demand[row], hours[task.id])
        for row, (task, job) in enumerate(zip(market.tasks, market.jobs, strict=True))
        if task.id in hours
    )


def _nothing_asked(market: Market, hours: Mapping[str, float], demand: Levels) -> dict[str, float]:
    """Give level 0 on each dimension on which every task of the job is known to ask nothing."""
    taken = demand[[task.id in hours for task in market.tasks]]
    return {
        name: 0.0 for name, at in dimension_index().items() if name != HOURS_DIMENSION and (taken[:, at] == 0).all()
    }


def _conditions(market: Market, hours: Mapping[str, float]) -> frozenset[str]:
    both = zip(market.tasks, market.jobs, strict=True)
    return frozenset(c.key for task, job in both if task.id in hours for c in musts(task, job))


def _guidance(market: Market, hours: Mapping[str, float]) -> float:
    return round(sum(hours.get(task.id, 0.0) * task.supervision for task in market.tasks), 4)


def _place_name(market: Market) -> str:
    place = market.places[0]
    return f"{place.employer.name} · {place.site.name}"

"""One workplace looked at closely for one person, whatever speaks against it: what could be, what would have to change.

The carving problem here holds every task that no rule closes, also those beyond the person's limits, so that a changed
limit, measure or hour is answered exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz, process

from data.candidates import Candidate
from data.dimensions import dimension_index
from data.errors import UnknownId
from data.workplaces import Task

from .carving.columns import UNKNOWN, Asked, MarketColumns, Measures
from .carving.diagnosis import smallest_changes
from .carving.market_search import bound_sites
from .carving.part_job import carve
from .carving.problem import Blocker, CarveProblem, CarveTask
from .check import Capacity, Checked, Rows, task_reasons, unmet_conditions
from .config import MatchConfig
from .held_market import HeldMarket
from .learning.scorer import TrialScorer
from .market_index import MarketIndex
from .meeting import Catalogue, Meeting, Stages, meet
from .retrieval import Retrieved, retrieve_only
from .site_problem import SiteView, site_problem

LOOKED_AT = 8


@dataclass(frozen=True, slots=True)
class ClosedTask:
    """A task that is not open to this person: the rule, and the must-nots or conditions that it is about."""

    task: Task
    rule: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteQuestion:
    """One site for one person: its carving problem, the tasks that are closed, and what speaks against the site.

    ``whole``: the problem with all tasks of the site, closed ones too (an hour of those is worth nothing here).
    ``against`` is the reason for which a match list leaves the site out (``site.travel`` ...), empty for none.
    """

    view: SiteView
    problem: CarveProblem
    whole: CarveProblem
    closed: tuple[ClosedTask, ...]
    against: str
    minutes: float | None
    term: float
    capacity: Capacity

    @property
    def everything(self) -> tuple[CarveTask, ...]:
        """Give all tasks of the site, closed ones too; they decide what stays with each job."""
        return self.whole.tasks


def ask_about(
    person: Candidate,
    held: HeldMarket,
    site: str,
    config: MatchConfig | None = None,
    scorer: TrialScorer | None = None,
    catalogue: Catalogue | None = None,
) -> SiteQuestion:
    """Look at one site, scored as in the match list; UnknownId with the closest ids when there is no such site."""
    config = config or MatchConfig()
    number = site_number(held.index, site)
    retrieved, against = retrieve_only(person, held.index, number)

    def retrieve(_person: Candidate, _index: MarketIndex, _region: str) -> Retrieved:
        return retrieved

    stages = Stages(retrieve=retrieve, check=open_before_limits)
    meeting = meet(person, held, config, catalogue, stages=stages, scorer=scorer)
    view = meeting.view(number)
    return SiteQuestion(
        view,
        site_problem(person, meeting.capacity, view, config.day),
        site_problem(person, meeting.capacity, replace(view, open=np.ones_like(view.open)), config.day),
        tuple(_closed(meeting, number, view)),
        against,
        retrieved.minutes_to(number),
        float(meeting.asked.extra[number]),
        meeting.capacity,
    )


def stages_at(site: str) -> Stages:
    """Give the stages of a match list of one workplace alone, whatever leaves it out of a list of all.

    What such a list suggests is what a list of all workplaces suggests there: the same part-job, score and reasons.
    """

    def retrieve(person: Candidate, index: MarketIndex, _region: str) -> Retrieved:
        return retrieve_only(person, index, site_number(index, site))[0]

    return Stages(retrieve=retrieve)


@dataclass(frozen=True, slots=True)
class NearSite:
    """A workplace within reach that has no part-job, and the single changes each of which would make one possible.

    ``gaps``: what the open tasks ask at most and what the person manages, on the dimensions that a change is about.
    """

    view: SiteView
    changes: tuple[Blocker, ...]
    gaps: Mapping[str, tuple[float, float]]


def just_outside(
    person: Candidate, held: HeldMarket, config: MatchConfig, listed: Collection[str], count: int,
    scorer: TrialScorer | None = None, catalogue: Catalogue | None = None,
) -> tuple[NearSite, ...]:  # fmt: skip
    """Find workplaces that one change would open, those first whose open tasks are worth most.

    ``listed``: sites that are in the match list. Looks at no more than ``LOOKED_AT`` sites for each that is wanted.
    """
    meeting = meet(person, held, config, catalogue, stages=Stages(check=open_before_limits), scorer=scorer)
    asked = meeting.asked._replace(hours_min=0.0)
    bounds = bound_sites(meeting.columns, asked, asked.open)
    found: list[NearSite] = []
    looked = 0
    for number in np.argsort(-bounds, kind="stable"):
        if len(found) >= count or looked >= LOOKED_AT * count or not np.isfinite(bounds[number]):
            break
        if str(held.index.sites.id[number]) in listed:
            continue
        looked += 1
        view = meeting.view(int(number))
        problem = site_problem(person, meeting.capacity, view, config.day)
        if problem.tasks and carve(problem).objective is None:
            changes = tuple(change for change in smallest_changes(problem) if change.rule != "together")
            if changes:
                found.append(NearSite(view, changes, _gaps(problem, changes)))
    return tuple(found)


def _gaps(problem: CarveProblem, changes: tuple[Blocker, ...]) -> dict[str, tuple[float, float]]:
    about = [change.about for change in changes if change.rule in {"dose", "peak_limit"}]
    return {
        dimension: (max(task.levels.get(dimension, 0.0) for task in problem.tasks), problem.capacity[dimension])
        for dimension in about
    }


def site_number(index: MarketIndex, site: str) -> int:
    """Find a site by its id; UnknownId names the closest ids when there is none."""
    found = np.flatnonzero(index.sites.id == site)
    if not len(found):
        close = process.extract(site, [str(id_) for id_ in index.sites.id], scorer=fuzz.WRatio, limit=3)
        raise UnknownId("site", site, [id_ for id_, _, _ in close])
    return int(found[0])


def open_before_limits(
    person: Candidate, index: MarketIndex, columns: MarketColumns, reached: Rows, asked: Asked, _measures: Measures
) -> Checked:
    """Open what no must-not, condition or time closes; the limits of capacity are left to carving."""
    left = np.append(reached, False)[index.tasks.site]
    for hit in task_reasons(person, index, columns, asked).values():
        left &= ~hit
    return Checked(left, Counter())


def _closed(meeting: Meeting, number: int, view: SiteView) -> list[ClosedTask]:
    columns, person, market = meeting.columns, meeting.person, view.market
    first, last = int(columns.first[number]), int(columns.last[number])
    with_bans = meeting.asked._replace(ban=meeting.ban)
    reasons = task_reasons(person, meeting.held.index, columns, with_bans)
    found = []
    for row in range(first, last):
        rule = next((rule for rule, hit in reasons.items() if hit[row]), "")
        task, job = market.tasks[row - first], market.jobs[row - first]
        about: tuple[str, ...] = ()
        if rule == "task.ban":
            level = columns.ban_level[row]
            broken = (level > meeting.ban) & (level != UNKNOWN)
            about = tuple(b.dimension for b in person.bans if broken[dimension_index()[b.dimension]])
        elif rule == "task.condition":
            about = unmet_conditions(person, task, job)
        if rule:
            found.append(ClosedTask(task, rule, about))
    return found

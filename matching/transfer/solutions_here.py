"""Which earlier solutions fit a workplace: their gap occurs in its tasks, and their change opens work there.

For each case the site is carved twice for somebody with the case's levels: with the measures of the case and without
any. What the first is worth more is what the change opens here, in value-hours a week. A case in which tasks were taken
off or combined is tried as what it is: carving, for somebody with that gap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from data.accommodations import Accommodation, load_accommodations
from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import PER_STEP
from data.reference_files import read_reference
from data.solutions import ChangeKind, Solution
from features.accommodation_scope import open_questions
from features.market import Levels, Place
from features.work_likeness import SAME_KIND, likeness

from ..carving.part_job import carve
from ..carving.problem import CarveProblem, CarveSolution
from ..config import MatchConfig
from ..held_market import HeldMarket, MarketInMemory, hold
from ..meeting import Stages, meet
from ..one_site import open_before_limits, site_number
from ..scoring import Contribution, round_to_sum
from ..search import SCORE_DECIMALS
from ..site_problem import SiteView, site_problem
from ..suggestion import TakenPart
from .job import UNSAID_HOURS, solution_person, solution_work
from .work_kinds import compare

UNLIKE = 0.5
"""An hour that a change opens is worth so much in work unlike the case's own, and up to 1 in work like it."""

CARVING = frozenset((ChangeKind.CARVED, ChangeKind.COMBINED))


@dataclass(frozen=True, slots=True)
class SolutionHere:
    """An earlier solution that fits: what it opens (``score``, the exact sum of ``terms``), by ``way``, on which tasks.

    ``way``: ``measures`` or ``carved``. ``gap_tasks``: tasks of the part-job that ask more than the person of the case
    managed, and where. ``absent``: gaps of the case that no task here has. ``measures`` are in use; ``cannot`` need a
    facility that the workplace lacks; ``questions`` are facilities of which nobody knows. ``likeness``: of the most
    like task to the work of the case (0-1).
    """

    rank: int
    solution: Solution
    way: str
    score: float
    terms: tuple[Contribution, ...]
    tasks: tuple[TakenPart, ...]
    gap_tasks: Mapping[str, Mapping[str, tuple[float, float]]]
    absent: tuple[str, ...]
    measures: tuple[Accommodation, ...]
    cannot: Mapping[str, tuple[str, ...]]
    questions: tuple[str, ...]
    likeness: float
    same_sector: bool


@dataclass(frozen=True, slots=True)
class SolutionsHere:
    """The answer for one workplace. ``blocked``: cases whose gap occurs, but the workplace lacks what the change needs.

    ``looked_at``: all cases; ``without_levels``: nobody said what the person managed; ``no_gap``: no task here asks
    more; ``opens_nothing``: the change gains no hour here.
    """

    place: Place
    found: tuple[SolutionHere, ...]
    blocked: tuple[tuple[Solution, tuple[str, ...]], ...]
    looked_at: int
    without_levels: int
    no_gap: int
    opens_nothing: int


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One case laid over the site: its problem, what each task asks too much, and how like the tasks are."""

    solution: Solution
    view: SiteView
    problem: CarveProblem
    measures: tuple[Accommodation, ...]
    over: Mapping[str, Mapping[str, tuple[float, float]]]
    like: Mapping[str, float]


def solutions_here(
    site: str,
    held: HeldMarket,
    solutions: Sequence[Solution],
    top: int = 10,
    config: MatchConfig | None = None,
    catalogue: Sequence[Accommodation] | None = None,
) -> SolutionsHere:
    """Rank the earlier solutions that fit a workplace by what they open there; equal ones by id.

    How well a case went is shown and does not move it. Raises UnknownId for an unknown site.
    """
    config = config or MatchConfig()
    market = held.site(site_number(held.index, site))
    here = hold(market, (config.caution,))
    known = {measure.id: measure for measure in (load_accommodations() if catalogue is None else catalogue)}
    found: list[SolutionHere] = []
    blocked: list[tuple[Solution, tuple[str, ...]]] = []
    silent = no_gap = nothing = 0
    for solution in sorted(solutions, key=lambda one: one.id):
        if not managed_levels(solution):
            silent += 1
            continue
        case = _lay(solution, here, config, known)
        if not case.over:
            no_gap += 1
            continue
        fit = _with_measures(case) or _carved(case)
        lacking = tuple(sorted({f for m in case.measures for f in m.requires & case.view.place.site.lacks}))
        if fit is not None:
            found.append(fit)
        elif lacking:
            blocked.append((solution, lacking))
        else:
            nothing += 1
    ranked = sorted(found, key=lambda one: (-one.score, one.solution.id))[:top]
    listed = tuple(replace(one, rank=rank) for rank, one in enumerate(ranked, start=1))
    return SolutionsHere(market.places[0], listed, tuple(blocked), len(solutions), silent, no_gap, nothing)


def managed_levels(solution: Solution) -> dict[str, float]:
    """Give what the person of a case managed on its gaps, where somebody said it."""
    return {d: gap.managed for d, gap in solution.gaps.items() if gap.managed is not None and d != HOURS_DIMENSION}


def _lay(solution: Solution, here: MarketInMemory, config: MatchConfig, known: Mapping[str, Accommodation]) -> _Case:
    smallest = float(read_reference("weights.yaml")["minimum_hours_of_a_part"])
    person = solution_person(solution, smallest, max(smallest, (solution.hours or UNSAID_HOURS)[1]))
    used = {c.accommodation for c in solution.changes if c.kind is ChangeKind.MEASURE}
    measures = tuple(known[id_] for id_ in sorted(used & known.keys()))
    meeting = meet(person, here, config, measures, stages=Stages(check=open_before_limits))
    view = meeting.view(0)
    over = _over(solution, view)
    level = meeting.columns.level
    weighed = compare(solution_work(solution, 1.0), here.index, level, np.arange(len(level)))
    like = {task.id: float(one) for task, one in zip(view.market.tasks, likeness(weighed), strict=True)}
    worth: Levels = np.array(
        [UNLIKE + (1 - UNLIKE) * like[task.id] if task.id in over else 0.0 for task in view.market.tasks]
    )
    problem = site_problem(person, meeting.capacity, replace(view, worth=worth))
    return _Case(solution, view, problem, measures, over, like)


def _over(solution: Solution, view: SiteView) -> dict[str, dict[str, tuple[float, float]]]:
    """Name the open tasks that ask more than the person of the case managed: dimension -> (asked, managed)."""
    columns, managed = dimension_index(), managed_levels(solution)
    found = {}
    for task, row, open_ in zip(view.market.tasks, view.demand, view.open, strict=True):
        asked = {d: (round(float(row[columns[d]]), 2), level) for d, level in managed.items()}
        more = {d: pair for d, pair in asked.items() if pair[0] > pair[1] + 1 / PER_STEP}
        if open_ and more:
            found[task.id] = more
    return found


def _with_measures(case: _Case) -> SolutionHere | None:
    """Tell what the measures of a case open beyond what could be done without any; None: nothing."""
    if not case.problem.measures:
        return None
    solution, plain = carve(case.problem), carve(replace(case.problem, measures=()))
    gain = (solution.objective or 0.0) - max(0.0, plain.objective or 0.0)
    if solution.objective is None or not solution.accommodations or round(gain, SCORE_DECIMALS) <= 0:
        return None
    return _found(case, "measures", solution, plain if (plain.objective or 0.0) > 0 else None)


def _carved(case: _Case) -> SolutionHere | None:
    """Carve for somebody with the gap of a case in which tasks were taken off or combined; None: no such part-job."""
    if not any(change.kind in CARVING for change in case.solution.changes):
        return None
    tasks = tuple(
        replace(
            task, value=UNLIKE + (1 - UNLIKE) * case.like[task.id] if case.like[task.id] >= SAME_KIND else task.value
        )
        for task in case.problem.tasks
    )
    case = replace(case, problem=replace(case.problem, tasks=tasks, measures=()))
    solution = carve(case.problem)
    if solution.objective is None or round(solution.objective, SCORE_DECIMALS) <= 0:
        return None
    return _found(case, "carved", solution, None)


def _found(case: _Case, way: str, solution: CarveSolution, plain: CarveSolution | None) -> SolutionHere:
    market, site = case.view.market, case.view.place.site
    rows = {task.id: row for row, task in enumerate(market.tasks)}
    score = round((solution.objective or 0.0) - (plain.objective or 0.0 if plain else 0.0), SCORE_DECIMALS)
    used = tuple(measure for measure in case.measures if measure.id in solution.accommodations)
    tasks = sorted(solution.tasks, key=lambda task: (-task.hours, task.id))
    lacking = {m.id: tuple(sorted(m.requires & site.lacks)) for m in case.measures if m.requires & site.lacks}
    present = {d for some in case.over.values() for d in some}
    return SolutionHere(
        rank=0,
        solution=case.solution,
        way=way,
        score=score,
        terms=_terms(case.problem, solution, plain, score),
        tasks=tuple(TakenPart(market.tasks[rows[t.id]], market.jobs[rows[t.id]], t.hours, t.blocks) for t in tasks),
        gap_tasks={task.id: case.over[task.id] for task in tasks if task.id in case.over},
        absent=tuple(d for d in case.solution.gaps if d not in present),
        measures=used,
        cannot=lacking,
        questions=tuple(sorted({facility for measure in used for facility in open_questions(measure, site)})),
        likeness=max(case.like[task.id] for task in tasks),
        same_sector=case.view.place.employer.sector == case.solution.sector,
    )


def _terms(
    problem: CarveProblem, solution: CarveSolution, plain: CarveSolution | None, score: float
) -> tuple[Contribution, ...]:
    """Split what a change opens into hours with it, hours without it, its cost and changes of job."""
    worth = {task.id: task.value for task in problem.tasks}
    costs = {measure.id: measure.cost for measure in problem.measures}
    sums = {("hours_with", ""): sum(task.hours * worth[task.id] for task in solution.tasks)}
    sums |= {("accommodation", id_): -costs[id_] for id_ in solution.accommodations}
    more_jobs = len(solution.jobs) - 1
    if plain is not None:
        sums["hours_without", ""] = -sum(task.hours * worth[task.id] for task in plain.tasks)
        more_jobs -= len(plain.jobs) - 1
    if more_jobs:
        sums["switch", ""] = -problem.switch_cost * more_jobs
    rounded = round_to_sum(sums, score)
    found = [Contribution(kind, about, value) for (kind, about), value in rounded.items() if value]
    return tuple(sorted(found, key=lambda term: (-abs(term.value), term.term)))

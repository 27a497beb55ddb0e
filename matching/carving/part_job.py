"""The best part-job of one problem, exactly: gates first, then the search for one site or the general program.

Status ``optimal`` is proven; ``feasible`` means that the work limit was reached with the best so far and ``bound``
above it; ``infeasible`` carries reasons only from the gates (``diagnosis.explain_infeasible`` finds the others).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .branching import DOUBT, PROVEN, SiteArrays
from .choosing_measures import best_part_job
from .days import held_to_days, spans_of_hours
from .gates import Gated, gate
from .milp import Carved, carve_directly
from .problem import SMALLEST_STEP, CarveProblem, CarveSolution, DayRule, TakenTask
from .recheck import bundle_levels, recheck
from .site_arrays import job_of, site_arrays
from .week import DECIMALS, tidy_week

WORK_LIMIT = 4_000_000_000
"""The deterministic work limit of the search, in table cells touched: some seconds, never measured as such."""

ROUNDING = 2e-4
"""So much may lie between a worth to four decimals and that of hours to six."""


def carve(problem: CarveProblem, work_limit: int = WORK_LIMIT) -> CarveSolution:
    """Find the best part-job for this person, or say that there is none.

    The answer does not depend on the order of tasks or measures.
    """
    problem = in_order(problem)
    if problem.day is not None and problem.blocks is None:
        return _without_plan(problem, problem.day, work_limit)
    problem = held_to_days(problem)
    gated = gate(problem)
    left = gated.problem
    if not left.tasks or left.hours_min > left.hours_max + SMALLEST_STEP or gated.fallen.keys() & problem.locked:
        return _none("infeasible", gated, {"engine": "gates"})
    arrays = site_arrays(left)
    carved = None if arrays is None else _searched(left, arrays, work_limit)
    if carved is None:
        carved = carve_directly(left)
    solution = _solution(problem, gated, carved)
    levels = dict(solution.peaks), dict(solution.doses)
    if solution.tasks and carved.facts["engine"] == "search" and recheck(problem, solution, levels):
        # loads that do not alternate in any week, hours that no days can hold as they must, or rounding in a badly
        # scaled problem: the general program decides
        solution = _solution(problem, gated, carve_directly(left))
    return solution


def planned(
    problem: CarveProblem, hours: dict[str, float], measures: tuple[str, ...], worth: float
) -> CarveSolution | None:
    """Plan the week of the best part-job that the search of a whole market has found; the same answer as ``carve``.

    ``hours`` by task, ``measures`` in use (the problem needs no others), ``worth`` to four decimals. None where the
    part-job breaks a rule after all, or is not worth so much: then the problem has to be carved.
    """
    problem = in_order(problem)
    found = Carved("optimal", _with_tied(problem, hours), tuple(sorted(measures)), worth, {"engine": "search"})
    solution = _solution(problem, Gated(problem, {}), found)
    same = solution.objective is not None and abs(solution.objective - worth) <= ROUNDING
    levels = dict(solution.peaks), dict(solution.doses)
    return None if not same or recheck(problem, solution, levels) else solution


def _without_plan(problem: CarveProblem, rule: DayRule, work_limit: int) -> CarveSolution:
    """Carve where only the weekly hours are known: they must be those of some days, however these lie in the week."""
    spans = spans_of_hours(rule, problem.hours_min, problem.hours_max) or [(1.0, 0.0)]
    found = [carve(replace(problem, hours_min=low, hours_max=high, day=None), work_limit) for low, high in spans]
    possible = [one for one in found if one.objective is not None]
    if not possible:
        return next((one for one in found if one.status != "infeasible"), found[0])
    best = max(possible, key=lambda one: one.objective or 0.0)
    if all(one.status in ("optimal", "infeasible") for one in found):
        return best
    bounds = [math.inf if one.bound is None else one.bound for one in found if one.status != "infeasible"]
    return replace(best, status="feasible", bound=max(bounds))


def in_order(problem: CarveProblem) -> CarveProblem:
    """Put tasks, measures and capacity into the order of their ids."""
    return replace(
        problem,
        tasks=tuple(sorted(problem.tasks, key=lambda task: task.id)),
        measures=tuple(sorted(problem.measures, key=lambda measure: measure.id)),
        capacity=dict(sorted(problem.capacity.items())),
    )


def _searched(problem: CarveProblem, arrays: SiteArrays, work_limit: int) -> Carved | None:
    """Run the search for one site; None where its arithmetic is in doubt."""
    hours = np.zeros(len(problem.tasks))
    status, worth, bound, mask, sets, work = best_part_job(arrays, -math.inf, work_limit, hours)
    if status == DOUBT:
        return None
    facts: dict[str, object] = {"engine": "search", "sets_searched": int(sets), "work": int(work)}
    if worth == -math.inf:
        return Carved("infeasible" if status == PROVEN else "unknown", {}, (), bound, facts)
    used = tuple(measure.id for at, measure in enumerate(problem.measures) if int(mask) >> at & 1)
    taken = {task.id: float(h) for task, h in zip(problem.tasks, hours, strict=True) if h > 0}
    taken = _with_tied(problem, taken)
    return Carved("optimal" if status == PROVEN else "feasible", taken, used, float(bound), facts)


def _with_tied(problem: CarveProblem, hours: dict[str, float]) -> dict[str, float]:
    """Add the tasks at no hours that come along with one that they are tied to."""
    for group in problem.tied:
        if hours.keys() & set(group):
            hours = dict.fromkeys(group, 0.0) | hours
    return hours


def _none(status: str, gated: Gated, facts: Mapping[str, object]) -> CarveSolution:
    reasons = tuple(blocker for id_ in sorted(gated.fallen) for blocker in gated.fallen[id_])
    return CarveSolution(status, reasons=reasons, solver={**facts, "tasks_left": len(gated.problem.tasks)})


def _solution(problem: CarveProblem, gated: Gated, carved: Carved) -> CarveSolution:
    if not carved.hours:
        return _none(carved.status, gated, carved.facts)
    hours = {id_: round(carved.hours[id_], DECIMALS) for id_ in sorted(carved.hours)}
    plan = tidy_week(problem, hours, carved.measures)
    if plan is None:
        plan = carved.plan or {id_: {} for id_ in hours}
    solution = CarveSolution(
        carved.status,
        tasks=tuple(TakenTask(id_, h, plan[id_]) for id_, h in hours.items()),
        accommodations=carved.measures,
    )
    costs = {measure.id: measure.cost for measure in problem.measures}
    if carved.status != "optimal" or any(costs[id_] == 0 for id_ in carved.measures):
        solution = _without_needless(problem, solution)
    jobs = {task.id: job_of(task) for task in problem.tasks}
    worth = {task.id: task.value for task in problem.tasks}
    touched = tuple(sorted({jobs[id_] for id_ in hours}))
    objective = (
        sum(h * worth[id_] for id_, h in hours.items())
        - sum(costs[id_] for id_ in solution.accommodations)
        - problem.switch_cost * (len(touched) - 1)
    )
    peaks, doses = bundle_levels(problem, solution)
    left = {"tasks_left": len(gated.problem.tasks), "accommodations_left": len(gated.problem.measures)}
    return replace(
        solution,
        objective=round(objective, DECIMALS),
        bound=round(max(objective, carved.bound) if carved.status == "feasible" else objective, DECIMALS),
        jobs=touched,
        peaks=peaks,
        doses=doses,
        solver={**carved.facts, **left},
    )


def _without_needless(problem: CarveProblem, solution: CarveSolution) -> CarveSolution:
    """Leave out measures without which the part-job stands just as well, the dearest first."""
    costs = {measure.id: measure.cost for measure in problem.measures}
    for id_ in sorted(solution.accommodations, key=lambda a: (-costs[a], a)):
        fewer = replace(solution, accommodations=tuple(a for a in solution.accommodations if a != id_))
        if not recheck(problem, fewer):
            solution = fewer
    return solution

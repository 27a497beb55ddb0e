"""The best part-job of one problem, exactly, as a mixed-integer program in HiGHS.

Formulation: x_t task taken, g_t its hours, y_a measure used, w_j job touched, p_tb hours in a half-day, u_sb site in a
half-day, and for each dose dimension z_tdk the hours of a task that are done at its k-th reduced level.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import highspy

from data.levels import share_of_shift

from .gates import DOSE, Gated, binding_doses, gate
from .problem import SMALLEST_STEP, CarveMeasure, CarveProblem, CarveSolution, CarveTask, TakenTask
from .program import Answer, Program
from .recheck import bundle_levels, recheck

NODE_LIMIT = 200_000
"""The deterministic work limit: nodes of the search tree, never seconds."""

DECIMALS = 6


_Class = tuple[str, frozenset[str]]
"""A site and the half-days that fit: tasks that share both are alike for the week plan."""


@dataclass(slots=True)
class _Columns:
    """Where the variables stand."""

    taken: dict[str, int] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    planned: dict[tuple[_Class, str], int] = field(default_factory=dict)


def carve(problem: CarveProblem, node_limit: int = NODE_LIMIT) -> CarveSolution:
    """Find the best part-job for this person, or say that there is none.

    The answer does not depend on the order of tasks or measures. Status ``optimal`` is proven; ``feasible`` means
    that the work limit was reached with the best so far and ``bound`` above it; ``infeasible`` carries reasons only
    from the gates (``diagnosis.explain_infeasible`` finds the others).
    """
    gated = gate(_in_order(problem))
    if not gated.problem.tasks or problem.hours_min > problem.hours_max + SMALLEST_STEP:
        return _infeasible(gated)
    program, columns = _build(gated.problem)
    result = program.solve(node_limit)
    if result.values is None:
        if result.status != highspy.HighsModelStatus.kInfeasible:
            return CarveSolution("unknown", reasons=(), solver={"engine": "highs", "nodes": result.nodes})
        return _infeasible(gated)
    return _read(problem, gated, columns, result, result.values)


def _in_order(problem: CarveProblem) -> CarveProblem:
    return replace(
        problem,
        tasks=tuple(sorted(problem.tasks, key=lambda task: task.id)),
        measures=tuple(sorted(problem.measures, key=lambda measure: measure.id)),
        capacity=dict(sorted(problem.capacity.items())),
    )


def _infeasible(gated: Gated) -> CarveSolution:
    reasons = tuple(blocker for id_ in sorted(gated.fallen) for blocker in gated.fallen[id_])
    return CarveSolution(
        "infeasible", reasons=reasons, solver={"engine": "highs", "tasks_left": len(gated.problem.tasks)}
    )


def _build(problem: CarveProblem) -> tuple[Program, _Columns]:
    program, columns = Program(), _Columns()
    for task in problem.tasks:
        columns.taken[task.id] = program.column(1, whole=True)
        columns.hours[task.id] = program.column(task.hours, gain=task.value)
    for measure in problem.measures:
        columns.used[measure.id] = program.column(1, gain=-measure.cost, whole=True)
    _hours_rows(program, columns, problem)
    _job_rows(program, columns, problem)
    _limit_rows(program, columns, problem)
    _peak_rows(program, columns, problem)
    for dimension in binding_doses(problem):
        _dose_rows(program, columns, problem, dimension)
    if problem.blocks is not None:
        _plan_rows(program, columns, problem)
    return program, columns


def _hours_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    for task in problem.tasks:
        x, g = columns.taken[task.id], columns.hours[task.id]
        if task.divisible:
            program.row([(g, 1), (x, -task.hours)], upper=0)
            program.row([(g, 1), (x, -task.min_hours)], lower=0)
        else:
            program.row([(g, 1), (x, -task.hours)], lower=0, upper=0)
    program.row([(g, 1) for g in columns.hours.values()], problem.hours_min, problem.hours_max)
    program.row([(x, 1) for x in columns.taken.values()], lower=1)
    for group in problem.tied:
        ids = [id_ for id_ in sorted(set(group)) if id_ in columns.taken]
        for one, other in itertools.pairwise(ids):
            program.row([(columns.taken[one], 1), (columns.taken[other], -1)], lower=0, upper=0)
    for one, other in problem.excluded:
        if one in columns.taken and other in columns.taken:
            program.row([(columns.taken[one], 1), (columns.taken[other], 1)], upper=1)


def _job_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    touched = {job: program.column(1, gain=-problem.switch_cost) for job in sorted({job_of(t) for t in problem.tasks})}
    for task in problem.tasks:
        program.row([(touched[job_of(task)], 1), (columns.taken[task.id], -1)], lower=0)
    if problem.limits.jobs is not None:
        program.row([(w, 1) for w in touched.values()], upper=problem.limits.jobs)


def job_of(task: CarveTask) -> str:
    """Name the job of a task; a task without one is a job of its own."""
    return task.job or f"task:{task.id}"


def _limit_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    limits = problem.limits
    if limits.tasks is not None:
        program.row([(x, 1) for x in columns.taken.values()], upper=limits.tasks)
    if limits.accommodations is not None and columns.used:
        program.row([(y, 1) for y in columns.used.values()], upper=limits.accommodations)
    if limits.supervision is not None:
        needed = [(columns.hours[task.id], task.supervision) for task in problem.tasks]
        program.row(needed, upper=limits.supervision)


def _peak_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    for task in problem.tasks:
        for dimension, capacity in problem.capacity.items():
            level = task.levels.get(dimension, 0.0)
            if dimension in DOSE or level <= capacity + SMALLEST_STEP:
                continue
            enough = [
                (columns.used[measure.id], 1.0)
                for measure in problem.measures
                if max(0.0, level - measure.steps(task.id, dimension)) <= capacity + SMALLEST_STEP
            ]
            program.row([*enough, (columns.taken[task.id], -1.0)], lower=0)


def _dose_rows(program: Program, columns: _Columns, problem: CarveProblem, dimension: str) -> None:
    allowed = share_of_shift(problem.capacity[dimension])
    terms: list[tuple[int, float]] = []
    for task in problem.tasks:
        g, level = columns.hours[task.id], task.levels.get(dimension, 0.0)
        steps = sorted({_steps(m, task, dimension) for m in problem.measures} - {0.0}) if level else []
        terms.append((g, share_of_shift(level) - allowed))
        eased: list[int] = []
        for step in steps:
            saved = share_of_shift(level) - share_of_shift(max(0.0, level - step))
            z = program.column(task.hours)
            terms.append((z, -saved))
            able = [(columns.used[m.id], -task.hours) for m in problem.measures if _steps(m, task, dimension) >= step]
            program.row([(z, 1), *able], upper=0)
            eased.append(z)
        if eased:
            program.row([*((z, 1) for z in eased), (g, -1)], upper=0)
    program.row(terms, upper=0)


def _steps(measure: CarveMeasure, task: CarveTask, dimension: str) -> float:
    return min(task.levels.get(dimension, 0.0), measure.steps(task.id, dimension))


def _plan_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    """Plan the week by classes: tasks of one site that fit the same half-days share their hours out alike.

    Only sums over a class are decided here; ``_share_out`` gives them to the tasks afterwards: always possible.
    """
    blocks = problem.blocks or ()
    sites = sorted({task.site for task in problem.tasks})
    there: dict[tuple[str, str], int] = {}
    if len(sites) > 1:
        there = {(site, block): program.column(1, whole=True) for site in sites for block, _ in blocks}
        for block, _ in blocks:
            program.row([(there[site, block], 1) for site in sites], upper=1)
    in_block: dict[tuple[str, str], list[int]] = {}
    for key, tasks in _classes(problem).items():
        site, fitting = key
        most = sum(task.hours for task in tasks)
        for block, hours in blocks:
            if block in fitting:
                p = columns.planned[key, block] = program.column(min(hours, most))
                in_block.setdefault((site, block), []).append(p)
        parts = [(p, 1.0) for (k, _), p in columns.planned.items() if k == key]
        program.row([*parts, *((columns.hours[task.id], -1.0) for task in tasks)], lower=0, upper=0)
    for block, hours in blocks:
        planned = [(p, 1.0) for site in sites for p in in_block.get((site, block), ())]
        program.row(planned, upper=hours)
        for site in sites if there else ():
            program.row([*((p, 1.0) for p in in_block.get((site, block), ())), (there[site, block], -hours)], upper=0)


def _classes(problem: CarveProblem) -> dict[_Class, list[CarveTask]]:
    """Group tasks by site and by the half-days that they and the person share."""
    available = frozenset(block for block, _ in problem.blocks or ())
    found: dict[_Class, list[CarveTask]] = {}
    for task in problem.tasks:
        found.setdefault((task.site, available if task.blocks is None else task.blocks & available), []).append(task)
    return found


def _share_out(problem: CarveProblem, columns: _Columns, values: list[float]) -> dict[str, dict[str, float]]:
    """Give the planned hours of each class to its tasks, half-day by half-day in the order of the week."""
    plans: dict[str, dict[str, float]] = {task.id: {} for task in problem.tasks}
    for key, tasks in _classes(problem).items():
        free = {b: values[columns.planned[key, b]] for b, _ in problem.blocks or () if (key, b) in columns.planned}
        for task in tasks:
            left = values[columns.hours[task.id]]
            for block in free:
                part = min(left, free[block])
                if part > SMALLEST_STEP:
                    plans[task.id][block] = round(part, DECIMALS)
                    free[block] -= part
                    left -= part
    return plans


def _read(problem: CarveProblem, gated: Gated, columns: _Columns, result: Answer, values: list[float]) -> CarveSolution:
    def value(column: int) -> float:
        return round(float(values[column]), DECIMALS)

    tied = {id_ for group in problem.tied for id_ in group}
    plans = _share_out(gated.problem, columns, values)
    chosen = [
        TakenTask(task.id, value(columns.hours[task.id]), plans[task.id])
        for task in gated.problem.tasks
        if values[columns.taken[task.id]] > 0.5
    ]
    # a task at no hours says nothing, unless it comes along with one that it is tied to
    taken = [task for task in chosen if task.hours > 0 or task.id in tied] or chosen
    used = tuple(id_ for id_, column in columns.used.items() if values[column] > 0.5)
    solution = CarveSolution(
        "optimal" if result.status == highspy.HighsModelStatus.kOptimal else "feasible",
        tasks=tuple(taken),
        accommodations=used,
    )
    solution = _without_needless(problem, solution)
    jobs = {task.id: job_of(task) for task in problem.tasks}
    worth = {task.id: task.value for task in problem.tasks}
    costs = {measure.id: measure.cost for measure in problem.measures}
    touched = tuple(sorted({jobs[task.id] for task in taken}))
    objective = (
        sum(task.hours * worth[task.id] for task in taken)
        - sum(costs[id_] for id_ in solution.accommodations)
        - problem.switch_cost * (len(touched) - 1)
    )
    bound = -float(result.bound) + problem.switch_cost
    peaks, doses = bundle_levels(problem, solution)
    return replace(
        solution,
        objective=round(objective, DECIMALS),
        bound=round(max(objective, bound), DECIMALS) if solution.status == "feasible" else round(objective, DECIMALS),
        jobs=touched,
        peaks=peaks,
        doses=doses,
        solver={
            "engine": "highs",
            "nodes": result.nodes,
            "tasks_left": len(gated.problem.tasks),
            "accommodations_left": len(gated.problem.measures),
        },
    )


def _without_needless(problem: CarveProblem, solution: CarveSolution) -> CarveSolution:
    """Leave out measures without which the part-job stands just as well, the dearest first."""
    costs = {measure.id: measure.cost for measure in problem.measures}
    for id_ in sorted(solution.accommodations, key=lambda a: (-costs[a], a)):
        fewer = replace(solution, accommodations=tuple(a for a in solution.accommodations if a != id_))
        if not recheck(problem, fewer):
            solution = fewer
    return solution

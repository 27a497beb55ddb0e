"""The best part-job of any carving problem as a mixed-integer program in HiGHS: two sites, long weeks, many measures.

Formulation: x_t task taken, g_t its hours, y_a measure used, w_j job touched, p_tb hours in a half-day, u_sb site in a
half-day, and for each dose dimension z_tdk the hours of a task that are done at its k-th reduced level.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from pathlib import Path

import highspy

from data.levels import share_of_shift

from .days import day_of, days_of, keep_days
from .gates import DOSE, binding_doses
from .problem import SMALLEST_STEP, CarveMeasure, CarveProblem, CarveTask
from .program import Program
from .site_arrays import all_budgets, job_of
from .week import Class, Plan, classes_of, keep_apart, share_out

NODE_LIMIT = 200_000
"""The deterministic work limit: nodes of the search tree, never seconds."""


@dataclass(slots=True)
class _Columns:
    """Where the variables stand."""

    taken: dict[str, int] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    planned: dict[tuple[Class, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carved:
    """What a solver found: status (optimal, feasible, infeasible, unknown), hours by task, measures, proven bound."""

    status: str
    hours: dict[str, float]
    measures: tuple[str, ...]
    bound: float
    facts: dict[str, object]
    plan: Plan | None = None


def carve_directly(problem: CarveProblem, node_limit: int = NODE_LIMIT) -> Carved:
    """Solve a problem, gated or not, as one program, whatever its form."""
    program, columns = build_program(problem)
    result = program.solve(node_limit)
    facts: dict[str, object] = {"engine": "highs", "nodes": result.nodes}
    if result.values is None:
        proven = result.status == highspy.HighsModelStatus.kInfeasible
        return Carved("infeasible" if proven else "unknown", {}, (), float("inf"), facts)
    values = result.values
    tied = {id_ for group in problem.tied for id_ in group}
    hours = {id_: values[columns.hours[id_]] for id_, x in columns.taken.items() if values[x] > 0.5}
    # a task at no hours says nothing, unless it comes along with one that it is tied to
    hours = {id_: h for id_, h in hours.items() if h > SMALLEST_STEP or id_ in tied} or hours
    used = tuple(id_ for id_, column in columns.used.items() if values[column] > 0.5)
    proven = result.status == highspy.HighsModelStatus.kOptimal
    plan: Plan = {}
    for key, members in classes_of(problem.tasks, problem.blocks or (), problem.alternate).items():
        free = {b: values[columns.planned[key, b]] for b, _ in problem.blocks or () if (key, b) in columns.planned}
        taken = [task for task in members if task.id in hours]
        plan |= share_out(taken, hours, free)
    bound = -result.bound + problem.switch_cost
    return Carved("optimal" if proven else "feasible", hours, used, bound, facts, plan)


def build_program(problem: CarveProblem) -> tuple[Program, _Columns]:
    """Write a problem down as a mixed-integer program: the direct formulation of DESIGN section 5."""
    program, columns = Program(), _Columns()
    for task in problem.tasks:
        columns.taken[task.id] = program.column(
            0 if _closed(problem, task) else 1, whole=True, lower=int(task.id in problem.locked)
        )
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
        if problem.alternate:
            for dimension in binding_doses(problem):
                _alternate_rows(program, columns, problem, dimension)
    return program, columns


def _closed(problem: CarveProblem, task: CarveTask) -> bool:
    """Tell if a task is core or breaks a ban: whatever the measures, it is not taken."""
    return task.core or any(task.most.get(d, 0.0) > most + SMALLEST_STEP for d, most in problem.bans.items())


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


def _limit_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    limits = problem.limits
    if limits.tasks is not None:
        program.row([(x, 1) for x in columns.taken.values()], upper=limits.tasks)
    if limits.accommodations is not None and columns.used:
        program.row([(y, 1) for y in columns.used.values()], upper=limits.accommodations)
    for factors, most in all_budgets(problem):
        program.row([(columns.hours[task.id], factors.get(task.id, 0.0)) for task in problem.tasks], upper=most)
    for group, number in problem.at_most:
        program.row([(columns.taken[task.id], 1) for task in problem.tasks if task.id in group], upper=number)


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
    done = {task.id: [(columns.hours[task.id], 1.0)] for task in problem.tasks}
    _share_row(program, columns, problem, dimension, done)


def _alternate_rows(program: Program, columns: _Columns, problem: CarveProblem, dimension: str) -> None:
    """Keep every half-day within the dose on its own; the classes are single tasks then."""
    for block, _ in problem.blocks or ():
        done: dict[str, list[tuple[int, float]]] = {task.id: [] for task in problem.tasks}
        for (key, b), column in columns.planned.items():
            if b == block:
                done[key[2]].append((column, 1.0))
        _share_row(program, columns, problem, dimension, done)


def _share_row(
    program: Program,
    columns: _Columns,
    problem: CarveProblem,
    dimension: str,
    done: dict[str, list[tuple[int, float]]],
) -> None:
    """Keep the share of some hours (``done``: the columns that hold them, by task) within what is tolerated."""
    allowed = share_of_shift(problem.capacity[dimension])
    terms: list[tuple[int, float]] = []
    for task in problem.tasks:
        level = task.levels.get(dimension, 0.0)
        steps = sorted({_steps(m, task, dimension) for m in problem.measures} - {0.0}) if level else []
        terms += [(column, share_of_shift(level) - allowed) for column, _ in done[task.id]]
        eased: list[int] = []
        for step in steps:
            saved = share_of_shift(level) - share_of_shift(max(0.0, level - step))
            z = program.column(task.hours)
            terms.append((z, -saved))
            able = [(columns.used[m.id], -task.hours) for m in problem.measures if _steps(m, task, dimension) >= step]
            program.row([(z, 1), *able], upper=0)
            eased.append(z)
        if eased:
            program.row([*((z, 1) for z in eased), *((column, -1) for column, _ in done[task.id])], upper=0)
    program.row(terms, upper=0)


def _steps(measure: CarveMeasure, task: CarveTask, dimension: str) -> float:
    return min(task.levels.get(dimension, 0.0), measure.steps(task.id, dimension))


def _plan_rows(program: Program, columns: _Columns, problem: CarveProblem) -> None:
    """Plan the week by classes: tasks of one site that fit the same half-days share their hours out alike.

    Only sums over a class are decided here; ``share_out`` gives them to the tasks afterwards: always possible.
    """
    blocks = problem.blocks or ()
    sites = sorted({task.site for task in problem.tasks})
    there: dict[tuple[str, str], int] = {}
    if len(sites) > 1:
        there = {(site, block): program.column(1, whole=True) for site in sites for block, _ in blocks}
        for block, _ in blocks:
            program.row([(there[site, block], 1) for site in sites], upper=1)
        keep_apart(program, problem, there)
    in_block: dict[tuple[str, str], list[int]] = {}
    for key, tasks in classes_of(problem.tasks, blocks, problem.alternate).items():
        site, fitting, _ = key
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
    if problem.day is not None:
        days, room_of = days_of(blocks), dict(blocks)
        in_day = {
            day: [(p, 1.0) for (_, block), some in in_block.items() if day_of(block) == day for p in some]
            for day in days
        }
        keep_days(program, problem.day, {day: sum(room_of[b] for b in some) for day, some in days.items()}, in_day)


def write_program(problem: CarveProblem, path: Path) -> None:
    """Write the whole problem, without any gate, as LP or MPS, so that anyone can check the answer elsewhere."""
    program, columns = build_program(problem)
    names = [f"v{number}" for number in range(len(program.cost))]
    kinds = (("taken", columns.taken), ("hours", columns.hours), ("measure", columns.used))
    for kind, found in kinds:
        for number, (id_, column) in enumerate(found.items()):
            names[column] = f"{kind}_{number}_{re.sub(r'[^A-Za-z0-9_]', '_', id_)[:40]}"
    program.write(path, names, -problem.switch_cost)

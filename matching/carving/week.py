"""A week that a person would accept: the same part-job in as few half-days as possible, rather on different days.

The worth of a part-job does not depend on when in the week it is done, so any plan within the rules is optimal. Among
them this chooses the fewest half-days, then the fewest days with two of them, then the earliest.
"""

from __future__ import annotations

from dataclasses import replace

from .problem import CarveProblem, CarveSolution, TakenTask
from .program import Program

SECOND_HALF_DAY = 0.1
LATER = 0.001
NODE_LIMIT = 5_000
DECIMALS = 6


def with_tidy_week(problem: CarveProblem, solution: CarveSolution) -> CarveSolution:
    """Plan a part-job's week anew; unchanged when there is no plan or the work limit is reached first."""
    if problem.blocks is None or not solution.tasks:
        return solution
    program = Program()
    tasks = {task.id: task for task in problem.tasks}
    there = _attendance(program, problem, sorted({tasks[taken.id].site for taken in solution.tasks}))
    cells: dict[tuple[str, str], int] = {}
    for taken in solution.tasks:
        task = tasks[taken.id]
        for block, hours in problem.blocks:
            if task.blocks is None or block in task.blocks:
                cells[taken.id, block] = program.column(min(hours, taken.hours))
        mine = [(column, 1.0) for (id_, _), column in cells.items() if id_ == taken.id]
        program.row(mine, taken.hours, taken.hours)
    for (site, block), column in there.items():
        hours = dict(problem.blocks)[block]
        inside = [(cell, 1.0) for (id_, b), cell in cells.items() if b == block and tasks[id_].site == site]
        program.row([*inside, (column, -hours)], upper=0)
    answer = program.solve(NODE_LIMIT)
    if answer.values is None:
        return solution
    planned = {cell: round(answer.values[column], DECIMALS) for cell, column in cells.items()}
    return replace(
        solution,
        tasks=tuple(
            TakenTask(t.id, t.hours, {b: h for (id_, b), h in planned.items() if id_ == t.id and h > 0})
            for t in solution.tasks
        ),
    )


def _attendance(program: Program, problem: CarveProblem, sites: list[str]) -> dict[tuple[str, str], int]:
    """Add what it costs to be at a site in a half-day; two sites never share one."""
    blocks = [block for block, _ in problem.blocks or ()]
    there = {
        (site, block): program.column(1, gain=-(1 + LATER * at), whole=True)
        for at, block in enumerate(blocks)
        for site in sites
    }
    for block in blocks:
        program.row([(there[site, block], 1.0) for site in sites], upper=1)
    days: dict[str, list[str]] = {}
    for block in blocks:
        days.setdefault(block.rpartition("_")[0] or block, []).append(block)
    for same_day in days.values():
        if len(same_day) > 1:
            more = program.column(len(same_day), gain=-SECOND_HALF_DAY)
            attended = [(there[site, block], 1.0) for site in sites for block in same_day]
            program.row([*attended, (more, -1.0)], upper=1)
    return there

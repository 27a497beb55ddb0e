"""The peer CP-SAT: reads carving problems (a JSON list) and writes [seconds, objective] for each.

Hours in hundredths, shares in ten-thousandths, because CP-SAT counts in whole numbers; the half-days are left out,
which makes it easier. One worker, fixed seed.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from ortools.sat.python import cp_model

from data.dimensions import Combine, load_dimensions
from data.levels import share_of_shift

DOSE = {dimension.id for dimension in load_dimensions() if dimension.combine is Combine.DOSE}
HOUR, SHARE, WORTH = 100, 10_000, 1_000


def solve(problem: dict[str, Any]) -> tuple[float, float]:
    """Build and solve one problem of the generated market."""
    start = time.perf_counter()
    model = cp_model.CpModel()
    tasks, measures, limits = problem["tasks"], problem["accommodations"], problem["limits"]
    taken = [model.new_bool_var("") for _ in tasks]
    hours = [model.new_int_var(0, round(HOUR * t["hours"]), "") for t in tasks]
    used = [model.new_bool_var("") for _ in measures]
    jobs = {job: model.new_bool_var("") for job in sorted({t["job"] for t in tasks})}
    for task, x, g in zip(tasks, taken, hours, strict=True):
        least = task.get("min_hours", 0) if task["divisible"] else task["hours"]
        model.add(g <= round(HOUR * task["hours"]) * x)
        model.add(g >= round(HOUR * least) * x)
        model.add_implication(x, jobs[task["job"]])
        if any(task["levels"].get(d, 0) > most for d, most in problem["bans"].items()):
            model.add(x == 0)
    for dimension, capacity in problem["capacity"].items():
        if dimension in DOSE:
            _dose(model, problem, dimension, capacity, hours, used)
        else:
            _peak(model, problem, dimension, capacity, taken, used)
    model.add(sum(taken) <= limits["tasks"])
    model.add(sum(jobs.values()) <= limits["jobs"])
    model.add(sum(used) <= limits["accommodations"])
    guidance = sum(round(1000 * t["supervision"]) * g for t, g in zip(tasks, hours, strict=True))
    model.add(guidance <= round(1000 * HOUR * limits["supervision"]))
    model.add_linear_constraint(
        sum(hours), round(HOUR * problem["hours"]["min"]), round(HOUR * problem["hours"]["max"])
    )
    gain = sum(round(WORTH * t["value"]) * g for t, g in zip(tasks, hours, strict=True))
    cost = sum(round(WORTH * HOUR * m["cost"]) * y for m, y in zip(measures, used, strict=True))
    model.maximize(gain - cost - round(WORTH * HOUR * problem["switch_cost"]) * sum(jobs.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.solve(model)
    return time.perf_counter() - start, solver.objective_value / (WORTH * HOUR) + problem["switch_cost"]


def _peak(
    model: Any, problem: dict[str, Any], dimension: str, capacity: float, taken: list[Any], used: list[Any]
) -> None:
    for task, x in zip(problem["tasks"], taken, strict=True):
        level = task["levels"].get(dimension, 0.0)
        if level > capacity:
            enough = [
                y
                for m, y in zip(problem["accommodations"], used, strict=True)
                if level - m["effects"].get(dimension, 0.0) <= capacity
            ]
            model.add_bool_or([*enough, x.negated()])


def _dose(
    model: Any, problem: dict[str, Any], dimension: str, capacity: float, hours: list[Any], used: list[Any]
) -> None:
    terms = []
    for task, g in zip(problem["tasks"], hours, strict=True):
        level = task["levels"].get(dimension, 0.0)
        terms.append(round(SHARE * (share_of_shift(level) - share_of_shift(capacity))) * g)
        helping = [
            (m["effects"][dimension], y)
            for m, y in zip(problem["accommodations"], used, strict=True)
            if dimension in m["effects"]
        ]
        if level and helping:
            saved = model.new_int_var(0, round(HOUR * task["hours"]) * SHARE, "")
            gains = [round(SHARE * (share_of_shift(level) - share_of_shift(max(0, level - s)))) for s, _ in helping]
            for gain in gains:
                worse = [other for more, (_, other) in zip(gains, helping, strict=True) if more > gain]
                model.add(saved <= gain * g).only_enforce_if([o.negated() for o in worse])
            nothing = [y.negated() for _, y in helping]
            model.add(saved == 0).only_enforce_if(nothing)
            terms.append(-saved)
    model.add(sum(terms) <= 0)


def main() -> None:
    """Solve what stands on standard input."""
    sys.stdout.write(json.dumps([solve(problem) for problem in json.load(sys.stdin)]))


if __name__ == "__main__":
    main()

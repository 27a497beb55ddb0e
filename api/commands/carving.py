"""What ``worktrial carve`` does with a problem file: the part-job, what else could be, and what stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from data.dimensions import dimension_index
from data.errors import InvalidInput
from matching.carving import (
    Balance,
    CarveProblem,
    CarveSolution,
    CarveTask,
    DonorJob,
    Needed,
    alternatives,
    carve,
    cheapest_accommodations,
    day_trips,
    donor_jobs,
    explain_infeasible,
    fewest_accommodations,
    pareto_front,
    read_problem,
    solution_as_json,
    with_choices,
    with_variety_kept,
    write_program,
)

from ..messages import Messages
from ..wording import accommodation_name
from .progress import console, print_solution


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked beside the best part-job."""

    alternatives: int = 0
    differ: int = 1
    front: int = 0
    lock_in: tuple[str, ...] = ()
    lock_out: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    keep_variety: float | None = None
    alternate: bool = False
    lp: Path | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The best part-job and what else was asked about it."""

    solution: CarveSolution
    others: tuple[CarveSolution, ...]
    needed: dict[str, Needed | None]
    donors: tuple[DonorJob, ...]
    guidance: float
    front: tuple[Balance, ...]
    trips: tuple[tuple[str, str, str, float], ...] = ()


def carve_file(path: Path, wanted: Wanted) -> tuple[dict[str, Any], bool, Callable[[str], None]]:
    """Carve a problem file: the answer as JSON, whether there is a part-job, and a function that prints it."""
    problem = _changed(read_problem(path), wanted, path.name)
    answer = answered(problem, wanted)

    def show(language: str) -> None:
        show_answer(answer, Messages(language))

    return answer_as_json(answer, wanted), answer.solution.objective is not None, show


def answered(problem: CarveProblem, wanted: Wanted, everything: Sequence[CarveTask] | None = None) -> Answered:
    """Find the part-job of a problem, and all that was wanted beside it.

    ``everything``: all tasks of the donor jobs, where the problem holds only some of them.
    """
    if wanted.lp is not None:
        write_program(problem, wanted.lp)
    solution = carve(problem)
    if solution.objective is None:
        if solution.status == "infeasible":
            solution = replace(solution, reasons=explain_infeasible(problem))
        needed = {"cheapest": cheapest_accommodations(problem), "fewest": fewest_accommodations(problem)}
        return Answered(solution, (), needed, (), 0.0, ())
    others = alternatives(problem, wanted.alternatives + 1, wanted.differ)[1:] if wanted.alternatives else []
    locked = _as_it_stands(problem, solution)
    needed = {}
    if solution.accommodations:
        needed = {"cheapest": cheapest_accommodations(locked), "fewest": fewest_accommodations(locked)}
    donors, guidance = donor_jobs(problem, solution, everything)
    trips = tuple(day_trips(problem, solution))
    return Answered(solution, tuple(others), needed, donors, guidance, tuple(_front(problem, wanted.front)), trips)


def _as_it_stands(problem: CarveProblem, solution: CarveSolution) -> CarveProblem:
    """Ask about just this part-job: its tasks, with its hours."""
    hours = {task.id: task.hours for task in solution.tasks}
    tasks = tuple(
        replace(task, hours=hours[task.id], min_hours=hours[task.id], divisible=False)
        if hours.get(task.id, 0.0) > 0
        else task
        for task in problem.tasks
    )
    return replace(problem, tasks=tasks, locked=frozenset(hours))


def _front(problem: CarveProblem, points: int) -> list[Balance]:
    if not points:
        return []
    if all(task.strain is None for task in problem.tasks):
        raise InvalidInput("--front", "no task of this file has a strain", 'tasks with "strain" and "benefit" per hour')
    benefit = {t.id: t.value if t.benefit is None else t.benefit for t in problem.tasks}
    return pareto_front(problem, benefit, {t.id: t.strain or 0.0 for t in problem.tasks}, points)


def _changed(problem: CarveProblem, wanted: Wanted, name: str) -> CarveProblem:
    known = {measure.id for measure in problem.measures}
    if strange := [id_ for id_ in wanted.without if id_ not in known]:
        raise InvalidInput("--without", f"unknown id '{strange[0][:60]}'", f"ids of {name}")
    hours, capacity = read_changes(wanted.changes, (problem.hours_min, problem.hours_max))
    return bundle_choices(with_choices(problem, (), (), wanted.without, hours, capacity), wanted, name)


def bundle_choices(
    problem: CarveProblem, wanted: Wanted, name: str, everything: Sequence[CarveTask] | None = None
) -> CarveProblem:
    """Put in what a coach wants of the bundle: tasks in or out, loads that alternate, variety kept."""
    known = {task.id for task in problem.tasks}
    for option, ids in (("--lock-in", wanted.lock_in), ("--lock-out", wanted.lock_out)):
        if strange := [id_ for id_ in ids if id_ not in known]:
            raise InvalidInput(option, f"unknown id '{strange[0][:60]}'", f"ids of {name}")
    changed = with_choices(problem, wanted.lock_in, wanted.lock_out)
    changed = replace(changed, alternate=changed.alternate or wanted.alternate)
    return changed if wanted.keep_variety is None else with_variety_kept(changed, wanted.keep_variety, everything)


def read_changes(
    changes: Sequence[str], hours: tuple[float, float]
) -> tuple[tuple[float, float], dict[str, float | None]]:
    """Read what is to be tried: the hours (least, most) and levels of capacity (None: unknown)."""
    bounds, capacity = list(hours), dict[str, float | None]()
    for change in changes:
        _read_change(change, bounds, capacity)
    if bounds[0] > bounds[1]:
        raise InvalidInput("--set", f"hours.min {bounds[0]:g} is above hours.max {bounds[1]:g}", "min <= max")
    return (bounds[0], bounds[1]), capacity


def _read_change(change: str, hours: list[float], capacity: dict[str, float | None]) -> None:
    accepted = "hours.min=8, hours.max=12, capacity.<dimension>=0..5 or capacity.<dimension>=unknown"
    key, _, said = change.partition("=")
    kind, _, what = key.partition(".")
    if kind == "capacity" and what in dimension_index() and said == "unknown":
        capacity[what] = None
        return
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        value = -1.0
    if kind == "hours" and what in ("min", "max") and 0 <= value <= 168:
        hours[what == "max"] = value
    elif kind == "capacity" and what in dimension_index() and 0 <= value <= 5:
        capacity[what] = value
    else:
        raise InvalidInput("--set", f"'{change[:60]}' cannot be read", accepted)


def answer_as_json(answer: Answered, wanted: Wanted) -> dict[str, Any]:
    """Write an answer as carve-solution/1."""
    written = solution_as_json(answer.solution)
    if answer.solution.objective is not None:
        written["donors"] = [asdict(donor) for donor in answer.donors]
        written["guidance_hours"] = answer.guidance
        written["trips"] = [{"day": day, "from": one, "to": other, "minutes": m} for day, one, other, m in answer.trips]
    if answer.needed:
        written["needed_accommodations"] = {
            kind: None if one is None else _needed_as_json(one) for kind, one in answer.needed.items()
        }
    if wanted.alternatives:
        written["alternatives"] = [
            {key: value for key, value in solution_as_json(one).items() if key != "format"} for one in answer.others
        ]
    if wanted.front:
        written["front"] = [
            {"benefit": b.benefit, "strain": b.strain, "tasks": solution_as_json(b.solution)["tasks"]}
            for b in answer.front
        ]
    return written


def _needed_as_json(one: Needed) -> dict[str, Any]:
    return {
        "accommodations": list(one.accommodations),
        "cost": one.cost,
        "closes": [asdict(gap) for gap in one.closes],
        "remains": [{"dimension": d, "level": level, "limit": limit} for d, level, limit in one.remains],
        "proven": one.proven,
    }


def show_answer(answer: Answered, messages: Messages, names: Mapping[str, str] | None = None) -> None:
    """Print an answer; ``names`` say what ids of tasks and jobs stand for."""
    out, names = console(), dict(names or {})
    print_solution(answer.solution, messages, names=names)
    for kind, one in answer.needed.items():
        if one is None:
            out.print(messages.text("carve.no_set"))
            break
        what = ", ".join(accommodation_name(id_, messages.language) for id_ in one.accommodations)
        what = what or messages.text("carve.none_needed")
        out.print(messages.text(f"carve.{kind}", what=what, cost=messages.number(one.cost, 2)), markup=False)
    for donor in answer.donors:
        after = "–" if donor.monotony_after is None else messages.number(donor.monotony_after)
        line = messages.text(
            "carve.donor",
            job=names.get(donor.job, donor.job.removeprefix("task:")),
            freed=messages.number(donor.hours_freed),
            kept=messages.number(donor.hours_kept),
            added=messages.text("carve.added", hours=messages.number(donor.hours_added)) if donor.hours_added else "",
            tasks=donor.tasks_kept,
            before=messages.number(donor.monotony_before),
            after=after,
        )
        out.print(line, markup=False)
    for day, from_, to, minutes in answer.trips:
        out.print(
            messages.text(
                "carve.trip",
                day=messages.text(f"day.{day}") if messages.has(f"day.{day}") else day,
                one=names.get(from_, from_),
                other=names.get(to, to),
                minutes=messages.number(minutes),
            ),
            markup=False,
        )
    if answer.guidance:
        out.print(messages.text("carve.guidance", hours=messages.number(answer.guidance)))
    for number, other in enumerate(answer.others, start=1):
        out.print()
        print_solution(other, messages, messages.text("carve.alternative", number=number), names)
    for balance in answer.front:
        numbers = {"benefit": messages.number(balance.benefit, 2), "strain": messages.number(balance.strain, 2)}
        out.print(messages.text("carve.balance", **numbers), markup=False)
        for task in balance.solution.tasks:
            out.print(f"  {messages.number(task.hours, 2):>6} h  {names.get(task.id, task.id)}", markup=False)

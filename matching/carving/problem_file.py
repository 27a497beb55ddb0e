"""Reads ``carve-problem/1`` and writes ``carve-solution/1`` (DESIGN section 5; JSON Schema in ``docs/reference``).

Unknown ids, unknown dimensions, negative and non-finite numbers are errors that name the place, never guesses.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.dimensions import HOURS_DIMENSION, dimension_index, most_weekly_hours
from data.errors import FileUnreadable, InvalidInput

from .problem import Blocker, CarveLimits, CarveMeasure, CarveProblem, CarveSolution, CarveTask, DayRule

MOST_BYTES = 20_000_000

Hours = Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)]
Step = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False)


class _Hours(_Strict):
    min: Hours = 0
    max: Hours


class _Block(_Strict):
    id: Id
    hours: Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)]


class _Task(_Strict):
    id: Id
    job: str = ""
    site: str = ""
    hours: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)]
    divisible: bool = False
    min_hours: Hours = 0
    value: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    levels: dict[str, Step] = {}
    core: bool = False
    blocks: list[Id] | None = None
    supervision: Amount = 0
    benefit: Amount | None = None
    strain: Amount | None = None
    extends_to: Annotated[float, Field(gt=0, le=168, allow_inf_nan=False)] | None = None


class _Accommodation(_Strict):
    id: Id
    cost: Amount
    effects: dict[str, Step]
    tasks: list[Id] | None = None


class _Limits(_Strict):
    tasks: Annotated[int, Field(ge=0)] | None = None
    jobs: Annotated[int, Field(ge=0)] | None = None
    accommodations: Annotated[int, Field(ge=0)] | None = None
    supervision: Amount | None = None


class _Way(_Strict):
    sites: Annotated[list[str], Field(min_length=2, max_length=2)]
    minutes: Amount


class _Day(_Strict):
    least: Annotated[float, Field(ge=0, le=24, allow_inf_nan=False)] = 0
    most: Annotated[float, Field(gt=0, le=24, allow_inf_nan=False)] | None = None
    days: Annotated[int, Field(ge=1, le=7)] | None = None


class CarveProblemFile(_Strict):
    """The JSON form of a carving problem, ``carve-problem/1``."""

    format: Literal["carve-problem/1"]
    hours: _Hours
    capacity: dict[str, Step] = {}
    bans: dict[str, Step] = {}
    blocks: list[_Block] | None = None
    tasks: Annotated[list[_Task], Field(min_length=1)]
    tied: list[list[Id]] = []
    excluded: list[Annotated[list[Id], Field(min_length=2, max_length=2)]] = []
    accommodations: list[_Accommodation] = []
    limits: _Limits = _Limits()
    switch_cost: Amount = 0
    locked: list[Id] = []
    alternate: bool = False
    between_sites: list[_Way] = []
    travel_within_day: Amount | None = None
    day: _Day | None = None


def read_problem(path: Path) -> CarveProblem:
    """Read a carving problem from a JSON file.

    Raises FileUnreadable when it is not JSON, InvalidInput with the place and what is accepted for a wrong value.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileUnreadable(path, f"it is larger than {MOST_BYTES // 1_000_000} MB", "Split the problem by site.")
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be opened", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise FileUnreadable(
            path, "this is not JSON", "Write it as carve-problem/1, see docs/reference/formats.md."
        ) from error
    return problem_from_json(raw, path.name)


def problem_from_json(raw: Any, name: str = "problem") -> CarveProblem:
    """Read a carving problem from parsed JSON; InvalidInput names place and cause."""
    try:
        parsed = CarveProblemFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise InvalidInput(f"{name}, {place}", first["msg"], "carve-problem/1, docs/reference/formats.md") from error
    _check_ids(parsed, name)
    _check_sites(parsed, name)
    hours_max = parsed.hours.max
    if HOURS_DIMENSION in parsed.capacity:
        hours_max = min(hours_max, most_weekly_hours(parsed.capacity[HOURS_DIMENSION]))
    limits = parsed.limits
    return CarveProblem(
        hours_min=parsed.hours.min,
        hours_max=hours_max,
        tasks=tuple(_task(task) for task in parsed.tasks),
        capacity={d: level for d, level in parsed.capacity.items() if d != HOURS_DIMENSION},
        bans=parsed.bans,
        blocks=None if parsed.blocks is None else tuple((block.id, block.hours) for block in parsed.blocks),
        tied=tuple(tuple(group) for group in parsed.tied),
        excluded=tuple((pair[0], pair[1]) for pair in parsed.excluded),
        measures=tuple(
            CarveMeasure(a.id, a.cost, a.effects, None if a.tasks is None else frozenset(a.tasks))
            for a in parsed.accommodations
        ),
        limits=CarveLimits(limits.tasks, limits.jobs, limits.accommodations, limits.supervision),
        switch_cost=parsed.switch_cost,
        locked=frozenset(parsed.locked),
        alternate=parsed.alternate,
        between={(way.sites[0], way.sites[1]): way.minutes for way in parsed.between_sites},
        travel_within_day=parsed.travel_within_day,
        day=None if parsed.day is None else DayRule(parsed.day.least, parsed.day.most, parsed.day.days),
    )


def _task(task: _Task) -> CarveTask:
    extended = task.extends_to is not None
    least = task.min_hours if task.divisible or not extended else task.hours
    return CarveTask(
        id=task.id,
        hours=task.hours if task.extends_to is None else task.extends_to,
        value=task.value,
        levels={dimension: level for dimension, level in task.levels.items() if level > 0},
        job=task.job,
        site=task.site,
        divisible=task.divisible or extended,
        min_hours=least,
        core=task.core,
        blocks=None if task.blocks is None else frozenset(task.blocks),
        supervision=task.supervision,
        benefit=task.benefit,
        strain=task.strain,
        hours_now=task.hours if extended else None,
    )


def _check_ids(parsed: CarveProblemFile, name: str) -> None:
    tasks = [task.id for task in parsed.tasks]
    blocks = [block.id for block in parsed.blocks or ()]
    for kind, ids in (
        ("tasks", tasks),
        ("blocks", blocks),
        ("accommodations", [a.id for a in parsed.accommodations]),
    ):
        if len(set(ids)) != len(ids):
            twice = next(id_ for id_ in ids if ids.count(id_) > 1)
            raise InvalidInput(f"{name}, {kind}", f"the id '{twice[:60]}' stands twice", "each id once")
    known_tasks, known_blocks = set(tasks), set(blocks)
    dimensions = set(dimension_index())
    named = [("capacity", d) for d in parsed.capacity] + [("bans", d) for d in parsed.bans]
    named += [(f"task {t.id[:60]}, levels", d) for t in parsed.tasks for d in t.levels]
    named += [(f"accommodation {a.id[:60]}, effects", d) for a in parsed.accommodations for d in a.effects]
    for where, dimension in named:
        derived = dimension == HOURS_DIMENSION and where != "capacity"
        if dimension not in dimensions or derived:
            raise InvalidInput(
                f"{name}, {where}",
                f"unknown dimension '{dimension[:60]}'",
                "ids of docs/reference/dimensions.md",
            )
    used = [("tied", id_) for group in parsed.tied for id_ in group]
    used += [("excluded", id_) for pair in parsed.excluded for id_ in pair]
    used += [("locked", id_) for id_ in parsed.locked]
    used += [(f"accommodation {a.id[:60]}, tasks", id_) for a in parsed.accommodations for id_ in a.tasks or ()]
    for where, id_ in used:
        if id_ not in known_tasks:
            raise InvalidInput(f"{name}, {where}", f"unknown task '{id_[:60]}'", "ids of tasks in this file")
    for task in parsed.tasks:
        _check_task(task, known_blocks if parsed.blocks is not None else None, name)
    if parsed.day is not None and parsed.day.most is not None and parsed.day.least > parsed.day.most:
        raise InvalidInput(f"{name}, day", "least is above most", "least <= most, hours of a day")
    if parsed.hours.min > parsed.hours.max:
        raise InvalidInput(f"{name}, hours", "min is above max", "min <= max")


def _check_task(task: _Task, blocks: set[str] | None, name: str) -> None:
    where = f"{name}, task {task.id[:60]}"
    if task.min_hours > task.hours:
        raise InvalidInput(where, "min_hours is above hours", "0 <= min_hours <= hours")
    if task.extends_to is not None and task.extends_to < task.hours:
        raise InvalidInput(where, "extends_to is below hours", "hours <= extends_to")
    for block in task.blocks or ():
        if blocks is not None and block not in blocks and not _is_week_block(block):
            raise InvalidInput(f"{where}, blocks", f"unknown block '{block[:60]}'", "ids of blocks in this file")


def _check_sites(parsed: CarveProblemFile, name: str) -> None:
    sites = {task.site for task in parsed.tasks}
    for way in parsed.between_sites:
        for site in way.sites:
            if site not in sites:
                raise InvalidInput(
                    f"{name}, between_sites", f"unknown site '{site[:60]}'", "sites of tasks in this file"
                )


def _is_week_block(block: str) -> bool:
    """Tell a half-day of the week at which the person is not there from a typing error."""
    from data.workplaces import BLOCKS

    return block in BLOCKS


def solution_as_json(solution: CarveSolution) -> dict[str, Any]:
    """Write a solution as ``carve-solution/1``: plain values in a fixed order."""
    return {
        "format": "carve-solution/1",
        "status": solution.status,
        "objective": solution.objective,
        "bound": solution.bound,
        "tasks": [
            {"id": task.id, "hours": task.hours, "blocks": dict(task.blocks)}
            for task in sorted(solution.tasks, key=lambda task: task.id)
        ],
        "accommodations": list(solution.accommodations),
        "jobs": [job for job in solution.jobs if not job.startswith("task:")],
        "peaks": dict(solution.peaks),
        "doses": dict(solution.doses),
        "reasons": [_blocker(reason) for reason in solution.reasons],
        "solver": dict(solution.solver),
    }


def _blocker(blocker: Blocker) -> dict[str, Any]:
    def finite(number: float | None) -> float | None:
        return None if number is None or not math.isfinite(number) else number

    return {
        "rule": blocker.rule,
        "about": blocker.about,
        "needed": finite(blocker.needed),
        "available": finite(blocker.available),
        "tasks": list(blocker.tasks),
    }

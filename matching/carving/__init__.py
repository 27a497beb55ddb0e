"""Carving: the provably best part-job out of task lists, with the accommodations it needs and a week plan."""

from .diagnosis import explain_infeasible
from .part_job import carve
from .problem import (
    Blocker,
    CarveLimits,
    CarveMeasure,
    CarveProblem,
    CarveSolution,
    CarveTask,
    TakenTask,
)
from .problem_file import read_problem, solution_as_json
from .recheck import recheck

__all__ = [
    "Blocker",
    "CarveLimits",
    "CarveMeasure",
    "CarveProblem",
    "CarveSolution",
    "CarveTask",
    "TakenTask",
    "carve",
    "explain_infeasible",
    "read_problem",
    "recheck",
    "solution_as_json",
]

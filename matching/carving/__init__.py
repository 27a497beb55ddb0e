"""Carving: the provably best part-job out of task lists, with the accommodations it needs and a week plan."""

from .choices import Balance, alternatives, pareto_front, with_choices
from .diagnosis import explain_infeasible, smallest_changes
from .donor_jobs import DonorJob, donor_jobs, with_variety_kept
from .milp import write_program
from .near_miss import GapClosed, Needed, cheapest_accommodations, fewest_accommodations
from .part_job import carve
from .problem import (
    Blocker,
    CarveLimits,
    CarveMeasure,
    CarveProblem,
    CarveSolution,
    CarveTask,
    DayRule,
    TakenTask,
    measure_of,
)
from .problem_file import read_problem, solution_as_json
from .recheck import recheck
from .week import day_trips

__all__ = [
    "Balance",
    "Blocker",
    "CarveLimits",
    "CarveMeasure",
    "CarveProblem",
    "CarveSolution",
    "CarveTask",
    "DayRule",
    "DonorJob",
    "GapClosed",
    "Needed",
    "TakenTask",
    "alternatives",
    "carve",
    "cheapest_accommodations",
    "day_trips",
    "donor_jobs",
    "explain_infeasible",
    "fewest_accommodations",
    "measure_of",
    "pareto_front",
    "read_problem",
    "recheck",
    "smallest_changes",
    "solution_as_json",
    "with_choices",
    "with_variety_kept",
    "write_program",
]

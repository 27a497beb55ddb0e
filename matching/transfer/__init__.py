"""Transfer: where else a carved job or an earlier solution would work, and which kinds of job recur over workplaces."""

from .elsewhere import Elsewhere, Fit, transfer
from .job import TransferJob, job_at_site, job_from_answer, job_from_solution
from .job_file import job_from_json, read_job
from .near_fits import NearFit
from .patterns import CarvedJob, JobPattern, Patterns, carved_jobs, job_patterns
from .solutions_here import SolutionHere, SolutionsHere, solutions_here
from .what_changes import ToChange

__all__ = [
    "CarvedJob",
    "Elsewhere",
    "Fit",
    "JobPattern",
    "NearFit",
    "Patterns",
    "SolutionHere",
    "SolutionsHere",
    "ToChange",
    "TransferJob",
    "carved_jobs",
    "job_at_site",
    "job_from_answer",
    "job_from_json",
    "job_from_solution",
    "job_patterns",
    "read_job",
    "solutions_here",
    "transfer",
]

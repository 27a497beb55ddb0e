"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .candidates import all_candidates, candidate_ids, get_candidate, replace_candidates
from .engine import Store, open_store, store_url
from .solutions import add_solutions, all_solutions, count_solutions, remove_solutions
from .workplaces import (
    Change,
    add_employers,
    add_task_levels,
    count_rows,
    employers_of,
    latest_change,
    regions,
    replace_region,
    site_ids,
    sites_changed_since,
)
from .workshop_results import add_stated_levels, add_tasks, correct_tasks, sites_of_tasks

__all__ = [
    "Change",
    "Store",
    "add_employers",
    "add_solutions",
    "add_stated_levels",
    "add_task_levels",
    "add_tasks",
    "all_candidates",
    "all_solutions",
    "candidate_ids",
    "correct_tasks",
    "count_rows",
    "count_solutions",
    "employers_of",
    "get_candidate",
    "latest_change",
    "open_store",
    "regions",
    "remove_solutions",
    "replace_candidates",
    "replace_region",
    "site_ids",
    "sites_changed_since",
    "sites_of_tasks",
    "store_url",
]

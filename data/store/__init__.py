"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .candidates import all_candidates, candidate_ids, erase_candidates, get_candidate, replace_candidates
from .engine import Store, open_store, store_url
from .human_decisions import add_decision, all_decisions
from .solutions import add_solutions, all_solutions, count_solutions, remove_solutions
from .trials import all_trials, count_trials, release_trials, remove_trials_of, replace_trials
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

__all__ = [
    "Change",
    "Store",
    "add_decision",
    "add_employers",
    "add_solutions",
    "add_task_levels",
    "all_candidates",
    "all_decisions",
    "all_solutions",
    "all_trials",
    "candidate_ids",
    "count_rows",
    "count_solutions",
    "count_trials",
    "employers_of",
    "erase_candidates",
    "get_candidate",
    "latest_change",
    "open_store",
    "regions",
    "release_trials",
    "remove_solutions",
    "remove_trials_of",
    "replace_candidates",
    "replace_region",
    "replace_trials",
    "site_ids",
    "sites_changed_since",
    "store_url",
]

"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .backup import BackupFacts, Restored, back_up, look_into, restore
from .candidates import (
    all_candidates,
    candidate_ids,
    candidates_after,
    erase_candidate,
    get_candidate,
    replace_candidates,
)
from .engine import Store, open_store, store_url
from .erasure import LEDGER_FILE, erased_among, erased_people, read_ledger, write_ledger
from .human_decisions import add_decision, all_decisions
from .request_tables import change_receipt, request_count
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
from .workshop_results import add_stated_levels, add_tasks, correct_tasks, sites_of_tasks

__all__ = [
    "LEDGER_FILE",
    "BackupFacts",
    "Change",
    "Restored",
    "Store",
    "add_decision",
    "add_employers",
    "add_solutions",
    "add_stated_levels",
    "add_task_levels",
    "add_tasks",
    "all_candidates",
    "all_decisions",
    "all_solutions",
    "all_trials",
    "back_up",
    "candidate_ids",
    "candidates_after",
    "change_receipt",
    "correct_tasks",
    "count_rows",
    "count_solutions",
    "count_trials",
    "employers_of",
    "erase_candidate",
    "erased_among",
    "erased_people",
    "get_candidate",
    "latest_change",
    "look_into",
    "open_store",
    "read_ledger",
    "regions",
    "release_trials",
    "remove_solutions",
    "remove_trials_of",
    "replace_candidates",
    "replace_region",
    "replace_trials",
    "request_count",
    "restore",
    "site_ids",
    "sites_changed_since",
    "sites_of_tasks",
    "store_url",
    "write_ledger",
]

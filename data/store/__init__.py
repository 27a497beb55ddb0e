"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .backup import BackupFacts, Restored, back_up, look_into, restore
from .candidates import all_candidates, candidate_ids, erase_candidate, get_candidate, replace_candidates
from .engine import Store, open_store, store_url
from .erasure import LEDGER_FILE, erased_among, erased_people, read_ledger, write_ledger
from .human_decisions import add_decision, all_decisions
from .solutions import add_solutions, all_solutions, count_solutions, remove_solutions
from .trial_plans import add_plan, change_plan, count_plans, get_plan, plans_at, plans_of, reasons_released, terms_of
from .trials import (
    all_trials,
    count_trials,
    release_trials,
    remove_trials_of,
    replace_trials,
    trials_around,
    trials_by_id,
)
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
    "add_plan",
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
    "change_plan",
    "correct_tasks",
    "count_plans",
    "count_rows",
    "count_solutions",
    "count_trials",
    "employers_of",
    "erase_candidate",
    "erased_among",
    "erased_people",
    "get_candidate",
    "get_plan",
    "latest_change",
    "look_into",
    "open_store",
    "plans_at",
    "plans_of",
    "read_ledger",
    "reasons_released",
    "regions",
    "release_trials",
    "remove_solutions",
    "remove_trials_of",
    "replace_candidates",
    "replace_region",
    "replace_trials",
    "restore",
    "site_ids",
    "sites_changed_since",
    "sites_of_tasks",
    "store_url",
    "terms_of",
    "trials_around",
    "trials_by_id",
    "write_ledger",
]

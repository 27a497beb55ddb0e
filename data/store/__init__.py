"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .accounts import accounts_of, add_account, add_tenant, admit, tenants
from .audit import entries_about, note, verify_audit
from .backup import BackupFacts, Restored, back_up, look_into, restore
from .candidates import all_candidates, candidate_ids, erase_candidate, get_candidate, replace_candidates
from .engine import Store, open_store, store_url
from .erasure import LEDGER_FILE, erased_among, erased_people, read_ledger, write_ledger
from .human_decisions import add_decision, all_decisions
from .releases import release, released_facts, releases_of, verify_releases, withdraw
from .solutions import add_solutions, all_solutions, count_solutions, remove_solutions
from .trial_changes import state_of_trials
from .trials import (
    all_trials,
    count_trials,
    effects_seen,
    judged_trials,
    real_trials,
    release_trials,
    remove_trials_of,
    replace_trials,
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
    "accounts_of",
    "add_account",
    "add_decision",
    "add_employers",
    "add_solutions",
    "add_stated_levels",
    "add_task_levels",
    "add_tasks",
    "add_tenant",
    "admit",
    "all_candidates",
    "all_decisions",
    "all_solutions",
    "all_trials",
    "back_up",
    "candidate_ids",
    "correct_tasks",
    "count_rows",
    "count_solutions",
    "count_trials",
    "effects_seen",
    "employers_of",
    "entries_about",
    "erase_candidate",
    "erased_among",
    "erased_people",
    "get_candidate",
    "judged_trials",
    "latest_change",
    "look_into",
    "note",
    "open_store",
    "read_ledger",
    "real_trials",
    "regions",
    "release",
    "release_trials",
    "released_facts",
    "releases_of",
    "remove_solutions",
    "remove_trials_of",
    "replace_candidates",
    "replace_region",
    "replace_trials",
    "restore",
    "site_ids",
    "sites_changed_since",
    "sites_of_tasks",
    "state_of_trials",
    "store_url",
    "tenants",
    "verify_audit",
    "verify_releases",
    "withdraw",
    "write_ledger",
]

"""The store: one SQLite file by default, PostgreSQL by changing one URL."""

from .backup import BackupFacts, Restored, back_up, look_into, restore
from .candidates import all_candidates, candidate_ids, erase_candidate, get_candidate, replace_candidates
from .engine import Store, open_store, store_url
from .erasure import LEDGER_FILE, erased_among, erased_people, read_ledger, write_ledger
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

__all__ = [
    "LEDGER_FILE",
    "BackupFacts",
    "Change",
    "Restored",
    "Store",
    "add_employers",
    "add_solutions",
    "add_task_levels",
    "all_candidates",
    "all_solutions",
    "back_up",
    "candidate_ids",
    "count_rows",
    "count_solutions",
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
    "remove_solutions",
    "replace_candidates",
    "replace_region",
    "restore",
    "site_ids",
    "sites_changed_since",
    "store_url",
    "write_ledger",
]

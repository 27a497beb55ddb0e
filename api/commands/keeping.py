"""``worktrial backup``, ``restore`` and ``erase``: keep the store safe, and let nobody come back who asked to go."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

from data.accounts import COMMAND_LINE
from data.errors import InvalidInput
from data.home import data_home
from data.store import LEDGER_FILE, back_up, look_into, open_store, read_ledger, restore, store_url
from data.store.candidates import require_candidate

from ..erasing import bring_ledger_up, erase_person


def make_backup(path: Path) -> str:
    """Write a backup of the store and the models; tells what it holds."""
    store = open_store(store_url(os.environ))
    facts = back_up(store, path, datetime.now(UTC), data_home(os.environ))
    bring_ledger_up(store)
    held = f"{sum(facts.rows.values())} rows of {len(facts.rows)} tables, {facts.size / 1e6:.1f} MB"
    return f"{path}: {held}. It holds everything, people's capacity too: keep it safe."


def put_back(path: Path, ledgers: tuple[Path, ...], yes: bool) -> str:
    """Check a backup and, when told to, put it in place of what is in the store; people who were erased stay erased."""
    facts = look_into(path)
    taken = facts.taken_at.isoformat(sep=" ", timespec="minutes")
    if not yes:
        return (
            f"{path.name} is whole: taken {taken} (UTC), {facts.rows.get('candidate', 0)} candidates, "
            f"{facts.rows.get('employer', 0)} employers. Nothing was changed. --yes puts it in place of what is there."
        )
    home = data_home(os.environ)
    erased: dict[str, date] = {}
    for ledger in ledgers:
        if not ledger.exists():
            raise InvalidInput("--erased", f"there is no file {ledger.name}", "a copy of erasures.txt")
    for ledger in (home / LEDGER_FILE, *ledgers):
        erased |= read_ledger(ledger)
    store = open_store(store_url(os.environ))
    done = restore(store, path, erased, home)
    bring_ledger_up(store)
    again = f" {done.erased_again} people in it had been erased and stay so." if done.erased_again else ""
    files = f" {len(done.files)} files of models and keys were put back." if done.files else ""
    asked = f" {done.asked_anew} people are asked anew what they release to employers." if done.asked_anew else ""
    return f"The store is as of {taken} (UTC).{again}{asked}{files}"


def erase(candidate: str, yes: bool) -> str:
    """Erase a person for good when told to."""
    store = open_store(store_url(os.environ))
    if not yes:
        with store.read() as connection:
            require_candidate(connection, candidate)
        return "Nothing was changed. Profile, lists and trials of this person go for good with --yes."
    erase_person(store, candidate, COMMAND_LINE, datetime.now(UTC))
    return "Erased. No backup brings them back into a store; delete backups that still hold them when their time is up."

"""What ``worktrial audit`` does."""

from __future__ import annotations

import os
from collections.abc import Iterator

from data.audit import AuditBroken
from data.store import Store, entries_about, open_store, store_url, verify_audit
from data.store.audit import has_link, last_link


def checked(link: str) -> str:
    """Check the audit, and that a link that was kept elsewhere is still in it; AuditBroken otherwise."""
    with _store().read() as connection:
        entries = verify_audit(connection)
        if link and not has_link(connection, link):
            raise AuditBroken(entries + 1)
    return f"{entries} entries hold together."


def last() -> str:
    """Give number and link of the last entry."""
    with _store().read() as connection:
        number, link = last_link(connection)
    return f"{number} {link}"


def lines_about(candidate: str, most: int) -> Iterator[str]:
    """Give the entries about a person, a line each."""
    with _store().read() as connection:
        for entry in entries_about(connection, candidate, most):
            who = " ".join(filter(None, (entry.role, entry.account, entry.operator)))
            yield " · ".join(filter(None, [entry.at, entry.action, who, entry.about]))


def _store() -> Store:
    return open_store(store_url(os.environ))

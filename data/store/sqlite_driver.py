"""Which SQLite the store uses: the newest that is at hand, never two of them in one process on the same file.

``pysqlite3`` brings a SQLite of its own. Python's is often years old (3.40.1 in Debian 12) and may have the WAL-reset
fault, with which readers would have to wait for writers. Both speak DB-API 2 in the same way.
"""

from __future__ import annotations

import sqlite3
from types import ModuleType
from typing import cast

driver: ModuleType
try:
    from pysqlite3 import dbapi2

    driver = cast("ModuleType", dbapi2 if dbapi2.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3)
except ImportError:  # no wheel for this machine: Python's own
    driver = sqlite3

SQLITE_VERSION: str = driver.sqlite_version


def connect(path: object) -> sqlite3.Connection:
    """Open a file with the SQLite that the store uses. It must not be open by another one at the same time."""
    return cast("sqlite3.Connection", driver.connect(path))

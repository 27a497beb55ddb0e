"""A list that shows when an entry was changed, taken out or put in: every entry carries the hash of all before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def next_link(before: str, said: Sequence[object]) -> str:
    """Give the SHA-256 of an entry together with the link before it (empty before the first).

    >>> next_link("", [1, "a"]) == next_link("", [1, "a"]), next_link("", [1, "a"]) == next_link("x", [1, "a"])
    (True, False)
    """
    return hashlib.sha256(json.dumps([before, list(said)], ensure_ascii=False, sort_keys=True).encode()).hexdigest()

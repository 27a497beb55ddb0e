"""What a page says above its content after a change: done, and where it can be taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from fastapi import Request

from data.store.change_receipts import Receipt

from ..messages import LANGUAGES, Messages

DONE = "done"
_SAID = re.compile(r"^[a-z_]{1,40}$")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing said above a page: ``kind`` (done, fault, hint) and the key of the sentence.

    ``undo``: fields of the form that takes the change back, sent to ``undo_to``; ``undo_key``: what its button says.
    """

    kind: str
    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    undo_to: str = ""
    undo: Mapping[str, str] = field(default_factory=dict)
    undo_key: str = "page.undo"


def go_to(address: str, done: str = "") -> Receipt:
    """Give the receipt of a change that a form asked for: the page that it leads to, and what is said there.

    ``done``: name of a message ``done.*``; nothing about a person stands in the address.
    """
    where = quote(address, safe="/?&=#%")
    if done:
        path, hash_, anchor = where.partition("#")
        where = f"{path}{'&' if '?' in path else '?'}{urlencode({DONE: done})}{hash_}{anchor}"
    return Receipt(303, "", {"Location": where})


def notice_of(request: Request) -> Notice | None:
    """Read what the last change left to be said; what no message says is not said."""
    said = request.query_params.get(DONE, "")
    if not _SAID.match(said) or not Messages(LANGUAGES[0]).has(f"done.{said}"):
        return None
    return Notice("done", f"done.{said}")

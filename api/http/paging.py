"""Cuts long lists into pages that stay right while others add to them.

A page is asked for by the last thing of the page before, not by a count: what is added meanwhile neither repeats nor
hides anything. A cursor is opaque; it names its list, and one that was altered or is of another list is refused. It
grants nothing: whoever makes one up gets a page of a list that they may read anyway.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request, Response

from .problems import Problem
from .text_rules import LARGEST_WHOLE

MOST_CURSOR_CHARACTERS = 512
Thing = TypeVar("Thing")
Key = str | int
Cursor = Annotated[
    str, Query(max_length=MOST_CURSOR_CHARACTERS, pattern=r"^[A-Za-z0-9_\-]*$", description="`next` of the page before")
]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: what stands on it, and the cursor of the next one (None: it is the last)."""

    things: Sequence[Any]
    next: str | None


def cut_page(found: Sequence[Thing], limit: int, list_: str, key: Callable[[Thing], Key]) -> Page:
    """Cut a page out of up to ``limit + 1`` things that were read, in order of their key."""
    more = len(found) > limit
    things = found[:limit]
    return Page(things, write_cursor(list_, key(things[-1])) if more else None)


def write_cursor(list_: str, last: Key) -> str:
    """Write the cursor after a thing of a list."""
    told = json.dumps([list_, last], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def read_cursor(cursor: str, list_: str, kind: type[Thing]) -> Thing | None:
    """Give the key that a page starts after; None for the first page. Problem when it is no cursor of this list.

    >>> read_cursor(write_cursor("people", "KS-001"), "people", str)
    'KS-001'
    """
    if not cursor:
        return None
    try:
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise Problem("invalid_cursor") from None
    is_ours = isinstance(told, list) and len(told) == 2 and told[0] == list_ and type(told[1]) is kind
    if not is_ours or (isinstance(told[1], int) and abs(told[1]) > LARGEST_WHOLE):
        raise Problem("invalid_cursor")
    last: Thing = told[1]
    if isinstance(last, str) and ("\0" in last or any("\ud800" <= char <= "\udfff" for char in last)):
        raise Problem("invalid_cursor")
    return last


def link_next(request: Request, response: Response, page: Page) -> None:
    """Say the address of the next page in the header Link too."""
    if page.next is None:
        return
    asked = [(name, value) for name, value in parse_qsl(request.url.query) if name != "cursor"]
    response.headers["Link"] = f'<{request.url.path}?{urlencode([*asked, ("cursor", page.next)])}>; rel="next"'

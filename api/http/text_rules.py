"""Which text and numbers come in at all: what one database would keep and the other not, neither gets to see.

Measured: NUL is an error on PostgreSQL and accepted by SQLite, NaN becomes NULL on SQLite, 2^63 overflows both, half
characters (lone surrogates) break both. Text comes in composed (NFC), so that the same word is the same bytes.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn

from .problems import Problem

MOST_DEPTH = 40
WHOLE_BITS = 53
LARGEST_WHOLE = 2**WHOLE_BITS - 1


def accepted_text(text: str) -> str:
    r"""Compose text (NFC); Problem for NUL and half characters.

    >>> len("a\u0308"), len(accepted_text("a\u0308"))
    (2, 1)
    """
    if text.isascii():
        if "\0" in text:
            raise Problem("text_not_accepted", "A text holds the character NUL.")
        return text
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise Problem("text_not_accepted", "A text holds NUL or half a character.")
    return unicodedata.normalize("NFC", text)


def accepted_json(body: bytes) -> bytes:
    """Read JSON strictly and write it with composed text; the bytes stay as they are where nothing changes.

    Problem for what is no JSON, NaN and infinity, whole numbers beyond 53 bits, the same name twice, too much depth.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("invalid_request", "The body is not UTF-8.") from None
    try:
        value = json.loads(text, parse_constant=_no_number, parse_int=_whole, object_pairs_hook=_object)
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise Problem("invalid_request", "The body is not JSON.") from None
    accepted = _accepted(value, MOST_DEPTH)
    return body if accepted == value else json.dumps(accepted, ensure_ascii=False, allow_nan=False).encode()


def _too_deep() -> Problem:
    return Problem("too_deep", f"The body is nested more than {MOST_DEPTH} deep.")


def _accepted(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return accepted_text(value)
    if depth == 0 and isinstance(value, list | dict):
        raise _too_deep()
    if isinstance(value, list):
        return [_accepted(one, depth - 1) for one in value]
    if isinstance(value, dict):
        return _object((accepted_text(name), _accepted(one, depth - 1)) for name, one in value.items())
    if isinstance(value, float) and not math.isfinite(value):
        raise Problem("text_not_accepted", "A number is too large.")
    return value


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in pairs:
        if name in made:
            raise Problem("invalid_request", "An object has the same name twice.")
        made[name] = value
    return made


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_WHOLE:
        raise Problem("text_not_accepted", f"A whole number needs more than {WHOLE_BITS} bits.")
    return int(digits)


def _no_number(_name: str) -> NoReturn:
    raise Problem("text_not_accepted", "NaN and infinity are no numbers.")

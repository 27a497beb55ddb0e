"""Texts in cells: written so that no spreadsheet program takes them for a formula, and read back as they were.

Every table that leaves the engine, CSV or XLSX, writes its texts through ``guarded``; every table that is read takes
the mark off with ``unguarded``. Numbers are written as numbers and need neither.
"""

from __future__ import annotations

import re

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
"""A text that begins so, blanks before it aside, may be run by a spreadsheet program (OWASP, CSV injection)."""

_NOT_SEEN = " \u00a0\u200b\u200e\u200f\u2060\ufeff\v\f"

LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""


def guarded(text: str) -> str:
    """Write a text so that no spreadsheet program takes it for a formula.

    >>> guarded("=1+1"), guarded("'tis"), guarded("hyllytys")
    ("'=1+1", "''tis", 'hyllytys')
    """
    return f"'{text}" if _is_run(text) else text


def unguarded(text: str) -> str:
    """Read a text back; the way back from ``guarded``.

    >>> unguarded(guarded("=1+1")), unguarded(guarded("'tis"))
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _is_run(text[1:]) else text


def _is_run(text: str) -> bool:
    """Tell whether a text may be run: also behind blanks and signs that are not seen (some programs drop them)."""
    return text.startswith((*FORMULA_SIGNS, "'")) or text.lstrip(_NOT_SEEN).startswith(FORMULA_SIGNS)


def plain(cell: str) -> str:
    r"""Make one line of a cell: control signs and runs of blanks become one blank.

    >>> plain("  Pöytien\n pyyhintä\x00 ")
    'Pöytien pyyhintä'
    """
    return re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in cell)).strip()

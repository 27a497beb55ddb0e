"""Addresses of ESCO, the European classification of occupations and skills: their form, and what follows by rule.

Only the form is checked; that ESCO has such an entry is known to its tables (``data.imports.esco``), which are not part
of this project. The group of an occupation follows from the ISCO-08 code and the other way round; nothing is made of
names.
"""

from __future__ import annotations

import re

BASE = "http://data.europa.eu/esco/"
_ENTRY = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OCCUPATION = re.compile(rf"https?://data\.europa\.eu/esco/occupation/({_ENTRY})")
_GROUP = re.compile(r"(?:https?://data\.europa\.eu/esco/isco/)?C?(\d{1,4})")


def occupation_address(said: str) -> str | None:
    """Give the address of an ESCO occupation in its one form; None when it is none.

    >>> occupation_address("https://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197")
    'http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197'
    """
    match = _OCCUPATION.fullmatch(said.strip().lower())
    return f"{BASE}occupation/{match[1]}" if match else None


def isco_of(said: str) -> str | None:
    """Give the ISCO-08 code of a code or of ESCO's address of its group; None when it is neither.

    >>> isco_of("http://data.europa.eu/esco/isco/C9112"), isco_of("C91"), isco_of("cleaner")
    ('9112', '91', None)
    """
    match = _GROUP.fullmatch(said)
    return match[1] if match else None


def group_address(isco: str) -> str:
    """Give ESCO's address of an ISCO-08 group; empty for none.

    >>> group_address("9112"), group_address("")
    ('http://data.europa.eu/esco/isco/C9112', '')
    """
    return f"{BASE}isco/C{isco}" if isco else ""

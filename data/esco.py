"""Addresses of ESCO, the European classification of occupations and skills: their form, and what follows by rule.

Only the form is checked; that ESCO has such an entry is known to its tables (``data.imports.esco``), which are not part
of this project. The group of an occupation follows from the ISCO-08 code and the other way round; nothing is made of
names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InvalidInput

BASE = "http://data.europa.eu/esco/"
_ENTRY = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_OCCUPATION = re.compile(rf"https?://data\.europa\.eu/esco/occupation/({_ENTRY})")
_SKILL = re.compile(rf"https?://data\.europa\.eu/esco/skill/({_ENTRY})")
_GROUP = re.compile(r"(?:https?://data\.europa\.eu/esco/isco/)?C?([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class Occupation:
    """What a job is by the classifications: an ISCO-08 code, an address of ESCO; both may be empty (not said)."""

    isco: str = ""
    esco: str = ""

    @property
    def said(self) -> str:
        """Give it as it can be said again: the address, or else the code."""
        return self.esco or self.isco


NOT_SAID = Occupation()


def occupation_from(said: str) -> Occupation:
    """Read an occupation as an ISCO-08 code or as an address of ESCO, of an occupation or a group.

    InvalidInput for anything else. Nothing is looked up: a code that no table knows is kept as it is.

    >>> occupation_from(" 9112 "), occupation_from("")
    (Occupation(isco='9112', esco=''), Occupation(isco='', esco=''))
    """
    text = said.strip()
    if not text:
        return NOT_SAID
    if code := isco_of(text):
        return Occupation(isco=code)
    if address := occupation_address(text):
        return Occupation(esco=address)
    raise InvalidInput(
        "occupation", "this is neither an ISCO-08 code nor an address of an ESCO occupation",
        f"one to four figures like 9112, or {BASE}occupation/ and its id",
    )  # fmt: skip


def occupation_address(said: str) -> str | None:
    """Give the address of an ESCO occupation in its one form; None when it is none.

    >>> occupation_address("https://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197")
    'http://data.europa.eu/esco/occupation/114e1eff-215e-47df-8e10-45a5b72f8197'
    """
    match = _OCCUPATION.fullmatch(said.strip().lower())
    return f"{BASE}occupation/{match[1]}" if match else None


def skill_address(said: str) -> str | None:
    """Give the address of an ESCO skill in its one form; None when it is none.

    >>> skill_address("https://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9")
    'http://data.europa.eu/esco/skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9'
    """
    match = _SKILL.fullmatch(said.strip().lower())
    return f"{BASE}skill/{match[1]}" if match else None


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

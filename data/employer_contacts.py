"""The log of contacts with an employer: when, by whom, how, what it was about, and when next.

It belongs to the organisation and stays when coaches change. It is about the employer: nothing about a candidate, and
nothing about anybody's health, belongs in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .errors import InvalidInput
from .spreadsheet_text import plain

LONGEST_NOTE = 500


class ContactKind(StrEnum):
    """How somebody was in touch."""

    CALL = "call"
    VISIT = "visit"
    MESSAGE = "message"
    MEETING = "meeting"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EmployerContact:
    """One contact of an organisation (``tenant``) with an employer; ``account`` is who was in touch."""

    id: str
    employer: str
    tenant: str
    on: date
    account: str
    kind: ContactKind
    note: str
    next_on: date | None = None

    def checked(self) -> EmployerContact:
        """Give it back when it can be kept; InvalidInput for a long note or a next day before the contact."""
        if len(self.note) > LONGEST_NOTE or self.note != plain(self.note):
            raise InvalidInput(
                "note", "the note is too long or has line breaks", f"one line, up to {LONGEST_NOTE} signs"
            )
        if self.next_on is not None and self.next_on < self.on:
            raise InvalidInput("next_on", "the next contact is before this one", "a later day, or none")
        return self

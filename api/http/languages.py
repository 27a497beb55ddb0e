"""Which of our languages a reader asks for in ``Accept-Language`` (RFC 9110)."""

from __future__ import annotations

from babel import negotiate_locale

from ..messages import LANGUAGES

_MOST_ACCEPTED = 30


def accepted_language(header: str) -> str | None:
    """Choose from a header ``Accept-Language``; None when it names none of ours.

    >>> accepted_language("de;q=0.9, sv-FI;q=0.8, en;q=0.5"), accepted_language("de")
    ('sv', None)
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_ACCEPTED]:
        name, _, weight = part.strip().partition(";")
        try:
            share = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if share > 0:
            wanted.append((share, name.strip().lower()))
    ordered = [name for _, name in sorted(wanted, key=lambda one: -one[0])]
    return negotiate_locale(ordered, LANGUAGES, sep="-")

"""Which language a reader asks for in ``Accept-Language`` (RFC 9110): the best liked of ours, else English."""

from __future__ import annotations

from ..messages import LANGUAGES

DEFAULT_LANGUAGE = "en"
_MOST_ASKED = 20
"""More wishes than anybody has are not read."""


def accepted_language(header: str) -> str:
    """Choose the language; of two that are liked alike the one that is named first.

    >>> accepted_language("sv-FI, fi;q=0.8"), accepted_language("de, *;q=0.5"), accepted_language("fi;q=0, sv;q=x")
    ('sv', 'en', 'en')
    """
    liked: dict[str, float] = {}
    for said in header.split(",", _MOST_ASKED)[:_MOST_ASKED]:
        name, _, weight = said.partition(";")
        language = name.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            liked[language] = max(liked.get(language, 0.0), _weight(weight))
    best = max(liked, key=lambda one: liked[one], default=DEFAULT_LANGUAGE)
    return best if liked.get(best, 0.0) > 0 else DEFAULT_LANGUAGE


def _weight(said: str) -> float:
    """Read ``q=0.8``; 1 when nothing is said, 0 when it is no weight."""
    text = said.strip().lower().replace(" ", "")
    if not text:
        return 1.0
    name, _, value = text.partition("=")
    plain = value.replace(".", "", 1)
    return min(1.0, float(value)) if name == "q" and plain.isascii() and plain.isdigit() and len(value) <= 5 else 0.0

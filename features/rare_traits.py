"""Finds what holds for few people: "the only female crane driver of the town" names somebody without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .capital_words import Span, Word
from .name_lists import deidentification_words


def rare_traits(words: Sequence[Word]) -> Iterator[Span]:
    """Find patterns of words that hold for few people; "~" stands for up to three words, "*" for any letters."""
    for listed in deidentification_words()["rare"].values():
        for pattern in listed:
            parts = pattern.split()
            for at in range(len(words)):
                end = _rare_end(parts, words, at)
                if end is not None:
                    owned = at > 0 and not words[at].first and words[at - 1].text.endswith(("n", "s"))
                    yield Span("rare", words[at - owned].start, words[end - 1].end, False)


def _rare_end(parts: Sequence[str], words: Sequence[Word], at: int) -> int | None:
    for number, part in enumerate(parts):
        if part == "~":
            if number == len(parts) - 1:
                last = min(at + 3, len(words))
                return next((end for end in range(at, last) if words[end].first), last)
            return next(
                (end for gap in range(4) if (end := _rare_end(parts[number + 1 :], words, at + gap)) is not None),
                None,
            )
        if at >= len(words) or not re.fullmatch(re.escape(part).replace(r"\*", r"\w*"), words[at].text.lower()):
            return None
        at += 1
    return at

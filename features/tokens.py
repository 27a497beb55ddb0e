"""Where the words of a text stand: lower-case words with their character offsets."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 20_000
"""Only the beginning of a longer text is read; who pastes a book gets an answer, not a stop."""

_WORD = re.compile(r"[^\W\d_]{2,}")


def clean(text: str) -> str:
    r"""Make a text safe to read: accents written apart are joined, control signs become spaces, the end is cut off.

    Offsets of words refer to the cleaned text; for ordinary text that is the text itself.

    >>> clean("Siivous\x00\x07, 2 h")
    'Siivous  , 2 h'
    """
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def words_of(text: str) -> list[str]:
    """Return the lower-case words of a text, of two letters or more.

    >>> words_of("WC-tilojen siivous 2 h")
    ['wc', 'tilojen', 'siivous']
    """
    return _WORD.findall(_lower(text))


def spans_of(text: str) -> list[tuple[int, int]]:
    """Return where each word of ``words_of`` begins and ends."""
    return [match.span() for match in _WORD.finditer(_lower(text))]


def _lower(text: str) -> str:
    """Lower-case without changing the length, so that offsets hold."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    return low

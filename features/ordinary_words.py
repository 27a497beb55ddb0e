"""Words that stand in lower case in the engine's own reference texts: at the beginning of a sentence they name nobody.

The file is made anew by ``python -m features.ordinary_words`` when reference texts have grown.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from data.reference_files import REFERENCE

ORDINARY_WORDS = REFERENCE / "ordinary_words.txt"
_LOWER = re.compile(r"(?<![^\W])[a-zåäöéü]{3,}(?![\w-])")


@cache
def ordinary_words() -> frozenset[str]:
    """Give the words, lower-case."""
    return frozenset(ORDINARY_WORDS.read_text(encoding="utf-8").split())


BEGINNING = 4
"""So many letters of a word are compared: Finnish words change at their end and are put together from known ones."""


@cache
def ordinary_beginnings() -> frozenset[str]:
    """Give the beginnings of the ordinary words."""
    return frozenset(word[:BEGINNING] for word in ordinary_words())


def begins_ordinarily(word: str) -> bool:
    """Tell whether a word begins as an ordinary one does, so that it is hardly a name.

    >>> begins_ordinarily("Työpaikalla"), begins_ordinarily("Gunvor")
    (True, False)
    """
    return word.lower()[:BEGINNING] in ordinary_beginnings()


def words_of_reference(without: Collection[str] = ()) -> list[str]:
    """Collect the words of the region, measure, dimension and solution files, but not of lists of names.

    ``without`` names further files that are left out.
    """
    found: set[str] = set()
    for path in sorted(REFERENCE.rglob("*.yaml")):
        if (
            not path.stem.startswith(("person_names", "place_names", "deidentification", "gap_words"))
            and path.name not in without
        ):
            found.update(_LOWER.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


if __name__ == "__main__":
    ORDINARY_WORDS.write_text("\n".join(words_of_reference()) + "\n", encoding="utf-8")

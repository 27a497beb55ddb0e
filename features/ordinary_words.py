"""Words that stand in lower case in the engine's own reference texts: at the beginning of a sentence they name nobody.

The file is made anew by ``python -m features.ordinary_words`` when reference texts have grown.
"""

from __future__ import annotations

import re
from functools import cache

from data.reference_files import REFERENCE

ORDINARY_WORDS = REFERENCE / "ordinary_words.txt"
_LOWER = re.compile(r"(?<![^\W])[a-zåäöéü]{3,}(?![\w-])")


@cache
def ordinary_words() -> frozenset[str]:
    """Give the words, lower-case."""
    return frozenset(ORDINARY_WORDS.read_text(encoding="utf-8").split())


def words_of_reference() -> list[str]:
    """Collect the words of the region, measure, dimension and solution files, but not of the lists of names."""
    found: set[str] = set()
    for path in sorted(REFERENCE.rglob("*.yaml")):
        if not path.stem.startswith(("person_names", "place_names", "deidentification", "gap_words")):
            found.update(_LOWER.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


if __name__ == "__main__":
    ORDINARY_WORDS.write_text("\n".join(words_of_reference()) + "\n", encoding="utf-8")

"""Names in three languages for what the records only hold as ids: activities, facilities, sectors, permits."""

from __future__ import annotations

from functools import cache

from .reference_files import read_reference


@cache
def vocabulary(kind: str) -> dict[str, dict[str, str]]:
    """Give all ids of a kind with their names by language.

    ``kind``: activities, facilities, sectors, permits, conditions, accommodation_kinds or cost_classes.

    >>> vocabulary("activities")["laundry"]["fi"]
    'pyykkihuolto'
    """
    words: dict[str, dict[str, str]] = read_reference("vocabulary.yaml")[kind]
    return words


def name_of(kind: str, id_: str, language: str) -> str:
    """Name one id in a language; the id itself when nobody has named it yet."""
    return vocabulary(kind).get(id_, {}).get(language, id_.replace("_", " "))


def condition_name(key: str, language: str) -> str:
    """Name a boundary condition by its key.

    >>> condition_name("permit:hygiene_passport", "fi"), condition_name("driving_licence:B", "sv")
    ('hygieniapassi', 'körkort B')
    """
    kind, _, what = key.partition(":")
    if kind == "permit":
        return name_of("permits", what, language)
    general = name_of("conditions", kind, language)
    if kind == "language":
        return f"{general} ({name_of('languages', what, language)})"
    return f"{general} {what}".strip()

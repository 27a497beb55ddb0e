"""Says things in Finnish, Swedish or English: gettext catalogues, numbers the way each language writes them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from data.dimensions import dimension_index, load_dimensions
from data.vocabulary import condition_name, name_of, vocabulary

LANGUAGES = ("fi", "sv", "en")
LOCALE = Path(__file__).parent / "locale"


@cache
def catalogue(language: str) -> dict[str, str]:
    """Read all messages of a language; ValueError when two files of it hold the same key."""
    found: dict[str, str] = {}
    for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                key = str(message.id)
                if key and key in found:
                    raise ValueError(f"{path.name} says {key} once more")
                if key:
                    found[key] = str(message.string)
    return found


@cache
def easy_catalogue() -> dict[str, str]:
    """Read the messages in easy Finnish (selkosuomi) over the Finnish ones: whatever is not there is said as usual."""
    with (LOCALE / "fi" / "easy" / "easy.po").open("rb") as file:
        easy = {str(message.id): str(message.string) for message in read_po(file, locale="fi") if message.id}
    return catalogue("fi") | easy


class Messages:
    """One reader's language. ``text(key, ...)`` fills the named places of a message.

    ``easy``: in easy Finnish, where the language is Finnish.
    """

    def __init__(self, language: str, *, easy: bool = False) -> None:
        self.language = language
        self.easy = easy and language == "fi"
        self._catalogue = easy_catalogue() if self.easy else catalogue(language)

    def text(self, key: str, **values: object) -> str:
        """Give a message; KeyError for a key that no catalogue holds (a test keeps them complete)."""
        return self._catalogue[key].format(**values)

    def has(self, key: str) -> bool:
        """Tell whether there is a message of that key."""
        return key in self._catalogue

    def number(self, value: float, decimals: int = 1) -> str:
        """Write a number as the language does: 2,5 in Finnish and Swedish, 2.5 in English; with a minus, not a hyphen.

        >>> Messages("fi").number(-0.75, 2)
        '\u22120,75'
        """
        return _written(round(value, decimals) + 0.0, decimals, self.language)

    def dimension(self, id_: str) -> str:
        """Name a dimension shortly."""
        at = dimension_index().get(id_)
        return id_ if at is None else load_dimensions()[at].short[self.language].lower()

    def dimensions(self, ids: Iterable[str]) -> str:
        """Name dimensions in a row."""
        return ", ".join(self.dimension(id_) for id_ in ids)

    def word(self, kind: str, id_: str) -> str:
        """Name an activity, facility, permit and so on."""
        return name_of(kind, id_, self.language)

    def half_day(self, block: str) -> str:
        """Name a half-day of the week shortly; another block of a problem file by its id."""
        day, _, part = block.partition("_")
        if self.has(f"day.{day}") and self.has(f"part.{part}"):
            return f"{self.text(f'day.{day}')} {self.text(f'part.{part}')}"
        return block

    def condition(self, key: str) -> str:
        """Name a boundary condition, e.g. ``permit:hygiene_passport``."""
        return condition_name(key, self.language)

    def activity_or_dimension(self, id_: str) -> str:
        """Name what a wish or strength is about."""
        return self.word("activities", id_) if id_ in vocabulary("activities") else self.dimension(id_)


@lru_cache(maxsize=8192)  # a page of suggestions writes a thousand numbers, few of them different
def _written(value: float, decimals: int, language: str) -> str:
    pattern = "#,##0" if decimals == 0 else "#,##0." + "#" * decimals
    # Babel takes the hyphen of the pattern whatever the language, so the minus is written here.
    return ("\u2212" if value < 0 else "") + format_decimal(abs(value), format=pattern, locale=language)

"""Which words of a text could give a person away: names, codes, dates, places, employers, diagnoses, rare traits.

Every finding says where it stands, what it is and what may stand there instead; a person decides. Nothing that was
found is stored as it was. Doubtful findings are kept (``sure`` is False): a wrong flag costs a click, a missed name
a person's privacy. Word lists: ``person_names*.yaml``, ``place_names.yaml``, ``illness_words.yaml``,
``deidentification_words.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .capital_words import Span, read_words
from .employers_in_text import employers
from .illnesses_in_text import illnesses
from .name_lists import deidentification_words
from .names_in_text import names_and_places
from .personal_patterns import age_in, shapes
from .rare_traits import rare_traits
from .tokens import clean

KINDS = (
    "name", "id", "phone", "email", "plate", "address", "date", "age", "place", "employer", "diagnosis", "rare",
)  # fmt: skip


MANY_TRAITS = 3
"""So many different traits of one person in one sentence (age, place, employer, date, rare) are a combination."""


_TRAITS = frozenset(("age", "place", "employer", "date", "rare"))


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """One finding in the cleaned text: kind, offsets, what may stand instead ("" removes it), whether it is sure."""

    kind: str
    start: int
    end: int
    text: str
    proposal: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class PersonalCheck:
    """What was found in a text, in order; ``combinations`` are sentences whose traits together are few people's."""

    text: str
    findings: tuple[PersonalFinding, ...]
    combinations: tuple[tuple[int, int], ...]


def check_personal(text: str, language: str = "fi") -> PersonalCheck:
    """Look for everything that could give a person away; ``language`` is that of the proposals.

    >>> check = check_personal("Virtasen kokeilu alkoi Jyväskylässä 3.2.2025.")
    >>> [(one.kind, one.text) for one in check.findings]
    [('name', 'Virtasen'), ('place', 'Jyväskylässä'), ('date', '3.2.2025')]
    """
    text = clean(text)
    words = read_words(text)
    shaped = [Span(*found, True) for found in shapes(text)]
    spans = [
        *shaped,
        *rare_traits(words),
        *illnesses(words),
        *employers(text, words),
        *names_and_places(text, words, shaped, language),
    ]
    findings = tuple(
        PersonalFinding(
            one.kind, one.start, one.end, text[one.start : one.end], _instead(one, text, language), one.sure
        )
        for one in _apart(spans)
    )
    return PersonalCheck(text, findings, tuple(_combinations(text, findings)))


def without_personal(check: PersonalCheck, keep: Iterable[int] = ()) -> str:
    """Give the text with every finding replaced by its proposal, but for those whose numbers a person chose to keep.

    >>> without_personal(check_personal("Pekka, 52-vuotias, seisoi."))
    'Työntekijä, 50–59-vuotias, seisoi.'
    """
    kept, out, at = set(keep), "", 0
    for number, one in enumerate(check.findings):
        if number in kept:
            continue
        out += check.text[at : one.start]
        proposal = one.proposal
        if proposal and (not out.strip() or out.rstrip()[-1:] in ".!?"):
            proposal = proposal[0].upper() + proposal[1:]
        out, at = out + proposal, one.end
    out += check.text[at:]
    return re.sub(r"\s+([.,;:!?])", r"\1", re.sub(r"[ \t]{2,}", " ", out)).strip()


def _instead(one: Span, text: str, language: str) -> str:
    words = text[one.start : one.end]
    instead = str(deidentification_words()["instead"][one.kind][language])
    if one.kind == "age" and (age := age_in(words)) is not None:
        return instead.format(low=age // 10 * 10, high=age // 10 * 10 + 9)
    if one.kind == "date":
        return _season(words, language) or instead
    return instead


def _season(words: str, language: str) -> str:
    """Blur a date to its season; "" when it names no month."""
    months, low = deidentification_words()["months"], words.lower()
    number = next((at for name in ("fi", "sv", "en") for at, month in enumerate(months[name], 1) if month in low), None)
    if number is None:
        match = re.search(r"\d{1,2}[./] ?(\d{1,2})[./]", words) or re.search(r"\d{4}-(\d{2})-", words)
        match = match or re.match(r"(\d{1,2})/\d{4}", words)
        number = int(match[1]) if match else None
    return (
        str(deidentification_words()["seasons"][language][number % 12 // 3])
        if number is not None and 1 <= number <= 12
        else ""
    )


def _apart(spans: Sequence[Span]) -> list[Span]:
    """Keep spans that do not overlap: the longer one wins, then the surer; neighbours of one kind are joined."""
    kept: list[Span] = []
    for one in sorted(spans, key=lambda s: (s.start - s.end, not s.sure, KINDS.index(s.kind), s.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda s: s.start)


def _combinations(text: str, findings: Sequence[PersonalFinding]) -> Iterator[tuple[int, int]]:
    at = 0
    for cut in [*re.finditer(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-ZÅÄÖ])", text), None]:
        end = cut.start() if cut else len(text)
        traits = {one.kind for one in findings if at <= one.start < end} & _TRAITS
        if len(traits) >= MANY_TRAITS:
            yield at, end
        at = cut.end() if cut else end

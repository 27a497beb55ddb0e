"""Measures the de-identification check on planted items: ``python -m tests.gold.personal [dev|test|alarms]``.

A planted item is found when nothing that identifies is left of it: every word of it with a capital or a digit is
covered by findings (of an item without such words, any part). A finding is right when it touches a planted item.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from data.imports.solutions import SEED_SOLUTIONS, read_seed_solutions
from features import name_lists, sentence_beginnings
from features.deidentification import check_personal
from features.ordinary_words import BEGINNING, words_of_reference

GOLD = Path(__file__).parent / "deidentification"
_MARK = re.compile(r"\[([^\[\]]+)\]\{([a-z]+)\}")


@dataclass(frozen=True)
class Planted:
    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class PlantedText:
    language: str
    text: str
    items: tuple[Planted, ...]


def read_planted(half: str) -> list[PlantedText]:
    found = []
    for line in (GOLD / f"{half}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        language, marked = line.split(" | ", 1)
        text, items, at = "", [], 0
        for match in _MARK.finditer(marked):
            text += marked[at : match.start()]
            items.append(Planted(match[2], len(text), len(text) + len(match[1])))
            text, at = text + match[1], match.end()
        found.append(PlantedText(language, text + marked[at:], tuple(items)))
    return found


@dataclass
class PersonalScore:
    """Counts by kind of the planted item; ``right`` and ``wrong`` count findings, ``named`` those of the right kind."""

    found: Counter[str]
    missed: Counter[str]
    right: int = 0
    wrong: int = 0
    named: int = 0

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(1, sum(self.found.values()) + sum(self.missed.values()))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)


def score_personal(texts: list[PlantedText], told: list[str] | None = None) -> PersonalScore:
    total = PersonalScore(Counter(), Counter())
    for one in texts:
        findings = check_personal(one.text, one.language).findings
        covered = {at for finding in findings for at in range(finding.start, finding.end)}
        for item in one.items:
            words = [
                (item.start + match.start(), item.start + match.end())
                for match in re.finditer(r"\S+", one.text[item.start : item.end])
                if re.search(r"[A-ZÅÄÖ\d]", match[0])
            ]
            whole = [any(at in covered for at in range(start, end)) for start, end in words]
            got = all(whole) if words else any(at in covered for at in range(item.start, item.end))
            (total.found if got else total.missed)[item.kind] += 1
            if not got and told is not None:
                told.append(f"- {item.kind} {one.text[item.start : item.end]!r} | {one.text}")
        for finding in findings:
            touched = [item for item in one.items if item.start < finding.end and finding.start < item.end]
            total.right += bool(touched)
            total.wrong += not touched
            total.named += any(item.kind == finding.kind for item in touched)
            if not touched and told is not None:
                told.append(f"+ {finding.kind} {finding.text!r} | {one.text}")
    return total


def false_alarms() -> dict[str, float]:
    """Count findings per 1,000 words of the seed cases, which name nobody, by language.

    The ordinary words are those of the other reference files only, so that the cases are new to the check.
    """
    solutions = sorted({path.name for path in SEED_SOLUTIONS.glob("*.yaml")})
    words = frozenset(words_of_reference(without=solutions))
    beginnings = frozenset(word[:BEGINNING] for word in words)
    counts: dict[str, list[int]] = {}
    with (
        patch.object(name_lists, "ordinary_words", lambda: words),
        patch.object(sentence_beginnings, "ordinary_words", lambda: words),
        patch.object(sentence_beginnings, "begins_ordinarily", lambda word: word.lower()[:BEGINNING] in beginnings),
    ):
        for one in read_seed_solutions():
            for language, text in one.texts.items():
                total = counts.setdefault(language, [0, 0])
                for part in (text.title, text.work, text.change, text.result):
                    total[0] += len(part.split())
                    total[1] += len(check_personal(part, language).findings)
    return {language: round(1000 * found / words_read, 1) for language, (words_read, found) in counts.items()}


def main() -> None:
    """Print recall and precision."""
    if "alarms" in sys.argv:
        sys.stdout.write(f"findings per 1,000 words of texts that name nobody: {false_alarms()}\n")
        return
    half = next((one for one in sys.argv[1:] if not one.startswith("-")), "dev")
    told: list[str] = []
    texts = read_planted(half)
    total = score_personal(texts, told)
    if "-v" in sys.argv:
        sys.stdout.write("\n".join(told) + "\n")
    planted = sum(total.found.values()) + sum(total.missed.values())
    sys.stdout.write(
        f"{half}: {planted} planted in {len(texts)} texts; recall {total.recall:.3f}, precision {total.precision:.3f} "
        f"({total.right} right, {total.wrong} wrong; {total.named} of the right kind); missed {dict(total.missed)}\n"
    )


if __name__ == "__main__":
    main()

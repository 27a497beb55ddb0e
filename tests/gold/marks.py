"""Reads gold sentences and scores findings against them: right when type and value agree and the words overlap."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from features.condition_text import FoundCondition, read_conditions

GOLD = Path(__file__).parent / "conditions"
_MARK = re.compile(r"\[([^\[\]]+)\]\{([^{}]+)\}")


@dataclass(frozen=True)
class Mark:
    type: str
    value: str
    need: str
    start: int
    end: int


@dataclass(frozen=True)
class GoldSentence:
    language: str
    text: str
    marks: tuple[Mark, ...]


def read_gold(part: str, language: str) -> list[GoldSentence]:
    """Read the gold sentences of a part (dev or test) in a language."""
    return [
        sentence
        for path in sorted(GOLD.glob(f"{part}_*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
        if (sentence := parse_line(line)).language == language
    ]


def parse_line(line: str) -> GoldSentence:
    """Read one marked line."""
    language, marked = line.split(" | ", 1)
    text, marks, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        start = len(text)
        text += match[1]
        at = match.end()
        for one in match[2].split(";"):
            found = re.fullmatch(r"\s*(\w+)=([^!?]+)([!?])\s*", one)
            assert found, line
            need = "must" if found[3] == "!" else "wish"
            marks.append(Mark(found[1], found[2], need, start, len(text)))
    return GoldSentence(language, text + marked[at:], tuple(marks))


@dataclass
class Score:
    """Counts by type: found and right, found and wrong, missed; ``need`` right of those found."""

    right: Counter[str]
    wrong: Counter[str]
    missed: Counter[str]
    need_right: int = 0

    def f1(self, type_: str | None = None) -> tuple[float, float, float]:
        """Precision, recall and F1, of one type or of all together (micro)."""
        right, wrong, missed = (
            sum(counts.values()) if type_ is None else counts[type_] for counts in (self.right, self.wrong, self.missed)
        )
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def score(gold: list[GoldSentence], mistakes: list[str] | None = None) -> Score:
    """Read every gold sentence and compare."""
    total = Score(Counter(), Counter(), Counter())
    for sentence in gold:
        compare(sentence, read_conditions(sentence.text, sentence.language), total, mistakes)
    return total


def compare(sentence: GoldSentence, found: list[FoundCondition], total: Score, mistakes: list[str] | None) -> None:
    open_marks = list(sentence.marks)
    for one in found:
        mark = next(
            (
                mark
                for mark in open_marks
                if (mark.type, mark.value) == (one.type, one.value) and mark.start < one.end and one.start < mark.end
            ),
            None,
        )
        if mark is None:
            total.wrong[one.type] += 1
            if mistakes is not None:
                mistakes.append(f"+ {one.type}={one.value} {one.quote!r} | {sentence.text}")
        else:
            open_marks.remove(mark)
            total.right[one.type] += 1
            total.need_right += mark.need == one.need
            if mistakes is not None and mark.need != one.need:
                mistakes.append(f"~ {one.need} {one.type}={one.value} | {sentence.text}")
    for mark in open_marks:
        total.missed[mark.type] += 1
        if mistakes is not None:
            mistakes.append(f"- {mark.type}={mark.value} {sentence.text[mark.start : mark.end]!r} | {sentence.text}")

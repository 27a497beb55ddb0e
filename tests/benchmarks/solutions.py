"""``make bench``: a gap question over 100,000 earlier solutions, and how well questions are answered, beside the peers.

Cases are drawn from the seed cases with a fixed seed: levels moved, gaps of several cases mixed, words exchanged.
Writes ``build/bench.json``. Times are medians and 95th percentiles over the graded questions, one thread.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.dimensions import dimension_index
from data.imports.solutions import read_seed_solutions
from data.solutions import EmployerSize, Gap, Solution, SolutionText
from features.gap_question import read_question
from matching.solutions import index_solutions, nearest_solutions
from tests.gold.personal import read_planted, score_personal
from tests.gold.retrieval import difference, measure, rankings, read_graded

CASES, SEED, TOP = 100_000, 0, 5


def drawn_solutions(count: int, seed: int = SEED) -> list[Solution]:
    """Draw cases that differ from the seeds and from one another in levels, gaps, context and words."""
    seeds, rng = read_seed_solutions(), np.random.default_rng(seed)
    words = sorted({word for one in seeds for word in one.texts["fi"].work.split()})
    sectors, sizes, dimensions = sorted({one.sector for one in seeds}), list(EmployerSize), list(dimension_index())
    found = []
    for number in range(count):
        one, other = (seeds[at] for at in rng.integers(len(seeds), size=2))
        gaps = dict(one.gaps) if rng.random() < 0.5 else {**one.gaps, **other.gaps}
        if rng.random() < 0.3:
            gaps[dimensions[rng.integers(len(dimensions))]] = Gap(4.0, 2.0)
        gaps = {d: _moved(gap, rng.integers(-2, 3, size=2)) for d, gap in gaps.items()}
        said = [words[at] for at in rng.integers(len(words), size=6)]
        text = one.texts["fi"]
        work = " ".join([*text.work.split()[: int(rng.integers(3, 12))], *said, f"kohde{_letters(number)}"])
        texts = {"fi": SolutionText(text.title, work, text.change, text.result)}
        found.append(
            replace(
                one,
                id=f"d{number:06d}",
                gaps=gaps,
                fine={d: gap for d, gap in one.fine.items() if d not in gaps},
                texts=texts,
                sector=sectors[rng.integers(len(sectors))] if rng.random() < 0.2 else one.sector,
                size=sizes[rng.integers(len(sizes))],
            )
        )
    return found


def _moved(gap: Gap, by: np.ndarray) -> Gap:
    needed = float(np.clip((gap.needed or 0.0) + by[0] / 2, 1, 5))
    return Gap(needed, float(np.clip((gap.managed or 0.0) + by[1] / 2, 0, needed - 0.5)))


def _letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number % 20_000))


def main() -> None:
    """Measure, print a table, write the figures."""
    start = time.perf_counter()
    cases = drawn_solutions(CASES)
    drawn = time.perf_counter() - start
    start = time.perf_counter()
    index = index_solutions(cases)
    built = time.perf_counter() - start
    questions = [one.ask for half in ("dev", "test") for one in read_graded(half)]
    nearest_solutions(index, read_question(questions[0]), TOP)
    times = []
    for ask in questions:
        start = time.perf_counter()
        nearest_solutions(index, read_question(ask), TOP)
        times.append(1000 * (time.perf_counter() - start))
    test, seeds = read_graded("test"), read_seed_solutions()
    found = {name: measure(rank, test) for name, rank in rankings(seeds).items()}
    personal = score_personal(read_planted("test"))
    figures = {
        "cases": CASES,
        "distinct_words": len(index.words),
        "draw_s": round(drawn, 2),
        "index_build_s": round(built, 2),
        "question_median_ms": round(statistics.median(times), 2),
        "question_p95_ms": round(float(np.quantile(times, 0.95)), 2),
        "question_most_ms": round(max(times), 2),
        "test_questions": len(test),
        "ndcg5": {name: [round(one.mean, 3), *(round(end, 3) for end in one.interval)] for name, one in found.items()},
        "ours_better_by": {
            name: [round(value, 3) for value in difference(found["ours"], one)]
            for name, one in found.items()
            if name != "ours"
        },
        "traps_first": {name: one.trapped_first for name, one in found.items()},
        "personal_recall": round(personal.recall, 4),
        "personal_precision": round(personal.precision, 4),
    }
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.write_text(json.dumps({**before, "solutions": figures}, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        sys.stdout.write(f"{name:<24} {value}\n")


if __name__ == "__main__":
    main()

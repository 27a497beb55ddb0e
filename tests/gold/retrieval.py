"""Measures how well a ranking of solutions answers the graded gap questions: NDCG@5 with bootstrap intervals.

``python -m tests.gold.retrieval`` prints ours beside BM25 and TF-IDF cosine, on the development half unless told
``test``. The peers read the whole case (all words in all languages; ``+names`` adds the names of its gap dimensions,
its line of business and its measures in three languages, so that they see in words what ours sees in columns).
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.accommodations import load_accommodations
from data.dimensions import load_dimensions
from data.imports.solutions import read_seed_solutions
from data.reference_files import read_yaml
from data.solutions import Solution
from data.vocabulary import vocabulary
from features.gap_question import read_question
from matching.solutions import NearestWeights, index_solutions, nearest_solutions

GOLD = Path(__file__).parent / "solutions"
ROUNDS, SEED = 2000, 0
Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Graded:
    ask: str
    language: str
    grades: Mapping[str, int]
    traps: frozenset[str]


def read_graded(half: str) -> list[Graded]:
    """Read one half (dev or test) of the graded questions."""
    return [
        Graded(one["ask"], one["lang"], one["grades"], frozenset(one["traps"]))
        for one in read_yaml(GOLD / f"{half}.yaml")["questions"]
    ]


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], at: int = 5) -> float:
    """Discounted gain of the first ``at`` over that of the best order; gain is 2^grade - 1 (Burges 2005)."""

    def gain(listed: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(listed[:at]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(id_, 0) for id_ in ranked]) / best


def ours(solutions: Sequence[Solution], weights: NearestWeights | None = None) -> Ranking:
    index = index_solutions(solutions)
    return lambda ask: [near.solution.id for near in nearest_solutions(index, read_question(ask), 10, weights)]


def _document(one: Solution, names: bool) -> str:
    words = [text.whole for text in one.texts.values()]
    if names:
        of = {d.id: d for d in load_dimensions()}
        words += [" ".join(of[d].names.values()) for d in one.gaps]
        words += vocabulary("sectors")[one.sector].values()
        used = {change.accommodation for change in one.changes}
        words += [" ".join(measure.names.values()) for measure in load_accommodations() if measure.id in used]
    return " ".join(words)


_TOKEN = re.compile(r"[^\W_]{2,}")


def bm25(solutions: Sequence[Solution], names: bool, k: float = 1.5, b: float = 0.75) -> Ranking:
    """Okapi BM25 (Robertson 1994) over words."""
    bags = [Counter(_TOKEN.findall(_document(one, names).lower())) for one in solutions]
    lengths = np.array([sum(bag.values()) for bag in bags])
    held = Counter(word for bag in bags for word in bag)

    def rank(ask: str) -> list[str]:
        scores = np.zeros(len(bags))
        for word in _TOKEN.findall(ask.lower()):
            if word in held:
                rarity = math.log(1 + (len(bags) - held[word] + 0.5) / (held[word] + 0.5))
                count = np.array([bag[word] for bag in bags])
                scores += rarity * count * (k + 1) / (count + k * (1 - b + b * lengths / lengths.mean()))
        order = sorted(range(len(bags)), key=lambda at: (-scores[at], solutions[at].id))
        return [solutions[at].id for at in order[:10] if scores[at] > 0]

    return rank


def tfidf(solutions: Sequence[Solution], names: bool, analyzer: str = "char_wb") -> Ranking:
    """Cosine of TF-IDF; letter groups of 3-5 within words carry Finnish endings better than whole words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    reach = (3, 5) if analyzer == "char_wb" else (1, 1)
    vectors = TfidfVectorizer(analyzer=analyzer, ngram_range=reach, sublinear_tf=True)
    matrix = vectors.fit_transform([_document(one, names) for one in solutions])

    def rank(ask: str) -> list[str]:
        scores = (matrix @ vectors.transform([ask]).T).toarray()[:, 0]
        order = sorted(range(len(solutions)), key=lambda at: (-scores[at], solutions[at].id))
        return [solutions[at].id for at in order[:10] if scores[at] > 0]

    return rank


@dataclass(frozen=True)
class Figures:
    """Mean NDCG@5 with its 95 % bootstrap interval; questions where a trap came first, and where one beat a 2 or 3."""

    scores: tuple[float, ...]
    trapped_first: int
    trapped: int

    @property
    def mean(self) -> float:
        return float(np.mean(self.scores))

    @property
    def interval(self) -> tuple[float, float]:
        draws = np.random.default_rng(SEED).choice(self.scores, (ROUNDS, len(self.scores))).mean(axis=1)
        low, high = np.quantile(draws, (0.025, 0.975))
        return float(low), float(high)


def measure(rank: Ranking, questions: Sequence[Graded]) -> Figures:
    scores, first, trapped = [], 0, 0
    for one in questions:
        ranked = list(rank(one.ask))
        scores.append(ndcg(ranked, one.grades))
        first += bool(ranked) and ranked[0] in one.traps
        good = [ranked.index(id_) if id_ in ranked else 99 for id_, grade in one.grades.items() if grade == 3]
        trapped += any(ranked.index(trap) < min(good) for trap in one.traps if trap in ranked)
    return Figures(tuple(scores), first, trapped)


def difference(one: Figures, other: Figures) -> tuple[float, float, float]:
    """Mean difference question by question, with its 95 % paired bootstrap interval."""
    apart = np.array(one.scores) - np.array(other.scores)
    draws = np.random.default_rng(SEED).choice(apart, (ROUNDS, len(apart))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(apart.mean()), float(low), float(high)


def rankings(solutions: Sequence[Solution]) -> dict[str, Ranking]:
    return {
        "ours": ours(solutions),
        "BM25": bm25(solutions, names=False),
        "BM25 +names": bm25(solutions, names=True),
        "TF-IDF words": tfidf(solutions, names=False, analyzer="word"),
        "TF-IDF letters": tfidf(solutions, names=False),
        "TF-IDF letters +names": tfidf(solutions, names=True),
    }


def main() -> None:
    """Print the table."""
    half = sys.argv[1] if len(sys.argv) > 1 else "dev"
    questions, solutions = read_graded(half), read_seed_solutions()
    found = {name: measure(rank, questions) for name, rank in rankings(solutions).items()}
    sys.stdout.write(f"{half}: {len(questions)} questions over {len(solutions)} cases; bootstrap seed {SEED}\n")
    for name, figures in found.items():
        low, high = figures.interval
        line = f"{name:<22} NDCG@5 {figures.mean:.3f} [{low:.3f}, {high:.3f}]"
        line += f"  trap first {figures.trapped_first}, trap before the best {figures.trapped}"
        if name != "ours":
            line += "  ours better by {:.3f} [{:.3f}, {:.3f}]".format(*difference(found["ours"], figures))
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()

"""``make bench``: 100,000 people answered on every pathway of their country, on one core.

People are drawn (seed 1): each fact is known with 60 per cent; countries and days of 2020-2026 in turn. Median of
three rounds. Adds to ``build/bench.json``. One answer is one person over all pathways; the time of 100,000 answers on
single pathways is given beside it.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from data.pathways import load_pathways
from data.situation import Fact, FactType, Known, Situation, load_facts
from matching.pathway_case import pathway_case
from matching.pathways import eligibility

PEOPLE = 100_000
CASES = 1_000
ROUNDS = 3


def _drawn(rng: random.Random, fact: Fact) -> Known:
    if fact.type is FactType.YES_NO:
        return rng.random() < 0.5
    return rng.choice(fact.choices) if fact.choices else float(rng.randrange(200))


def main() -> None:
    """Measure, print a table, write the figures."""
    rng = random.Random(1)  # noqa: S311 - reproducible, not secret
    book, facts = load_pathways(), load_facts()
    countries = list(book.countries.values())
    people = []
    for number in range(PEOPLE):
        country = countries[number % len(countries)]
        known = {id_: _drawn(rng, fact) for id_, fact in facts.items() if rng.random() < 0.6}
        day = date(2020, 1, 1) + timedelta(days=rng.randrange(2500))
        people.append((country, Situation("P", country.id, known), day))
    gc.freeze()  # the drawn people are not what is measured
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answers = sum(len(eligibility(country, situation, day)) for country, situation, day in people)
        rounds.append(time.perf_counter() - start)
    seconds = statistics.median(rounds)
    start = time.perf_counter()
    for country, situation, day in people[:CASES]:
        pathway_case(country, situation, day)
    cases = time.perf_counter() - start
    figures = {
        "people": PEOPLE,
        "people_s": round(seconds, 2),
        "pathway_answers": answers,
        "per_100000_pathway_answers_s": round(seconds / answers * 100_000, 3),
        "whole_case_ms": round(cases / CASES * 1000, 2),
    }
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.write_text(json.dumps({**before, "pathways": figures}, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        sys.stdout.write(f"{name:<30} {value}\n")


if __name__ == "__main__":
    main()

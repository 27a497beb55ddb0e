"""``make bench``: carving over a market beside named peers in the same run; writes ``build/bench.json``.

The market is that of ``market_generator.py`` (``WORKTRIAL_BENCH`` or ``../shared/bench``). Medians of several rounds.
Peers: NumPy, pandas, Polars, DuckDB for the gates; for part-jobs HiGHS with the direct formulation of DESIGN section 5
(SciPy's ``milp``), our own program for HiGHS (tuned), and CP-SAT (hours in hundredths), on a sample of sites, since all
of them would take hours.
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from data.levels import PER_STEP
from data.workplaces import BLOCKS
from matching.carving import carve
from matching.carving.columns import NO_LIMIT, Asked, MarketColumns, Measures, no_bounds
from matching.carving.gate_bitmaps import bitmaps_for, build_bitmaps, closed_words
from matching.carving.gates import DOSE
from matching.carving.milp import carve_directly
from matching.carving.part_job import in_order
from matching.carving.problem_file import problem_from_json
from matching.search import best_sites
from tests.matching.direct_formulation import best_worth

GENERATOR = Path(os.environ.get("WORKTRIAL_BENCH", "../shared/bench"))
ROUNDS, PEOPLE, TOP = 5, 5, 20


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median of several rounds, after one that warms up."""
    work()
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def _generator() -> Any:
    sys.path.insert(0, str(GENERATOR))
    return importlib.import_module("market_generator").Market


def columns_of(made: Any) -> MarketColumns:
    """Lay the generated market out in columns."""
    sites, tasks, dimensions = made.levels.shape
    rows = sites * tasks
    level = np.ascontiguousarray((made.levels.reshape(rows, dimensions) * (PER_STEP // 2)).astype(np.uint8))
    last = np.arange(tasks, rows + 1, tasks, dtype=np.int32)
    hours = made.hours.reshape(rows)
    return MarketColumns(
        first=last - tasks,
        last=last,
        end=last,
        level=level,
        ban_level=level,
        above=build_bitmaps(level),
        hours=hours,
        least=np.where(made.divisible.reshape(rows), 0.5, hours),
        guidance=made.supervision.reshape(rows),
        job=made.job.reshape(rows).astype(np.int32),
        unit=np.tile(np.arange(tasks, dtype=np.int32), sites),
        half_days=np.full(rows, (1 << len(BLOCKS)) - 1, np.uint32),
        clash_start=np.zeros(sites + 1, np.int32),
        clash=np.zeros((0, 2), np.int32),
        guidance_there=np.full(sites, 2.0),
    )


def question_of(made: Any, seed: int) -> tuple[Asked, Measures]:
    """Put one generated person's question."""
    dimensions = list(made.dimensions)
    at = {name: number for number, name in enumerate(dimensions)}
    capacity, ban = (np.full(len(dimensions), NO_LIMIT, np.int16) for _ in range(2))
    for name, level in made.person(seed).items():
        capacity[at[name]] = round(level * PER_STEP)
    ban[at["saf_height"]] = PER_STEP
    effect = np.zeros((len(made.accommodations), len(dimensions)), np.int16)
    for number, measure in enumerate(made.accommodations):
        for name, steps in measure["effects"].items():
            effect[number, at[name]] = round(steps * PER_STEP)
    touching = [np.flatnonzero(effect[:, d]) for d in range(len(dimensions))]
    sites, tasks = made.value.shape
    measures = Measures(
        effect,
        np.array([[measure["cost"] for measure in made.accommodations]]),
        np.zeros(sites, np.int32),
        np.ones((1, len(effect)), np.bool_),
        np.zeros(sites * tasks, np.int32),
        *no_bounds(len(effect)),
        np.cumsum([0, *(len(some) for some in touching)]).astype(np.int32),
        np.concatenate(touching).astype(np.int32),
    )
    room = np.array(
        [4.0 if b[:3] in {"mon", "tue", "wed", "thu", "fri"} and b[4:] in {"am", "pm"} else 0 for b in BLOCKS]
    )
    asked = Asked(
        capacity=capacity,
        ban=ban,
        dose=np.array([name in DOSE for name in dimensions]),
        open=np.ones(made.value.size, np.bool_),
        worth=made.value.reshape(-1),
        extra=np.zeros(len(made.value)),
        room=room,
        weekly=True,
        hours_min=8.0,
        hours_max=20.0,
        most_tasks=8,
        most_jobs=3,
        most_measures=3,
        switch_cost=0.3,
    )
    return asked, measures


def gates() -> dict[str, float]:
    """1,000,000 tasks x 60 dimensions against one person's limits; the same mask from everybody."""
    import duckdb
    import pandas as pd
    import polars as pl

    rng = np.random.default_rng(0)
    half_steps = np.where(rng.random((1_000_000, 60)) < 0.35, rng.integers(1, 11, (1_000_000, 60)), 0).astype(np.uint8)
    limit = rng.choice([2, 4, 5, 6, 8, 10], 60, p=[0.03, 0.1, 0.1, 0.25, 0.27, 0.25])
    bits = build_bitmaps(half_steps * np.uint8(PER_STEP // 2))
    chosen, closed = bitmaps_for(limit * (PER_STEP // 2)), np.empty(bits.shape[1], np.uint64)
    names = [f"d{d}" for d in range(60)]
    by_column = {name: np.ascontiguousarray(half_steps[:, d]) for d, name in enumerate(names)}
    frame_bytes, frame = pl.DataFrame(by_column), pl.DataFrame({n: c / 2 for n, c in by_column.items()})
    pandas = pd.DataFrame(by_column)
    base = duckdb.connect()
    base.execute("SET threads = 2")
    arrow_bytes, arrow = frame_bytes.to_arrow(), frame.to_arrow()
    base.execute("CREATE TABLE bytes AS SELECT * FROM arrow_bytes")
    base.execute("CREATE TABLE levels AS SELECT * FROM arrow")
    del arrow_bytes, arrow

    def query(table: str, scale: float) -> str:
        parts = [f"{n} <= {limit[d] * scale}" for d, n in enumerate(names)]
        return f"SELECT count(*) FROM {table} WHERE " + " AND ".join(parts)  # noqa: S608 -- our own names

    def within(scale: float) -> Any:
        return pl.all_horizontal([pl.col(n) <= float(limit[d] * scale) for d, n in enumerate(names)])

    small = pl.all_horizontal([pl.col(n) <= int(limit[d]) for d, n in enumerate(names)])
    truth = int((half_steps <= limit).all(axis=1).sum())
    closed_words(bits, chosen, closed)
    same = [
        1_000_000 - int(np.unpackbits(closed.view(np.uint8)).sum()),
        int(frame_bytes.select(small.sum()).item()),
        base.execute(query("levels", 0.5)).fetchall()[0][0],
    ]
    if same != [truth] * 3:
        sys.exit(f"the gates disagree: {truth}, {same}")
    found = {
        "ours": seconds(lambda: closed_words(bits, chosen, closed), 50),
        "numpy_naive": seconds(lambda: (half_steps <= limit).all(axis=1), 3),
        "pandas_bytes": seconds(lambda: (pandas <= limit).all(axis=1), 3),
        "polars_bytes": seconds(lambda: frame_bytes.select(small)),
        "polars_floats": seconds(lambda: frame.select(within(0.5))),
        "duckdb_bytes": seconds(lambda: base.execute(query("bytes", 1)).fetchall()),
        "duckdb_floats": seconds(lambda: base.execute(query("levels", 0.5)).fetchall()),
    }
    return {f"gates_1m_x_60_{name}_ms": 1000 * value for name, value in found.items()} | {
        f"gates_times_{name}": found[name] / found["ours"] for name in found if name != "ours"
    }


def _never(_site: int) -> tuple[float | None, bool]:
    raise AssertionError("every generated site has the form of the search")


def _best_20(columns: MarketColumns, questions: list[tuple[Asked, Measures]]) -> list[float]:
    return [seconds(lambda q=q: best_sites(columns, *q, TOP, _never), 3) for q in questions]  # type: ignore[misc]


def _one_by_one(solve: Callable[[Any], Any], problems: list[Any]) -> tuple[list[float], list[Any]]:
    """Solve problem after problem with one solver, three rounds: the median seconds of each, and the answers."""
    rounds: list[list[float]] = []
    answers: list[Any] = []
    for _ in range(3):
        taken, answers = [], []
        for problem in problems:
            start = time.perf_counter()
            answers.append(solve(problem))
            taken.append(time.perf_counter() - start)
        rounds.append(taken)
    return [statistics.median(times) for times in zip(*rounds, strict=True)], answers


def market(made: Any) -> dict[str, float]:
    """The exact best 20 of 10,000 sites, several people; HiGHS and CP-SAT on a sample of the same sites."""
    columns = columns_of(made)
    questions = [question_of(made, seed) for seed in range(PEOPLE)]
    ours = _best_20(columns, questions)
    best = [best_sites(columns, *q, TOP, _never) for q in questions]
    sample = np.random.default_rng(1).choice(len(columns.first), 60, replace=False)
    problems = [problem_from_json(made.problem(int(s), made.person(seed))) for seed in range(PEOPLE) for s in sample]
    listed = [made.problem(s, made.person(p)) for p in range(PEOPLE) for s, _ in best[p].found]
    tops = [problem_from_json(raw) for raw in listed]
    worth = [round(w, 4) for p in range(PEOPLE) for _, w in best[p].found]
    direct, truths = _one_by_one(best_worth, problems)
    tuned, _ = _one_by_one(lambda problem: carve_directly(in_order(problem)), problems)
    whole, own = _one_by_one(carve, problems)
    top_direct, top_truths = _one_by_one(best_worth, tops)
    top_whole, top_own = _one_by_one(carve, tops)
    differ = sum(abs((o.objective or 0.0) - (t or 0.0)) > 1e-4 for o, t in zip(own, truths, strict=True))
    for score, truth, mine in zip(worth, top_truths, top_own, strict=True):
        differ += abs((truth or 0.0) - score) > 1e-4 or abs((mine.objective or 0.0) - score) > 1e-4
    sat = _by_cp_sat(listed[::10])
    sites = len(columns.first)
    return {
        "best_20_of_10000_s_median": statistics.median(ours),
        "best_20_of_10000_s_worst": max(ours),
        "sites_searched_median": statistics.median(b.certificate.solved for b in best),
        "highs_direct_site_ms_mean": 1000 * statistics.mean(direct),
        "highs_direct_site_ms_median": 1000 * statistics.median(direct),
        "highs_tuned_site_ms_mean": 1000 * statistics.mean(tuned),
        "highs_direct_listed_site_ms_median": 1000 * statistics.median(top_direct),
        "highs_every_site_s_extrapolated": sites * statistics.mean(direct),
        "best_20_times_highs_every_site": sites * statistics.mean(direct) / statistics.median(ours),
        "cp_sat_listed_site_ms_median": 1000 * statistics.median(took for took, _ in sat),
        "one_site_ms_median": 1000 * statistics.median(whole),
        "one_listed_site_ms_median": 1000 * statistics.median(top_whole),
        "one_site_ms_worst": 1000 * max(whole + top_whole),
        "one_site_times_highs": statistics.median(direct) / statistics.median(whole),
        "one_listed_site_times_highs": statistics.median(top_direct) / statistics.median(top_whole),
        "sites_compared_with_highs": len(direct) + len(top_direct),
        "objectives_that_differ": differ,
    }


def _by_cp_sat(problems: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Solve problems with CP-SAT in a process of its own (its library and HiGHS's do not load together)."""
    command = [sys.executable, "-m", "tests.benchmarks.cp_sat"]
    done = subprocess.run(command, input=json.dumps(problems), text=True, capture_output=True, check=True)
    return [(took, worth) for took, worth in json.loads(done.stdout)]


def what_if(made: Any) -> dict[str, float]:
    """A changed limit, measure or task: the new answer for one site, and for the market."""
    columns = columns_of(made)
    asked, measures = question_of(made, 0)
    site = best_sites(columns, asked, measures, 1, _never).found[0][0]
    problem = problem_from_json(made.problem(site, made.person(0)))
    fewer = replace(problem, hours_max=12.0)
    eased = replace(problem, capacity={**problem.capacity, next(iter(problem.capacity)): 5.0})
    without = replace(problem, measures=problem.measures[1:])
    more_able = asked._replace(capacity=np.minimum(asked.capacity + PER_STEP, NO_LIMIT).astype(np.int16))
    return {
        "what_if_site_hours_ms": 1000 * seconds(lambda: carve(fewer)),
        "what_if_site_capacity_ms": 1000 * seconds(lambda: carve(eased)),
        "what_if_site_measure_ms": 1000 * seconds(lambda: carve(without)),
        "what_if_market_hours_ms": 1000
        * seconds(lambda: best_sites(columns, asked._replace(hours_max=12.0), measures, TOP, _never)),
        "what_if_market_capacity_ms": 1000 * seconds(lambda: best_sites(columns, more_able, measures, TOP, _never)),
    }


def size(made: Any) -> dict[str, float]:
    """Memory of the columns that one caution level needs."""
    start = time.perf_counter()
    columns = columns_of(made)
    built = time.perf_counter() - start
    return {"columns_build_s": built, "columns_mb": sum(column.nbytes for column in columns) / 1e6}


def growth(made_of: Callable[[int], Any]) -> dict[str, float]:
    """Time of the best 20 against the number of sites, and the exponent of the straight line through the logarithms."""
    sizes, times = (1_000, 3_000, 10_000, 30_000, 100_000), []
    for sites in sizes:
        made = made_of(sites)
        times.append(statistics.median(_best_20(columns_of(made), [question_of(made, n) for n in range(PEOPLE)])))
    exponent = float(np.polyfit(np.log(sizes), np.log(times), 1)[0])
    return {f"best_20_of_{n}_s": t for n, t in zip(sizes, times, strict=True)} | {"growth_exponent": exponent}


def main() -> None:
    """Measure, print, write down."""
    if not (GENERATOR / "market_generator.py").exists():
        sys.exit(f"The market generator is not at {GENERATOR}: set WORKTRIAL_BENCH to the folder that holds it.")
    generate = _generator().generate
    made = generate(sites=10_000, tasks_per_site=30, seed=5)
    parts: dict[str, Callable[[], dict[str, float]]] = {
        "market": lambda: market(made),
        "what_if": lambda: what_if(made),
        "size": lambda: size(made),
        "gates": gates,
        "growth": lambda: growth(lambda sites: generate(sites=sites, tasks_per_site=30, seed=5)),
    }
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    figures = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    figures["machine"] = {"cores": os.cpu_count(), "python": platform.python_version()}
    for name in sys.argv[1:] or parts:
        figures[name] = {key: round(value, 5) for key, value in parts[name]().items()}
        figures["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
        for key, value in figures[name].items():
            sys.stdout.write(f"{key:<44} {value:>14,.4g}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""``make bench``: a match list over 10,000 sites of a store, from a cold start and from a running process.

The market is that of ``large_region`` (9,991 sites, 113,199 tasks). The peer in the same run is building the
market anew from the store, which is what every question did before markets were kept.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from .large_region import large_region

PEOPLE = 60


def main() -> None:
    """Measure, print, write down."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["WORKTRIAL_HOME"] = home
        os.environ.pop("WORKTRIAL_DATABASE_URL", None)
        figures = _measure()
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    rounded = {name: round(value, 4) for name, value in figures.items()}
    out.write_text(json.dumps({**before, "kept_market": rounded}, indent=2) + "\n", encoding="utf-8")
    for name, value in rounded.items():
        sys.stdout.write(f"{name:<44} {value:>14,.4g}\n")


def _measure() -> dict[str, float]:
    from api.workspace import StoredWorkplaces, market_folder
    from data.imports.region import DEMO_CANDIDATES, read_candidates
    from data.store import add_employers, employers_of, open_store, replace_candidates, replace_region, store_url
    from features.market import build_market
    from matching import MatchConfig, match
    from matching.held_market import hold
    from matching.kept_market import KeptMarket

    store = open_store(store_url(os.environ))
    people = read_candidates(DEMO_CANDIDATES, fictional=True)
    with store.write() as connection:
        replace_region(connection, "keski_suomi", large_region())
        replace_candidates(connection, people)
    kept = KeptMarket(market_folder(store), StoredWorkplaces(store))
    start = time.perf_counter()
    sites = kept.answer(lambda market: len(market.index.sites.id))
    built = time.perf_counter() - start
    size = sum(path.stat().st_size for path in market_folder(store).rglob("*") if path.is_file())
    warm, solved = [], []
    for person in people[:PEOPLE]:
        start = time.perf_counter()
        found = kept.answer(lambda market, p=person: match(p, market, MatchConfig()))  # type: ignore[misc]
        warm.append(time.perf_counter() - start)
        solved.append(found.certificate.solved)
    cold = []
    for person in people[:5]:
        start = time.perf_counter()
        command = [sys.executable, "-m", "api.commands.main", "match", person.id, "--json"]
        subprocess.run(command, check=True, capture_output=True)
        cold.append(time.perf_counter() - start)
    # a process of its own starts the command: what a child takes over from this large one does not count
    asks = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True); "
    asks += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    told = subprocess.run([sys.executable, "-c", asks, *command], check=True, capture_output=True, text=True)
    peak = float(told.stdout) / 1024
    changed = []
    with store.read() as connection:
        (employer,) = employers_of(
            connection, sites=[kept.answer(lambda market: str(market.index.sites.id[sites // 2]))]
        )
    with store.read() as connection:
        (employer,) = (e for e in employers_of(connection) if e.id == employer.id)
    for hours in range(3, 13):
        site = employer.sites[0]
        task = replace(site.jobs[0].tasks[0], hours_per_week=float(hours))
        job = replace(site.jobs[0], tasks=(task, *site.jobs[0].tasks[1:]))
        site = replace(site, jobs=(job, *site.jobs[1:]))
        with store.write() as connection:
            add_employers(connection, [replace(employer, sites=(site, *employer.sites[1:]))])
        start = time.perf_counter()
        kept.answer(lambda market: None)
        changed.append(time.perf_counter() - start)
    start = time.perf_counter()
    with store.read() as connection:
        hold(build_market(employers_of(connection)))
    anew = time.perf_counter() - start
    store.close()
    return {
        "sites": sites,
        "kept_market_build_s": built,
        "kept_market_mb_on_disk": size / 1e6,
        "warm_list_median_s": statistics.median(warm),
        "warm_list_worst_s": max(warm),
        "sites_solved_median": statistics.median(solved),
        "cold_start_to_list_median_s": statistics.median(cold),
        "cold_start_peak_mb": peak,
        "changed_task_visible_ms_median": 1000 * statistics.median(changed),
        "changed_task_visible_ms_worst": 1000 * max(changed),
        "peer_market_built_anew_s": anew,
    }


if __name__ == "__main__":
    main()

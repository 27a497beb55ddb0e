"""``make bench``: a match list on the demo region from a cold start, beside solving every site without the search.

Writes ``build/bench.json``. Medians of five rounds; memory is the peak of the process.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROUNDS = 5
PEOPLE = ("KS-001", "KS-015", "KS-030", "KS-045", "KS-060")


def _cold_start(home: str) -> tuple[float, float]:
    """Run ``worktrial match`` as new processes: median seconds and peak MB."""
    environment = {**os.environ, "WORKTRIAL_HOME": home}
    command = [sys.executable, "-m", "api.commands.main"]
    subprocess.run([*command, "demo"], env=environment, check=True, capture_output=True)
    seconds = []
    for candidate in PEOPLE:
        start = time.perf_counter()
        subprocess.run([*command, "match", candidate, "--json"], env=environment, check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return statistics.median(seconds), peak_mb


def _seconds(work: Callable[[], object]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        rounds.append(time.perf_counter() - start)
    return statistics.median(rounds)


def main() -> None:
    """Measure, print a table, write the figures."""
    from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
    from features.market import build_market
    from matching import MatchConfig, match
    from matching.held_market import hold

    with tempfile.TemporaryDirectory() as home:
        cold, peak_mb = _cold_start(home)
    market = build_market(read_region(DEMO_REGION))
    people = [p for p in read_candidates(DEMO_CANDIDATES) if p.id in PEOPLE]
    held = hold(market)
    best_ten = _seconds(lambda: [match(p, held, MatchConfig(top=10)) for p in people]) / len(people)
    every_site = _seconds(lambda: [match(p, held, MatchConfig(top=10_000)) for p in people]) / len(people)
    figures = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "tasks": len(market.tasks),
        "cold_start_to_list_s": round(cold, 3),
        "cold_start_peak_mb": round(peak_mb, 1),
        "best_ten_warm_s": round(best_ten, 4),
        "every_site_warm_s": round(every_site, 4),
    }
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.write_text(json.dumps({**before, "match_list": figures}, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        sys.stdout.write(f"{name:<24} {value}\n")


if __name__ == "__main__":
    main()

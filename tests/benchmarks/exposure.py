"""``make bench``: what the log of shown lists costs, and how long it takes to make a list again.

On the demo region (103 sites) and on 97 copies of it (9,991 sites, 113,199 tasks). Writes ``build/bench.json``.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from data.candidates import Candidate
from data.store import Store
from data.workplaces import Employer

from .large_region import COPIES, large_region

ROUNDS = 20


def main() -> None:
    """Measure, print, write down."""
    figures: dict[str, dict[str, float]] = {}
    for copies in (1, COPIES):
        with tempfile.TemporaryDirectory() as home:
            os.environ["WORKTRIAL_HOME"] = home
            os.environ.pop("WORKTRIAL_DATABASE_URL", None)
            measured = _measure(copies)
        market = f"{measured['sites']:.0f}_sites"
        figures[market] = {name: round(value, 4) for name, value in measured.items()}
        for name, value in figures[market].items():
            sys.stdout.write(f"{market:<12} {name:<44} {value:>14,.4g}\n")
    out = Path("build/bench.json")
    out.parent.mkdir(exist_ok=True)
    before = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    out.write_text(json.dumps({**before, "exposure": figures}, indent=2) + "\n", encoding="utf-8")


def _measure(copies: int) -> dict[str, float]:
    from api.replay import Verdict, replay
    from data.imports.region import DEMO_CANDIDATES, read_candidates
    from data.store import open_store, replace_candidates, replace_region, store_url

    store = open_store(store_url(os.environ))
    people, employers = read_candidates(DEMO_CANDIDATES, fictional=True), large_region(copies)

    def write_region(some: Sequence[object]) -> None:
        with store.write() as connection:
            replace_region(connection, "keski_suomi", some)  # type: ignore[arg-type]

    first_import = _seconds(lambda: write_region(employers))
    with store.write() as connection:
        replace_candidates(connection, people)
    sites = _sites(employers)
    found = _lists(store, people)
    size = _content_bytes(store)
    replayed = [_seconds(lambda n=n: _is(replay(store, str(n)).verdict, Verdict.SAME)) for n in range(1, 6)]  # type: ignore[misc]
    one = _seconds(lambda: _change_one(store, employers))
    after_change = _seconds(lambda: _is(replay(store, "1").verdict, Verdict.SAME))
    import_after = _seconds(lambda: write_region(employers[1:]))
    after_import = _seconds(lambda: _is(replay(store, "2").verdict, Verdict.SAME))
    store.close()
    return {
        "sites": sites,
        **found,
        "kept_bytes_per_list": size / ROUNDS,
        "replay_median_s": statistics.median(replayed),
        "change_of_one_employer_s": one,
        "replay_after_the_change_s": after_change,
        "import_of_region_first_s": first_import,
        "import_of_region_with_lists_shown_s": import_after,
        "replay_after_import_s": after_import,
    }


def _lists(store: Store, people: Sequence[Candidate]) -> dict[str, float]:
    """Show lists and just match: medians, and the time spent in logging alone."""
    from api import shown_lists
    from api.commands.match_lists import Question, list_as_json, list_matches
    from api.list_inputs import StoredInputs
    from api.messages import Messages
    from matching import MatchConfig

    messages, spent = Messages("fi"), []
    logged = shown_lists._log

    def timed(*arguments: object) -> int | None:
        start = time.perf_counter()
        number = logged(*arguments)  # type: ignore[arg-type]
        spent.append(1000 * (time.perf_counter() - start))
        return number

    shown, matched = [], []
    shown_lists._log = timed
    try:
        shown_lists.show_list(store, Question(people[-1].id, MatchConfig()), messages, datetime.now(UTC))
        spent.clear()
        for person in people[: ROUNDS - 1]:
            question = Question(person.id, MatchConfig())
            matched.append(
                _seconds(lambda q=question: list_as_json(list_matches(StoredInputs(store), q, str), messages))
            )  # type: ignore[misc]
            shown.append(_seconds(lambda q=question: shown_lists.show_list(store, q, messages, datetime.now(UTC))))  # type: ignore[misc]
    finally:
        shown_lists._log = logged
    return {
        "match_alone_median_ms": 1000 * statistics.median(matched),
        "match_and_log_median_ms": 1000 * statistics.median(shown),
        "log_median_ms": statistics.median(spent),
        "log_worst_ms": max(spent),
    }


def _change_one(store: Store, employers: Sequence[object]) -> None:
    from dataclasses import replace

    from data.store import add_employers

    owner = employers[0]
    assert isinstance(owner, Employer)
    with store.write() as connection:
        add_employers(connection, [replace(owner, name="Toinen nimi Oy")])


def _content_bytes(store: Store) -> float:
    """Count what the log takes: kept contents, and rows as text."""
    with store.read() as connection:
        kept = connection.exec_driver_sql("SELECT coalesce(sum(length(content)), 0) FROM kept_of_person").scalar()
        taken = "length(features) + length(site_id) + length(employer_id) + 60"
        rows = connection.exec_driver_sql(f"SELECT coalesce(sum({taken}), 0) FROM shown_suggestion").scalar()  # noqa: S608
    return float(kept or 0) + float(rows or 0)


def _sites(employers: Sequence[object]) -> float:
    return float(sum(len(e.sites) for e in employers if isinstance(e, Employer)))


def _is(found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"a replay gave {found}")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

"""``make bench-service``: the real service over 9,991 workplaces, asked by locust with real sessions.

The store is a region of ``large_region`` with 600 fictional people and 60 coaches, on SQLite and, where
``WORKTRIAL_TEST_POSTGRES_URL`` names a server, on PostgreSQL. ``worktrial serve`` runs as it comes in service mode with
two workers; limits of requests are those of the settings as they come. First lists, repeated lists and the bare route
are asked one after the other (what an answer takes by itself), the mixed day by 50 coaches, one request a second each.
Processor time is that of the server's processes alone. Writes ``build/service_load.json``.
"""

from __future__ import annotations

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from data.store.sqlite_driver import SQLITE_VERSION

from .large_region import COPIES, SEED, large_region

COACHES, PEOPLE_EACH = 60, 10
MEASURED = int(os.environ.get("LOAD_MEASURED", "120"))
ROUNDS = {"first": 1, "again": 3, "bare": 3}
MIXED_USERS, MIXED_SECONDS = 50, int(os.environ.get("LOAD_SECONDS", "60"))
MIXED_PEOPLE = int(os.environ.get("LOAD_PEOPLE", "2"))
"""With so many people of the caseload a coach has to do while this is measured."""

WORKERS = 2
REPEATS = 3
START_SECONDS = 300
HOST = "bench.local.test"
FACTS = "filled.json"
POSTGRES = "WORKTRIAL_TEST_POSTGRES_URL"
DATABASE = "worktrial_service_load"


def main() -> None:
    """Measure on both databases, print, write down."""
    figures: dict[str, Any] = {"machine": _machine()}
    repeats = int(os.environ.get("LOAD_REPEATS", REPEATS))
    for name in os.environ.get("LOAD_ON", "sqlite postgresql" if POSTGRES in os.environ else "sqlite").split():
        with _folder(name) as folder, _database(name, folder) as url:
            figures[name] = _measure(folder, url, repeats)
            _print(name, figures[name])
    out = Path("build/service_load.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    """Give a folder for store and market: a new one, or one below ``LOAD_STORE`` that is kept for the next time."""
    if kept := os.environ.get("LOAD_STORE"):
        folder = Path(kept) / name
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as new:
        yield Path(new)


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'worktrial.db'}"
        return
    import sqlalchemy as sa

    server = sa.make_url(os.environ[POSTGRES])
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if not (folder / FACTS).exists():
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.exec_driver_sql(f"CREATE DATABASE {DATABASE}")
    yield server.set(database=DATABASE).render_as_string(hide_password=False)
    if "LOAD_STORE" not in os.environ:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    engine.dispose()


def _measure(folder: Path, url: str, repeats: int) -> list[dict[str, Any]]:
    if not (folder / FACTS).exists():
        (folder / FACTS).write_text(json.dumps(_fill(url)), encoding="utf-8")
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    _open_sessions(url, facts)
    found = []
    with _serving(folder, url) as (server, port):
        _ask(port, facts, facts["warm"], 1200)  # columns of the market are made once
        for _ in range(repeats):
            facts["measured"] = facts["spare"][:MEASURED]
            facts["spare"] = facts["spare"][MEASURED:]
            _touch(url, facts["sites"][0])
            _ask(port, facts, facts["warm"], 1200)
            found.append(_round(folder, server, port, facts))
    return found


def _round(folder: Path, server: psutil.Process, port: int, facts: dict[str, Any]) -> dict[str, Any]:
    told = {phase: _phase(phase, folder, server, port, facts) for phase in ("first", "again")}
    (folder / "list.json").write_bytes(_ask(port, facts, facts["measured"][0], 60))
    with _bare(folder) as (bare, bare_port):
        told["bare"] = _phase("bare", folder, bare, bare_port, facts)
    for _ in range(WORKERS):  # nearly all lists have been shown before, as at any time but the first minutes
        for person in (one for theirs in facts["people_of"][:MIXED_USERS] for one in theirs[:MIXED_PEOPLE]):
            _ask(port, facts, person, 60)
    told["mixed"] = _phase("mixed", folder, server, port, facts)
    told["load_average"] = os.getloadavg()[0]
    return told


def _phase(phase: str, folder: Path, server: psutil.Process, port: int, facts: dict[str, Any]) -> dict[str, Any]:
    """Let locust ask; gives p50, p95, p99 (ms), errors by route, and the server's processor time a request."""
    (folder / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    out = folder / "told.json"
    users = MIXED_USERS if phase == "mixed" else 1
    seconds = MIXED_SECONDS if phase == "mixed" else 600
    command = [
        sys.executable, "-m", "locust", "-f", "tests/benchmarks/service_load_users.py", "--headless", "--only-summary",
        "-u", str(users), "-r", str(users), "-t", f"{seconds}s", "--host", f"http://127.0.0.1:{port}",
        "--loglevel", "ERROR", "--exit-code-on-error", "0",
    ]  # fmt: skip
    environment = os.environ | {"LOAD_PHASE": phase, "LOAD_FACTS": str(folder / "facts.json"), "LOAD_OUT": str(out)}
    cpu, begun = _cpu(server), time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    took, cpu = time.perf_counter() - begun, _cpu(server) - cpu
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    told = json.loads(out.read_text(encoding="utf-8"))
    names = sorted({name for name, *_ in told})
    routes = {name: _row([one for one in told if one[0] == name]) for name in names}
    routes["all"] = _row(told)
    sys.stdout.write(f"{phase}: {routes['all']}, {1000 * cpu / len(told):.1f} ms processor time a request\n")
    sys.stdout.flush()
    wrong = sorted({f"{name}: {status} {why}" for name, _, status, why in told if not 200 <= status < 300})[:5]
    return {
        "routes": routes,
        "cpu_ms_a_request": round(1000 * cpu / len(told), 2),
        "requests_a_second": round(len(told) / took, 1),
        "wrong": wrong,
    }


def _row(told: list[Any]) -> dict[str, Any]:
    times = sorted(one[1] for one in told)
    cuts = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
    five = sum(one[2] >= 500 or one[2] == 0 for one in told)
    other = sum(300 <= one[2] < 500 for one in told)
    return {
        "n": len(times), "p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2),
        "5xx": five, "4xx": other,
    }  # fmt: skip


def _cpu(process: psutil.Process) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in [process, *process.children(recursive=True)])


def _fill(url: str) -> dict[str, Any]:
    """Fill the store, accounts and sessions included; gives what the askers have to know."""
    from api.access.authentication import COOKIE
    from data.accounts import Account, Role
    from data.imports.region import DEMO_CANDIDATES, read_candidates
    from data.store import add_account, add_tenant, admit, open_store, replace_candidates, replace_region
    from data.store.accounts import put_in_caseload

    os.umask(0o077)
    store, at = open_store(url), datetime.now(UTC)
    employers = large_region()
    demo = read_candidates(DEMO_CANDIDATES, fictional=True)
    people = [replace(one, id=f"{one.id}-{copy}") for copy in range(COACHES * PEOPLE_EACH // len(demo)) for one in demo]
    people_of: list[list[str]] = [[one.id for one in people[coach::COACHES]] for coach in range(COACHES)]
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, people)
        add_tenant(connection, "t1", "Valmennus", at)
        admit(connection, [one.id for one in people], "t1")
        for coach, theirs in enumerate(people_of):
            account = Account(f"coach-{coach}", Role.COACH, "t1", f"coach{coach}@example.fi", f"Coach {coach}")
            add_account(connection, account, at)
            for person in theirs:
                put_in_caseload(connection, person, account.id, at)
    store.close()
    coach_of = {person: coach for coach, theirs in enumerate(people_of) for person in theirs}
    spare = [one.id for one in people]
    return {
        "host": HOST, "cookie": COOKIE, "sessions": [f"bench-session-{coach}" for coach in range(COACHES)],
        "coach_of": coach_of, "people_of": people_of, "warm": spare[-1], "spare": spare[:-1],
        "sites": [e.sites[0].id for e in employers[:300]], "employers": [e.id for e in employers[:300]],
    }  # fmt: skip


def _open_sessions(url: str, facts: dict[str, Any]) -> None:
    """Log all coaches in, as a log-in with a second factor does."""
    from data.store import open_store
    from data.store.sessions import close_session, open_session

    store, at = open_store(url), datetime.now(UTC)
    with store.write() as connection:
        for coach, secret in enumerate(facts["sessions"]):
            close_session(connection, secret)
            open_session(connection, secret, f"coach-{coach}", at, timedelta(hours=12), second_factor=True)
    store.close()
    facts["rounds"], facts["mixed_people"] = ROUNDS, MIXED_PEOPLE


def _touch(url: str, site: str) -> None:
    """Write one workplace anew, so that no list of an earlier round stands."""
    from data.store import add_employers, employers_of, open_store

    store = open_store(url)
    with store.write() as connection:
        (owner,) = employers_of(connection, sites=[site])
        add_employers(connection, [replace(owner, name=f"{owner.name.split(' (')[0]} ({time.time_ns()})")])
    store.close()


@contextmanager
def _serving(folder: Path, url: str) -> Iterator[tuple[psutil.Process, int]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKTRIAL_")}
    said = {
        "WORKTRIAL_HOME": str(folder), "WORKTRIAL_DATABASE_URL": url, "WORKTRIAL_MODE": "service",
        "WORKTRIAL_PUBLIC_URL": f"https://{HOST}", "WORKTRIAL_SECRET_KEY": "0f3c9a7e51b8d2464c7e9b1a5d3f8e02",
        "WORKTRIAL_TRUSTED_PROXIES": "127.0.0.1/32",
    }  # fmt: skip
    port = _free_port()
    command = [sys.executable, "-m", "api.commands.main", "serve", "--workers", str(WORKERS), "--port", str(port)]
    with _running(command, kept | said, port, "/health/ready", folder / "server.log") as process:
        yield process, port


@contextmanager
def _bare(folder: Path) -> Iterator[tuple[psutil.Process, int]]:
    port = _free_port()
    command = [
        sys.executable, "-m", "uvicorn", "tests.benchmarks.bare_route:app", "--port", str(port), "--no-access-log",
        "--workers", str(WORKERS),
    ]  # fmt: skip
    told = os.environ | {"LOAD_BARE_LIST": str(folder / "list.json")}
    with _running(command, told, port, "/list", folder / "bare.log") as process:
        yield process, port


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], port: int, ready: str, log: Path
) -> Iterator[psutil.Process]:
    with log.open("wb") as told:
        process = subprocess.Popen(command, env=environment, stdout=told, stderr=told)
    try:
        for _ in range(START_SECONDS * 10):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5).close()
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(log.read_text()[-3000:]) from None
                time.sleep(0.1)
        else:
            raise RuntimeError(f"not ready after {START_SECONDS} s: {log.read_text()[-3000:]}")
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _ask(port: int, facts: dict[str, Any], person: str, seconds: int) -> bytes:
    coach = facts["coach_of"][person]
    headers = {
        "Host": HOST, "Cookie": f"{facts['cookie']}={facts['sessions'][coach]}",
        "X-Forwarded-For": f"10.2.{coach // 250}.{coach % 250 + 1}",
        "X-Forwarded-Proto": "https",
    }  # fmt: skip
    address = f"http://127.0.0.1:{port}/api/v1/candidates/{person}/suggestions"
    asked = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(asked, timeout=seconds) as answer:  # noqa: S310 - as above
        return bytes(answer.read())


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _machine() -> dict[str, Any]:

    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "cores": os.cpu_count(), "python": platform.python_version(), "sqlite": SQLITE_VERSION, "seed": SEED,
        "commit": commit.stdout.strip(), "sites": 103 * COPIES, "people": COACHES * PEOPLE_EACH,
        "load_before": os.getloadavg()[0],
    }  # fmt: skip


def _print(name: str, rounds: list[dict[str, Any]]) -> None:
    for number, one in enumerate(rounds, start=1):
        for phase in ("first", "again", "bare", "mixed"):
            told = one[phase]
            sys.stdout.write(
                f"{name} {number} {phase}: {told['cpu_ms_a_request']} ms processor time a request, "
                f"{told['requests_a_second']}/s {told['wrong'] or ''}\n"
            )
            for route, row in told["routes"].items():
                sys.stdout.write(f"    {route:<24} {'  '.join(f'{key} {value}' for key, value in row.items())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""No acknowledged write is lost: processes killed, power cut, disk full, many writers, a server stopped in mid-commit.

Short here; ``make campaign-durability`` runs many more cycles. Each writer stores two people together and says so over
a pipe once its commit has returned; whatever was said must be there afterwards, and always both or neither.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.candidates import Candidate
from data.errors import StoreUnreadable
from data.store import Store, open_store, replace_candidates
from data.store.engine import set_up_sqlite
from data.store.schema import candidate
from tests.demo_region import demo_people

CYCLES = int(os.environ.get("WORKTRIAL_DURABILITY_CYCLES", "25"))
SEED = 1
FORK = multiprocessing.get_context("fork")


@cache
def person() -> Candidate:
    return demo_people()[0]


def store_pair(store: Store, number: int) -> None:
    pair = [replace(person(), id=f"{half}-{number:06d}", name=str(number)) for half in ("A", "B")]
    with store.write() as connection:
        replace_candidates(connection, pair)


def stored_pairs(store: Store) -> set[int]:
    """Give the numbers that are there; a half pair fails at once."""
    with store.read() as connection:
        ids = list(connection.scalars(sa.select(candidate.c.id)))
    halves = {half: {int(id_[2:]) for id_ in ids if id_[0] == half} for half in ("A", "B")}
    assert halves["A"] == halves["B"]
    return halves["A"]


def write_until_killed(url: str, first: int, said: int) -> None:
    store = open_store(url)
    number = first
    while True:
        store_pair(store, number)
        os.write(said, b"%d\n" % number)
        number += 1


def run_and_kill(work: Callable[[int], None], after_s: float) -> list[int]:
    """Run ``work(pipe)`` in a process of its own, kill it some time after its first word, and give all it said."""
    told, said = os.pipe()
    process = FORK.Process(target=work, args=(said,))
    process.start()
    os.close(said)
    first = os.read(told, 1)
    time.sleep(after_s)
    process.kill()
    process.join()
    with os.fdopen(told, "rb") as file:
        return [int(line) for line in (first + file.read()).split(b"\n")[:-1]]


def test_a_killed_process_loses_nothing_that_it_had_acknowledged(tmp_path: Path) -> None:
    url, rng, acknowledged = f"sqlite:///{tmp_path / 'a.db'}", random.Random(SEED), set()  # noqa: S311 - reproducible, not secret
    open_store(url).close()
    for cycle in range(CYCLES):
        first = cycle * 10_000
        acknowledged |= set(
            run_and_kill(lambda said, first=first: write_until_killed(url, first, said), rng.uniform(0.0, 0.12))
        )
    store = open_store(url)
    assert acknowledged <= stored_pairs(store)
    assert len(acknowledged) > CYCLES  # the harness did write
    with store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None
    store.close()


def _statements(number: int, folder: Path) -> list[tuple[str, Any]]:
    """Record what the store says to SQLite for one pair, to say the same through the file layer that drops writes."""
    store, found = open_store(f"sqlite:///{folder / 'recorded.db'}"), []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        found.extend((statement, one) for one in (parameters if many else [parameters]))

    store_pair(store, number)
    store.close()
    return [(statement, one) for statement, one in found if not statement.startswith(("BEGIN", "COMMIT", "PRAGMA"))]


def cut_the_power(path: Path, statements: list[tuple[str, Any]], synchronous: str, said: int) -> None:
    import apsw

    from .dropped_writes import NAME, DroppedWrites

    layer = DroppedWrites()
    connection = apsw.Connection(str(path), vfs=NAME)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")  # WAL without memory shared with other processes
    set_up_sqlite(connection, apsw.sqlite_lib_version())
    if synchronous:
        connection.execute(f"PRAGMA synchronous={synchronous}")
    number = 0
    while True:
        connection.execute("BEGIN IMMEDIATE")
        for statement, parameters in statements:
            renamed = [p.replace("000000", f"{number:06d}") if isinstance(p, str) else p for p in parameters]
            connection.execute(statement, renamed)
        connection.execute("COMMIT")
        os.write(said, b"%d\n" % number)
        number += 1
        assert layer


@pytest.mark.parametrize(("synchronous", "may_lose"), [("", False), ("OFF", True)])
def test_a_power_cut_loses_nothing_with_our_settings_and_would_with_others(
    tmp_path: Path, synchronous: str, may_lose: bool
) -> None:
    """The second run is the harness's own check: without syncs it must lose, else it could not have found anything."""
    pytest.importorskip("apsw", reason="apsw (dev group) is not installed: no file layer that drops writes")
    statements, rng, lost = _statements(0, tmp_path), random.Random(SEED), 0  # noqa: S311 - reproducible, not secret
    for cycle in range(max(4, CYCLES // 2)):
        path = tmp_path / f"{cycle}.db"
        open_store(f"sqlite:///{path}").close()
        said = run_and_kill(
            lambda pipe, path=path: cut_the_power(path, statements, synchronous, pipe), rng.uniform(0.05, 0.2)
        )
        connection = sqlite3.connect(path)
        try:
            there = {int(id_[2:]) for (id_,) in connection.execute("SELECT id FROM candidate WHERE id LIKE 'A-%'")}
            whole = connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        except sqlite3.DatabaseError:
            there, whole = set(), False
        connection.close()
        lost += not whole or not set(said) <= there
    assert lost > 0 if may_lose else lost == 0


def _add_one(url: str, times: int) -> None:
    store = open_store(url)
    for _ in range(times):
        with store.write() as connection:
            hours = connection.scalar(sa.select(candidate.c.hours_min).where(candidate.c.id == "counter"))
            connection.execute(sa.update(candidate).where(candidate.c.id == "counter").values(hours_min=hours + 1))


def test_many_writers_that_read_before_they_write_lose_no_update(store: Store) -> None:
    with store.write() as connection:
        replace_candidates(connection, [replace(person(), id="counter", hours_min=0.0)])
    url = store.engine.url.render_as_string(hide_password=False)
    store.engine.dispose()
    writers, times = 32, 5
    processes = [FORK.Process(target=_add_one, args=(url, times)) for _ in range(writers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * writers
    with store.read() as connection:
        assert connection.scalar(sa.select(candidate.c.hours_min)) == writers * times


def _fill_the_disk(url: str, most_bytes: int, said: int) -> None:
    store = open_store(url)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))
    number = 0
    try:
        while number < 5_000:
            store_pair(store, number)
            os.write(said, b"%d\n" % number)
            number += 1
    except StoreUnreadable:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        store_pair(store, 900_000)  # there is room again: the same open store goes on
        os.write(said, b"900000\n")
        os._exit(0)
    os._exit(1)


def test_a_full_disk_is_a_sentence_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    url = f"sqlite:///{path}"
    open_store(url).close()
    told, said = os.pipe()
    process = FORK.Process(target=_fill_the_disk, args=(url, path.stat().st_size + 300_000, said))
    process.start()
    os.close(said)
    with os.fdopen(told) as file:
        numbers = {int(line) for line in file.read().split()}
    process.join()
    assert process.exitcode == 0
    assert 900_000 in numbers
    store = open_store(url)
    assert stored_pairs(store) == numbers
    store.close()


class Server:
    """A PostgreSQL server of the test's own, which it may stop as it likes."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
        if not found:
            pytest.skip("no PostgreSQL server programs are installed (.ci/run installs them)")
        self.bin, self.folder = found[-1].parent, folder
        self.url = f"postgresql+psycopg://postgres@/postgres?host={folder}"
        folder.chmod(0o755)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses=''"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start"
        )

    def stop_at_once(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*become, str(self.bin / program), *arguments], check=True, capture_output=True, cwd="/")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = Path("/tmp") / f"worktrial-pg-{os.getpid()}"  # noqa: S108 - the path of a socket must be short
    folder.mkdir()
    try:
        server = Server(folder)
        yield server
        server.stop_at_once()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_until_the_server_stops(url: str, first: int, said: int) -> None:
    store = open_store(url)
    number = first
    try:
        while True:
            store_pair(store, number)
            os.write(said, b"%d\n" % number)
            number += 1
    except StoreUnreadable:
        os.write(said, b"%d\n" % -number)  # of unknown fate
        os._exit(0)


def test_a_server_stopped_in_mid_commit_loses_nothing_and_a_retry_stores_once(server: Server) -> None:
    open_store(server.url).close()
    rng, acknowledged, unknown = random.Random(SEED), set(), set()  # noqa: S311 - reproducible
    for cycle in range(max(2, CYCLES // 10)):
        told, said = os.pipe()
        writers = [
            FORK.Process(target=_write_until_the_server_stops, args=(server.url, (cycle * 8 + w) * 1_000, said))
            for w in range(4)
        ]
        for writer in writers:
            writer.start()
        os.close(said)
        with os.fdopen(told) as file:
            written = [file.readline() for _ in range(20)]  # all of them write by now
            time.sleep(rng.uniform(0.0, 0.4))
            server.stop_at_once()
            numbers = [int(line) for line in (*written, *file)]
        for writer in writers:
            writer.join()
        acknowledged |= {number for number in numbers if number > 0}
        unknown |= {-number for number in numbers if number < 0}
        server.start()
    store = open_store(server.url)
    there = stored_pairs(store)
    assert acknowledged - there == set()
    assert len(acknowledged) > 20
    for number in sorted(unknown):
        store_pair(store, number)
    assert stored_pairs(store) == there | unknown
    store.close()

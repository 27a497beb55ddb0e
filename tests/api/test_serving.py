"""The service as a process: it stops without dropping anybody, in one or several workers, and says when it is ready."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi.testclient import TestClient

from api.app import create_app
from api.commands.serving import _door
from api.http import health
from api.http.metrics import SHARED_FOLDER
from api.settings import Settings
from data.store import Store, open_store
from tests.api.serving_apps import PUBLIC, service, sqlite_url, url_of
from tests.conftest import HERE, ROOT

START_SECONDS = 90
SLOW_SECONDS = 2.0
SLOW = f"""
import time
import api.http.health as health

@health.router.get("/slow", include_in_schema=False)
def slow() -> dict[str, str]:
    time.sleep({SLOW_SECONDS})
    return {{"status": "done"}}
"""
"""A module of the process that serves: a route that takes its time."""


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _get(port: int, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def _serving(folder: Path, *options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[bytes], int, Path]]:
    port, told = _free_port(), folder / "log"
    (folder / "slow_route.py").write_text(SLOW)
    starts = "import slow_route; from api.commands import serving; from api.commands.main import run; run()"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKTRIAL_")}
    more = {"WORKTRIAL_HOME": str(folder), "PYTHONPATH": f"{folder}:{ROOT}", **environment}
    with told.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", starts, "serve", "--port", str(port), *options], cwd=ROOT, env=kept | more,
            stderr=log, stdout=log,
        )  # fmt: skip
    try:
        for _ in range(START_SECONDS * 10):
            try:
                if _get(port, "/health/ready")[0] == 200:
                    break
            except OSError:
                assert process.poll() is None, told.read_text()
                time.sleep(0.1)
        yield process, port, told
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)


def test_a_stop_lets_running_requests_end_and_takes_no_new_ones(tmp_path: Path) -> None:
    with _serving(tmp_path) as (process, port, told):
        answers: list[tuple[int, bytes]] = []
        running = [threading.Thread(target=lambda: answers.append(_get(port, "/health/slow"))) for _ in range(20)]
        for one in running:
            one.start()
        time.sleep(SLOW_SECONDS / 2)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        with pytest.raises(OSError, match=r"refused|reset"):
            _get(port, "/health/live")
        for one in running:
            one.join(30)
        code = process.wait(30)
        assert time.monotonic() - asked < 15
    assert [status for status, _ in answers] == [200] * 20
    assert code in (0, -signal.SIGTERM, 128 + signal.SIGTERM)
    lines = [json.loads(line) for line in told.read_text().splitlines() if line.startswith("{")]
    assert sum(line.get("route") == "/health/slow" for line in lines) == 20


def test_several_workers_answer_and_stop_together(tmp_path: Path) -> None:
    with _serving(tmp_path, "--workers", "2", WORKTRIAL_METRICS="true") as (process, port, _):
        assert [_get(port, "/api/v1/candidates")[0] for _ in range(6)] == [200] * 6
        time.sleep(0.2)
        counts = _get(port, "/metrics")[1].decode()
        counted = 'worktrial_requests_total{method="GET",route="/api/v1/candidates",status="200"}'
        (line,) = [one for one in counts.splitlines() if one.startswith(counted)]
        assert line.endswith(" 6.0")  # of both workers together
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        with pytest.raises(OSError, match=r"refused"):
            _get(port, "/health/live")


def test_ready_says_whether_it_can_work_and_not_why(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    with TestClient(create_app(url_of(store)), base_url=HERE) as client:
        assert client.get("/health/live").json() == {"status": "live"}
        assert client.get("/health/ready").json() == {"status": "ready"}
        held = client.app.state.readiness  # type: ignore[attr-defined]
        for fault, change in (
            ("disk", lambda: monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)),
            ("schema", lambda: monkeypatch.setattr(health, "HEAD", "9999")),
            ("store", lambda: monkeypatch.setattr(held, "store", open_store(sqlite_url(tmp_path / "other")))),
        ):
            change()
            if fault == "store":
                held.store.engine.dispose()
                monkeypatch.setattr(held.store, "read", _broken)
            monkeypatch.setattr(held, "_at", -10.0)
            answer = client.get("/health/ready")
            assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
            assert fault not in answer.text.replace("restored", "")
            assert fault in held._faults


def _broken() -> None:
    from data.errors import StoreUnreadable

    raise StoreUnreadable("w", "gone", "Look.")


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("192.0.2.1", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 404),  # a proxy that nobody declared
        ("192.0.2.1", {"Authorization": "Bearer 0123456789012345678901"}, 200),
        ("192.0.2.1", {"Authorization": "Bearer 0123456789012345678902"}, 404),
    ],
)
def test_counts_are_for_this_machine_or_with_the_token(
    tmp_path: Path, peer: str, headers: dict[str, str], status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SHARED_FOLDER, raising=False)
    app = service(sqlite_url(tmp_path), metrics=True, metrics_token="0123456789012345678901")  # noqa: S106
    with TestClient(app, base_url=PUBLIC, client=(peer, 1)) as client:
        client.get("/api/v1/candidates/Kanarialintu4711/runs")
        answer = client.get("/metrics", headers=headers)
        assert answer.status_code == status
        if status == 200:
            assert 'route="/api/v1/candidates/{candidate_id}/runs",status="404"' in answer.text
            assert "Kanarialintu4711" not in answer.text


def test_without_the_setting_there_are_no_counts(tmp_path: Path) -> None:
    with TestClient(create_app(sqlite_url(tmp_path), Settings()), base_url=HERE) as client:
        assert client.get("/metrics").status_code == 404


def test_what_several_workers_accept_is_sent_at_once() -> None:
    config = uvicorn.Config("nothing:here", host="127.0.0.1", port=0, log_config=None)
    with _door(config) as door:
        door.listen()
        with socket.create_connection(door.getsockname()), door.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_worker_calculates_on_one_core(tmp_path: Path) -> None:
    asked = (
        "from threadpoolctl import threadpool_info; from api.commands.serving import application; application();"
        "print({one['num_threads'] for one in threadpool_info() if one['user_api'] == 'blas'})"
    )
    told = os.environ | {"WORKTRIAL_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", asked], env=told, check=True, capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "{1}"

"""``make bench-pages``: how heavy and how quick a coach's two heaviest pages are, in the real service.

The match list of 50 (the longest that the page offers) and of 100 (the longest that an address may ask for), for every
person of the demo region: for the first time, and again by the coach who comes back to it. And one workplace of 9,991
(``large_region``) for a person: as it is, and as it would be if the week were an hour shorter.

``worktrial serve`` runs in service mode with one worker, and one coach asks one page after the other. Times are the
server's: from asking to the last byte of the answer (wall), and of its process (processor, in steps of 10 ms). Bytes
are those of the compressed answer with its headers. Wall times of a machine that others use are worth nothing: the load
average is printed with them. Writes ``build/page_figures.json``.
"""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from .large_region import COPIES, large_region
from .service_load import HOST, _cpu, _free_port, _running

LISTS = (50, 100)
AGAIN = 3
SITES = 103
PEOPLE = int(os.environ.get("PAGE_PEOPLE", "60"))
MARKET = int(os.environ.get("PAGE_COPIES", str(COPIES)))
SECRET = "bench-session"  # noqa: S105 - of this store only
STATIC = ("/static/pages/pages.css", "/static/pages/pages.js", "/static/vendor/htmx/htmx.min.js")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: wall and processor milliseconds of the server, bytes on the wire, and what it said."""

    wall: float
    cpu: float
    size: int
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    """The service that is asked, and its process."""

    process: psutil.Process
    port: int

    def ask(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """Ask as the coach's browser does."""
        from api.access.authentication import COOKIE

        headers = {
            "Host": HOST, "Cookie": f"{COOKIE}={SECRET}", "X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "https",
            "Accept": "text/html", "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        sent = None if form is None else urlencode(form)
        cpu, begun = _cpu(self.process), time.perf_counter()
        connection.request("GET" if form is None else "POST", path, sent, headers)
        answer = connection.getresponse()
        body = answer.read()
        wall = time.perf_counter() - begun
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        connection.close()
        return Answer(1000 * wall, 1000 * (_cpu(self.process) - cpu), head + len(body), answer.status, body)


def main() -> None:
    """Measure both, print, write down."""
    figures: dict[str, Any] = {"load_average_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as folder:
        figures["demo_region"] = _lists(Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        figures[f"{SITES * MARKET}_sites"] = _what_ifs(Path(folder))
    figures["load_average_after"] = os.getloadavg()[0]
    out = Path("build/page_figures.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    for name in ("load_average_before", "load_average_after"):
        sys.stdout.write(f"{name} {figures[name]:.1f}\n")


def _lists(folder: Path) -> dict[str, Any]:
    people = _fill(folder, 1)
    found: dict[str, Any] = {}
    with _serving(folder) as server:
        server.ask(f"/people/{people[0]}/suggestions?top=1")  # columns of the market are made once
        for top in LISTS:
            paths = [f"/people/{person}/suggestions?top={top}" for person in people]
            asked = [[server.ask(path) for _ in range(1 + AGAIN)] for path in paths]
            found[f"list_{top}_first"] = _row([first for first, *_ in asked])
            found[f"list_{top}_again"] = _row([one for _, *again in asked for one in again])
            shown = max(_read(server.ask(path)).count(b'<article class="card"') for path in paths)
            found[f"list_{top}_again"]["suggestions_most"] = shown
        found["style_and_scripts_once"] = {"bytes_most": sum(server.ask(path).size for path in STATIC)}
    _print("demo_region", found)
    return found


def _what_ifs(folder: Path) -> dict[str, Any]:
    people = _fill(folder, MARKET)
    pages, tried = [], []
    with _serving(folder) as server:
        for person in people:
            listed = json.loads(_read(server.ask(f"/api/v1/candidates/{person}/suggestions?top=1")))
            if not listed["suggestions"]:
                continue
            path = f"/people/{person}/sites/{listed['suggestions'][0]['site']['id']}"
            shown = server.ask(path)
            least, most = (_typed(_read(shown).decode(), name) for name in ("hours_min", "hours_max"))
            fewer = max(float(least), float(most) - 1)
            form = {"hours_min": least, "hours_max": f"{fewer:g}", "dimension": "", "step": "", "measure": "",
                    "caution": "balanced", "was": "balanced"}  # fmt: skip
            pages.append(shown)
            tried.append(server.ask(path, form))
    found = {"site_page": _row(pages), "what_if": _row(tried)}
    _print(f"{SITES * MARKET}_sites", found)
    return found


def _typed(page: str, name: str) -> str:
    """Read what stands in a field of a page."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1).replace(",", ".")


def _read(answer: Answer) -> bytes:
    return gzip.decompress(answer.body) if answer.body.startswith(b"\x1f\x8b") else answer.body


def _row(answers: Sequence[Answer]) -> dict[str, float]:
    """Give what is said of answers; each has to be a page."""
    assert {one.status for one in answers} == {200}, {one.status for one in answers}
    told: dict[str, float] = {"n": len(answers), "bytes_most": max(one.size for one in answers)}
    for name, times in (("wall", [one.wall for one in answers]), ("cpu", [one.cpu for one in answers])):
        cuts = statistics.quantiles(times, n=100, method="inclusive")
        told |= {f"{name}_p50_ms": round(cuts[49], 1), f"{name}_p95_ms": round(cuts[94], 1)}
    return told


def _fill(folder: Path, copies: int) -> list[str]:
    """Fill a store with a region and its people, all of them with one coach who is logged in; gives the people."""
    from data.accounts import Account, Role
    from data.imports.region import DEMO_CANDIDATES, read_candidates
    from data.store import add_account, add_tenant, admit, open_store, replace_candidates, replace_region
    from data.store.accounts import put_in_caseload
    from data.store.sessions import open_session

    os.umask(0o077)
    store, at = open_store(_url(folder)), datetime.now(UTC)
    people = read_candidates(DEMO_CANDIDATES, fictional=True)
    with store.write() as connection:
        replace_region(connection, "keski_suomi", large_region(copies))
        replace_candidates(connection, people)
        add_tenant(connection, "t1", "Valmennus", at)
        admit(connection, [one.id for one in people], "t1")
        add_account(connection, Account("coach", Role.COACH, "t1", "coach@example.fi", "Coach"), at)
        for one in people:
            put_in_caseload(connection, one.id, "coach", at)
        open_session(connection, SECRET, "coach", at, timedelta(hours=12), second_factor=True)
    store.close()
    return [one.id for one in people][:PEOPLE]


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'worktrial.db'}"


@contextmanager
def _serving(folder: Path) -> Iterator[Server]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKTRIAL_")}
    said = {
        "WORKTRIAL_HOME": str(folder), "WORKTRIAL_DATABASE_URL": _url(folder), "WORKTRIAL_MODE": "service",
        "WORKTRIAL_PUBLIC_URL": f"https://{HOST}", "WORKTRIAL_SECRET_KEY": "0f3c9a7e51b8d2464c7e9b1a5d3f8e02",
        "WORKTRIAL_TRUSTED_PROXIES": "127.0.0.1/32", "WORKTRIAL_LIMIT_LISTS": "100000",
        "WORKTRIAL_LIMIT_OTHER": "100000",
    }  # fmt: skip
    port = _free_port()
    command = [sys.executable, "-m", "api.commands.main", "serve", "--port", str(port)]
    with _running(command, kept | said, port, "/health/ready", folder / "server.log") as process:
        yield Server(process, port)


def _print(market: str, found: dict[str, Any]) -> None:
    for name, row in found.items():
        sys.stdout.write(f"{market:<14} {name:<24} {'  '.join(f'{key} {value:g}' for key, value in row.items())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

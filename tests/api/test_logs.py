"""The log says what came of a request and nothing about people: marked values are sent everywhere and looked for."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.logs import log, set_up_logs
from data.candidates import Candidate
from data.errors import UnknownId
from data.store import open_store, replace_candidates
from tests.api.serving_apps import PUBLIC, service, sqlite_url, with_faults
from tests.conftest import HERE

CANARY = "Kanarialintu4711"
OURS = {"at", "bytes", "event", "level", "method", "ms", "request_id", "route", "status"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers, root.level
    stream = io.StringIO()
    set_up_logs("debug", stream)
    yield stream
    root.handlers, root.level = before
    logging.captureWarnings(False)


def _read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def _values(part: Any, canary: Any) -> Any:
    """Put a marked value into every place of a body."""
    if isinstance(part, dict):
        return {**{name: _values(value, canary) for name, value in part.items()}, canary: canary}
    if isinstance(part, list):
        return [_values(value, canary) for value in part]
    return canary if isinstance(part, str) else part


def test_no_route_and_no_header_writes_anything_that_was_sent(
    lines: io.StringIO, tmp_path: Path, people: tuple[Candidate, ...]
) -> None:
    store = open_store(sqlite_url(tmp_path))
    with store.write() as connection:
        replace_candidates(connection, people[:2])
    store.close()
    app = with_faults(create_app(sqlite_url(tmp_path)))
    said = {"X-Request-ID": CANARY, "User-Agent": CANARY, "Referer": f"http://x/{CANARY}", "Cookie": f"a={CANARY}",
            "Sec-Fetch-Site": "same-origin", "Authorization": f"Bearer {CANARY}", "Accept": CANARY,
            "Idempotency-Key": CANARY}  # fmt: skip
    asked = 0
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        answers = []
        for path, operations in app.openapi()["paths"].items():
            for method, operation in operations.items():
                filled = path
                for parameter in operation.get("parameters", ()):
                    filled = filled.replace(f"{{{parameter['name']}}}", CANARY)
                query = {p["name"]: CANARY for p in operation.get("parameters", ()) if p["in"] == "query"}
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                schema = content.get("schema", {})
                name = schema.get("$ref", "").rpartition("/")[2]
                schema = app.openapi()["components"]["schemas"].get(name, schema)
                bodies = [_values(example, CANARY) for example in schema.get("examples", [{}])] if content else [None]
                for body in [*bodies, *([{CANARY: CANARY}] if content else [])]:
                    for parameters in (query, {"on": "2026-11-30", "word": CANARY}):
                        answers.append(client.request(method, filled, params=parameters, headers=said, json=body))
                        asked += 1
        answers.append(client.get(f"/{CANARY}/{CANARY}?{CANARY}={CANARY}", headers=said))
        answers.append(client.request(CANARY, "/api/v1/candidates"))
        answers.append(client.get("/api/v1/candidates", headers={"Host": CANARY}))
        answers.append(
            client.post(
                "/api/v1/solutions/find", content=f'{{"{CANARY}', headers={**said, "Content-Type": "application/json"}
            )
        )
        answers.append(client.get(f"/api/v1/candidates/{people[0].id}/suggestions", headers=said))
    assert asked > 30
    assert CANARY not in lines.getvalue()
    assert not any(person.id in lines.getvalue() or person.name in lines.getvalue() for person in people[:2])
    told = [line for line in _read(lines) if line["event"] == "request"]
    assert len(told) == len(answers)
    assert all(set(line) == OURS for line in told)
    assert {answer.headers["x-request-id"] for answer in answers} == {line["request_id"] for line in told}
    assert [answer for answer in answers if CANARY in answer.text or CANARY in str(answer.headers)] == []
    assert "/api/v1/candidates/{candidate_id}/suggestions" in {line["route"] for line in told}
    assert {line["route"] for line in told if line["status"] == 421} == {"(no route)"}


def test_a_fault_is_logged_by_kind_and_place_under_its_number(lines: io.StringIO, tmp_path: Path) -> None:
    app = with_faults(create_app(sqlite_url(tmp_path)))
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        incident = client.get("/api/v1/notes/fault", params={"word": CANARY}).json()["incident"]
    (line,) = [line for line in _read(lines) if line["event"] == "incident"]
    assert (line["incident"], line["error"], line["level"]) == (incident, "RuntimeError", "error")
    assert line["places"][-1].endswith("go_wrong")
    assert CANARY not in lines.getvalue()


def test_the_name_of_a_request_is_taken_over_from_a_trusted_proxy_only(lines: io.StringIO, tmp_path: Path) -> None:
    app = service(sqlite_url(tmp_path), trusted_proxies=["10.0.0.0/8"])
    named = {"X-Request-ID": "proxy-0123456789"}
    with TestClient(app, base_url=PUBLIC, client=("10.0.0.1", 1)) as proxy:
        assert proxy.get("/none", headers=named).headers["x-request-id"] == "proxy-0123456789"
        for odd in ("short", "a" * 65, 'a"b{}longenough', "../../../../etc"):
            assert proxy.get("/none", headers={"X-Request-ID": odd}).headers["x-request-id"] != odd
    stranger = TestClient(app, base_url=PUBLIC, client=("192.0.2.1", 1))
    with stranger:
        assert stranger.get("/none", headers=named).headers["x-request-id"] != "proxy-0123456789"


def test_lines_of_the_server_and_of_libraries_come_without_their_values(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("Invalid %s", CANARY)
    logging.getLogger("uvicorn.access").info("GET /%s", CANARY)
    try:
        raise UnknownId("candidate", CANARY) from ValueError(CANARY)
    except UnknownId:
        logging.getLogger("some.library").exception("It failed: %s", CANARY)
        log("here").exception("failed")
    told = _read(lines)
    assert [line["event"] for line in told] == ["Invalid %s", "It failed: %s", "failed"]
    assert [line.get("error") for line in told] == [None, "UnknownId:unknown_id", "UnknownId:unknown_id"]
    assert told[2]["cause"] == "ValueError"
    assert CANARY not in lines.getvalue()

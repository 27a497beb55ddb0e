"""The HTTP service gives the same answer as the command, in one shape of errors, without echoing what was sent."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.match_json import match_as_json
from api.messages import Messages
from data.candidates import Candidate
from data.store import open_store, replace_candidates, replace_region
from data.workplaces import Employer
from features.market import build_market
from matching import MatchConfig, match
from tests.conftest import ROOT, client_at_home


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('http') / 'worktrial.db'}"
    store = open_store(url)
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, people)
    store.close()
    with client_at_home(create_app(url)) as opened:
        yield opened


def test_the_list_is_the_same_as_the_commands(
    client: TestClient, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    answer = client.get("/api/v1/candidates/KS-001/suggestions", params={"top": 4, "lang": "sv"})
    person = next(p for p in people if p.id == "KS-001")
    mine = match_as_json(match(person, build_market(employers), MatchConfig(top=4)), Messages("sv"))
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(mine))
    assert answer.headers["cache-control"] == "no-store"


def test_candidates_are_listed_without_names_or_capacity(client: TestClient) -> None:
    people = client.get("/api/v1/candidates").json()["candidates"]
    assert len(people) == 60
    assert set(people[0]) == {"id", "municipality", "hours_max"}


def test_an_unknown_candidate_is_a_problem_document(client: TestClient) -> None:
    answer = client.get("/api/v1/candidates/KS-999/suggestions")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unknown_id"


def test_a_wrong_parameter_is_named_but_not_echoed(client: TestClient) -> None:
    answer = client.get("/api/v1/candidates/KS-001/suggestions", params={"top": "hush-hush"})
    assert answer.status_code == 422
    assert "top" in answer.json()["detail"]
    assert "hush-hush" not in answer.text


def test_the_api_page_says_that_it_is_local_and_single_user(client: TestClient) -> None:
    assert "single user" in client.get("/openapi.json").json()["info"]["description"]


def test_the_api_page_asks_no_other_origin(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        assert client.get(path).status_code == 200


def test_vendored_files_are_the_ones_written_down() -> None:
    folder = ROOT / "api" / "static" / "vendor"
    for entry in tomllib.loads((folder / "VENDOR.toml").read_text(encoding="utf-8")).values():
        for name, digest in entry["files"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_an_empty_store_is_a_conflict_not_a_fault(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'w.db'}")) as empty:
        assert empty.get("/api/v1/candidates/KS-001/suggestions").status_code == 409

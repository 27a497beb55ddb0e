"""Earlier solutions over HTTP: the documented shapes, the answers of the functions, problems without an echo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.solution_json import analysis_as_json
from data.imports.solutions import read_seed_solutions
from data.store import add_solutions, open_store
from matching.solutions import analyse
from tests.commands import schema
from tests.conftest import client_at_home


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('solutions') / 'worktrial.db'}"
    store = open_store(url)
    with store.write() as connection:
        add_solutions(connection, read_seed_solutions())
    store.close()
    with client_at_home(create_app(url)) as opened:
        yield opened


def test_a_gap_is_answered_with_the_nearest_cases(client: TestClient) -> None:
    body = {"question": "standing 5 against 2, customer contact fine, school kitchen"}
    answer = client.post("/api/v1/solutions/find", json=body, params={"top": 3, "lang": "en"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    jsonschema.validate(answer.json(), schema("near-solutions.schema.json"))
    assert len(answer.json()["solutions"]) == 3
    assert all("pos_stand" in one["shared"] for one in answer.json()["solutions"])


def test_the_analysis_is_that_of_the_function(client: TestClient) -> None:
    answer = client.get("/api/v1/solutions/analysis")
    jsonschema.validate(answer.json(), schema("solution-analysis.schema.json"))
    assert answer.json() == analysis_as_json(analyse(read_seed_solutions()))


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": "Kanarialintu" * 300}, {"question": 7}, {"x": 1}])
def test_a_wrong_question_is_a_problem_that_echoes_nothing(client: TestClient, body: dict[str, object]) -> None:
    answer = client.post("/api/v1/solutions/find", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Kanarialintu" not in answer.text


def test_a_store_without_cases_is_a_conflict(tmp_path: Path) -> None:
    with client_at_home(create_app(f"sqlite:///{tmp_path / 'a.db'}")) as empty:
        assert empty.get("/api/v1/solutions/analysis").status_code == 409

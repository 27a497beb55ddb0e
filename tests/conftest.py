"""Shared by all tests: the demo region, a store on each database, the public corpora where they are at hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.candidates import Candidate
from data.store import Store, open_store
from data.workplaces import Employer
from features.market import Market
from tests.demo_region import demo_employers, demo_market, demo_people
from tests.stores import PostgresDatabase, copy_sqlite

ROOT = Path(__file__).parent.parent
POSTGRES = "WORKTRIAL_TEST_POSTGRES_URL"
CORPORA = "WORKTRIAL_CORPORA"
LONGEST = (
    "tests/api/access/test_matrix.py", "tests/api/access/test_non_interference.py", "tests/data/test_trial_plans.py",
    "tests/api/test_api_cases.py", "tests/contracts/test_notebooks.py", "tests/data/test_durability.py",
    "tests/api/access/test_rights.py", "tests/api/test_commands.py", "tests/pages/test_journeys.py",
)  # fmt: skip
"""Files that take a minute and more: they begin first, so that no core waits for one of them at the end."""
HERE = "http://127.0.0.1:8000"
"""Where a local service answers: it goes by no other name than those of this machine."""


def client_at_home(app: FastAPI) -> TestClient:
    """Ask an application as somebody at the same machine does."""
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; within a file all stays in order."""
    place = {ROOT / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.fixture(scope="session")
def employers() -> tuple[Employer, ...]:
    return demo_employers()


@pytest.fixture(scope="session")
def people() -> tuple[Candidate, ...]:
    return demo_people()


@pytest.fixture(scope="session")
def market() -> Market:
    return demo_market()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "worktrial.db"
    open_store(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[PostgresDatabase | None]:
    """The database on PostgreSQL that tests of this process use one after the other, if there is a server."""
    server = os.environ.get(POSTGRES)
    database = PostgresDatabase(server) if server else None
    yield database
    if database:
        database.drop()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, empty_sqlite: Path, postgres_database: PostgresDatabase | None
) -> Iterator[Store]:
    """An empty store, once on each database."""
    if request.param == "sqlite":
        opened = open_store(copy_sqlite(empty_sqlite, tmp_path / "worktrial.db"))
    elif postgres_database is None:
        pytest.skip(f"no PostgreSQL server: set {POSTGRES} (.ci/run starts one)")
    else:
        opened = open_store(postgres_database.url())
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public corpora (O*NET, ESCO), which is never part of the repository."""
    folder = Path(os.environ.get(CORPORA, ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip(f"public corpora are not at hand: set {CORPORA} to their folder")
    return folder

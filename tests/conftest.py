"""Shared by all tests: the demo region, a store on each database, the public corpora where they are at hand."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from data.candidates import Candidate
from data.imports.region import DEMO_CANDIDATES, DEMO_REGION, read_candidates, read_region
from data.store import Store, open_store
from data.workplaces import Employer
from features.market import Market, build_market

ROOT = Path(__file__).parent.parent
POSTGRES = "WORKTRIAL_TEST_POSTGRES_URL"
CORPORA = "WORKTRIAL_CORPORA"
HERE = "http://127.0.0.1:8000"
"""Where a local service answers: it goes by no other name than those of this machine."""


def client_at_home(app: FastAPI) -> TestClient:
    """Ask an application as somebody at the same machine does."""
    return TestClient(app, base_url=HERE, raise_server_exceptions=False)


@pytest.fixture(scope="session")
def employers() -> tuple[Employer, ...]:
    return read_region(DEMO_REGION, fictional=True)


@pytest.fixture(scope="session")
def people() -> tuple[Candidate, ...]:
    return read_candidates(DEMO_CANDIDATES, fictional=True)


@pytest.fixture(scope="session")
def market(employers: tuple[Employer, ...]) -> Market:
    return build_market(employers)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on each database."""
    if request.param == "sqlite":
        opened = open_store(f"sqlite:///{tmp_path / 'worktrial.db'}")
        yield opened
        opened.close()
        return
    server = os.environ.get(POSTGRES)
    if not server:
        pytest.skip(f"no PostgreSQL server: set {POSTGRES} (.ci/run starts one)")
    name = f"worktrial_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    opened = open_store(str(sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)))
    yield opened
    opened.close()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of public corpora (O*NET, ESCO), which is never part of the repository."""
    folder = Path(os.environ.get(CORPORA, ROOT.parent / "shared" / "corpora"))
    if not folder.is_dir():
        pytest.skip(f"public corpora are not at hand: set {CORPORA} to their folder")
    return folder

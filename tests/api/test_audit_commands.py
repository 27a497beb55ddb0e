"""``worktrial audit``: an operator can show that nothing was changed unseen, and who saw a person."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from api.commands.main import app
from data.accounts import COMMAND_LINE
from data.audit import AuditBroken, AuditEvent
from data.store import Store, note, open_store
from data.store.schema import audit_entry

RUNNER = CliRunner()


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    monkeypatch.delenv("WORKTRIAL_DATABASE_URL", raising=False)
    store = open_store(f"sqlite:///{tmp_path / 'worktrial.db'}")
    with store.write() as connection:
        for person in ("KS-001", "KS-002", "KS-001"):
            note(connection, AuditEvent("person.read", COMMAND_LINE, datetime(2026, 11, 28, tzinfo=UTC), person))
    return store


def run(*words: str) -> str:
    done = RUNNER.invoke(app, ["audit", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_a_link_kept_elsewhere_shows_that_the_end_was_cut_off(kept: Store) -> None:
    number, link = run("head").split()
    assert number == "3"
    assert run("verify", "--link", link) == "3 entries hold together.\n"
    with kept.write() as connection:
        connection.execute(sa.delete(audit_entry).where(audit_entry.c.number == 3))
    assert run("verify") == "2 entries hold together.\n"
    with pytest.raises(AuditBroken):
        RUNNER.invoke(app, ["audit", "verify", "--link", link], catch_exceptions=False)


def test_who_saw_a_person_is_told_for_that_person_only(kept: Store) -> None:
    assert run("about", "KS-001").count("person.read") == 2
    assert run("about", "KS-003") == ""

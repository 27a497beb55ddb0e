"""``worktrial account``: an operator sets a service up, step by step, with plain refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.access.login import SessionLimits, accept_invitation
from api.commands.main import app
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import open_store, replace_candidates, verify_audit
from data.store.accounts import caseload_of, find_account, handled_sites

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, people: tuple[Candidate, ...]) -> Path:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path))
    monkeypatch.delenv("WORKTRIAL_DATABASE_URL", raising=False)
    store = open_store(f"sqlite:///{tmp_path / 'worktrial.db'}")
    with store.write() as connection:
        replace_candidates(connection, people[:3])
    store.close()
    return tmp_path


def run(*words: str) -> str:
    done = RUNNER.invoke(app, ["account", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_from_an_empty_service_to_a_coach_with_people_and_an_employer(home: Path) -> None:
    run("organisation", "Keski-Suomen valmennus")
    said = run("invite", "coach", "Anna.Aalto@example.fi", "Anna Aalto")
    secret = re.search(r": (\S{40,})", said.replace("\n", ""))
    assert secret is not None
    run("coach", "anna.aalto@example.fi", "KS-001", "KS-002")
    run("invite", "employer", "eeva@example.fi", "Eeva Esimerkki", "--site", "a.b", "--until", "2027-06-30")
    listed = run("list")
    assert "anna.aalto@example.fi · coach · Anna Aalto · 2 people" in listed
    store = open_store(f"sqlite:///{home / 'worktrial.db'}")
    at = datetime.now(UTC)
    opened = accept_invitation(store, secret[1], "kurki lentää sateessa 7", at, SessionLimits())
    assert opened.must_set_up_codes
    with store.read() as connection:
        coach, employer = (find_account(connection, f"{name}@example.fi") for name in ("anna.aalto", "eeva"))
        assert coach is not None and employer is not None
        assert caseload_of(connection, coach.id) == {"KS-001", "KS-002"}
        assert handled_sites(connection, employer.id, at.date()) == {"a.b"}
        assert verify_audit(connection) == 6
    run("shut", "anna.aalto@example.fi")
    assert "shut" in run("list")
    run("open", "anna.aalto@example.fi")
    assert "shut" not in run("list")


def test_a_person_moves_to_another_organisation_in_somebodys_name(home: Path) -> None:
    for name in ("Keski-Suomen valmennus", "Toinen valmennus"):
        run("organisation", name)
    for at, login in enumerate(("anna@example.fi", "bo@example.fi")):
        run("invite", "coach", login, login, "--organisation", ("Keski-Suomen valmennus", "Toinen valmennus")[at])
    run("coach", "anna@example.fi", "KS-001")
    said = run("move", "KS-001", "toinen valmennus", "--by", "Aino Ala", "--reason", "Muutti toiseen kaupunkiin")
    assert "Coaches who see nothing any more: 1" in said and "Nobody coaches the person yet" in said
    run("coach", "bo@example.fi", "KS-001")
    listed = run("list")
    assert "anna@example.fi · 0 people" in listed and "bo@example.fi · 1 people" in listed


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("invite", "boss", "b@example.fi", "B"), InvalidInput),
        (("invite", "employer", "b@example.fi", "B"), InvalidInput),
        (("invite", "employer", "b@example.fi", "B", "--site", "a.b", "--until", "soon"), InvalidInput),
        (("invite", "candidate", "b@example.fi", "B"), InvalidInput),
        (("invite", "candidate", "b@example.fi", "B", "--candidate", "KS-999"), UnknownId),
        (("invite", "coach", "b b", "B"), InvalidInput),
        (("invite", "coach", "b@example.fi", "B", "--organisation", "Muu"), UnknownId),
        (("coach", "nobody@example.fi", "KS-001"), UnknownId),
        (("shut", "nobody@example.fi"), UnknownId),
        (("move", "KS-001", "Keski-Suomen valmennus", "--by", "A B", "--reason", "Muutti pois täältä"), InvalidInput),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(words: tuple[str, ...], error: type[Exception]) -> None:
    run("organisation", "Keski-Suomen valmennus")
    before = run("list")
    with pytest.raises(error):
        RUNNER.invoke(app, ["account", *words], catch_exceptions=False)
    assert run("list") == before

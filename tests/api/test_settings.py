"""What may be set, where it comes from, and what a service refuses to start with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api.app import create_app
from api.environment import SETTING_NAMES, SettingsRefused, follow_settings_file, refuse_unknown_names, variable_of
from api.settings import Settings, load_settings, local_settings, settings_with_origin
from api.start_checks import refuse_unsafe, refuse_unsafe_store
from data.store import Store, open_store
from tests.api.serving_apps import PUBLIC, SECRET, service_settings, sqlite_url
from tests.conftest import ROOT

CANARY = "Kanarialintu4711Kanarialintu4711"
EXAMPLE_SECRET = {"WORKTRIAL_SECRET_KEY": "changeme"}
SAFE_DATABASE = "postgresql+psycopg://w@/worktrial?host=/run/postgresql"


def _reasons(database: str = SAFE_DATABASE, environment: dict[str, str] | None = None, **changed: Any) -> str:
    with pytest.raises(SettingsRefused) as refused:
        refuse_unsafe(service_settings(**changed), database, environment or {})
    assert refused.value.exit_code == 13
    assert all(":" in reason or "," in reason for reason in refused.value.reasons)  # each with a way out
    return " ".join(refused.value.reasons)


def test_a_service_that_is_set_up_starts() -> None:
    refuse_unsafe(service_settings(), SAFE_DATABASE, {})
    refuse_unsafe(local_settings(), "sqlite:///w.db", {})


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"secret_key": None}, "no secret_key"),
        ({"secret_key": "short"}, "shorter"),
        ({"secret_key": "a1" * 40}, "regular"),
        ({"secret_key": "changeme-" + SECRET}, "example"),
        ({"debug": True}, "debug"),
        ({"docs_page": True}, "docs_page"),
        ({"public_url": ""}, "names the service has"),
        ({"public_url": "", "allowed_hosts": ["*.fi"]}, "top-level"),
        ({"public_url": "http://trial.example.fi"}, "not https"),
        ({"metrics": True, "metrics_token": "short"}, "metrics_token"),
    ],
)
def test_a_service_refuses_what_would_be_unsafe(changed: dict[str, Any], word: str) -> None:
    assert word in _reasons(**changed)


@pytest.mark.parametrize(
    ("database", "environment", "word"),
    [
        ("postgresql+psycopg://w@db.example.fi/w?sslmode=verify-full", {}, "without a password"),
        ("postgresql+psycopg://w:p@db.example.fi/w", {}, "certificate"),
        ("postgresql+psycopg://w:p@db.example.fi/w?sslmode=require", {}, "certificate"),
        ("postgresql+psycopg://w@127.0.0.1/w", {}, "without a password"),
        ("postgresql+psycopg://w:p@/w", {"PGHOST": "db.example.fi"}, "certificate"),
        ("nonsense", {}, "not a database URL"),
    ],
)
def test_a_service_refuses_a_database_that_others_reach(database: str, environment: dict[str, str], word: str) -> None:
    assert word in _reasons(database, environment)


@pytest.mark.parametrize(
    ("database", "environment"),
    [
        ("postgresql+psycopg://w:p@db.example.fi/w?sslmode=verify-full", {}),
        ("postgresql+psycopg://w@db.example.fi/w", {"PGPASSWORD": "p", "PGSSLMODE": "verify-full"}),
        ("postgresql+psycopg://w:p@127.0.0.1/w", {}),
        ("postgresql+psycopg://w@/w", {}),
        ("postgresql+psycopg://w@/w?host=/run/postgresql", {}),
    ],
)
def test_a_database_behind_a_socket_or_tls_is_accepted(database: str, environment: dict[str, str]) -> None:
    refuse_unsafe(service_settings(), database, environment)


@pytest.mark.parametrize("part", ["worktrial.db", "worktrial.db-wal", "secret"])
def test_files_that_others_can_read_are_refused(tmp_path: Path, part: str) -> None:
    for name in ("worktrial.db", "worktrial.db-wal", "secret"):
        (tmp_path / name).write_text(SECRET)
        (tmp_path / name).chmod(0o600)
    changed = {"secret_key": None, "secret_key_file": tmp_path / "secret"}
    refuse_unsafe(service_settings(**changed), sqlite_url(tmp_path), {})
    (tmp_path / part).chmod(0o640)
    assert "chmod 600" in _reasons(sqlite_url(tmp_path), **changed)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - is refused
def test_local_mode_stays_on_this_machine(address: str) -> None:
    with pytest.raises(SettingsRefused, match="local mode has no accounts"):
        refuse_unsafe(Settings(listen_address=address), "sqlite:///w.db", {})


def test_a_service_without_a_secret_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="secret"):
        create_app(sqlite_url(tmp_path), service_settings(secret_key=None))


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    if store.engine.dialect.name != "postgresql":
        refuse_unsafe_store(service_settings(), store)  # SQLite is set up by ourselves
        return
    told = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", name: "off"}

    class Told:
        def __init__(self, value: str) -> None:
            self.value = value

        def scalar(self) -> str:
            return self.value

    monkeypatch.setattr("sqlalchemy.Connection.exec_driver_sql", lambda _self, said: Told(told[said.split()[1]]))
    with pytest.raises(SettingsRefused, match=f"{name} = off"):
        refuse_unsafe_store(service_settings(), store)
    refuse_unsafe_store(local_settings(), store)


def test_the_server_itself_is_asked_whether_it_may_lose_what_it_acknowledged(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        return
    unsafe = sa.create_engine(store.engine.url, connect_args={"options": "-c synchronous_commit=off"})
    with pytest.raises(SettingsRefused, match="synchronous_commit = off"):
        refuse_unsafe_store(service_settings(), Store(unsafe, "postgresql"))
    unsafe.dispose()


def test_a_misspelt_variable_is_refused_with_what_was_meant() -> None:
    with pytest.raises(SettingsRefused, match="WORKTRIAL_HOME"):
        refuse_unknown_names({"WORKTRIAL_HOM": "/x"})
    refuse_unknown_names({variable_of(name): "x" for name in SETTING_NAMES} | {"HOME": "/x"})


def test_a_wrong_value_is_named_and_not_echoed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_PORT", CANARY)
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    assert "WORKTRIAL_PORT" in str(refused.value)
    assert CANARY not in str(refused.value)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "worktrial.toml"
    path.write_text('home = "/var/lib/worktrial"\nport = 9000\nworkers = 2\nallowed_hosts = ["a.example.fi"]\n')
    monkeypatch.setenv("WORKTRIAL_SETTINGS_FILE", str(path))
    return path


@pytest.mark.parametrize("name", ["Europe/Helsingfors", "../../etc/passwd", "+02:00", ""])
def test_a_time_zone_that_is_not_known_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("WORKTRIAL_TIME_ZONE", name)
    with pytest.raises(SettingsRefused, match=r"WORKTRIAL_TIME_ZONE .*is like Europe/Helsinki") as refused:
        load_settings()
    assert refused.value.exit_code == 13


def test_the_environment_goes_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_PORT", "9001")
    monkeypatch.setenv("WORKTRIAL_SECRET_KEY", CANARY)
    settings = load_settings()
    assert (settings.port, settings.workers, settings.allowed_hosts) == (9001, 2, ("a.example.fi",))
    shown = settings_with_origin(settings, os.environ)
    assert shown["port"] == {"value": "9001", "from": "environment"}
    assert shown["workers"] == {"value": "2", "from": "worktrial.toml"}
    assert shown["grace_seconds"] == {"value": "30", "from": "as it comes"}
    assert shown["secret_key"]["value"] == "set"
    assert CANARY not in json.dumps(shown)


def test_all_commands_follow_the_file_about_folder_and_database(file: Path) -> None:
    assert follow_settings_file(os.environ) == {"WORKTRIAL_HOME": "/var/lib/worktrial"}
    assert follow_settings_file({**os.environ, "WORKTRIAL_HOME": "/x"}) == {}


@pytest.mark.parametrize(("text", "word"), [("prot = 1\n", "port"), ("port = \n", "not TOML")])
def test_a_faulty_file_is_refused(file: Path, text: str, word: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsRefused, match=word):
        load_settings()


def _run(command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKTRIAL_")}
    return subprocess.run(
        [sys.executable, "-m", "api.commands.main", *command], cwd=ROOT, env=kept | environment, capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


def test_the_command_ends_with_its_exit_code_and_every_reason(tmp_path: Path) -> None:
    ended = _run(["serve"], WORKTRIAL_HOME=str(tmp_path), WORKTRIAL_MODE="service", **EXAMPLE_SECRET)
    assert ended.returncode == 13
    assert ended.stderr.count("\n- ") >= 2
    assert "changeme" not in ended.stderr
    assert not (tmp_path / "worktrial.db").exists()
    misspelt = _run(["candidates"], WORKTRIAL_HOME=str(tmp_path), WORKTRIAL_DATABASE="x")
    assert misspelt.returncode == 13
    assert "WORKTRIAL_DATABASE_URL" in misspelt.stderr


def test_doctor_shows_settings_and_why_a_service_would_not_start(tmp_path: Path) -> None:
    open_store(sqlite_url(tmp_path)).close()
    ended = _run(
        ["doctor", "--json"], WORKTRIAL_HOME=str(tmp_path), WORKTRIAL_MODE="service", WORKTRIAL_PUBLIC_URL=PUBLIC,
        WORKTRIAL_SECRET_KEY=CANARY, WORKTRIAL_METRICS_TOKEN=CANARY, WORKTRIAL_DATABASE_URL=sqlite_url(tmp_path),
    )  # fmt: skip
    assert ended.returncode == 5
    found = json.loads(ended.stdout)
    assert found["settings_of_the_service"]["mode"] == {"value": "service", "from": "environment"}
    assert any("regular" in problem for problem in found["problems"])
    assert CANARY not in ended.stdout


def test_every_setting_is_documented_as_it_is_and_no_other() -> None:
    assert tuple(Settings.model_fields) == SETTING_NAMES
    written = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if line.startswith("| `") and line.count("|") == 5]
    assert rows == [settings_row(name) for name in SETTING_NAMES]


def settings_row(name: str) -> str:
    """The line of a setting in ``docs/reference/settings.md``."""
    field = Settings.model_fields[name]
    said = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
    default = "" if field.default in (None, "", ()) else f"`{said}`"
    return f"| `{name}` | `{variable_of(name)}` | {default} | {field.description} |"


def test_the_unit_does_not_start_again_what_refuses_its_settings() -> None:
    unit = (ROOT / "deploy" / "worktrial.service").read_text(encoding="utf-8")
    assert f"RestartPreventExitStatus={SettingsRefused.exit_code}\n" in unit
    settings = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    assert set(re.findall(r"exit code (\d+)", settings)) == {str(SettingsRefused.exit_code)}


@pytest.fixture
def provider_secret(tmp_path: Path) -> Path:
    path = tmp_path / "client-secret"
    path.write_text("of the provider\n")
    path.chmod(0o600)
    return path


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"oidc_client_id": ""}, "by halves: oidc_client_id missing"), ({"oidc_issuer": ""}, "oidc_issuer missing"),
        ({"oidc_client_secret_file": None}, "oidc_client_secret_file missing"),
        ({"oidc_issuer": "http://id.example.fi"}, "no https address"),
        ({"oidc_issuer": "https://id.example.fi/?tenant=1"}, "no https address"),
        ({"oidc_issuer": "https://user@id.example.fi"}, "no https address"),
        ({"oidc_client_secret_file": Path("/nowhere/at/all")}, "cannot be read"),
        ({"public_url": "", "allowed_hosts": ("localhost",)}, "set public_url"),
        ({"mode": "local"}, "local mode has no accounts"),
        ({"oidc_issuer": "", "oidc_client_id": "", "oidc_client_secret_file": None,
          "oidc_second_factor_amr": ("mfa",)}, "without a provider"),
    ],
)  # fmt: skip
def test_half_a_provider_is_refused(provider_secret: Path, changed: dict[str, Any], word: str) -> None:
    whole = {
        "oidc_issuer": "https://id.example.fi", "oidc_client_id": "worktrial",
        "oidc_client_secret_file": provider_secret,
    }  # fmt: skip
    refuse_unsafe(service_settings(**whole), "sqlite://", {})
    with pytest.raises(SettingsRefused) as refused:
        refuse_unsafe(service_settings(**{**whole, **changed}), "sqlite://", {})
    assert word in str(refused.value)
    with pytest.raises(SettingsRefused):
        create_app("sqlite://", service_settings(**{**whole, **changed}))


def test_the_providers_secret_must_not_be_open_to_others(provider_secret: Path) -> None:
    whole = {
        "oidc_issuer": "https://id.example.fi", "oidc_client_id": "worktrial",
        "oidc_client_secret_file": provider_secret,
    }  # fmt: skip
    provider_secret.chmod(0o644)
    assert any("chmod 600" in reason for reason in _refused(whole))
    provider_secret.chmod(0o600)
    provider_secret.write_text("\n")
    assert any("holds no secret" in reason for reason in _refused(whole))


def _refused(changed: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(SettingsRefused) as refused:
        refuse_unsafe(service_settings(**changed), "sqlite://", {})
    return refused.value.reasons

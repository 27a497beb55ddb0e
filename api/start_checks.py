"""Refuses to start a service that would be unsafe, each reason with a way out, before a single request is answered.

What is looked at follows breaches that happened: a database on the network without a password for eighteen months, an
example secret in production (RELIABILITY W10, D9). Local mode only looks at whether it stays on this machine.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from data.store import Store

from .access.provider_settings import reasons_against
from .environment import SettingsRefused
from .settings import Settings, is_loopback

LEAST_SECRET_CHARACTERS = 32
LEAST_DIFFERENT_CHARACTERS = 12
_EXAMPLE_WORDS = ("changeme", "change-me", "change_me", "secret", "password", "example", "default", "worktrial")
_CHECKED_TLS = ("verify-ca", "verify-full")
_MAKE_SECRET = "make one with `openssl rand -hex 32` and name its file in secret_key_file"  # noqa: S105 - no secret
_SAFE_ON_POSTGRESQL = ("fsync", "full_page_writes", "synchronous_commit")


def refuse_unsafe(settings: Settings, database_url: str, environment: Mapping[str, str]) -> None:
    """Raise SettingsRefused with every reason why this must not start; nothing is opened yet."""
    check = _local if settings.local else _service
    if reasons := list(check(settings, database_url, environment)):
        raise SettingsRefused(*reasons)


def refuse_unsafe_store(settings: Settings, store: Store) -> None:
    """Raise SettingsRefused when the server of a service's store may lose what it has acknowledged."""
    if settings.local or store.engine.dialect.name != "postgresql":
        return
    with store.read() as connection:
        shown = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in _SAFE_ON_POSTGRESQL}
    if off := [name for name, value in shown.items() if value in ("off", "local")]:
        reasons = (f"PostgreSQL runs with {name} = {shown[name]} and may lose what it acknowledged" for name in off)
        raise SettingsRefused(*(f"{reason}: set it to on in postgresql.conf." for reason in reasons))


def _local(settings: Settings, _database_url: str, _environment: Mapping[str, str]) -> Iterator[str]:
    if not is_loopback(settings.listen_address):
        yield (
            f"listen_address is {settings.listen_address}, but local mode has no accounts: whoever reaches it sees "
            "everybody. Listen at 127.0.0.1, or set mode to service."
        )
    yield from reasons_against(settings)


def _service(settings: Settings, database_url: str, environment: Mapping[str, str]) -> Iterator[str]:
    yield from _secret(settings, environment)
    if settings.operator:
        yield "operator is set, but people log in here under their own names: leave it out, or set mode to local."
    if settings.debug:
        yield "debug is on, and what it tells may be personal: leave it off in service mode."
    if settings.docs_page:
        yield "docs_page is on, which shows strangers every route: leave it off; `worktrial openapi` writes the same."
    if not settings.hosts:
        yield "nobody said which names the service has: set public_url, or allowed_hosts."
    if any(host.startswith("*") for host in settings.hosts if host.count(".") < 2):
        yield "allowed_hosts holds a pattern for a whole top-level domain: name the hosts."
    if not settings.over_tls and not all(is_loopback(host) for host in settings.hosts):
        yield "public_url is not https, so passwords and data would be readable on the way: put a TLS proxy in front."
    if settings.metrics and settings.metrics_token and len(settings.metrics_token.get_secret_value()) < 20:
        yield "metrics_token is shorter than 20 characters: make a longer one."
    yield from reasons_against(settings)
    yield from _database(database_url, environment)


def _secret(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    secret = settings.secret()
    if secret is None:
        yield f"there is no secret_key: {_MAKE_SECRET}."
        return
    text = secret.decode(errors="replace").lower()
    if len(text) < LEAST_SECRET_CHARACTERS or len(set(text)) < LEAST_DIFFERENT_CHARACTERS:
        yield f"the secret_key is shorter than {LEAST_SECRET_CHARACTERS} characters or too regular: {_MAKE_SECRET}."
    elif any(word in text for word in _EXAMPLE_WORDS):
        yield f"the secret_key looks like an example: {_MAKE_SECRET}."
    file, handed = settings.secret_key_file, environment.get("CREDENTIALS_DIRECTORY")
    by_systemd = handed is not None and file is not None and file.is_relative_to(handed)  # closed as a folder
    if settings.secret_key is None and file and not by_systemd and _open_to_others(file):
        yield "secret_key_file can be read by others on this machine: `chmod 600` it."


def _database(database_url: str, environment: Mapping[str, str]) -> Iterator[str]:
    try:
        url = make_url(database_url)
    except ArgumentError:
        yield "database_url is not a database URL: it is like postgresql+psycopg://user@host/name."
        return
    if url.drivername.startswith("sqlite"):
        parts = [Path(url.database + suffix) for suffix in ("", "-wal", "-shm", "-journal")] if url.database else []
        if any(_open_to_others(part) for part in parts):
            yield "the database file can be read by others on this machine: `chmod 600` it and its -wal and -shm."
        return
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    host = query.get("host") or url.host or environment.get("PGHOST", "")
    if not host or host.startswith("/"):
        return  # a socket of this machine: the server asks the system who it is
    named = query.get("passfile") or environment.get("PGPASSFILE") or query.get("sslcert")
    if not (url.password or environment.get("PGPASSWORD") or named):
        yield "PostgreSQL is reached over the network without a password: set one, or use its socket (host=/run/...)."
    if not is_loopback(host) and (query.get("sslmode") or environment.get("PGSSLMODE", "")) not in _CHECKED_TLS:
        yield "PostgreSQL is on another machine and its certificate is not checked: add ?sslmode=verify-full."


def _open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    except FileNotFoundError:
        return False

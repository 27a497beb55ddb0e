"""Names the ``WORKTRIAL_`` variables there are, so that a misspelt one is refused instead of silently doing nothing.

A misspelt ``WORKTRIAL_HOME`` would make a command write to another store than the one that was meant. Values are read
and checked by ``api.settings``; commands that do not serve need only the two names that the data room reads.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from data.errors import WorkTrialError
from data.home import DATABASE_VARIABLE, HOME_VARIABLE

PREFIX = "WORKTRIAL_"
SETTINGS_FILE = "WORKTRIAL_SETTINGS_FILE"
SETTING_NAMES = (
    "mode", "operator", "home", "database_url", "public_url", "allowed_hosts", "listen_address", "port", "workers",
    "grace_seconds", "trusted_proxies", "secret_key", "secret_key_file", "session_idle_minutes", "session_hours",
    "body_limit_bytes", "limit_login", "limit_lists", "limit_export", "limit_other", "docs_page", "debug", "log_level",
    "metrics", "metrics_token", "oidc_issuer", "oidc_client_id", "oidc_client_secret_file", "oidc_second_factor_acr",
    "oidc_second_factor_amr", "emergency_hours", "time_zone",
)  # fmt: skip
"""Every setting; the variable is ``WORKTRIAL_`` and the name in capitals, in the file it stands as it is."""

_OF_TESTS = ("WORKTRIAL_TEST_", "WORKTRIAL_BENCH", "WORKTRIAL_CORPORA", "WORKTRIAL_DURABILITY_CYCLES")


class SettingsRefused(WorkTrialError):
    """A setting is unknown, has a value that is not accepted, or would make the service unsafe."""

    code = "settings_refused"
    exit_code = 13

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("Nothing was started.\n" + "\n".join(f"- {reason}" for reason in reasons))


def refuse_unknown_names(environment: Mapping[str, str]) -> None:
    """Refuse variables that begin with ``WORKTRIAL_`` and are no setting; names what was perhaps meant."""
    known = [variable_of(name) for name in SETTING_NAMES] + [SETTINGS_FILE]
    unknown = sorted(
        name for name in environment if name.startswith(PREFIX) and name not in known and not name.startswith(_OF_TESTS)
    )
    if unknown:
        raise SettingsRefused(*(_unknown(name, known, "variable") for name in unknown))


def read_settings_file(environment: Mapping[str, str]) -> dict[str, Any]:
    """Give what the settings file says; empty when none is named. SettingsRefused when it cannot be read."""
    named = environment.get(SETTINGS_FILE)
    if not named:
        return {}
    try:
        values = tomllib.loads(Path(named).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not TOML"
        raise SettingsRefused(f"{SETTINGS_FILE} names a file that cannot be read: {why}.") from None
    if unknown := sorted(name for name in values if name not in SETTING_NAMES):
        raise SettingsRefused(*(_unknown(name, SETTING_NAMES, "name in the settings file") for name in unknown))
    return values


def follow_settings_file(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Give the variables that the settings file sets for all commands: data folder and database."""
    values = read_settings_file(environment)
    said = {HOME_VARIABLE: values.get("home"), DATABASE_VARIABLE: values.get("database_url")}
    return {name: str(value) for name, value in said.items() if value is not None and not environment.get(name)}


def variable_of(setting: str) -> str:
    """Name the variable of a setting.

    >>> variable_of("public_url")
    'WORKTRIAL_PUBLIC_URL'
    """
    return PREFIX + setting.upper()


def _unknown(name: str, known: tuple[str, ...] | list[str], kind: str) -> str:
    close = get_close_matches(name, known, 3, 0.7)
    meant = f" Perhaps meant: {', '.join(close)}." if close else ""
    return f"There is no {kind} {name[:60]}.{meant} All of them stand in docs/reference/settings.md."

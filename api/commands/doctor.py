"""``worktrial doctor``: what is in force on this machine, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.errors import WorkTrialError
from data.home import data_home
from data.store import Store, count_rows, count_trials, open_store, regions, store_url
from data.store.exposure import count_shown
from data.store.schema import HEAD
from data.store.sqlite_driver import SQLITE_VERSION

from ..environment import SettingsRefused
from ..model_json import in_force_as_json
from ..model_registry import model_in_force
from ..service_state import identity_provider_facts, reference_facts
from ..settings import Settings, load_settings, settings_with_origin
from ..start_checks import refuse_unsafe, refuse_unsafe_store


def examine(environment: Mapping[str, str]) -> dict[str, Any]:
    """Look at the data folder, the store and the reference data; ``problems`` is empty when all is well."""
    url = store_url(environment)
    findings: dict[str, Any] = {
        "data_home": str(data_home(environment)),
        "database": _without_password(url),
        "schema": HEAD,
        "sqlite_linked": SQLITE_VERSION,
        "reference": reference_facts(environment),
        "problems": [],
    }
    settings = _settings(findings, url, environment)
    try:
        store = open_store(url)
        if settings is not None:
            refuse_unsafe_store(settings, store)
        facts = _store_facts(store)
        findings["problems"] += facts.pop("problems")
        findings |= facts
        findings["trial_scorer"] = _trial_scorer(store, findings["problems"])
    except SettingsRefused as error:
        findings["problems"] += error.reasons
    except WorkTrialError as error:
        findings["problems"].append(str(error))
    return findings


def _settings(findings: dict[str, Any], url: str, environment: Mapping[str, str]) -> Settings | None:
    """Show the settings of the service with their origin, and why it would not start with them."""
    try:
        settings = load_settings(environment)
        findings["settings_of_the_service"] = settings_with_origin(settings, environment)
        findings["identity_provider"] = identity_provider_facts(settings)
        refuse_unsafe(settings, url, environment)
    except SettingsRefused as error:
        findings["problems"] += error.reasons
        return None
    return settings


def _without_password(url: str) -> str:
    """Show a database URL without who and with which word, also where they stand in its query."""
    place = url.split("@")[-1]
    return place.split("?")[0]


def _trial_scorer(store: Store, problems: list[str]) -> dict[str, Any]:
    """Name the trial scorer in force; a promoted one that may not be used is a problem."""
    now = model_in_force(store)
    if now.why_expert in {"refused", "registry_broken"}:
        problems.append(now.detail)
    return in_force_as_json(now)


def _store_facts(store: Store) -> dict[str, Any]:
    facts: dict[str, Any] = {"problems": []}
    with store.read() as connection:
        facts["regions"] = regions(connection)
        facts["rows"] = count_rows(connection)
        facts["trials"] = count_trials(connection)
        facts["shown"] = count_shown(connection)
        facts["dialect"] = connection.dialect.name
        if connection.dialect.name == "sqlite":
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            facts["settings"] = {n: connection.exec_driver_sql(f"PRAGMA {n}").scalar() for n in names}
            broken = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
            if list(broken) != ["ok"]:
                facts["problems"].append("The database file is damaged: put back a backup.")
        else:
            names = ("synchronous_commit", "fsync", "full_page_writes", "server_version")
            facts["settings"] = {n: connection.exec_driver_sql(f"SHOW {n}").scalar() for n in names}
    return facts


def print_findings(findings: Mapping[str, Any]) -> None:
    """Print the findings for people."""
    from .progress import console

    out = console()
    for name, value in findings.items():
        if name == "problems":
            continue
        if isinstance(value, dict):
            out.print(f"{name}:", style="bold")
            for inner, of in value.items():
                out.print(f"  {inner}: {of}", markup=False)
        else:
            out.print(f"{name}: {value}", markup=False)
    for problem in findings["problems"]:
        out.print(f"! {problem}", style="red", markup=False)
    if not findings["problems"]:
        out.print("All is well.", style="green")

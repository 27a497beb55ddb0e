"""What is in force in a service, as far as whoever looks after an organisation may see it: no path, no secret, nobody.

``worktrial doctor`` shows this and more to whoever holds the machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from data.accommodations import load_accommodations
from data.dimensions import load_dimensions
from data.home import load_model_path
from data.model_files import model_path
from data.permissions import load_permissions
from data.store import Store
from data.store.schema import HEAD
from data.store.sqlite_driver import SQLITE_VERSION
from matching.config import model_name, reference_fingerprint
from matching.learning.expert import expert_name

from .access.provider_settings import is_installed
from .model_json import in_force_as_json
from .model_registry import model_in_force
from .settings import Settings


def service_state(store: Store, settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """Say what is in force; ``problems`` are codes: what is behind one, ``worktrial doctor`` tells the operator."""
    scorer = in_force_as_json(model_in_force(store))
    broken = scorer["why_expert"] in {"refused", "registry_broken"}
    return {
        "schema": HEAD,
        "store": store.engine.dialect.name,
        "sqlite": SQLITE_VERSION if store.engine.dialect.name == "sqlite" else "",
        "reference": reference_facts(environment),
        "permissions": load_permissions().version,
        "scorer": {name: scorer[name] for name in ("name", "since", "expert", "why_expert", "simulated")},
        "provider": identity_provider_facts(settings),
        "problems": [f"scorer_{scorer['why_expert']}"] if broken else [],
    }


def reference_facts(environment: Mapping[str, str]) -> dict[str, Any]:
    """Name the reference data and the models that read and score with it, with their fingerprints."""
    return {
        "dimensions": len(load_dimensions()),
        "accommodations": len(load_accommodations()),
        "fingerprint": reference_fingerprint()[:16],
        "model": model_name(expert_name()),
        "load_model": _load_model(environment),
    }


def identity_provider_facts(settings: Settings) -> dict[str, Any]:
    """Say whether people may log in with a provider. Nothing outside is asked: that happens when somebody logs in."""
    if not settings.by_provider:
        return {"issuer": "none", "extra_installed": is_installed()}
    believed = [*settings.oidc_second_factor_acr, *settings.oidc_second_factor_amr]
    return {
        "issuer": settings.oidc_issuer or "not set",
        "extra_installed": is_installed(),
        "second_factor": ", ".join(believed) or "one-time codes of the service, whatever the provider says",
    }


def _load_model(environment: Mapping[str, str]) -> str:
    """Name the task-load model in force: one's own or the shipped one, with its fingerprint."""
    own = load_model_path(environment)
    path = own if own.exists() else model_path("task_loads")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return f"{'own' if own.exists() else 'shipped'} {digest}"

"""Writes down models for machines: which there are, which is in force, what two people decided, and the card of one."""

from __future__ import annotations

from typing import Any

from data.human_decisions import DecisionKind, HumanDecision, RegistryBroken
from data.store import Store, all_decisions
from matching.learning.model_folder import ModelRefused
from matching.research_tables import ROUNDED_TO

from .model_registry import (
    EXPERT,
    ModelInForce,
    manifest_of,
    model_in_force,
    model_names,
    models_folder,
    open_model,
)


def models_as_json(store: Store) -> dict[str, Any]:
    """Write down all models, the one in force, and who decided what, when and why (``models.schema.json``)."""
    decisions = [
        {"number": e.number, "kind": e.kind.value, "at": e.decided_at, "people": list(e.people),
         "reason": e.reason, "before": e.facts["before"], "after": e.facts["after"]}
        for e in decisions_about_models(store)
    ]  # fmt: skip
    found = [model_facts(name) for name in model_names()]
    return {
        "format": "models/1", "in_force": in_force_as_json(model_in_force(store)), "models": found,
        "decisions": decisions,
    }  # fmt: skip


def model_as_json(name: str) -> dict[str, Any]:
    """Write down one model: from what it was learned, how good it is, its tables (``model.schema.json``)."""
    scorer, metrics = open_model(name)
    facts = {"name": name} if name == EXPERT else model_facts(name)
    return {"format": "model/1", **facts, "metrics": metrics, "tables": scorer.tables.as_json()}


def decisions_about_models(store: Store) -> list[HumanDecision]:
    """Give what people decided about models; nothing when the list of decisions does not hold together."""
    try:
        with store.read() as connection:
            return [e for e in all_decisions(connection) if e.kind is not DecisionKind.ACCEPT_EFFECT]
    except RegistryBroken:
        return []


def model_facts(name: str) -> dict[str, Any]:
    """Look at a model; one that fails its checks says why and nothing else."""
    manifest = manifest_of(models_folder() / name)
    try:
        scorer, _ = open_model(name)
    except ModelRefused as error:
        return {"name": name, "manifest": manifest, "refused": str(error)}
    return {
        "name": name, "manifest": manifest, "refused": "", "trials": scorer.trials, "went_well": scorer.went_well,
        "simulated": scorer.simulated, "probability": not scorer.refusal, "data": scorer.data_fingerprint,
    }  # fmt: skip


def in_force_as_json(now: ModelInForce) -> dict[str, Any]:
    """Write down what is in force."""
    return {
        "name": now.scorer.name if now.why_expert else now.name, "manifest": "" if now.why_expert else now.manifest,
        "since": now.since, "expert": bool(now.why_expert), "why_expert": now.why_expert, "detail": now.detail,
        "simulated": now.simulated, "promoted": now.name,
    }  # fmt: skip


def with_counts_rounded(told: Any, to: int) -> Any:
    """Round every count of a model or of its figures, so that two models do not tell who came in between them.

    >>> with_counts_rounded({"trials": 123, "log_loss": [0.61], "simulated": True}, 5)
    {'trials': 125, 'log_loss': [0.61], 'simulated': True}
    """
    if isinstance(told, dict):
        return {name: value if name == "seed" else with_counts_rounded(value, to) for name, value in told.items()}
    if isinstance(told, list):
        return [with_counts_rounded(value, to) for value in told]
    if isinstance(told, int) and not isinstance(told, bool):
        return to * round(told / to)
    return told


def models_for_research(store: Store) -> dict[str, Any]:
    """Write down all models as researchers see them: counts of trials are rounded unless they are made up."""
    told = models_as_json(store)
    return told | {"models": [_rounded(one) for one in told["models"]]}


def model_for_research(name: str) -> dict[str, Any]:
    """Write down one model as researchers see it."""
    return _rounded(model_as_json(name))


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    if told.get("simulated", True):
        return told
    rounded: dict[str, Any] = with_counts_rounded({k: v for k, v in told.items() if k != "tables"}, ROUNDED_TO)
    return told | rounded

"""Which trial scorer is in force, and how another one comes into force: two people decide, every step is kept.

Model folders are never written over, so the one before is still there, byte for byte, when people go back to it. A
model that is not exactly what was promoted is not used: expert weights take its place, and say so.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import InvalidInput, UnknownId
from data.home import data_home
from data.human_decisions import DecisionKind, HumanDecision, RegistryBroken, named_people, stated_reason
from data.store import Store, add_decision, all_decisions
from data.store.candidates import real_people
from matching.learning.model_folder import MANIFEST, ModelRefused, load_model
from matching.learning.scorer import TrialScorer, expert_scorer

EXPERT = "expert"
"""The name under which expert weights stand in lists and comparisons."""


@dataclass(frozen=True, slots=True)
class Promoted:
    """A model folder as people decided on it: its name, the SHA-256 of its manifest, when, and for made-up people only.

    ``name`` is ``expert`` before anything was promoted, or when people went back to expert weights.
    """

    name: str = EXPERT
    manifest: str = ""
    since: str = ""
    trial_mode: bool = False


@dataclass(frozen=True, slots=True)
class ModelInForce:
    """The scorer that match lists may use.

    ``why_expert`` is empty for a learned scorer; else ``none_promoted``, ``refused`` (the folder is not what was
    promoted; ``detail`` says why), ``simulated`` (made-up outcomes, but there are real people in the store) or
    ``registry_broken``. ``simulated``: say so wherever a figure of it is shown.
    """

    scorer: TrialScorer
    name: str
    manifest: str = ""
    since: str = ""
    why_expert: str = ""
    detail: str = ""

    @property
    def simulated(self) -> bool:
        """Tell whether it was learned from made-up outcomes."""
        return self.scorer.simulated


def models_folder(home: Path | None = None) -> Path:
    """Name the folder that model folders stand in."""
    return (home or data_home(os.environ)) / "models"


def key_path(home: Path | None = None) -> Path:
    """Name the file with the key that signs model folders."""
    return (home or data_home(os.environ)) / "keys" / "trial_models.key"


def model_in_force(store: Store, home: Path | None = None) -> ModelInForce:
    """Give the trial scorer in force: the promoted one if it passes every check, else expert weights with the reason.

    Never raises for a model that cannot be used. ``home``: the data folder, ``WORKTRIAL_HOME`` if not said.
    """
    try:
        with store.read() as connection:
            promoted = promotions(all_decisions(connection))[-1]
            real = 0 if promoted.name == EXPERT else real_people(connection)
    except RegistryBroken as error:
        return ModelInForce(expert_scorer(), EXPERT, why_expert="registry_broken", detail=str(error))
    if promoted.name == EXPERT:
        return ModelInForce(expert_scorer(), EXPERT, since=promoted.since, why_expert="none_promoted")
    decided = (promoted.name, promoted.manifest, promoted.since)
    try:
        scorer, _ = open_model(promoted.name, home)
        if manifest_of(models_folder(home) / promoted.name) != promoted.manifest:
            raise ModelRefused(models_folder(home) / promoted.name, "it is not the folder that was promoted")
    except (ModelRefused, UnknownId) as error:
        return ModelInForce(expert_scorer(), *decided, "refused", str(error))
    if scorer.simulated and (real or not promoted.trial_mode):
        return ModelInForce(expert_scorer(), *decided, "simulated")
    return ModelInForce(scorer, *decided)


def promotions(entries: Sequence[HumanDecision]) -> tuple[Promoted, ...]:
    """Go through the decisions: what is in force stands last, what people would go back to before it."""
    stack = [Promoted()]
    for entry in entries:
        if entry.kind is DecisionKind.PROMOTE:
            after = entry.facts
            stack.append(
                Promoted(str(after["after"]), str(after["manifest"]), entry.decided_at, bool(after["trial_mode"]))
            )
        elif entry.kind is DecisionKind.ROLLBACK and len(stack) > 1:
            stack.pop()
    return tuple(stack)


def open_model(name: str, home: Path | None = None) -> tuple[TrialScorer, dict[str, Any]]:
    """Read a model by its name with its metrics; ``expert`` is always there.

    Raises UnknownId when there is no such folder, ModelRefused when it is not what this installation wrote.
    """
    if name == EXPERT:
        return expert_scorer(), {}
    folder = models_folder(home) / name
    if name not in model_names(home):
        raise UnknownId("model", name, model_names(home)[:5])
    try:
        key = key_path(home).read_bytes()
    except OSError as error:
        raise ModelRefused(folder, "the key that signed it is not here") from error
    return load_model(folder, key)


def model_names(home: Path | None = None) -> list[str]:
    """List the model folders, sorted."""
    folder = models_folder(home)
    return sorted(entry.name for entry in folder.iterdir() if (entry / MANIFEST).is_file()) if folder.is_dir() else []


def manifest_of(folder: Path) -> str:
    """Give the SHA-256 of a folder's manifest, which holds the SHA-256 of every other file."""
    return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()


def promote(
    store: Store, name: str, people: Sequence[str], reason: str, home: Path | None = None,
    trial_mode: bool = False, at: datetime | None = None,
) -> HumanDecision:  # fmt: skip
    """Put a model in force; two different people decide and say why.

    Raises InvalidInput for one person alone, no reason, a model that is in force already, or one learned from made-up
    outcomes outside the trial mode or where there are real people; ModelRefused when the folder fails its checks.
    """
    names, said = named_people(people, 2), stated_reason(reason)
    scorer, _ = open_model(name, home)
    if name == EXPERT:
        raise InvalidInput("model promote", "expert weights are not promoted", "`worktrial model rollback`")
    manifest = manifest_of(models_folder(home) / name)
    with store.write() as connection:
        now = promotions(all_decisions(connection))[-1]
        if (now.name, now.manifest) == (name, manifest):
            raise InvalidInput("model promote", f"{name} is in force already", "another model")
        if scorer.simulated:
            _allow_simulated(trial_mode, real_people(connection))
        facts = {
            "before": now.name, "after": name, "manifest": manifest, "trial_mode": trial_mode and scorer.simulated,
            "trials": scorer.trials, "data": scorer.data_fingerprint,
        }  # fmt: skip
        return add_decision(connection, DecisionKind.PROMOTE, names, said, facts, at or datetime.now(UTC))


def _allow_simulated(trial_mode: bool, real: int) -> None:
    accepted = "a model learned from real, released trials"
    if real:
        what = f"it was learned from made-up outcomes, and {real} people in the store are not fictional"
        raise InvalidInput("model promote", what, accepted)
    if not trial_mode:
        what = "it was learned from made-up outcomes"
        raise InvalidInput("model promote", what, f"{accepted}; to try it out on fictional people only: --trial-mode")


def roll_back(store: Store, people: Sequence[str], reason: str, at: datetime | None = None) -> HumanDecision:
    """Go back to what was in force before; two different people decide and say why.

    InvalidInput when expert weights are in force: there is nothing before them.
    """
    names, said = named_people(people, 2), stated_reason(reason)
    with store.write() as connection:
        stack = promotions(all_decisions(connection))
        if len(stack) == 1:
            raise InvalidInput("model rollback", "nothing was promoted", "`worktrial model promote NAME` first")
        before, after = stack[-1], stack[-2]
        facts = {"before": before.name, "after": after.name, "manifest": after.manifest}
        return add_decision(connection, DecisionKind.ROLLBACK, names, said, facts, at or datetime.now(UTC))

"""From the store to what is learned of it: the training frame, a trained model folder, effects of measures in force."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.accounts import Role
from data.errors import InvalidInput
from data.human_decisions import DecisionKind, HumanDecision, named_people, stated_reason
from data.store import (
    Store,
    add_decision,
    all_candidates,
    all_decisions,
    all_trials,
    employers_of,
    real_trials,
    reasons_released,
)
from data.store.exposure import shown_rows
from features.trial_features import features_fingerprint
from matching.learning.accommodation_effects import LearnedEffect
from matching.learning.frame_folder import load_frame, save_frame
from matching.learning.model_folder import make_key, model_card, save_model
from matching.learning.outcomes import NoModel, TrialOutcomes, enough_to_learn
from matching.learning.refusals import RefusalPairs, learned_wants
from matching.learning.scorer import TrialScorer, learn
from matching.training_frame import TrainingFrame, build_frame
from matching.trial_lifecycle import taught_features

from .lessons import effects_now
from .model_registry import EXPERT, key_path, models_folder

if TYPE_CHECKING:
    from matching.logged_lists import LoggedLists


def logged_lists(store: Store, fictional: bool) -> LoggedLists:
    """Read the log of what was shown to real people, or to fictional ones: the one place where it is read."""
    with store.read() as connection:
        return shown_rows(connection, features_fingerprint(), fictional=fictional)


def stored_frame(store: Store, among: frozenset[str] | None = None, before: date | None = None) -> TrainingFrame:
    """Build the training frame of a store: of everybody, or of some people; of all trials, or of those decided before.

    ``before`` is a day: then only trials that had ended by it are in the frame.
    """
    with store.read() as connection:
        trials, people, employers = all_trials(connection), all_candidates(connection), employers_of(connection)
        said = reasons_released(connection)
    trials = tuple(
        one
        for one in trials
        if (among is None or one.candidate in among)
        and (before is None or (one.ended_on is not None and one.ended_on < before))
    )
    by_person = {Role.CANDIDATE.value, Role.COACH.value}
    refusals = [(run, one, taught_features(reason)) for run, one, _, party, reason in said if party in by_person]
    log = logged_lists(store, all(trial.fictional for trial in trials))
    return build_frame(trials, people, employers, log, refusals)


def freeze_frame(store: Store, folder: Path, frame: TrainingFrame | None = None) -> tuple[TrainingFrame, str]:
    """Write the training frame of a store to a new folder; gives it and the SHA-256 of its manifest.

    ``frame``: one that was built of it already (None: of all trials).

    Raises NoModel when there is no trial to learn from, InvalidInput when the folder is there already.
    """
    frame = stored_frame(store) if frame is None else frame
    if not len(frame.outcomes):
        raise NoModel(enough_to_learn(frame.outcomes))
    try:
        return frame, save_frame(folder, frame)
    except FileExistsError as error:
        raise InvalidInput("--out", f"{folder.name} is there already, and a frame is never written over",
                           "a folder that is not there yet") from error  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was trained: its scorer, its figures, the name of its folder, and the SHA-256 of its manifest."""

    scorer: TrialScorer
    metrics: dict[str, Any]
    name: str
    manifest: str


def train_from_frame(folder: Path, name: str = "", seed: int = 0, home: Path | None = None) -> Trained:
    """Train a scorer on a frozen frame and write its folder; NoModel or FrameRefused say why not."""
    from .model_registry import manifest_of

    frame = load_frame(folder)
    return _train(frame.outcomes, {"frame": manifest_of(folder)}, name, seed, home, frame.refusals)


def train_from_simulation(seed: int, trials: int, name: str = "", home: Path | None = None) -> Trained:
    """Train a scorer on made-up outcomes, to see how it goes; it says so, and cannot be promoted for real people."""
    from matching.simulation import SimulationOptions, simulate_trials

    outcomes = simulate_trials(SimulationOptions(trials=trials), seed).outcomes
    return _train(outcomes, {"simulated_seed": seed}, name, seed, home)


def _train(
    outcomes: TrialOutcomes, origin: dict[str, Any], name: str, seed: int, home: Path | None,
    refusals: RefusalPairs | None = None,
) -> Trained:  # fmt: skip
    from matching.evaluation.held_out import held_out_metrics

    scorer = learn(outcomes)
    if refusals is not None and (wants := learned_wants(refusals, scorer.tables)):
        scorer = replace(scorer, name=f"{scorer.name}-{refusals.fingerprint()[:6]}", wants=wants)
        origin = origin | {"refusal_pairs": len(refusals), "wants": dict(wants)}
    name = name or (f"simulated-{scorer.name}" if scorer.simulated else scorer.name)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.-]{0,63}", name) or name == EXPERT:
        raise InvalidInput(
            "--out", "this is no name for a model", "small letters, figures, dots and lines, not 'expert'"
        )
    if (models_folder(home) / name).exists():
        raise InvalidInput("--out", f"there is a model {name} already, and models are never written over", "a new name")
    metrics = held_out_metrics(outcomes, seed) | origin
    key = make_key(key_path(home))
    manifest = save_model(models_folder(home) / name, scorer, metrics, model_card(scorer, metrics), key)
    return Trained(scorer, metrics, name, manifest)


def effects_of(store: Store) -> tuple[tuple[LearnedEffect, ...], bool]:
    """Learn the effects of measures from the reviews of a store, as far as catalogue and people let them go.

    The second answer is whether all of its trials are made up; where there is a real one, made-up ones do not count.
    """
    with store.read() as connection:
        made_up = not real_trials(connection)
        return effects_now(connection, store.where, all_decisions(connection), fictional=made_up), made_up


def accept_effect(store: Store, which: str, by: str, reason: str, at: datetime | None = None) -> HumanDecision:
    """Let one effect rise above the catalogue to what reviews say; a named person decides and says why.

    Raises InvalidInput when the effect is not known, or reviews do not surely say more than what is in force.
    """
    names, said = named_people([by], 1), stated_reason(reason)
    measure, _, dimension = which.partition(":")
    with store.write() as connection:
        made_up = not real_trials(connection)
        effects = effects_now(connection, store.where, all_decisions(connection), fictional=made_up)
        one = next((e for e in effects if (e.measure, e.dimension) == (measure, dimension)), None)
        asking = [f"{e.measure}:{e.dimension}" for e in effects if e.asks_human and e.low > e.in_force]
        if one is None or f"{one.measure}:{one.dimension}" not in asking:
            what = (
                "there are no reviews of it" if one is None else "reviews do not surely say more than what is in force"
            )
            accepted = ", ".join(asking) or "no effect asks for a decision now"
            raise InvalidInput("--accept", what, accepted)
        facts = {
            "measure": measure, "dimension": dimension, "steps": round(min(one.mean, 5.0), 4),
            "catalogue": one.catalogue, "reviews": one.reviews, "low": one.low, "high": one.high, "fictional": made_up,
        }  # fmt: skip
        return add_decision(connection, DecisionKind.ACCEPT_EFFECT, names, said, facts, at or datetime.now(UTC))

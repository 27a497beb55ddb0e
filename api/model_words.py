"""Says what was imported, frozen, trained and decided about models, in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from data.accommodations import load_accommodations
from matching.learning.accommodation_effects import LearnedEffect
from matching.learning.outcomes import FEWEST_OF_EACH_KIND, FEWEST_OUTCOMES
from matching.learning.scorer import FEWEST_FOR_PROBABILITY
from matching.training_frame import TrainingFrame

from .local_time import day_of
from .messages import Messages
from .model_registry import EXPERT, ModelInForce
from .trial_learning import Trained


def counted_lines(counts: Counter[str], messages: Messages) -> list[str]:
    """Tell what the trials of a store are good for, and what is still missing before anything can be learned."""
    well, badly = counts["well"], counts["badly"]
    shown = {name: messages.number(counts[name], 0) for name in ("well", "badly", "unjudged", "kept_back")}
    lines = [messages.text("outcomes.counted", **shown)]
    if well + badly < FEWEST_OUTCOMES or min(well, badly) < FEWEST_OF_EACH_KIND:
        needed = {"all": FEWEST_OUTCOMES, "each": FEWEST_OF_EACH_KIND}
        lines.append(messages.text("outcomes.too_few", **needed))
    elif min(well, badly) < FEWEST_FOR_PROBABILITY:
        lines.append(messages.text("outcomes.no_probability", each=FEWEST_FOR_PROBABILITY))
    return lines


def frame_lines(frame: TrainingFrame, manifest: str, messages: Messages) -> list[str]:
    """Tell what a frame holds, where its rows come from, and what was left out and why."""
    outcomes, origin = frame.outcomes, Counter(frame.origin)
    facts = {
        "trials": len(outcomes),
        "well": int(outcomes.went_well.sum()),
        "people": len(set(outcomes.people)),
        "employers": len(set(outcomes.employers)),
    }
    lines = [messages.text("frame.made", **{name: messages.number(n, 0) for name, n in facts.items()})]
    if outcomes.simulated:
        lines.append(messages.text("frame.made_up"))
    rows = {name: messages.number(origin[name], 0) for name in ("shown", "recomputed")}
    lines.append(messages.text("frame.rows", **rows))
    for reason, count in sorted(frame.left_out.items()):
        why = messages.text(f"frame.left_out.{reason}")
        lines.append(messages.text("frame.left_out", count=messages.number(count, 0), why=why))
    return [*lines, f"SHA-256 {manifest}"]


def trained_lines(trained: Trained, messages: Messages) -> list[str]:
    """Tell what was trained, how good it is on what it has not seen, and what it may not be used for."""
    scorer = trained.scorer
    facts = {"name": trained.name, "trials": messages.number(scorer.trials, 0)}
    lines = [messages.text("model.trained", **facts, well=messages.number(scorer.went_well, 0))]
    if scorer.simulated:
        lines.append(messages.text("model.simulated"))
    lines.append(messages.text(f"model.refusal.{scorer.refusal}" if scorer.refusal else "model.probability"))
    lines += metric_lines(trained.metrics, messages)
    return [*lines, f"SHA-256 {trained.manifest}"]


def metric_lines(metrics: Mapping[str, Any], messages: Messages) -> list[str]:
    """Write the figures of held-out trials, each with its interval."""
    lines = []
    for split in ("by_employer", "by_time"):
        figures = metrics.get(split)
        if not isinstance(figures, Mapping):
            continue
        lines.append(messages.text(f"model.split.{split}", trials=messages.number(figures["trials"], 0)) + ":")
        if "withheld" in figures:
            lines.append(f"  {messages.text('model.split.too_few')}")
        for name in (
            "log_loss", "log_loss_of_share", "concordance", "concordance_of_experts", "calibration_error",
        ):  # fmt: skip
            if name in figures:
                value, low, high = (messages.number(number, 3) for number in figures[name])
                label = messages.text(f"model.metric.{name}")
                lines.append("  " + messages.text("model.figure", name=label, value=value, low=low, high=high))
    return lines


def in_force_lines(now: ModelInForce, messages: Messages, zone: tzinfo) -> list[str]:
    """Tell what is in force, and why it is expert weights when it is."""
    if not now.why_expert:
        lines = [messages.text("model.in_force", name=now.name, since=day_of(now.since, messages, zone))]
        return [*lines, messages.text("model.simulated")] if now.simulated else lines
    lines = [messages.text(f"model.expert.{now.why_expert}", name=now.name)]
    return [*lines, now.detail] if now.detail else lines


def model_name_text(name: str, messages: Messages) -> str:
    """Name a model; expert weights by what they are."""
    return messages.text("model.experts") if name == EXPERT else name


def effect_lines(effects: Sequence[LearnedEffect], made_up: bool, messages: Messages) -> list[str]:
    """Write the effects with reviews: catalogue, learned with interval, in force, and what asks for a human."""
    if not effects:
        return [messages.text("effects.none")]
    names = {measure.id: measure.names[messages.language] for measure in load_accommodations()}
    lines = [messages.text("effects.made_up")] if made_up else []
    for one in effects:
        numbers = {
            name: messages.number(getattr(one, name), 2) for name in ("catalogue", "mean", "low", "high", "in_force")
        }
        said = messages.text(
            "effects.line",
            measure=names[one.measure],
            dimension=messages.dimension(one.dimension),
            reviews=messages.number(one.reviews, 0),
            **numbers,
        )
        lines.append(said)
        if one.asks_human:
            key = "effects.harm" if one.high < 0 else "effects.asks"
            lines.append("  ! " + messages.text(key, which=f"{one.measure}:{one.dimension}"))
    return lines


def largest_changes(before: Mapping[str, Any], after: Mapping[str, Any], messages: Messages, most: int) -> list[str]:
    """Name the features whose tables differ most between two models (log-odds, greatest change of a term)."""
    from features.trial_features import trial_features

    found = []
    for spec in trial_features():
        one, other = before["features"][spec.name]["terms"], after["features"][spec.name]["terms"]
        change = max(range(len(one)), key=lambda at: abs(other[at] - one[at]))
        found.append((abs(other[change] - one[change]) / before["units_per_log_odds"], spec.name))
    lines = []
    for size, name in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:most]:
        label = feature_text(name, messages)
        lines.append("  " + messages.text("model.change", feature=label, size=messages.number(size, 2)))
    return lines


def feature_text(name: str, messages: Messages) -> str:
    """Name a feature that a scorer reads."""
    from features.trial_features import feature

    return messages.text(feature(name).message_key, **_group_of(name, name.partition("_")[2], messages))


def _group_of(name: str, group: str, messages: Messages) -> dict[str, str]:
    if not name.startswith(("gap_", "reserve_")):
        return {}
    return {"group": messages.text(f"load_group.{group}")}

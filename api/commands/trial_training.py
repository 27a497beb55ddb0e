"""What ``worktrial train frame``, ``scorer`` and ``effects`` do and print."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import typer

from data.errors import InvalidInput
from data.store import open_store, store_url
from matching.learning.outcomes import NoModel

from ..messages import Messages
from ..model_words import effect_lines, frame_lines, trained_lines
from ..no_model_words import no_model_lines
from ..trial_learning import accept_effect, effects_of, freeze_frame, train_from_frame, train_from_simulation
from .progress import console


def _json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _say(lines: list[str]) -> None:
    out = console()
    for line in lines:
        out.print(line, markup=False, soft_wrap=True)


@contextmanager
def _refusals_told(language: str) -> Iterator[None]:
    """Say in the reader's language why nothing was learned, and end with the exit code for that."""
    try:
        yield
    except NoModel as refused:
        sys.stderr.write(" ".join(no_model_lines(refused, Messages(language))) + "\n")
        raise typer.Exit(refused.exit_code) from None


def make_frame(out: Path, language: str, as_json: bool) -> None:
    """Freeze the frame of the store and say what it holds."""
    with _refusals_told(language):
        frame, manifest = freeze_frame(open_store(store_url(os.environ)), out)
    if not as_json:
        _say(frame_lines(frame, manifest, Messages(language)))
        return
    facts = json.loads((out / "frame.json").read_text(encoding="utf-8"))
    names = ("rule", "features", "fingerprint", "simulated", "counts", "left_out")
    _json({"format": "training-frame/1", "sha256": manifest} | {name: facts[name] for name in names})


def train_scorer(
    frame: Path | None, simulated: int | None, trials: int, out: str, seed: int, language: str, as_json: bool
) -> None:
    """Train a scorer on a frame or on made-up outcomes and say how good it is."""
    with _refusals_told(language):
        if frame is not None and simulated is None:
            trained = train_from_frame(frame, out, seed)
        elif simulated is not None and frame is None:
            trained = train_from_simulation(simulated, trials, out)
        else:
            raise InvalidInput("train scorer", "there must be one source", "--frame FOLDER, or --simulated SEED")
    if not as_json:
        _say(trained_lines(trained, Messages(language)))
        return
    scorer = trained.scorer
    _json({
        "format": "trained-scorer/1", "name": trained.name, "manifest": trained.manifest, "trials": scorer.trials,
        "went_well": scorer.went_well, "simulated": scorer.simulated, "probability": not scorer.refusal,
        "data": scorer.data_fingerprint, "metrics": trained.metrics,
    })  # fmt: skip


def show_effects(accept: str, by: str, reason: str, language: str, as_json: bool) -> None:
    """Show the effects of measures; with ``accept`` let one rise first."""
    store, messages = open_store(store_url(os.environ)), Messages(language)
    if accept:
        entry = accept_effect(store, accept, by, reason)
        steps = messages.number(float(str(entry.facts["steps"])), 2)
        sys.stderr.write(messages.text("effects.accepted", which=accept, steps=steps) + "\n")
    elif by or reason:
        raise InvalidInput("train effects", "it is not said what is decided", "--accept MEASURE:DIMENSION with them")
    effects, made_up = effects_of(store)
    if as_json:
        _json({"format": "learned-effects/1", "fictional": made_up, "effects": [asdict(one) for one in effects]})
        return
    _say(effect_lines(effects, made_up, messages))

"""A training frame as a folder that nothing changes any more: arrays, JSON, and a list of SHA-256 sums.

The same frame gives the same bytes. Reading checks the names and sums of all files before anything is parsed, and then
that the frame was made for the features of this version. Names of people are never in it: people are numbers.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import ReferenceFault, WorkTrialError
from data.model_files import read_arrays, write_arrays
from features.trial_features import features_fingerprint, trial_features

from ..training_frame import TrainingFrame
from .decisions import ShownDecisions
from .model_folder import MANIFEST, MOST_BYTES, canonical_json
from .outcomes import NoModel, TrialOutcomes
from .refusals import RefusalPairs

FORMAT = "trial-frame/1"
RULE = "went-well/1"
"""The version of ``data.trials.went_well``; it is part of every frame."""

FACTS, ROWS, SHOWN_FACTS, SHOWN_ROWS = "frame.json", "rows.npz", "shown.json", "shown.npz"
REFUSAL_FACTS, REFUSAL_ROWS = "refusals.json", "refusals.npz"


class FrameRefused(WorkTrialError):
    """A training frame is not what was frozen; nothing of it was used."""

    code = "frame_refused"
    exit_code = 7

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"Training frame {folder.name}: {why}. Nothing of it was used. Accepted: a folder that `worktrial train "
            "frame` wrote and nobody changed; make it again."
        )


def save_frame(folder: Path, frame: TrainingFrame) -> str:
    """Write a frame to a new folder and return the SHA-256 of its manifest.

    FileExistsError when the folder is there: a frame is never written over.
    """
    if folder.exists():
        raise FileExistsError(f"{folder.name} is there already; a frame is never written over")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        outcomes = frame.outcomes
        (part / FACTS).write_bytes(canonical_json(_facts(frame)))
        write_arrays(part / ROWS, {"rows": outcomes.rows, "went_well": outcomes.went_well, "day": outcomes.day})
        if frame.shown is not None:
            _write_shown(part, frame.shown)
        if frame.refusals is not None:
            pairs = frame.refusals
            (part / REFUSAL_FACTS).write_bytes(canonical_json({"about": [list(one) for one in pairs.about]}))
            write_arrays(part / REFUSAL_ROWS, {"chosen": pairs.chosen, "refused": pairs.refused})
        sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(part.iterdir())}
        manifest = canonical_json({"format": FORMAT, "files": sums})
        (part / MANIFEST).write_bytes(manifest)
        part.chmod(0o755)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return hashlib.sha256(manifest).hexdigest()


def load_frame(folder: Path) -> TrainingFrame:
    """Read a frame back; FrameRefused when a single byte differs or it was made for other features."""
    content = _verified(folder)
    facts = json.loads(content[FACTS])
    if facts["features"] != features_fingerprint():
        raise FrameRefused(folder, "it was made for other features than this version declares")
    if facts["rule"] != RULE:
        raise FrameRefused(folder, f"it judges trials by {facts['rule']}, this version by {RULE}")
    try:
        arrays = read_arrays(folder / ROWS)
        outcomes = TrialOutcomes(
            arrays["rows"], arrays["went_well"], tuple(facts["employers"]), tuple(facts["groups"]),
            tuple(facts["people"]), arrays["day"], facts["simulated"], tuple(facts["trials"]),
        )  # fmt: skip
        shown = _read_shown(folder, json.loads(content[SHOWN_FACTS])) if SHOWN_FACTS in content else None
        refusals = _read_refusals(folder, json.loads(content[REFUSAL_FACTS])) if REFUSAL_FACTS in content else None
    except (ReferenceFault, KeyError, ValueError, NoModel) as error:
        raise FrameRefused(folder, "its parts do not belong together") from error
    return TrainingFrame(outcomes, tuple(facts["origin"]), facts["left_out"], shown, refusals)


def _read_refusals(folder: Path, facts: dict[str, Any]) -> RefusalPairs:
    arrays, about = read_arrays(folder / REFUSAL_ROWS), tuple(tuple(one) for one in facts["about"])
    width = len(trial_features())
    if arrays["chosen"].shape != (len(about), width) or arrays["refused"].shape != (len(about), width):
        raise ValueError("refusals: one row of all features for each side of a pair")
    return RefusalPairs(arrays["chosen"], arrays["refused"], about)


def _verified(folder: Path) -> dict[str, bytes]:
    """Check names and sums on the raw bytes."""
    try:
        manifest = (folder / MANIFEST).read_bytes()
        there = {entry.name for entry in os.scandir(folder)}
        listed = json.loads(manifest)
        sums = dict(listed["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FrameRefused(folder, "it has no readable list of files") from error
    shown, refusals = {SHOWN_FACTS, SHOWN_ROWS}, {REFUSAL_FACTS, REFUSAL_ROWS}
    allowed = ({FACTS, ROWS}, {FACTS, ROWS, *shown}, {FACTS, ROWS, *shown, *refusals})
    if listed.get("format") != FORMAT or set(sums) not in allowed or there != {*sums, MANIFEST}:
        raise FrameRefused(folder, "files are missing or too many")
    content = {}
    for name, expected in sums.items():
        path = folder / name
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            raise FrameRefused(folder, f"{name} is no file of a frame")
        content[name] = path.read_bytes()
        if not hmac.compare_digest(hashlib.sha256(content[name]).hexdigest(), str(expected)):
            raise FrameRefused(folder, f"{name} has changed")
    return content


def _facts(frame: TrainingFrame) -> dict[str, Any]:
    outcomes = frame.outcomes
    return {
        "format": FORMAT,
        "rule": RULE,
        "features": features_fingerprint(),
        "fingerprint": outcomes.fingerprint(),
        "simulated": outcomes.simulated,
        "counts": {
            "trials": len(outcomes),
            "went_well": int(outcomes.went_well.sum()),
            "people": len(set(outcomes.people)),
            "employers": len(set(outcomes.employers)),
            "shown": 0 if frame.shown is None else len(frame.shown),
            "rows": dict(sorted(Counter(frame.origin).items())),
        },
        "left_out": dict(frame.left_out),
        "employers": list(outcomes.employers),
        "groups": list(outcomes.groups),
        "people": list(outcomes.people),
        "trials": list(outcomes.ids),
        "origin": list(frame.origin),
    }


_SHOWN_ARRAYS = ("rows", "list_of", "rank", "day", "put_forward", "tried", "went_well", "propensity")
_SHOWN_TEXTS = ("people", "employers", "model")


def _write_shown(folder: Path, shown: ShownDecisions) -> None:
    texts = {name: list(getattr(shown, name)) for name in _SHOWN_TEXTS}
    (folder / SHOWN_FACTS).write_bytes(canonical_json({**texts, "simulated": shown.simulated}))
    write_arrays(folder / SHOWN_ROWS, {name: getattr(shown, name) for name in _SHOWN_ARRAYS})


def _read_shown(folder: Path, facts: dict[str, Any]) -> ShownDecisions:
    arrays = read_arrays(folder / SHOWN_ROWS)
    columns: dict[str, Any] = {name: arrays[name] for name in _SHOWN_ARRAYS}
    columns |= {name: tuple(facts[name]) for name in _SHOWN_TEXTS}
    if columns["rows"].dtype != np.float64:
        raise ValueError("shown: rows are real numbers")
    return ShownDecisions(**columns, simulated=bool(facts["simulated"]))

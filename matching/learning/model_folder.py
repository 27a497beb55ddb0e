"""A trained scorer as a folder: JSON and plain arrays, a card, and a signed list of files. Nothing runs on load.

``manifest.json`` holds the SHA-256 of every file; ``manifest.hmac`` is its HMAC-SHA256 (RFC 2104, standard library)
with the installation's key. Reading checks signature, then names, then hashes, and only then parses anything. With
HMAC whoever can check can also sign: it proves that this installation made the folder, not who did.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import WorkTrialError
from data.model_files import read_arrays, write_arrays
from features.trial_features import features_fingerprint, trial_features

from .fitting import FitOptions, Variances
from .scorer import Posterior, TrialScorer
from .tables import AdditiveTables

FORMAT = "trial-scorer/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.hmac"
JSON_FILES = ("config.json", "data.json", "features.json", "metrics.json", "tables.json")
FILES = (*JSON_FILES, "card.md", "posterior.npz")
FEWEST_KEY_BYTES = 32
MOST_BYTES = 500_000_000


class ModelRefused(WorkTrialError):
    """A model folder is not exactly what this installation wrote; nothing of it was parsed or used."""

    code = "model_refused"
    exit_code = 7

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"Model folder {folder.name}: {why}. Nothing of it was used. Accepted: a folder that this installation "
            "wrote and nobody changed; train again or restore it from a backup."
        )


def make_key(path: Path) -> bytes:
    """Read the signing key, or make one that only its owner may read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(FEWEST_KEY_BYTES))
    return path.read_bytes()


def save_model(folder: Path, scorer: TrialScorer, metrics: Mapping[str, Any], card: str, key: bytes) -> str:
    """Write a learned scorer to a new folder and return the SHA-256 of its manifest; the same model, the same bytes.

    FileExistsError when the folder is there: a model is never written over.
    """
    if scorer.posterior is None:
        raise ValueError("scorer: expert weights are reference data, not a model")
    _check_key(key)
    if folder.exists():
        raise FileExistsError(f"{folder.name} is there already; a model is never written over")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in _contents(scorer, metrics).items():
            (part / name).write_bytes(canonical_json(content))
        (part / "card.md").write_text(card, encoding="utf-8")
        _write_posterior(part / "posterior.npz", scorer.posterior)
        listed = {name: hashlib.sha256((part / name).read_bytes()).hexdigest() for name in FILES}
        manifest = canonical_json({"format": FORMAT, "files": listed})
        (part / MANIFEST).write_bytes(manifest)
        (part / SIGNATURE).write_text(hmac.new(key, manifest, hashlib.sha256).hexdigest() + "\n", encoding="ascii")
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return hashlib.sha256(manifest).hexdigest()


def load_model(folder: Path, key: bytes) -> tuple[TrialScorer, dict[str, Any]]:
    """Read a scorer and its metrics; ModelRefused, before anything is parsed, when a single byte differs."""
    content = _verified(folder, key)
    parsed = {name: json.loads(content[name]) for name in JSON_FILES}
    if parsed["config.json"]["features"] != features_fingerprint():
        raise ModelRefused(folder, "it was made for other features than this version declares")
    data, config = parsed["data.json"], parsed["config.json"]
    try:
        tables = AdditiveTables.from_json(parsed["tables.json"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelRefused(folder, "its tables are not those of this version") from error
    scorer = TrialScorer(
        name=config["name"], tables=tables, posterior=_read_posterior(folder / "posterior.npz", data),
        trials=data["trials"], went_well=data["went_well"], data_fingerprint=data["fingerprint"],
        simulated=data["simulated"], scale_of_experts=config["scale_of_experts"],
        log_loss_seen=parsed["metrics.json"]["log_loss_seen"], options=FitOptions(**config["options"]),
        wants=config.get("wants", {}),
    )  # fmt: skip
    return scorer, parsed["metrics.json"]


def _verified(folder: Path, key: bytes) -> dict[str, bytes]:
    """Check signature, names and hashes on the raw bytes."""
    _check_key(key)
    try:
        manifest = (folder / MANIFEST).read_bytes()
        signature = (folder / SIGNATURE).read_text(encoding="ascii").strip()
        there = {entry.name for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)}
        every = {entry.name for entry in os.scandir(folder)}
    except (OSError, UnicodeDecodeError) as error:
        raise ModelRefused(folder, "it has no readable signed list of files") from error
    if not hmac.compare_digest(hmac.new(key, manifest, hashlib.sha256).hexdigest(), signature):
        raise ModelRefused(folder, "the signature is not this installation's")
    listed = json.loads(manifest)
    expected = {*FILES, MANIFEST, SIGNATURE}
    if listed.get("format") != FORMAT or set(listed["files"]) != set(FILES) or there != expected or every != expected:
        raise ModelRefused(folder, "files are missing or too many")
    content: dict[str, bytes] = {}
    for name in FILES:
        if (folder / name).stat().st_size > MOST_BYTES:
            raise ModelRefused(folder, f"{name} is too large")
        content[name] = (folder / name).read_bytes()
        if not hmac.compare_digest(hashlib.sha256(content[name]).hexdigest(), listed["files"][name]):
            raise ModelRefused(folder, f"{name} has changed")
    return content


def _check_key(key: bytes) -> None:
    if len(key) < FEWEST_KEY_BYTES:
        raise ValueError(f"key: at least {FEWEST_KEY_BYTES} bytes")


def canonical_json(content: object) -> bytes:
    """Write JSON in one form: the same content, the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _contents(scorer: TrialScorer, metrics: Mapping[str, Any]) -> dict[str, object]:
    posterior = scorer.posterior
    assert posterior is not None  # noqa: S101 - narrows the type; the caller has checked
    return {
        "config.json": {
            "name": scorer.name, "format": FORMAT, "features": features_fingerprint(),
            "options": asdict(scorer.options), "scale_of_experts": scorer.scale_of_experts,
            **({"wants": dict(scorer.wants)} if scorer.wants else {}),
        },
        "data.json": {
            "fingerprint": scorer.data_fingerprint, "trials": scorer.trials, "went_well": scorer.went_well,
            "simulated": scorer.simulated, "employers": list(posterior.employers), "groups": list(posterior.groups),
        },
        "features.json": [asdict(spec) for spec in trial_features()],
        "metrics.json": {**metrics, "log_loss_seen": scorer.log_loss_seen},
        "tables.json": scorer.tables.as_json(),
    }  # fmt: skip


def _write_posterior(path: Path, posterior: Posterior) -> None:
    variances = posterior.variances
    write_arrays(path, {
        "spread": posterior.spread,
        "employer_shift": posterior.employer_shift,
        "employer_alone": posterior.employer_alone,
        "slope": variances.slope,
        "rest": np.array([variances.bend, variances.unknown, variances.employer, variances.group]),
    })  # fmt: skip


def _read_posterior(path: Path, data: Mapping[str, Any]) -> Posterior:
    arrays = read_arrays(path)
    bend, unknown, employer, group = (float(value) for value in arrays["rest"])
    return Posterior(
        arrays["spread"], tuple(data["employers"]), tuple(data["groups"]), arrays["employer_shift"],
        arrays["employer_alone"], Variances(arrays["slope"], bend, unknown, employer, group),
    )  # fmt: skip


def figures(metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List metrics by name as people read them; a figure with its interval is ``0.61 (0.55 to 0.68)``.

    >>> figures({"seed": 0, "by_time": {"log_loss": [0.61, 0.55, 0.68]}})
    [('by_time.log_loss', '0.61 (0.55 to 0.68)'), ('seed', '0')]
    """
    found = []
    for name, value in sorted(metrics.items()):
        if isinstance(value, Mapping):
            found += [(f"{name}.{inner}", said) for inner, said in figures(value)]
        elif isinstance(value, list) and len(value) == 3:
            found.append((name, f"{value[0]:g} ({value[1]:g} to {value[2]:g})"))
        else:
            found.append((name, str(value)))
    return found


def model_card(scorer: TrialScorer, metrics: Mapping[str, Any]) -> str:
    """Write the card: what it is, from what, how good, and what it must not be used for."""
    made_up = "Learned from SIMULATED outcomes: proves methods, says nothing about people." if scorer.simulated else ""
    lines = [
        f"# {scorer.name}",
        made_up,
        f"An additive log-odds scorer of trials, learned from {scorer.trials} ended trials ({scorer.went_well} went "
        f"well). Data fingerprint {scorer.data_fingerprint}.",
        "",
        "Ranks feasible suggestions for a job coach to judge. It decides nothing, and reads no protected attribute.",
        f"No probability is shown: {scorer.refusal}." if scorer.refusal else "Shows a probability with 90 % interval.",
        "",
        "| measure | value |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in figures(metrics)),
    ]
    return "\n".join(line for line in lines if line is not None) + "\n"

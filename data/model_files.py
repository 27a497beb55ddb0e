"""Where trained models lie and how they are written: plain arrays and JSON in a zip, never anything that runs code.

The same arrays give the same bytes, so that a model can be rebuilt and compared bit for bit.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .errors import ReferenceFault

MODELS = Path(__file__).parent / "models"
"""The folder of trained models that ships with the engine."""

_MOMENT = (1980, 1, 1, 0, 0, 0)
_FACTS = "facts.json"
MOST_BYTES = 200_000_000


def model_path(name: str) -> Path:
    """Return the path of a shipped model, e.g. ``task_loads``."""
    return MODELS / f"{name}.npz"


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]], facts: Mapping[str, Any] | None = None) -> str:
    """Write arrays and facts to one file and return its SHA-256; the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(_entry(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED, 9)
        if facts is not None:
            text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
            archive.writestr(_entry(_FACTS), text, zipfile.ZIP_DEFLATED, 9)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(out.getvalue())
    part.replace(path)
    return hashlib.sha256(out.getvalue()).hexdigest()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, _MOMENT)


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Read all arrays of a model file; ReferenceFault when it is missing or not such a file."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files if name != _FACTS}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ReferenceFault(path.name, "the file", "this is not a model file of the engine") from error


def read_facts(path: Path) -> dict[str, Any]:
    """Read what a model file says about itself: data fingerprint, options, measures."""
    try:
        with zipfile.ZipFile(path) as archive:
            facts: dict[str, Any] = json.loads(archive.read(_FACTS))
            return facts
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ReferenceFault(path.name, _FACTS, "this is not a model file of the engine") from error

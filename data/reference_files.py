"""Where the reference files lie and how they are read: YAML, by name, once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .errors import ReferenceFault

REFERENCE = Path(__file__).parent / "reference"
"""The folder of reference data that ships with the engine."""

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def read_reference(name: str) -> Any:
    """Read one reference file by its path below ``data/reference``; ReferenceFault if it is not YAML."""
    return read_yaml(REFERENCE / name)


def read_yaml(path: Path) -> Any:
    """Read one YAML file with the safe loader; ReferenceFault names the line that cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - the loader is a safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}" if mark else "unknown line"
        raise ReferenceFault(path.name, line, "this is not readable YAML") from error

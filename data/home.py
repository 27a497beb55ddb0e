"""Where the engine keeps its data: ``WORKTRIAL_HOME``, else the per-user data folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

HOME_VARIABLE = "WORKTRIAL_HOME"
DATABASE_VARIABLE = "WORKTRIAL_DATABASE_URL"


def data_home(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the folder for the database and other run-time data; it need not exist yet."""
    stated = environment.get(HOME_VARIABLE)
    if stated:
        return Path(stated).expanduser()
    base = environment.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "worktrial"


def load_model_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Give the place of a task-load model of one's own; where it is missing, the shipped one is used."""
    return data_home(environment) / "models" / "task_loads.npz"

"""Where frozen training frames lie for research: beside the store, by organisation, readable by the service only."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from data.home import data_home

FRAME_NAME = re.compile(r"frame-[0-9a-f]{16}")
_EVERYBODY = ""
"""The organisation of whoever works without accounts: their frames hold people of all organisations."""


def frames_of(tenant: str) -> list[str]:
    """Name the frozen frames of an organisation."""
    folder = frames_folder(tenant)
    return sorted(one.name for one in folder.iterdir() if FRAME_NAME.fullmatch(one.name)) if folder.is_dir() else []


def forget_frames(tenant: str | None) -> None:
    """Take frozen frames away: somebody in them is erased, or no longer lets trials be learned from.

    Rows have numbers instead of ids, so nobody can be taken out of a frame; a new one is frozen without them.
    """
    for one in {tenant or _EVERYBODY, _EVERYBODY}:
        shutil.rmtree(frames_folder(one), ignore_errors=True)


def frames_folder(tenant: str) -> Path:
    """Name the folder of an organisation's frames."""
    return data_home(os.environ) / "frames" / hashlib.sha256(tenant.encode()).hexdigest()[:16]

"""Machine code for the innermost loops of carving: Numba, compiled once per machine and kept beside the source."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

PACKAGE = Path(__file__).parent.parent
SOURCES = (
    "matching/carving/*.py", "matching/learning/*.py", "matching/hours_worth.py", "matching/learned_worth.py",
    "data/levels.py",
)  # fmt: skip


@cache
def code_folder() -> Path:
    """Give the folder for machine code of just these sources.

    Numba looks only at the file of each function, not at those of the functions it calls: code that was compiled from
    an older callee would be used silently. So the folder is named by what those sources say.
    """
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in PACKAGE.parent.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    beside = PACKAGE / "__pycache__"
    home = (
        beside if os.access(beside if beside.exists() else PACKAGE, os.W_OK) else Path.home() / ".cache" / "worktrial"
    )
    return home / f"machine-code-{digest.hexdigest()[:16]}"


def compiled(function: Function) -> Function:
    """Compile a function of numbers and arrays; strict IEEE arithmetic, one thread: the same bits everywhere."""
    if not os.environ.get("NUMBA_CACHE_DIR"):
        numba.config.CACHE_DIR = str(code_folder())  # type: ignore[attr-defined]  # read from the environment
    return cast(Function, numba.njit(cache=True, nogil=True)(function))

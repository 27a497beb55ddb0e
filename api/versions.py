"""Which rules and which code made an answer: what a log writes down, and what decides whether it can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from data.reference_files import REFERENCE
from matching.config import reference_fingerprint

PROJECT = Path(__file__).parent.parent
CODE = ("data/*.py", "features/*.py", "matching/**/*.py", "api/*.py", "api/commands/match_lists.py", "api/locale/*/*/*")
"""The sources that a list is made by; imports, documents and the store's own modules do not change it."""


@cache
def rules_version(pathways: bool) -> str:
    """Name the reference data that a list depends on; with ``pathways`` the terms of pathways too."""
    files = [*REFERENCE.glob("*.yaml"), *(REFERENCE.glob("pathways/**/*.yaml") if pathways else ())]
    return hashlib.sha256((reference_fingerprint() + _digest(files)).encode()).hexdigest()[:16]


@cache
def code_version() -> str:
    """Name the code: the release, and what its sources say."""
    try:
        release = version("worktrial")
    except PackageNotFoundError:
        release = "unreleased"
    return f"{release}+{_digest(path for pattern in CODE for path in PROJECT.glob(pattern))[:12]}"


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files, key=Path.as_posix):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()

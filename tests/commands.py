"""Runs ``worktrial`` commands as a newcomer does: a process with a data folder, files, words and an exit code.

As it comes, a command is a fork of a Python that has the engine loaded (``tests/command_server.py``), which is much
faster than a start from nothing; ``fresh=True`` or a seed of the hashes asks for such a start.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

USUAL_SEED = "0"
MODULE = "api.commands.main"


def worktrial(
    home: Path, *arguments: str, seed: str = USUAL_SEED, fresh: bool = False
) -> subprocess.CompletedProcess[str]:
    """Run a command over a data folder and give its exit code and what it said."""
    environment = {**os.environ, "WORKTRIAL_HOME": str(home), "PYTHONHASHSEED": seed, "COLUMNS": "100"}
    environment.pop("WORKTRIAL_DATABASE_URL", None)
    if fresh or seed != USUAL_SEED:
        command = [sys.executable, "-m", MODULE, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        out.touch()
        err.touch()
        asked = {"arguments": arguments, "environment": environment, "out": str(out), "err": str(err)}
        server = _server()
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        ended = int(server.stdout.readline())
        said = [path.read_text(encoding="utf-8") for path in (out, err)]
    return subprocess.CompletedProcess(["worktrial", *arguments], ended, *said)


@cache
def _server() -> subprocess.Popen[str]:
    """Load the engine once for all commands of this process; it ends when nobody can ask it any more."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.command_server"], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": USUAL_SEED},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    atexit.register(server.communicate)
    return server


def schema(name: str) -> dict[str, object]:
    """Read a documented JSON shape."""
    loaded: dict[str, object] = json.loads((ROOT / "docs" / "reference" / name).read_text(encoding="utf-8"))
    return loaded

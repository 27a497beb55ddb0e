"""Starts commands for tests: Python and the engine's modules are loaded once, and every command is a fork of that.

Each command is a process of its own, with its own environment, files and end: nothing that it changes is seen by the
next one. Only loading is shared. A line of JSON asks for a command, and its exit code is the answer.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import NoReturn

LOADED = (
    "api.app", "api.commands.carving", "api.commands.doctor", "api.commands.document", "api.commands.imports",
    "api.commands.keeping", "api.commands.match_lists", "api.commands.pathway", "api.commands.progress",
    "api.commands.reading", "api.commands.rotation", "api.commands.runs", "api.commands.sites", "api.replay",
    "api.shown_lists", "alembic.command", "data.store.migrate", "docx", "openpyxl", "pandas", "psycopg",
    "rich.markdown", "rich.progress", "rich.table", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite",
)  # fmt: skip
"""What most commands load at some time. Nothing that is loaded opens a store, starts a thread or solves a program."""


def serve() -> None:
    """Answer until nobody asks any more."""
    from api.commands.main import run
    from data.accommodations import load_accommodations
    from matching.ready import load_search

    for name in LOADED:
        importlib.import_module(name)
    load_search()
    load_accommodations()
    gc.collect()
    gc.freeze()  # what is loaded is never looked through again, so forks go on sharing it
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.close(answers.fileno())
            _become(asked)
            _end(_run(run))
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def _become(asked: dict[str, object]) -> None:
    """Make this process the one that was asked for: its words, environment, input and outputs."""
    for number, (path, how) in enumerate(
        ((os.devnull, os.O_RDONLY), (asked["out"], os.O_WRONLY), (asked["err"], os.O_WRONLY))
    ):
        file = os.open(str(path), how)
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])  # type: ignore[call-overload]
    time.tzset()
    sys.argv[1:] = asked["arguments"]  # type: ignore[call-overload]


def _run(command: Callable[[], None]) -> int:
    """Run a command; what it ends with, as Python itself would say it."""
    try:
        command()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """End as Python does, but for taking apart every loaded module, which takes longer than most commands."""
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    serve()

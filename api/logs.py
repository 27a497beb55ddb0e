"""Log lines as JSON, one event a line, with nothing in them about a person.

An error is logged by its kind and by the places in the code it passed, never with its sentence or with values: those
may quote what was sent. Ids of people stand in paths, so a request is logged by its route, not by its path.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from data.errors import WorkTrialError

Event = MutableMapping[str, Any]
MOST_PLACES = 30
_ROOT = Path(__file__).parent.parent


def shape_events() -> None:
    """Say what an event of ours holds; where it goes is said by ``set_up_logs``, or by whoever runs the application."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def set_up_logs(level: str = "info", stream: TextIO | None = None) -> None:
    """Send our own events and those of the server to one stream (stderr), as JSON lines in UTC."""
    shape_events()
    handler = logging.StreamHandler(stream or sys.stderr)
    as_json = structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[plain_text, *_shared()], processors=[remove, as_json])
    )
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.getLevelName(level.upper())
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        others = logging.getLogger(name)
        others.handlers, others.propagate = [], name != "uvicorn.access"  # access is logged by route, by ourselves


def _shared() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        without_values,
    ]


def log(name: str) -> structlog.stdlib.BoundLogger:
    """Give the logger of a module."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(f"worktrial.{name}")
    return logger


def without_values(_logger: Any, _method: str, event: Event) -> Event:
    """Put in place of an error its kind and the places it passed, innermost last."""
    told = event.pop("exc_info", None)
    error = sys.exc_info() if told is True else told
    if isinstance(error, BaseException):
        error = (type(error), error, error.__traceback__)
    if isinstance(error, tuple) and error[1] is not None:
        event["error"] = kind_of(error[1])
        event["places"] = places_of(error[2])
        if error[1].__cause__ is not None:
            event["cause"] = kind_of(error[1].__cause__)
    event.pop("stack_info", None)
    return event


def plain_text(_logger: Any, _method: str, event: Event) -> Event:
    """Keep of a line of the server or of a library only its text without values, and where it comes from."""
    record = event.get("_record")
    if record is not None:
        event["event"] = str(record.msg).splitlines()[0][:200] if str(record.msg) else ""
        event["of"] = record.name
        event["exc_info"] = record.exc_info
    return event


def kind_of(error: BaseException) -> str:
    """Name an error without its sentence.

    >>> kind_of(ValueError("Aino"))
    'ValueError'
    """
    name = type(error).__name__
    return f"{name}:{error.code}" if isinstance(error, WorkTrialError) else name


def places_of(trace: TracebackType | None) -> list[str]:
    """Give file, line and function of the last places of a trace."""
    places = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [f"{_short(place.filename)}:{place.lineno} {place.name}" for place in places]


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    return "/".join(path.parts[-2:])

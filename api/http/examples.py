"""Examples of what is asked and answered, as the demo region gives them; a test asks every one of them again."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "examples.json"
Responses = dict[int | str, dict[str, Any]]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def answers(name: str) -> Responses:
    """Give the example of an answer, for ``responses`` of a route."""
    return {
        200: {"description": "The answer", "content": {"application/json": {"example": _examples()["answers"][name]}}}
    }


def asked(name: str) -> list[Any]:
    """Give the example of a body."""
    return [_examples()["bodies"][name]]


def example_of(operation: str) -> Any:
    """Give the example of what an operation answers, by its name; None when there is none here."""
    return _examples()["operations"].get(operation)

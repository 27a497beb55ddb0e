"""Describes the API: whatever is not what was asked for is a problem, and every operation has one lasting name."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from .changes import READS_ONLY
from .examples import example_of
from .problems import MEDIA_TYPE, MOST_FAULTS, PROBLEMS
from .uploads import TABLE_FILE

_SHORT: dict[str, Any] = {"type": "string", "maxLength": 200}
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. What the codes mean: docs/reference/problems.md, and the address in `type`.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "way_out", "instance"],
    "properties": {
        "type": {"type": "string", "pattern": "^/problems/[a-z_]+$", "maxLength": 100},
        "title": _SHORT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "detail": {"type": "string", "maxLength": 5000},
        "way_out": {"type": "string", "maxLength": 500, "description": "what to do, in the language of the title"},
        "instance": {"type": "string", "pattern": "^urn:worktrial:request:", "maxLength": 100},
        "where": {"type": "string", "maxLength": 500, "description": "the place of a value that is not accepted"},
        "faults": {
            "type": "array",
            "maxItems": MOST_FAULTS,
            "items": {"type": "object", "description": "place, code, message; of a table: row, column, code, reason"},
        },
        "move": {"type": "string", "maxLength": 60, "description": "the move that was refused"},
        "rule": {"type": "string", "maxLength": 60, "description": "the rule that stands in its way"},
        "about": {
            "type": "array",
            "maxItems": 200,
            "items": {"type": "string", "maxLength": 200},
            "description": "what the rule is about",
        },
        "good_rows": {"type": "integer", "minimum": 0, "maximum": 10_000_000},
        "retry_after": {"type": "integer", "minimum": 1, "maximum": 86_400, "description": "seconds"},
        "incident": {"type": "string", "pattern": "^[0-9a-f]{16}$", "maxLength": 16},
    },
}
_EXAMPLE = {
    "type": "/problems/unknown_id",
    "title": PROBLEMS["unknown_id"].title,
    "status": 404,
    "code": "unknown_id",
    "detail": "There is no such candidate.",
    "way_out": PROBLEMS["unknown_id"].way_out,
    "instance": "urn:worktrial:request:5f0c2a7be1d94a3388d1c6e2",
}
ANSWER: dict[str, Any] = {
    "description": "What is wrong, as a problem (RFC 9457)",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLE}},
}
_OF_FRAMEWORK = ("HTTPValidationError", "ValidationError")


def operation_id(route: APIRoute) -> str:
    """Name an operation by its tag and its function: clients call it so, and it stays when its address changes."""
    tag = str(route.tags[0]).replace("-", "_") if route.tags else "page"
    return f"{tag}_{route.name}"


def describe(app: FastAPI) -> None:
    """Let an application describe itself by these rules."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                summary=app.summary,
            )
            app.openapi_schema = _with_problems(made)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI documents it


def _with_problems(made: dict[str, Any]) -> dict[str, Any]:
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for name in _OF_FRAMEWORK:
        schemas.pop(name, None)
    schemas |= {"Problem": PROBLEM, "TableFile": TABLE_FILE}
    for operations in made["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = ANSWER
            _drop_titles(operation)
            _with_example(operation)
    return made


def _with_example(operation: dict[str, Any]) -> None:
    """Show the kept example of an answer, where the route brings none of its own."""
    example = example_of(operation["operationId"])
    for status in ("200", "201"):
        content = operation["responses"].get(status, {}).get("content", {}).get("application/json")
        if content is not None and example is not None:
            content.setdefault("example", example)


def _drop_titles(operation: dict[str, Any]) -> None:
    """Take out titles that the framework makes from names: they say nothing and change with every rename."""
    for answer in operation["responses"].values():
        for content in answer.get("content", {}).values():
            content.get("schema", {}).pop("title", None)
    for parameter in operation.get("parameters", ()):
        parameter.get("schema", {}).pop("title", None)


def changes_nothing(operation: dict[str, Any]) -> bool:
    """Tell whether an operation that is asked by POST says of itself that it only reads."""
    return all(operation.get(name) == value for name, value in READS_ONLY.items())

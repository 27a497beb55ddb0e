"""Files that are sent as they are: the body is the table, CSV or XLSX; what it is said to be must be one of these."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from .problems import Problem

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_FILE: dict[str, Any] = {
    "title": "TableFile",
    "description": "A table as it was saved: CSV (any usual encoding and separator) or XLSX.",
    "type": "string",
    "maxLength": 10_000_000,
    "examples": ["tehtävä;tunnit\nKirjojen hyllytys;2,5\n"],
}
_SCHEMA = {"$ref": "#/components/schemas/TableFile"}
TAKES_TABLE: dict[str, Any] = {
    "requestBody": {"required": True, "content": {CSV: {"schema": _SCHEMA}, XLSX: {"schema": _SCHEMA}}}
}
"""``openapi_extra`` of a route whose body is a table."""

GIVES_TABLE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The table", "content": {CSV: {"example": "tehtävä;tunnit\r\n"}, XLSX: {}}}
}
"""``responses`` of a route that answers with a table."""


def uploaded_table(request: Request) -> bytes:
    """Give the table that was sent; Problem when the body is said to be something else, or there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (CSV, XLSX):
        raise Problem("unsupported_media_type", f"Send the table itself, as {CSV} or {XLSX}.")
    body: bytes = request.state.body
    return body

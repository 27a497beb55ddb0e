"""Changing only what one has seen: ``If-Match`` refuses a change when the thing has moved on meanwhile (RFC 9110)."""

from __future__ import annotations

from fastapi import Request

from data.errors import WorkTrialError


class MovedOn(WorkTrialError):
    """Somebody else changed the thing since it was read."""

    code = "moved_on"

    def __init__(self) -> None:
        super().__init__(
            "It was changed by somebody else since you read it. Nothing was changed; read it and try again."
        )


def require_match(request: Request, etag: str) -> None:
    """Raise MovedOn when the request names another state than is there; without ``If-Match`` any will do."""
    named = request.headers.get("if-match")
    if named is not None and named.strip() != "*" and etag not in [one.strip() for one in named.split(",")]:
        raise MovedOn

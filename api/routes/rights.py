"""Who may do what over HTTP: the table of rights in words, and why one action is allowed or not."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from data.accounts import Role
from data.errors import UnknownId
from data.permissions import load_permissions
from data.store.audit import entries_after

from ..access.policy import asker, needs
from ..access.rights_in_words import explained, table_in_words
from ..http.named import Lang
from ..messages import Messages

router = APIRouter(prefix="/api/v1", tags=["rights"])


@router.get("/permissions", summary="Who may do what", dependencies=[needs("permissions.read")])
def table(lang: Lang = "fi") -> dict[str, Any]:
    """Give the whole table in words: actions, roles, and how a role must stand to what an action is about."""
    return table_in_words(load_permissions(), Messages(lang))


@router.get("/permissions/explain", summary="Why a role may do something, or may not",
            dependencies=[needs("permissions.read")])  # fmt: skip
def explain(
    request: Request,
    action: Annotated[str, Query(max_length=60, examples=["list.read"])],
    role: Annotated[Literal["coach", "employer", "candidate", "researcher", "admin"] | None, Query()] = None,
    lang: Lang = "fi",
) -> dict[str, Any]:
    """Explain one action for a role, one's own by default."""
    permissions = load_permissions()
    if action not in permissions.actions:
        raise UnknownId("action", action, [])
    asked = Role(role) if role else asker(request).actor.role
    return explained(permissions, asked, action, Messages(lang))


@router.get("/audit", summary="What happened in the organisation", dependencies=[needs("audit.read")])
def audit(
    request: Request,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="number of the last entry seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Give entries of one's organisation, the oldest first; nobody that they are about can be read from them."""
    who = asker(request).actor
    with request.app.state.store.read() as connection:
        found = entries_after(connection, after, limit, who.within)
    entries = [
        {"number": e.number, "at": e.at, "account": e.account, "role": e.role.value, "action": e.action,
         "about": e.about or None, "facts": dict(e.facts)}
        for e in found
    ]  # fmt: skip
    return {"entries": entries, "after": found[-1].number if len(found) == limit else None}

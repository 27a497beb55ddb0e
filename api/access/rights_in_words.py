"""The table of rights in words that a coach, an employer and a candidate understand."""

from __future__ import annotations

from typing import Any

from data.accounts import ACCOUNT_ROLES, SECOND_FACTOR, Role
from data.permissions import Permissions

from ..messages import Messages


def table_in_words(permissions: Permissions, messages: Messages) -> dict[str, Any]:
    """Give every action with what each role may do of it."""
    return {
        "version": permissions.version,
        "roles": {role.value: messages.text(f"account_role.{role.value}") for role in ACCOUNT_ROLES},
        "actions": [
            {
                "action": action.id,
                "text": action.names[messages.language],
                "shows_capacity": action.health,
                "roles": {
                    role.value: explained(permissions, role, action.id, messages)["text"] for role in ACCOUNT_ROLES
                },
            }
            for action in permissions.actions.values()
        ],
    }


def explained(permissions: Permissions, role: Role, action: str, messages: Messages) -> dict[str, Any]:
    """Say whether a role may do an action, in which relation, and why not otherwise."""
    relation = permissions.needed(role, action)
    if relation is not None:
        text = messages.text(f"relation.{relation.value}")
    elif permissions.actions[action].health and role in {Role.EMPLOYER, Role.RESEARCHER, Role.ADMIN}:
        text = messages.text("relation.never_capacity")
    else:
        text = messages.text("relation.never")
    return {
        "action": action,
        "what": permissions.actions[action].names[messages.language],
        "role": role.value,
        "allowed": relation is not None,
        "relation": None if relation is None else relation.value,
        "second_factor": role in SECOND_FACTOR,
        "text": text,
    }

"""Moves a person to another organisation: in the store, and out of what the one that is left froze of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from data.accounts import COMMAND_LINE, login_form
from data.errors import UnknownId
from data.human_decisions import named_people, stated_reason
from data.store import Store
from data.store.accounts import find_account, find_tenant
from data.store.organisation_moves import MovedPerson, move_to_organisation

from .research_frames import forget_frames


def move_person(
    store: Store, candidate: str, organisation: str, by: str, reason: str, at: datetime, new_id: Callable[[], str],
    coach: str = "",
) -> MovedPerson:  # fmt: skip
    """Move a person, in the name of who decides it; ``coach``: login of their coach there (empty: none yet).

    Frozen training frames of the organisation that is left go: nobody can be taken out of one.
    """
    actor, said = replace(COMMAND_LINE, name=named_people([by], 1)[0]), stated_reason(reason)
    with store.write() as connection:
        to = find_tenant(connection, organisation)
        found = find_account(connection, login_form(coach)) if coach else None
        if coach and found is None:
            raise UnknownId("account", coach)
        moved = move_to_organisation(
            connection, candidate, to, actor, said, at, new_id, "" if found is None else found.id
        )
        forget_frames(moved.before)
    return moved

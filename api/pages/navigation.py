"""Which pages stand in the menu of a role, and which of them is open."""

from __future__ import annotations

from dataclasses import dataclass

from data.accounts import Role

from ..access.principal import Principal


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the menu: where it goes, the key of its name, and whether the reader is there."""

    address: str
    name: str
    here: bool


MENU: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.COACH: (("/people", "people"), ("/workplaces", "workplaces")),
    Role.OPERATOR: (
        ("/people", "people"),
        ("/workplaces", "workplaces"),
        ("/research/models", "models"),
        ("/research/evaluations", "evaluations"),
        ("/research/corrections", "corrections"),
        ("/rules", "rules"),
        ("/admin/organisation", "organisation"),
        ("/admin/service", "service"),
    ),
    Role.EMPLOYER: (("/workplaces", "workplaces"), ("/proposals", "proposals")),
    Role.CANDIDATE: (
        ("/me", "own_start"),
        ("/me/suggestions", "own_suggestions"),
        ("/me/profile", "own_profile"),
        ("/me/shared", "own_shared"),
        ("/me/seen", "own_seen"),
        ("/me/data", "own_data"),
    ),
    Role.RESEARCHER: (
        ("/research/models", "models"),
        ("/research/evaluations", "evaluations"),
        ("/research/tables", "research_tables"),
        ("/research/frames", "frames"),
        ("/research/solutions", "solutions"),
        ("/research/corrections", "corrections"),
        ("/rules", "rules"),
    ),
    Role.ADMIN: (
        ("/admin/accounts", "accounts"),
        ("/admin/people", "caseloads"),
        ("/admin/emergencies", "emergencies"),
        ("/admin/organisation", "organisation"),
        ("/admin/audit", "audit"),
        ("/rules", "rules"),
        ("/permissions", "permissions"),
        ("/admin/service", "service"),
    ),
}
"""Menus in the order of work; the first entry is where a role starts."""

WITHOUT_PAGES = "/account"


def home_of(role: Role) -> str:
    """Give the page on which a role starts."""
    menu = MENU[role]
    return menu[0][0] if menu else WITHOUT_PAGES


def navigation(who: Principal, path: str) -> tuple[Entry, ...]:
    """Give the menu of a role for the page that is open: the longest address that the page lies below is where one is.

    >>> from api.access.principal import whoever_is_here
    >>> [entry.name for entry in navigation(whoever_is_here(""), "/people/KS-001") if entry.here]
    ['people']
    """
    menu = MENU[who.actor.role]
    below = [address for address, _ in menu if path == address or path.startswith(f"{address}/")]
    nearest = max(below, key=len, default="")
    return tuple(Entry(address, name, address == nearest) for address, name in menu)

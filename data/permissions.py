"""Who may do what with whom, as a table that a person can read (``data/reference/permissions.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from .accounts import ACCOUNT_ROLES, Role
from .errors import ReferenceFault
from .reference_files import read_reference

FILE = "permissions.yaml"


class Relation(StrEnum):
    """How somebody must stand to what an action is about."""

    OWN = "own"  # one's own account
    SELF = "self"  # the candidate themself
    CASELOAD = "caseload"  # a person one coaches
    EMERGENCY = "emergency"  # a person whom one looks at in an emergency, for a short time
    TENANT = "tenant"  # a person or an account of one's organisation
    SITE = "site"  # a site one handles
    ALL = "all"  # nobody in particular, or whichever


class Of(StrEnum):
    """What an action is about."""

    NOTHING = "nothing"
    PERSON = "person"
    ACCOUNT = "account"
    SITE = "site"
    TRIAL = "trial"


class AuditBy(StrEnum):
    """Who writes an action down: the route before it answers, what it calls (with what changed), or nobody."""

    ROUTE = "route"
    INSIDE = "inside"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done; ``health``: it shows or changes what is known of a person's capacity."""

    id: str
    of: Of
    health: bool
    audit: AuditBy
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Permissions:
    """The table: actions, and for every role the relation that an action needs (absent: never)."""

    version: str
    actions: Mapping[str, Action]
    rights: Mapping[Role, Mapping[str, Relation]]

    def needed(self, role: Role, action: str) -> Relation | None:
        """Give the relation in which a role may do an action; None: never. The operator may do everything.

        >>> load_permissions().needed(Role.ADMIN, "person.read") is None
        True
        """
        if role is Role.OPERATOR:
            return Relation.ALL
        return self.rights[role].get(action)


@lru_cache(maxsize=1)
def load_permissions() -> Permissions:
    """Read the table; ReferenceFault names what contradicts itself."""
    return permissions_of(read_reference(FILE))


def permissions_of(found: Mapping[str, Any]) -> Permissions:
    """Check a table: known words only, every role there, health only for those who may see it.

    No employer, researcher or admin may do anything that shows or changes what is known of a person's capacity.
    """
    actions = {id_: _action(id_, said) for id_, said in found["actions"].items()}
    rights: dict[Role, Mapping[str, Relation]] = {}
    for name, allowed in found["rights"].items():
        if name not in {role.value for role in ACCOUNT_ROLES}:
            raise ReferenceFault(FILE, f"rights.{name}", "there is no such role")
        rights[Role(name)] = MappingProxyType({id_: _relation(name, actions, id_, to) for id_, to in allowed.items()})
    if missing := sorted(set(ACCOUNT_ROLES) - set(rights)):
        raise ReferenceFault(FILE, "rights", f"the role {missing[0]} is missing")
    return Permissions(str(found["version"]), MappingProxyType(actions), MappingProxyType(rights))


_FITTING = {
    Of.NOTHING: {Relation.ALL, Relation.OWN, Relation.SELF, Relation.CASELOAD, Relation.TENANT, Relation.SITE},
    Of.PERSON: {Relation.SELF, Relation.CASELOAD, Relation.EMERGENCY, Relation.TENANT},
    Of.ACCOUNT: {Relation.TENANT},
    Of.SITE: {Relation.SITE, Relation.ALL},
    Of.TRIAL: {Relation.SELF, Relation.CASELOAD, Relation.SITE},
}
_NO_HEALTH = {Role.EMPLOYER, Role.RESEARCHER, Role.ADMIN}


def _action(id_: str, said: Mapping[str, Any]) -> Action:
    try:
        of, audit = Of(said["of"]), AuditBy(said["audit"])
        names = {language: str(said[language]) for language in ("fi", "sv", "en")}
    except (KeyError, ValueError) as error:
        raise ReferenceFault(FILE, f"actions.{id_}", f"a part is missing or unknown ({error})") from error
    return Action(id_, of, bool(said["health"]), audit, MappingProxyType(names))


def _relation(role: str, actions: Mapping[str, Action], id_: str, to: str) -> Relation:
    where = f"rights.{role}.{id_}"
    if id_ not in actions or to not in {relation.value for relation in Relation}:
        raise ReferenceFault(FILE, where, "there is no such action or relation")
    action, relation = actions[id_], Relation(to)
    if relation not in _FITTING[action.of]:
        raise ReferenceFault(FILE, where, f"{relation} does not go with an action about {action.of}")
    if action.health and Role(role) in _NO_HEALTH:
        raise ReferenceFault(FILE, where, "this role sees nothing of anybody's capacity")
    return relation

"""What the store keeps, of whom, what for and for how long: each table and column has tags (``data_inventory.yaml``).

The download of a person's data and the check of an erasure follow these tags, so that a new table cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from .errors import ReferenceFault
from .reference_files import read_reference

FILE = "data_inventory.yaml"


class DataClass(StrEnum):
    """What kind of thing a column holds."""

    PSEUDONYM = "pseudonym"
    NAME = "name"
    HEALTH = "health"
    WISH = "wish"
    CIRCUMSTANCE = "circumstance"
    DECISION = "decision"
    TEXT = "text"
    WORKPLACE = "workplace"
    SOLUTION = "solution"
    ACCOUNT = "account"
    SECRET = "secret"  # noqa: S105 (a kind of data, no password)
    TECHNICAL = "technical"


@dataclass(frozen=True, slots=True)
class PersonLink:
    """How rows belong to a person: their id or its fingerprint in ``column``, or through a row of another table.

    ``through``: that table; ``column`` then refers to its column ``of``.
    """

    column: str
    through: str = ""
    of: str = ""
    fingerprint: bool = False


@dataclass(frozen=True, slots=True)
class TableTags:
    """What is known of a table: the link to a person (None: none), purpose, retention, erasure, classes, export."""

    name: str
    person: PersonLink | None
    purpose: str
    retention: str
    goes_with_person: bool
    why_it_stays: str
    classes: Mapping[str, DataClass]
    exported: tuple[str, ...]


@lru_cache(maxsize=1)
def load_inventory() -> Mapping[str, TableTags]:
    """Read the tags by table; ReferenceFault names what contradicts itself."""
    found = read_reference(FILE)
    return {name: _table(name, said, set(found["purposes"])) for name, said in found["tables"].items()}


def _table(name: str, said: Mapping[str, Any], purposes: set[str]) -> TableTags:
    classes: dict[str, DataClass] = {}
    for kind, columns in said["columns"].items():
        for column in columns:
            if column in classes:
                raise ReferenceFault(FILE, f"{name}.{column}", "it has two classes")
            classes[column] = DataClass(kind)
    hidden = set(said.get("not_exported", ()))
    if hidden - set(classes) or said["purpose"] not in purposes or said["erasure"] not in {"row", "stays"}:
        raise ReferenceFault(FILE, name, "purpose, erasure or not_exported is unknown")
    goes = said["erasure"] == "row"
    if goes == bool(said.get("why")) or not said["retention"]:
        raise ReferenceFault(FILE, name, "what stays says why, what goes does not; both say for how long they are kept")
    link = _link(said["person"])
    exported = tuple(column for column in classes if column not in hidden) if link else ()
    return TableTags(
        name, link, said["purpose"], said["retention"], goes, said.get("why", ""), classes, exported
    )  # fmt: skip


def _link(said: str | Mapping[str, str]) -> PersonLink | None:
    if said == "none":
        return None
    if isinstance(said, str):
        return PersonLink(said)
    if "fingerprint" in said:
        return PersonLink(said["fingerprint"], fingerprint=True)
    return PersonLink(said["by"], said["through"], said["of"])

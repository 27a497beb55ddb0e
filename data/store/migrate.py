"""Brings a store from the release that wrote it to this one, in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ..errors import StoreUnreadable

if TYPE_CHECKING:
    from .engine import Store


def migration_config() -> Config:
    """Point alembic at the migrations that ship with the engine."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(store: Store, found: str | None, to: str = "head") -> None:
    """Run the migrations from the revision ``found`` up to ``to``; StoreUnreadable for a newer store."""
    config = migration_config()
    try:
        if found is not None:
            ScriptDirectory.from_config(config).get_revision(found)
    except CommandError as error:
        raise StoreUnreadable(
            store.where,
            f"it was written by another release (schema {found})",
            "Use that release or a newer one.",
        ) from error
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def downgrade(store: Store, to: str) -> None:
    """Run the migrations back to the revision ``to`` (``base`` is an empty store)."""
    config = migration_config()
    with store.write() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)

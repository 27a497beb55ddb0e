"""Says which limits a bundle breaks, in a coach's words."""

from __future__ import annotations

from collections.abc import Mapping

from matching.carving import Blocker
from matching.chosen_bundle import JudgedBundle

from ..commands.sites import why_closed
from ..messages import Messages

NAMED = 4


def broken_lines(judged: JudgedBundle, names: Mapping[str, str], messages: Messages) -> tuple[str, ...]:
    """Say everything that speaks against a bundle: closed tasks first, then limits."""
    closed = tuple(
        messages.text("broken.closed", task=one.task.text, why=why_closed(one, messages)) for one in judged.closed
    )
    return closed + tuple(_line(one, names, messages) for one in judged.broken)


def _line(one: Blocker, names: Mapping[str, str], messages: Messages) -> str:
    numbers = {
        name: "–" if value is None else messages.number(value)
        for name, value in (("needed", one.needed), ("available", one.available))
    }
    tasks = ", ".join(names.get(id_, id_) for id_ in one.tasks[:NAMED]) + (" …" if len(one.tasks) > NAMED else "")
    missing = ", ".join(names.get(id_, id_) for id_ in one.about.split(","))
    key = f"broken.{one.rule}.{one.about}"
    if not messages.has(key):
        key = "broken.dose.half_day" if one.rule == "dose" and one.needed is None else f"broken.{one.rule}"
    about = missing if one.rule == "tied" else messages.dimension(one.about)
    return messages.text(key, what=about, tasks=tasks, **numbers)

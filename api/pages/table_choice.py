"""What is chosen in the carving table, as it stands in the address: hours by task, locks, guards, a bundle kept aside.

Ids of tasks and hours say what is planned at a workplace, nothing about the person, so an address may hold them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from matching import Caution
from matching.carving import CarveTask

MOST_TASKS = 400
MOST_HOURS = 168.0
GUARDS = ("0", "0.5", "1")
"""By how many steps a job that gives tasks away may become more monotonous."""


@dataclass(frozen=True, slots=True)
class TableChoice:
    """One state of the table. ``hours``: by task, None: nothing was chosen yet, so the best stands there.

    ``kept``: another bundle to compare with, None: the best. ``variety``: one of ``GUARDS``, empty: no guard.
    ``lost``: choices that name no task of this workplace, or hours that are none.
    """

    caution: Caution = Caution.BALANCED
    hours: Mapping[str, float] | None = None
    lock_in: frozenset[str] = frozenset()
    lock_out: frozenset[str] = frozenset()
    alternate: bool = False
    variety: str = ""
    kept: Mapping[str, float] | None = None
    lost: int = 0
    pressed: frozenset[str] = field(default_factory=frozenset)

    def lines(self) -> tuple[str, ...]:
        """Write it down for the log of what was shown."""
        bundles = (("hours", self.hours), ("kept", self.kept))
        return (
            *(f"{name} {written(hours)}" for name, hours in bundles if hours is not None),
            *(f"lock-in {id_}" for id_ in sorted(self.lock_in)),
            *(f"lock-out {id_}" for id_ in sorted(self.lock_out)),
            *(["alternate"] if self.alternate else []),
            *([f"variety {self.variety}"] if self.variety else []),
        )

    def query(self) -> str:
        """Write it as the query of an address."""
        pairs: list[tuple[str, str]] = [("caution", self.caution.value)]
        if self.hours is not None:
            pairs += [("chosen", "1"), *((f"h.{id_}", hours_text(hours)) for id_, hours in sorted(self.hours.items()))]
        pairs += [(f"l.{id_}", "in") for id_ in sorted(self.lock_in)]
        pairs += [(f"l.{id_}", "out") for id_ in sorted(self.lock_out)]
        if self.alternate:
            pairs.append(("alternate", "1"))
        if self.variety:
            pairs.append(("variety", self.variety))
        if self.kept is not None:
            pairs.append(("kept", written(self.kept)))
        return urlencode(pairs)


def hours_text(hours: float) -> str:
    """Write hours as an address holds them: to a third of a second a week.

    >>> hours_text(5.529412), hours_text(12.0)
    ('5.5294', '12')
    """
    return f"{hours:.4f}".rstrip("0").rstrip(".")


def written(hours: Mapping[str, float]) -> str:
    """Write a bundle as one word.

    >>> written({"b": 2.0, "a": 1.5}), read_bundle("a:1.5,b:2")
    ('a:1.5,b:2', {'a': 1.5, 'b': 2.0})
    """
    return ",".join(f"{id_}:{hours_text(value)}" for id_, value in sorted(hours.items()) if value > 0)


def read_bundle(said: str) -> dict[str, float]:
    """Read a bundle; what cannot be read counts as no hours."""
    pairs = (part.rpartition(":") for part in said.split(",")[:MOST_TASKS])
    return {id_: hours for id_, _, text in pairs if id_ and (hours := read_hours(text)) > 0}


def read_hours(said: str) -> float:
    """Read weekly hours as they are typed; 0 for what are none.

    >>> read_hours("2,5"), read_hours("-1"), read_hours("much")
    (2.5, 0.0, 0.0)
    """
    try:
        hours = float(said.strip().replace(",", ".") or 0)
    except ValueError:
        return 0.0
    return round(hours, 4) if 0 < hours <= MOST_HOURS else 0.0


def read_choice(query: QueryParams, caution: Caution) -> TableChoice:
    """Read the state of the table from an address."""
    chosen, locks = dict[str, float](), dict[str, str]()
    for name, value in query.multi_items()[: 3 * MOST_TASKS]:
        kind, _, id_ = name.partition(".")
        if kind == "h" and id_ and (hours := read_hours(value)) > 0:
            chosen[id_] = hours
        elif kind == "l" and id_ and value in ("in", "out"):
            locks[id_] = value
    variety = query.get("variety", "")
    return TableChoice(
        caution,
        chosen if "chosen" in query else None,
        frozenset(id_ for id_, way in locks.items() if way == "in"),
        frozenset(id_ for id_, way in locks.items() if way == "out"),
        query.get("alternate") == "1",
        variety if variety in GUARDS else "",
        read_bundle(query["kept"]) if query.get("kept") else None,
        pressed=frozenset(name for name in ("best", "keep", "drop") if name in query),
    )


def held_to(choice: TableChoice, tasks: Iterable[CarveTask], open_: frozenset[str]) -> TableChoice:
    """Leave out what names no task of the site; only open tasks can be locked. Counts what was left out."""
    known = {task.id for task in tasks}

    def there(hours: Mapping[str, float] | None) -> Mapping[str, float] | None:
        return None if hours is None else {id_: value for id_, value in hours.items() if id_ in known}

    kept, hours = there(choice.kept), there(choice.hours)
    lock_in, lock_out = choice.lock_in & open_, choice.lock_out & open_
    before = (choice.kept or {}, choice.hours or {}, choice.lock_in, choice.lock_out)
    after = (kept or {}, hours or {}, lock_in, lock_out)
    lost = sum(len(one) for one in before) - sum(len(one) for one in after)
    return replace(choice, kept=kept, hours=hours, lock_in=lock_in, lock_out=lock_out, lost=lost)

"""Earlier solutions of a store, to look for near ones in or to count; there must be some."""

from __future__ import annotations

from data.errors import EmptyStore
from data.solutions import Solution
from data.store import Store, all_solutions
from matching.solutions import SolutionAnalysis, analyse


def earlier_solutions(store: Store) -> tuple[Solution, ...]:
    """Give all earlier solutions; EmptyStore when there are none."""
    with store.read() as connection:
        found = all_solutions(connection)
    if not found:
        raise EmptyStore("earlier solutions", store.where)
    return found


def analysed(store: Store) -> SolutionAnalysis:
    """Count all earlier solutions together; EmptyStore when there are none."""
    return analyse(earlier_solutions(store))

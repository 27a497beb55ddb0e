"""Records of sites that were looked at lately, so that a site that is on many people's lists is read once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from features.market import Market

MOST_SITES = 400
"""About 40 MB where sites have a dozen tasks."""

State = tuple[int, str]
"""The last write of a store: its number and its token."""

ChangedSince = Callable[[int, str], frozenset[str] | None]
"""Names the sites written since a state; None when that cannot be told."""


class KeptRecords:
    """The sites that were looked at last, each as of one state of the store; safe to use from several threads."""

    def __init__(self, changed_since: ChangedSince, most: int = MOST_SITES) -> None:
        self._changed_since, self._most = changed_since, most
        self._state: State | None = None
        self._kept: OrderedDict[str, Market] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, state: State, ids: Sequence[str]) -> dict[str, Market]:
        """Give those of some sites that are kept and were not written before ``state``."""
        with self._lock:
            self._follow(state)
            found = {id_: self._kept[id_] for id_ in ids if id_ in self._kept}
            for id_ in found:
                self._kept.move_to_end(id_)
        return found

    def keep(self, state: State, read: dict[str, Market]) -> None:
        """Keep sites that were read in ``state``, unless the market has moved on meanwhile."""
        with self._lock:
            if state == self._state:
                self._kept.update(read)
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)

    def _follow(self, state: State) -> None:
        if state == self._state:
            return
        changed = None if self._state is None else self._changed_since(*self._state)
        if changed is None:
            self._kept.clear()
        else:
            for id_ in changed:
                self._kept.pop(id_, None)
        self._state = state

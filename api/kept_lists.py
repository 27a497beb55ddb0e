"""Lists that a worker keeps in mind for some minutes: a coach who comes back to a list does not wait for it again.

Kept is what a page is drawn from. Whether it may still be shown is asked of the store each time (``shown_lists``): the
log must hold the list, made from all that is there now.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from .commands.match_lists import Listed

MOST_SUGGESTIONS = 600
"""Some 46 MB where workplaces have a dozen tasks (measured: 14 lists); lists that were looked at last stay."""

KEPT_FOR = timedelta(minutes=10)


class KeptLists:
    """What one worker keeps in mind. Safe to use from several threads."""

    def __init__(self, most: int = MOST_SUGGESTIONS) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[datetime, Listed]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, name: str, moment: datetime) -> Listed | None:
        """Give the list of a name (``same_list.name_of_list``); None when it is not in mind."""
        with self._lock:
            self._drop_old(moment)
            if name not in self._kept:
                return None
            self._kept.move_to_end(name)
            return self._kept[name][1]

    def keep(self, name: str, listed: Listed, moment: datetime) -> None:
        """Keep a list in mind from ``moment`` on."""
        with self._lock:
            self._drop_old(moment)
            self._kept[name] = moment, listed
            self._kept.move_to_end(name)
            while (
                len(self._kept) > 1 and sum(len(one.found.suggestions) for _, one in self._kept.values()) > self._most
            ):
                self._kept.popitem(last=False)

    def forget(self, candidate: str) -> None:
        """Forget the lists of a person: they were erased."""
        with self._lock:
            for name in [name for name, (_, one) in self._kept.items() if one.found.person.id == candidate]:
                del self._kept[name]

    def _drop_old(self, moment: datetime) -> None:
        for name in [name for name, (since, _) in self._kept.items() if moment - since > KEPT_FOR]:
            del self._kept[name]

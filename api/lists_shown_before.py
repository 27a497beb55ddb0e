"""Remembers which list answered which question, so that the same list is shown again and not made again.

A question is the same when everything that a list is made from is: the person, what was asked, the workplaces, the
scorer, what trials have taught, the day. All of it is read from the store at each asking; remembered is only the number
under which a list stands in the log. So a worker never shows what another one knows to be out of date, an erased person
is in no memory, and after a restart lists are made anew. Reference data and code are those of the running process.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.candidates import Candidate
from data.record_json import record_text

from .list_inputs import StoredInputs

MOST_REMEMBERED = 10_000
"""About 1 KB each; the one that was asked for longest ago is forgotten first."""


@dataclass(frozen=True, slots=True)
class ShownBefore:
    """A list of the log: its number, the name of its answer, and what the audit says when it is shown."""

    number: int
    answer: str
    facts: Mapping[str, Any]


class ListsShownBefore:
    """What one worker remembers. Safe to call from several threads."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most, self._lock = most, threading.Lock()
        self._known: OrderedDict[str, ShownBefore] = OrderedDict()

    def find(self, asked: str) -> ShownBefore | None:
        """Give the list that answered a question; None when it is not remembered."""
        with self._lock:
            if asked in self._known:
                self._known.move_to_end(asked)
            return self._known.get(asked)

    def remember(self, asked: str, shown: ShownBefore) -> None:
        """Remember the list that answers a question."""
        with self._lock:
            self._known[asked] = shown
            self._known.move_to_end(asked)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def forget(self, asked: str) -> None:
        """Forget a list that is no longer in the log."""
        with self._lock:
            self._known.pop(asked, None)


def name_of_question(inputs: StoredInputs, person: Candidate, question: Mapping[str, Any]) -> str | None:
    """Name a question by everything its answer is made from; None when it cannot be told apart from others.

    ``question``: what was asked, in plain values, with the language. Questions that also read earlier solutions have
    no name: those are not among what is looked at here.
    """
    if question["near"] or question["situation"] is not None or inputs.trials is None:
        return None
    scorer = inputs.scorer()
    told = [
        inputs.day.isoformat(), inputs.market.number, inputs.market.token, inputs.trials,
        scorer.name, scorer.fingerprint, scorer.simulated, json.dumps(question, sort_keys=True),
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(told).encode())
    digest.update(record_text(person) + b"\0" + record_text(inputs.lessons(person)))
    return digest.hexdigest()

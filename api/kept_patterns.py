"""Kinds of job are found once for each state of the store, one at a time, and kept: finding them carves for everybody.

Kept is the answer in every language, in which people are counted and not named. What it is made from is read at each
asking, so that it is never older than the store.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Any

from data.record_json import record_text
from data.store import Store, latest_change
from matching import MatchConfig

from .http.problems import Problem
from .messages import LANGUAGES, Messages
from .transfer_json import patterns_as_json
from .transfers import PatternInputs, pattern_inputs, patterns_of

MOST_KEPT = 20
PATIENCE_SECONDS = 5.0
"""Whoever asks while kinds of job are being found for somebody else waits so long at most, then asks again."""


class KeptPatterns:
    """What one worker keeps. Safe to call from several threads."""

    def __init__(self, most: int = MOST_KEPT, patience: float = PATIENCE_SECONDS) -> None:
        self._most, self._patience = most, patience
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._at_work, self._lock = threading.Lock(), threading.Lock()

    def give(self, store: Store, config: MatchConfig, least_sites: int, generic: bool, language: str) -> dict[str, Any]:
        """Give the kinds of job as documented JSON; Problem 503 when others are being found for too long."""
        inputs = pattern_inputs(store, generic)
        name = _name(inputs, config, least_sites)
        if (kept := self._find(name)) is None:
            if not self._at_work.acquire(timeout=self._patience):
                raise Problem("not_ready", "Kinds of job are being worked out. Ask again.", {"Retry-After": "10"})
            try:
                kept = self._find(name) or self._make(store, inputs, name, config, least_sites)
            finally:
                self._at_work.release()
        answer: dict[str, Any] = kept[language]
        return answer

    def _find(self, name: str) -> dict[str, Any] | None:
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def _make(
        self, store: Store, inputs: PatternInputs, name: str, config: MatchConfig, least_sites: int
    ) -> dict[str, Any]:
        found = patterns_of(store, inputs, config, least_sites)
        told = {language: patterns_as_json(found, Messages(language)) for language in LANGUAGES}
        with store.read() as connection:
            same = latest_change(connection) == inputs.market
        if same:  # the workplaces that were looked at are those of the name
            with self._lock:
                self._kept[name] = told
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return told


def _name(inputs: PatternInputs, config: MatchConfig, least_sites: int) -> str:
    """Name an answer by everything it is made from; reference data and code are those of the process."""
    scorer = inputs.scorer.name, inputs.scorer.fingerprint, inputs.scorer.simulated
    told = [inputs.market.number, inputs.market.token, *scorer, config.fingerprint(), least_sites]
    digest = hashlib.sha256(json.dumps(told).encode())
    for part in (*(record_text(inputs.lessons[kind]) for kind in (False, True)), *map(record_text, inputs.people)):
        digest.update(part + b"\0")
    return digest.hexdigest()

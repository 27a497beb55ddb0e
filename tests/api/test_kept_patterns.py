"""Kinds of job are worked out once for each state of the store, never from those who object, and one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from api import kept_patterns
from api.http.problems import Problem
from api.kept_patterns import KeptPatterns
from api.messages import Messages
from api.transfer_json import patterns_as_json
from api.transfers import patterns, patterns_of
from data.candidates import Candidate
from data.store import Store, add_employers, replace_candidates, replace_region
from data.store.objections import set_objection
from data.workplaces import Employer
from matching import MatchConfig

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
CONFIG = MatchConfig(top=5)


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:10])
        replace_candidates(connection, people[:3])
    return store


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often kinds of job are worked out."""
    times: list[int] = []

    def counted(*asked: Any) -> Any:
        times.append(len(asked[1].people))
        return patterns_of(*asked)

    monkeypatch.setattr(kept_patterns, "patterns_of", counted)
    return times


def _give(kept: KeptPatterns, store: Store, language: str = "fi", **asked: Any) -> dict[str, Any]:
    return kept.give(store, asked.get("config", CONFIG), asked.get("least", 2), asked.get("generic", False), language)


def test_they_are_worked_out_once_a_state_and_say_what_the_command_says(
    filled: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], worked_out: list[int]
) -> None:
    kept = KeptPatterns()
    made = {one: patterns_as_json(patterns(filled, CONFIG, 2), Messages(one)) for one in ("fi", "sv")}
    for language in ("fi", "sv", "fi"):
        assert _give(kept, filled, language) == made[language]
    assert worked_out == [3]
    changes: list[Callable[[sa.Connection], object]] = [
        lambda c: replace_candidates(c, [replace(people[0], hours_max=people[0].hours_max - 2)]),
        lambda c: add_employers(c, [replace(employers[0], name="Toinen nimi Oy")]),
        lambda c: set_objection(c, people[1].id, NOW, objects=True),
    ]
    for number, change in enumerate(changes, start=2):
        with filled.write() as connection:
            change(connection)
        assert _give(kept, filled) == _give(kept, filled)
        assert len(worked_out) == number
    assert worked_out[-1] == 2  # nothing is worked out for who objects
    _give(kept, filled, least=3)
    _give(kept, filled, config=MatchConfig(top=4))
    assert len(worked_out) == len(changes) + 3


def test_whoever_asks_while_others_are_worked_out_asks_again_later(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, first = threading.Event(), threading.Event(), list[dict[str, Any]]()

    def slow(*asked: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return patterns_of(*asked)

    monkeypatch.setattr(kept_patterns, "patterns_of", slow)
    kept = KeptPatterns(patience=0.05)
    asker = threading.Thread(target=lambda: first.append(_give(kept, filled)))
    asker.start()
    assert begun.wait(60)
    with pytest.raises(Problem) as refused:
        _give(kept, filled)
    go_on.set()
    asker.join(60)
    assert refused.value.code == "not_ready"
    assert refused.value.headers["Retry-After"] == "10"
    assert first == [_give(kept, filled)]

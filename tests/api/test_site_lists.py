"""A look at one workplace is logged like a list, can be made again, and teaches nobody an order."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.commands.match_lists import Question
from api.messages import Messages
from api.replay import Verdict, replay
from api.shown_lists import ShownList, question_of, show_list
from data.candidates import Candidate
from data.errors import InvalidInput, UnknownId
from data.store import Store, replace_candidates, replace_region
from data.store.audit import entries_about
from data.store.exposure import find_run, shown_rows
from data.workplaces import Employer
from features.trial_features import features_fingerprint
from matching import MatchConfig

from .access.world import now

ONE = MatchConfig(1)


@pytest.fixture(autouse=True)
def _own_market_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "home"))


@pytest.fixture
def filled(store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> Store:
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:12])
        replace_candidates(connection, people[:6])
    return store


def _show(store: Store, question: Question) -> ShownList:
    return show_list(store, question, Messages("sv"), now())


def test_one_workplace_is_logged_and_made_again_to_the_byte(filled: Store, people: tuple[Candidate, ...]) -> None:
    person = people[0].id
    whole = _show(filled, Question(person, MatchConfig(10)))
    site = whole.listed.found.suggestions[1].reach.place.site.id
    asked = (
        Question(person, ONE, site=site),
        Question(person, ONE, changes=("hours.max=14",), site=site),
        Question(person, ONE, site=site, table=("hours a.b:2", "lock-in a.b")),
    )
    for number, question in enumerate(asked, start=2):
        shown = _show(filled, question)
        assert shown.number == number
        with filled.read() as connection:
            run = find_run(connection, str(number))
            assert f"run:{number}" in {one.about for one in entries_about(connection, person)}
        assert run.what_if
        assert question_of(run)[0] == question
        assert replay(filled, str(number)).verdict is Verdict.SAME
    with filled.read() as connection:
        assert set(shown_rows(connection, features_fingerprint(), fictional=True).run.tolist()) == {1}


def test_what_a_person_has_declined_can_be_tried_all_the_same(filled: Store, people: tuple[Candidate, ...]) -> None:
    person = next(one for one in people[:6] if _show(filled, Question(one.id, MatchConfig(20))).listed.found)
    for listed in _show(filled, Question(person.id, MatchConfig(20))).listed.found.suggestions:
        if listed.measures:
            break
    measure, site = listed.measures[0].id, listed.reach.place.site.id
    off = _show(filled, Question(person.id, ONE, without=(measure,), site=site)).listed.found.suggestions
    both = Question(person.id, ONE, without=(measure,), accepted=(measure,), site=site)
    on = _show(filled, both).listed.found.suggestions
    assert all(one.id != measure for suggestion in off for one in suggestion.measures)
    assert on[0].score == listed.score


def test_what_is_not_there_is_refused(filled: Store, people: tuple[Candidate, ...]) -> None:
    with pytest.raises(UnknownId):
        _show(filled, Question(people[0].id, ONE, site="no.such.site"))
    with pytest.raises(InvalidInput):
        _show(filled, Question(people[0].id, ONE, accepted=("no_such_measure",), site="no.such.site"))

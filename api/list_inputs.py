"""What a match list is made from: the person, the market, the earlier solutions; as they are now, or as they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Protocol, TypeVar

from data.candidates import Candidate
from data.errors import EmptyStore
from data.solutions import Solution
from data.store import Store, all_solutions, latest_change
from data.store.site_versions import sites_then
from data.store.workplaces import Change
from matching.earlier_market import market_before
from matching.held_market import HeldMarket
from matching.kept_market import MOST_TRIES, MarketMovedError
from matching.learning.lessons import EmployerHistory, Lessons
from matching.learning.scorer import TrialScorer

from .lessons import histories_for, lessons_for, trials_now
from .workspace import ask_market, candidate_to_match, scorer_in_force

Answer = TypeVar("Answer")


class ListInputs(Protocol):
    """Where a list takes its facts from."""

    def person(self, id_: str) -> Candidate:
        """Give the person."""

    def ask(self, region: str, question: Callable[[HeldMarket], Answer]) -> Answer:
        """Answer a question from the market."""

    def cases(self) -> tuple[Solution, ...]:
        """Give the earlier solutions."""

    def scorer(self) -> TrialScorer:
        """Give the scorer that reads how likely trials go well."""

    def lessons(self, person: Candidate) -> Lessons:
        """Give what ended trials have taught for this person."""

    def histories(self, person: Candidate, employers: Collection[str]) -> Mapping[str, EmployerHistory]:
        """Tell how earlier trials went at some employers."""


class StoredInputs:
    """The facts of a store as it is now; remembers what it gave, and gives the same again.

    ``day``: trials that had ended before this day tell how an employer's trials went. ``trials`` names the state of
    all trials (None: nothing names it).
    """

    def __init__(self, store: Store, day: date) -> None:
        self._store, self.day = store, day
        with store.read() as connection:
            self.market = latest_change(connection)
            self.trials = trials_now(connection)
        self.person_given: Candidate | None = None
        self.cases_given: tuple[Solution, ...] | None = None
        self._scorer: TrialScorer | None = None
        self._lessons: Lessons | None = None

    def person(self, id_: str) -> Candidate:
        """Give the person; UnknownId or EmptyStore when there is none, PersonObjects when they object."""
        if self.person_given is None or self.person_given.id != id_:
            self.person_given, self._lessons = candidate_to_match(self._store, id_), None
        return self.person_given

    def ask(self, region: str, question: Callable[[HeldMarket], Answer]) -> Answer:
        """Answer a question from the market as it is now."""
        return ask_market(self._store, region, question)

    def cases(self) -> tuple[Solution, ...]:
        """Give the earlier solutions in the store."""
        with self._store.read() as connection:
            self.cases_given = all_solutions(connection)
        return self.cases_given

    def scorer(self) -> TrialScorer:
        """Give the scorer in force."""
        if self._scorer is None:
            self._scorer = scorer_in_force(self._store)
        return self._scorer

    def lessons(self, person: Candidate) -> Lessons:
        """Give what trials have taught by now for people like this one: fictional, or real."""
        if self._lessons is None:
            self._lessons = lessons_for(self._store, fictional=person.fictional)
        return self._lessons

    def histories(self, person: Candidate, employers: Collection[str]) -> Mapping[str, EmployerHistory]:
        """Tell how trials went so far at some employers."""
        return histories_for(self._store, employers, self.day, fictional=person.fictional)


class InputsLostError(Exception):
    """What a list was made from cannot be put together again; says why as the key of a message."""


class EarlierInputs:
    """The facts of a list that was shown: what was kept with it, its scorer, the market as it was."""

    def __init__(
        self,
        store: Store,
        person: Candidate,
        cases: tuple[Solution, ...],
        scorer: TrialScorer,
        market: Change,
        lessons: Lessons,
    ) -> None:
        self._store, self._person, self._cases, self._scorer = store, person, cases, scorer
        self._market, self._lessons = market, lessons

    def person(self, id_: str) -> Candidate:
        """Give the person as they were."""
        if id_ != self._person.id:
            raise InputsLostError("replay.profile_lost")
        return self._person

    def cases(self) -> tuple[Solution, ...]:
        """Give the earlier solutions of that day."""
        return self._cases

    def scorer(self) -> TrialScorer:
        """Give the scorer that the list was made with."""
        return self._scorer

    def lessons(self, person: Candidate) -> Lessons:  # noqa: ARG002 - of this person's list
        """Give what trials had taught by then."""
        return self._lessons

    def histories(self, person: Candidate, employers: Collection[str]) -> Mapping[str, EmployerHistory]:  # noqa: ARG002 - as above
        """Tell how trials had gone by then at the employers that were shown."""
        return self._lessons.histories

    def ask(self, region: str, question: Callable[[HeldMarket], Answer]) -> Answer:
        """Answer a question from the market as it was; the store may go on changing meanwhile."""
        for _ in range(MOST_TRIES):
            with self._store.read() as connection:
                now, then = latest_change(connection), sites_then(connection, self._market.number)
            if then is None:
                raise InputsLostError("replay.market_lost")
            before = [owner for owner in then.values() if owner is not None]
            try:
                answer = ask_market(self._store, region, lambda live: question(market_before(live, before, then)))  # noqa: B023 - called at once
            except EmptyStore:
                answer = question(market_before(None, before, then))
            except MarketMovedError:
                continue
            with self._store.read() as connection:
                if latest_change(connection) == now:
                    return answer
        raise InputsLostError("replay.market_moves")

"""Effects of measures from reviews of trials: down by themselves, up only when a person has said so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.trial_learning import accept_effect, effects_of
from data.accommodations import load_accommodations
from data.errors import InvalidInput
from data.levels import PER_STEP
from data.store import Store, all_decisions, effects_seen, replace_trials
from data.trials import Course, Interruption, MeasureEffect, Outcome, Trial, TrialReview, TriedTask
from matching.learning.accommodation_effects import Review, effects_in_force, learn_effects, reviews_of
from matching.learning.lessons import Lessons

CATALOGUE = load_accommodations()
MEASURE = next(m for m in CATALOGUE if m.effects[0].steps <= 1.5)
EFFECT = MEASURE.effects[0]
KEY = (MEASURE.id, EFFECT.dimension)
WHY = "Seen by three coaches on site"


def _trial(number: int, steps: float, **changes: object) -> Trial:
    review = TrialReview(date(2026, 2, 1), effects=(MeasureEffect(*KEY, steps),))
    trial = Trial(
        f"T-{number}", f"C-{number}", "e", "e.s", date(2026, 1, 7), Course.ENDED, (TriedTask("t", 5.0),), (MEASURE.id,),
        ended_on=date(2026, 3, 1), outcome=Outcome.HIRED, reviews=(review,), released=True,
    )  # fmt: skip
    return replace(trial, **changes)  # type: ignore[arg-type]


def test_only_released_trials_that_are_over_say_something_and_their_last_review_counts(store: Store) -> None:
    later = TrialReview(date(2026, 2, 20), effects=(MeasureEffect(*KEY, 0.5),))
    both = _trial(1, 2.0)
    trials = [
        replace(both, reviews=(later, TrialReview(date(2026, 2, 25)), *both.reviews)),
        _trial(2, 1.0, released=False),
        _trial(3, 1.0, course=Course.ADAPTED, ended_on=None, outcome=None),
        _trial(4, 1.0, fictional=True),
        _trial(5, 1.0, reviews=(TrialReview(date(2026, 2, 1), effects=(MeasureEffect("gone", "pos_sit", 1.0),)),)),
        _trial(6, 1.5, course=Course.INTERRUPTED, interruption=Interruption.HEALTH, outcome=None, fictional=True),
    ]
    with store.write() as connection:
        replace_trials(connection, trials)
        real = reviews_of(CATALOGUE, effects_seen(connection, fictional=False))
        made_up = reviews_of(CATALOGUE, effects_seen(connection, fictional=True))
    assert real == (Review("T-1", *KEY, 0.5),)
    assert made_up == (Review("T-4", *KEY, 1.0), Review("T-6", *KEY, 1.5))


@settings(max_examples=60)
@given(
    steps=st.lists(st.integers(-10, 10).map(lambda half: half / 2), min_size=1, max_size=40),
    accepted=st.none() | st.floats(0, 5),
)
def test_no_effect_in_force_is_beyond_the_catalogue_unless_a_person_said_so(
    steps: list[float], accepted: float | None
) -> None:
    learned = learn_effects(CATALOGUE, [Review(f"T-{at}", *KEY, value) for at, value in enumerate(steps)])
    said = {} if accepted is None else {KEY: accepted}
    one = effects_in_force(learned, said)[0]
    assert 0.0 <= one.in_force <= max(one.catalogue, accepted or 0.0) + 1e-4
    assert one.in_force <= max(0.0, one.mean) + 1e-4
    if accepted is None:
        assert one.in_force == learned[0].in_force
        assert one.asks_human == learned[0].asks_human
    changed = Lessons.of([one]).in_force(CATALOGUE)
    assert one.in_force in (one.catalogue, round(one.in_force * PER_STEP) / PER_STEP)
    for before, after in zip(CATALOGUE, changed, strict=True):
        own = {effect.dimension: effect.steps for effect in after.effects}
        for effect in before.effects:
            expected = one.in_force if (before.id, effect.dimension) == KEY else effect.steps
            assert own.get(effect.dimension, 0.0) == expected


def test_one_review_never_counts_as_certainty() -> None:
    """Reviews that happen to agree with the catalogue leave an interval of at least half a step on each side."""
    pairs = [(m.id, e.dimension, e.steps) for m in CATALOGUE[:20] for e in m.effects]
    learned = learn_effects(CATALOGUE, [Review("T", m, d, steps) for m, d, steps in pairs])
    assert all(one.high - one.low > 0.5 for one in learned)


def test_a_named_person_lets_an_effect_rise_and_it_may_still_fall(store: Store) -> None:
    which = ":".join(KEY)
    with store.write() as connection:
        replace_trials(connection, [_trial(n, EFFECT.steps) for n in range(3)])
    with pytest.raises(InvalidInput, match="do not surely say more"):
        accept_effect(store, which, "Anna Aalto", WHY)
    with pytest.raises(InvalidInput, match="no reviews"):
        accept_effect(store, "no:thing", "Anna Aalto", WHY)
    with store.write() as connection:
        replace_trials(connection, [_trial(n, min(5.0, EFFECT.steps + 2.0)) for n in range(30)])
    before = effects_of(store)[0][0]
    assert before.asks_human
    assert before.in_force == EFFECT.steps
    for by, reason in (("", WHY), ("Anna Aalto", "ok")):
        with pytest.raises(InvalidInput):
            accept_effect(store, which, by, reason)
    entry = accept_effect(store, which, "Anna Aalto", WHY)
    assert (entry.people, entry.reason, entry.facts["catalogue"]) == (("Anna Aalto",), WHY, EFFECT.steps)
    after = effects_of(store)[0][0]
    assert after.in_force == pytest.approx(before.mean, abs=1 / PER_STEP)
    assert after.in_force > EFFECT.steps
    assert not after.asks_human
    with store.write() as connection:
        replace_trials(connection, [_trial(n, -1.0) for n in range(30)])
    assert effects_of(store)[0][0].in_force < EFFECT.steps
    with store.read() as connection:
        assert len(all_decisions(connection)) == 1

"""Laws of the ledger of releases, without a store: what is shown follows a plain model, a withdrawal always works."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InvalidInput
from data.moments import moment_text
from data.releasable_facts import ReleasableFact
from data.releases import (
    LONGEST,
    ReleaseAct,
    ReleaseEntry,
    ReleasesBroken,
    check_releases,
    expiry,
    shown_facts,
    standing_releases,
)

START = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
FACTS = (
    ReleasableFact("name", text="A"),
    ReleasableFact("name", text="B"),
    ReleasableFact("hours_cap"),
    ReleasableFact("measure", "sit_stand_stool", tasks=("t",)),
    ReleasableFact("measure", "extra_breaks", tasks=("t",)),
)
EMPLOYERS, TRIALS = ("hall", "shop"), ("", "t1", "t2")
Act = tuple[str, ReleasableFact, str, str, int, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(("release", "withdraw", "withdraw_all")),
        st.sampled_from(FACTS),
        st.sampled_from((*EMPLOYERS, "")),
        st.sampled_from(TRIALS),
        st.integers(1, 40),  # days that a release holds
        st.integers(0, 5),  # days that pass after the act
    ),
    max_size=14,
)


def _ledger(acts: list[Act]) -> tuple[tuple[ReleaseEntry, ...], datetime]:
    entries: list[ReleaseEntry] = []
    now = START
    for number, (act, fact, employer, trial, days, passes) in enumerate(acts, start=1):
        is_release = act == "release"
        entry = ReleaseEntry(
            id=f"{number:032x}",
            candidate="c",
            number=number,
            act=ReleaseAct.RELEASE if is_release else ReleaseAct.WITHDRAW,
            employer=(employer or "hall") if is_release else employer,
            trial=trial if is_release else "",
            fact=None if act == "withdraw_all" else fact,
            at=moment_text(now),
            expires=moment_text(now + timedelta(days=days)) if is_release else "",
            by="a",
        )
        entries.append(entry.chained(entries[-1].chain if entries else ""))
        now += timedelta(days=passes)
    return tuple(entries), now


def _model(acts: list[Act], employer: str, trial: str, now: datetime) -> set[ReleasableFact]:
    """The plainest reading: a table that is filled and emptied act by act."""
    table: dict[tuple[str, tuple[str, str], str, int], tuple[ReleasableFact, datetime]] = {}
    when = START
    for number, (act, fact, of, for_trial, days, passes) in enumerate(acts):
        if act == "release":
            table[of or "hall", fact.key, for_trial, number] = (fact, when + timedelta(days=days))
        else:
            for key in list(table):
                if of in ("", key[0]) and (act == "withdraw_all" or key[1] == fact.key):
                    del table[key]
        when += timedelta(days=passes)
    newest: dict[tuple[str, str], tuple[int, ReleasableFact]] = {}
    for (of, key, for_trial, number), (fact, until) in table.items():
        if of == employer and for_trial in ("", trial) and now < until and number >= newest.get(key, (-1, fact))[0]:
            newest[key] = (number, fact)
    return {fact for _, fact in newest.values()}


@settings(max_examples=400, deadline=None)
@given(ACTS, st.sampled_from(EMPLOYERS), st.sampled_from(TRIALS))
def test_what_is_shown_is_what_the_plain_model_says(acts: list[Act], employer: str, trial: str) -> None:
    entries, now = _ledger(acts)
    assert check_releases(entries) == len(acts)
    assert set(shown_facts(entries, employer, now, trial)) == _model(acts, employer, trial, now)


@settings(max_examples=200, deadline=None)
@given(ACTS, st.integers(-2, 60))
def test_after_everything_is_taken_back_nothing_is_shown_at_any_time(acts: list[Act], days: int) -> None:
    entries, _ = _ledger([*acts, ("withdraw_all", FACTS[0], "", "", 1, 0)])
    for employer in EMPLOYERS:
        for trial in TRIALS:
            assert shown_facts(entries, employer, START + timedelta(days=days), trial) == ()


@settings(max_examples=200, deadline=None)
@given(ACTS, st.data())
def test_a_fact_for_one_employer_or_trial_is_never_shown_to_another(acts: list[Act], data: st.DataObject) -> None:
    entries, now = _ledger(acts)
    own = [one for one in entries if one.employer in ("hall", "")]
    of_trial = [one for one in entries if one.trial in ("", "t1")]
    at = now + timedelta(days=data.draw(st.integers(-10, 10)))
    assert shown_facts(entries, "hall", at, "t1") == shown_facts(own, "hall", at, "t1")
    assert shown_facts(entries, "hall", at, "t1") == shown_facts(of_trial, "hall", at, "t1")


@settings(max_examples=100, deadline=None)
@given(ACTS.filter(lambda acts: len(acts) > 1), st.data())
def test_any_alteration_of_the_ledger_shows(acts: list[Act], data: st.DataObject) -> None:
    entries, _ = _ledger(acts)
    at = data.draw(st.integers(0, len(entries) - 1))
    how = data.draw(st.sampled_from(("alter", "drop", "swap")))
    if how == "alter":
        field = data.draw(st.sampled_from(("employer", "trial", "at", "expires", "by", "id", "candidate")))
        altered = [*entries[:at], replace(entries[at], **{field: "other"}), *entries[at + 1 :]]
    elif how == "drop":
        at = min(at, len(entries) - 2)  # the end is held by the audit
        altered = [*entries[:at], *entries[at + 1 :]]
    else:
        at = min(at, len(entries) - 2)
        altered = [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]
    with pytest.raises(ReleasesBroken):
        check_releases(altered)


def test_a_release_ends_with_its_trial_and_after_a_year_at_most() -> None:
    assert expiry(START, START + timedelta(days=60)) == START + timedelta(days=60)
    assert expiry(START, START + timedelta(days=900)) == START + LONGEST
    assert expiry(START, asked=START + timedelta(days=3)) == START + timedelta(days=3)
    for asked in (START, START - timedelta(days=1), START + LONGEST + timedelta(seconds=1)):
        with pytest.raises(InvalidInput):
            expiry(START, asked=asked)
    with pytest.raises(InvalidInput):
        expiry(START, trial_ends=START)
    with pytest.raises(InvalidInput):
        moment_text(START.replace(tzinfo=None))


def test_the_candidate_sees_each_release_with_what_became_of_it() -> None:
    acts = [
        ("release", FACTS[2], "hall", "", 5, 1),
        ("withdraw", FACTS[2], "hall", "", 1, 0),
        ("release", FACTS[0], "shop", "", 5, 0),
    ]
    entries, now = _ledger(acts)
    first, second = standing_releases(entries, now)
    assert (first.shown, first.withdrawn_at) == (False, entries[1].at)
    assert (second.shown, second.withdrawn_at) == (True, "")

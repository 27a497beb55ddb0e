"""A case says a gap and how it went, comes back as it was stored, and is kept only with consent."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from data.dimensions import load_dimensions
from data.errors import FileUnreadable, InvalidInput
from data.imports.solutions import read_seed_solutions, read_solutions, solution_from_entry
from data.solutions import Consent, Solution, SolutionSource, Went
from data.store import Store, add_solutions, all_solutions, count_solutions, remove_solutions
from data.vocabulary import vocabulary

SEEDS = read_seed_solutions()


def _entry(**changed: Any) -> dict[str, Any]:
    entry = {
        "id": "x1",
        "sector": "catering",
        "size": "small",
        "gaps": {"pos_stand": [5, 2]},
        "measures": {"sit_stand_stool": "worked"},
        "cost": {"class": "low"},
        "outcome": "worked",
        "judged": {"by": ["worker"], "how": "review", "weeks": 8},
        "consent": "given",
        "fi": {"title": "t", "work": "w", "change": "c", "result": "r"},
    }
    return {**entry, **changed}


def test_there_are_at_least_120_fictional_cases_over_twelve_sectors_and_every_dimension() -> None:
    assert len(SEEDS) >= 120
    assert len({one.id for one in SEEDS}) == len(SEEDS)
    assert all(one.fictional and one.consent is Consent.FICTIONAL for one in SEEDS)
    assert all("fi" in one.texts for one in SEEDS)
    assert 3 * sum(len(one.texts) == 3 for one in SEEDS) >= len(SEEDS)
    assert len({one.sector for one in SEEDS}) >= 12
    assert {d for one in SEEDS for d in one.gaps} == {dimension.id for dimension in load_dimensions()}


def test_seed_outcomes_vary_and_a_case_that_worked_has_a_change_that_did() -> None:
    counts = Counter(one.outcome for one in SEEDS)
    assert counts[Went.NOT_WORKED] >= 15
    assert counts[Went.NOT_WORKED] + counts[Went.PARTLY] >= len(SEEDS) / 5
    for one in SEEDS:
        went = {change.went for change in one.changes}
        assert one.outcome is not Went.WORKED or Went.WORKED in went, one.id
        assert one.outcome is not Went.NOT_WORKED or Went.WORKED not in went, one.id


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_two_seed_cases_are_alike(language: str) -> None:
    for part in ("title", "change", "result", "whole"):
        texts = [getattr(one.texts[language], part) for one in SEEDS if language in one.texts]
        likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=80, dtype="uint8")
        assert [(texts[a], texts[b]) for a, b in zip(*likeness.nonzero(), strict=True) if a < b] == []


def test_words_of_own_changes_stand_in_every_language_of_the_case() -> None:
    for one in SEEDS:
        for change in one.changes:
            assert not change.words or set(change.words) == set(one.texts), one.id
            assert set(change.dimensions) <= set(one.gaps), one.id
        assert one.sector in vocabulary("sectors")


def test_cases_come_back_as_they_were_stored(store: Store) -> None:
    with store.write() as connection:
        assert add_solutions(connection, SEEDS) == len(SEEDS)
        add_solutions(connection, SEEDS[:3])
    with store.read() as connection:
        assert all_solutions(connection) == SEEDS


def test_a_case_goes_when_the_consent_is_withdrawn(store: Store) -> None:
    with store.write() as connection:
        add_solutions(connection, SEEDS[:3])
        assert remove_solutions(connection, [SEEDS[0].id, "unknown"]) == 1
        assert count_solutions(connection) == 2


def test_no_case_is_stored_without_consent(store: Store) -> None:
    with pytest.raises(InvalidInput, match="consent"):
        solution_from_entry(_entry(consent=None), "file", SolutionSource.IMPORT)
    forged: Solution = replace(SEEDS[0], fictional=False)
    with pytest.raises(InvalidInput, match="consent"), store.write() as connection:
        add_solutions(connection, [forged])
    with store.read() as connection:
        assert count_solutions(connection) == 0


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"gaps": {"pos_stand": [2, 4]}}, "no gap"),
        ({"gaps": {"nonsense": [5, 2]}}, "unknown dimension"),
        ({"gaps": {"pos_stand": [5.3, 2]}}, "multiple of 0.5"),
        ({"gaps": {}}, "gaps"),
        ({"measures": {"magic": "worked"}}, "unknown measure"),
        ({"measures": {}}, "nothing was changed"),
        ({"sector": "space"}, "unknown sector"),
        ({"diagnosis": "x"}, "diagnosis"),
        ({"fi": None}, "a text"),
    ],
)
def test_a_wrong_case_is_refused_with_the_field_that_is_wrong(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        solution_from_entry(_entry(**changed), "file", SolutionSource.IMPORT)


def test_a_file_that_holds_no_solutions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("employers: []", encoding="utf-8")
    with pytest.raises(FileUnreadable, match="not a file of solutions"):
        read_solutions(path)

"""The reference files are whole: what a person from the field will argue is there, named in three languages."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from data.accommodations import load_accommodations
from data.candidates import Candidate
from data.dimensions import Combine, Dimension, dimension_of, load_dimensions
from data.errors import ReferenceFault
from data.reference_files import REFERENCE, read_reference
from data.vocabulary import vocabulary
from data.workplaces import Employer, Task
from features.condition_check import remedy


def _tasks(employers: tuple[Employer, ...]) -> list[Task]:
    return [task for e in employers for s in e.sites for j in s.jobs for task in j.tasks]


LANGUAGES = ("fi", "sv", "en")


def test_there_are_sixty_dimensions_with_six_anchors_and_a_question_in_three_languages() -> None:
    dimensions = load_dimensions()
    assert len(dimensions) == 60
    for dimension in dimensions:
        assert set(dimension.names) == set(dimension.short) == set(LANGUAGES)
        assert tuple(dimension.anchors) == tuple(dimension.question) == LANGUAGES
        for steps in dimension.anchors.values():
            assert len({step.strip().lower() for step in steps}) == 6
        assert all(question.strip().endswith("?") for question in dimension.question.values())
    for language in LANGUAGES:
        assert max(Counter(d.short[language] for d in dimensions).values()) == 1
        assert max(Counter(d.question[language] for d in dimensions).values()) == 1


NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
CLOCK = {"8": "20", "9": "21", "11": "23"}
"""English tells the hours of the evening as pm."""


@pytest.mark.parametrize("dimension", load_dimensions(), ids=lambda dimension: dimension.id)
def test_an_anchor_says_the_same_kilos_hours_and_decibels_in_every_language(dimension: Dimension) -> None:
    fi, sv, en = (
        [[number.replace(",", ".") for number in NUMBER.findall(step)] for step in dimension.anchors[language]]
        for language in LANGUAGES
    )
    if dimension.id == "org_night":
        en = [[CLOCK[number] for number in step] for step in en]
    assert fi == sv == en


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dimension_that_lacks_a_language_is_refused_by_name(language: str) -> None:
    entry = read_reference("dimensions.yaml")["dimensions"][0]
    anchors, question = entry["anchors"], entry["question"]
    for part in (
        {"anchors": {said: steps for said, steps in anchors.items() if said != language}},
        {"anchors": anchors | {language: anchors[language][:5]}},
        {"anchors": anchors | {language: [*anchors[language][:5], " "]}},
        {"question": {said: text for said, text in question.items() if said != language}},
        {"question": question | {language: " "}},
    ):
        with pytest.raises(ReferenceFault, match=rf"pos_sit: needs .* in {language}\."):
            dimension_of(entry | part)


def test_sixteen_dimensions_are_doses_and_one_is_derived() -> None:
    counts = Counter(dimension.combine for dimension in load_dimensions())
    assert (counts[Combine.DOSE], counts[Combine.DERIVED], counts[Combine.PEAK]) == (16, 1, 43)


def test_there_are_at_least_120_accommodations_of_all_five_kinds() -> None:
    catalogue = load_accommodations()
    assert len(catalogue) >= 120
    assert min(Counter(measure.kind for measure in catalogue).values()) >= 6
    assert len({measure.kind for measure in catalogue}) == 5


@pytest.mark.parametrize("measure", load_accommodations(), ids=lambda measure: measure.id)
def test_an_accommodation_can_be_argued(measure) -> None:  # type: ignore[no-untyped-def]
    assert set(measure.names) == {"fi", "sv", "en"}
    assert all(name.strip() for name in measure.names.values())
    assert measure.cost_source
    assert measure.evidence_strength in {"study", "survey", "practice", "judgement"}
    assert measure.evidence_source
    assert measure.requires <= set(vocabulary("facilities"))
    named = measure.scope.activities | measure.scope.not_activities
    assert named <= set(vocabulary("activities"))
    assert measure.isolating == bool(measure.isolation_note)
    for effect in measure.effects:
        assert 0.5 <= effect.steps <= 3
        assert set(effect.why) >= {"fi", "en"}
        assert all(len(why) > 10 for why in effect.why.values())


def test_the_demo_region_is_as_large_as_promised(employers: tuple[Employer, ...]) -> None:
    assert len(employers) >= 40
    assert sum(len(e.sites) for e in employers) >= 60
    assert sum(len(s.jobs) for e in employers for s in e.sites) >= 150
    assert len(_tasks(employers)) >= 900
    assert len({e.sector for e in employers}) == 15
    assert all(e.fictional for e in employers)


def test_no_two_demo_tasks_are_alike(employers: tuple[Employer, ...]) -> None:
    """No templates with swapped nouns: no task text may be nearly another one's."""
    from rapidfuzz import fuzz, process

    texts = [task.text for task in _tasks(employers)]
    likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=80, dtype="uint8")
    pairs = [(texts[a], texts[b]) for a, b in zip(*likeness.nonzero(), strict=True) if a < b]
    assert pairs == []


def test_demo_records_use_the_words_of_the_vocabulary(employers: tuple[Employer, ...]) -> None:
    for e in employers:
        assert e.sector in vocabulary("sectors")
        for s in e.sites:
            assert s.has | s.lacks <= set(vocabulary("facilities"))
            assert not s.has & s.lacks
    for task in _tasks(employers):
        assert set(task.activities) <= set(vocabulary("activities"))
        for condition in task.conditions:
            assert remedy(condition.key, "fi")[0]


def test_there_are_sixty_demo_people_with_gaps_left_unknown(people: tuple[Candidate, ...]) -> None:
    assert len(people) == 60
    assert all(p.fictional for p in people)
    assert all(20 <= len(p.capacity) < 60 for p in people)
    assert sum(bool(p.bans) for p in people) >= 25
    for p in people:
        assert sum(p.blocks.values()) >= p.hours_max
        assert set(p.wishes) <= set(vocabulary("activities"))


def test_every_vocabulary_word_is_named_in_three_languages() -> None:
    for kind, words in read_reference("vocabulary.yaml").items():
        for id_, names in words.items():
            assert set(names) == {"fi", "sv", "en"}, (kind, id_)


def test_expert_weights_are_whole_and_explained() -> None:
    weights = read_reference("weights.yaml")
    assert sum(entry["weight"] for entry in weights["hour"].values()) == pytest.approx(1.0)
    assert all(entry["why"] for entry in weights["hour"].values())


def test_municipalities_of_the_demo_are_known(employers: tuple[Employer, ...], people: tuple[Candidate, ...]) -> None:
    lines = (REFERENCE / "municipalities.csv").read_text(encoding="utf-8").splitlines()
    known = {row["municipality"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    assert {s.municipality for e in employers for s in e.sites} | {p.municipality for p in people} <= known


def test_no_reference_file_names_a_machine() -> None:
    for path in Path(REFERENCE).rglob("*"):
        if path.is_file():
            assert "file://" not in path.read_text(encoding="utf-8")


def test_the_table_of_routes_is_what_the_service_and_the_rights_say() -> None:
    from docs.http_routes import FILE, written

    assert FILE.read_text(encoding="utf-8") == written()

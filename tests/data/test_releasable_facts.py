"""Rules of the list of releasable facts: closed, said as effects in the work, never a number, an illness or a level."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from api.fact_wording import measure_text
from api.messages import LANGUAGES, Messages
from data.dimensions import dimension_index
from data.errors import InvalidInput, ReferenceFault
from data.reference_files import REFERENCE, read_yaml
from data.releasable_facts import (
    FILE,
    About,
    ArrangedBy,
    Purpose,
    ReleasableFact,
    checked_fact,
    load_releasable_facts,
)
from features.deidentification import check_personal

CATALOGUE = load_releasable_facts()
OF_KINDS = [(kind.id, words) for kind in CATALOGUE.kinds.values() for words in (kind.names, kind.words)]
OF_LISTS = [*CATALOGUE.rules.items(), *CATALOGUE.measures.items(), *CATALOGUE.purposes.items()]
SENTENCES = [(f"{id_} {language}", words[language]) for id_, words in (*OF_KINDS, *OF_LISTS) for language in words]


@pytest.mark.parametrize(("where", "text"), SENTENCES, ids=[where for where, _ in SENTENCES])
def test_no_fact_is_said_as_an_illness(where: str, text: str) -> None:
    assert [one.text for one in check_personal(text).findings if one.kind == "diagnosis"] == [], where


def test_measures_are_named_without_an_illness_or_a_personal_aid() -> None:
    aids = ("hearing aid", "hörapparat", "kuulolait", "rollator", "rollaattor", "wheelchair", "rullstol", "pyörätuol")
    for language in LANGUAGES:
        for id_ in CATALOGUE.arranged_by:
            text = measure_text(id_, Messages(language)).lower()
            assert not any(aid in text for aid in aids), text
            assert not [one for one in check_personal(text).findings if one.kind == "diagnosis"], text


def test_there_is_no_kind_for_health_levels_scores_or_grounds() -> None:
    fields = set(ReleasableFact.__dataclass_fields__)
    assert fields == {"kind", "about", "text", "hours", "tasks"}
    assert {kind.about for kind in CATALOGUE.kinds.values()} <= set(About)
    for strange in ("diagnosis", "level", "capacity", "score", "rank", "ban", "ground", "criminal_record"):
        with pytest.raises(InvalidInput):
            checked_fact(ReleasableFact(strange))


def test_before_the_candidate_has_said_yes_only_what_deciding_needs_is_necessary() -> None:
    early = {id_ for id_, kind in CATALOGUE.kinds.items() if Purpose.DECIDE in kind.purposes}
    assert early == {"strength", "skill", "qualification", "measure"}
    stages = {stage.value: purposes for stage, purposes in CATALOGUE.stages.items()}
    assert stages["proposed"] == {Purpose.DECIDE}
    assert stages["over"] == frozenset()


def test_every_measure_has_somebody_who_sees_to_it_and_most_are_the_workplace() -> None:
    by = list(CATALOGUE.arranged_by.values())
    assert by.count(ArrangedBy.EMPLOYER) > 100
    assert CATALOGUE.arranged_by["job_coach_on_site"] is ArrangedBy.PROGRAMME
    assert CATALOGUE.arranged_by["tinted_glasses_cap"] is ArrangedBy.PERSON


@pytest.mark.parametrize(
    "fact",
    [
        ReleasableFact("measure", "no_such_measure", tasks=("t",)),
        ReleasableFact("measure", "sit_stand_stool"),
        ReleasableFact("measure", "sit_stand_stool", tasks=("b", "a")),
        ReleasableFact("avoid", "end_ment", tasks=("t",)),
        ReleasableFact("avoid", "str_lift", text="because of the back", tasks=("t",)),
        ReleasableFact("qualification", "criminal_record"),
        ReleasableFact("qualification", "health_check"),
        ReleasableFact("qualification", "vaccination"),
        ReleasableFact("name"),
        ReleasableFact("name", text="A\nB"),
        ReleasableFact("name", text="x" * 500),
        ReleasableFact("day_cap"),
        ReleasableFact("day_cap", hours=25.0),
        ReleasableFact("hours_cap", hours=4.0),
        ReleasableFact("strength", "no_such_strength"),
    ],
    ids=lambda fact: f"{fact.kind} {fact.about}",
)
def test_what_is_not_of_the_list_is_refused_without_quoting_it(fact: ReleasableFact) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked_fact(fact)
    assert "because of" not in str(refused.value)


def _altered(tmp_path: Path, change: dict[str, object]) -> Path:
    read = read_yaml(REFERENCE / FILE)
    path = tmp_path / FILE
    path.write_text(yaml.safe_dump({**read, **change}, allow_unicode=True), encoding="utf-8")
    return path


WORDS = {"fi": "a", "sv": "b", "en": "c"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rules": {"str_lift": {"fi": "Ei yli 5 kg", "sv": "b", "en": "c"}}}, "without numbers"),
        ({"rules": {"no_such": WORDS}}, "no such dimension"),
        ({"rules": {"str_lift": {"fi": "a", "sv": "b"}}}, "en"),
        ({"measures": {"no_such": WORDS}}, "no such measure"),
        ({"arranged_by": {"person": ["own_checklist"], "programme": ["own_checklist"]}}, "two see to"),
        ({"stages": {"proposed": ["decide"]}}, "one is missing"),
        ({"surprise": 1}, "surprise"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_list_that_is_not_whole_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    with pytest.raises(ReferenceFault, match=says):
        load_releasable_facts(_altered(tmp_path, change))


def test_rules_are_about_dimensions_that_must_nots_can_have() -> None:
    assert set(CATALOGUE.rules) < set(dimension_index())
    assert {"str_lift", "saf_height", "org_night", "soc_alone", "loc_drive"} <= set(CATALOGUE.rules)

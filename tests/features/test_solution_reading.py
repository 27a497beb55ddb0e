"""A pasted text becomes a draft to confirm; what names a person is never part of it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.accommodations import CostClass
from data.errors import InvalidInput
from data.imports.solution_list import SolutionRow
from data.solutions import Consent, EmployerSize, Gap, SolutionSource, Went
from features.solution_reading import draft_as_entry, draft_from_text, solution_from_draft, solutions_from_rows

FINNISH = """Pirjo Virtanen, 52-vuotias, työskenteli Jyväskylässä koulukeittiössä: seisominen 5, jaksaa 2.
Asiakkaat sujuvat hyvin. Hygieniapassi vaaditaan.
Työpisteelle hankittiin seisomatuki ja seisomatyömatto 3.2.2025. Tunnit lyhennettiin 30 tunnista 20 tuntiin.
Työ onnistui hyvin."""


def test_gap_measures_hours_conditions_and_outcome_are_read() -> None:
    draft = draft_from_text(FINNISH)
    assert draft.language == "fi"
    assert {d: (g.needed, g.managed) for d, g in draft.question.gaps.items()} == {"pos_stand": (5.0, 2.0)}
    assert draft.question.fine == {"soc_cust"}
    assert draft.question.sectors[0] == "catering"
    assert {measure.id for measure in draft.measures} == {"sit_stand_stool", "anti_fatigue_mat"}
    assert draft.hours == (30.0, 20.0)
    assert [condition.key for condition in draft.conditions] == ["permit:hygiene_passport"]
    assert draft.outcome is Went.WORKED
    assert draft.missing == ()
    assert draft.loads["pos_stand"].value >= 3.5


def test_nothing_that_names_the_person_is_in_the_draft_or_in_the_record() -> None:
    draft = draft_from_text(FINNISH)
    record = solution_from_draft(draft, EmployerSize.SMALL, 8)
    for written in (draft.text, repr(draft.parts), repr(record), repr(draft_as_entry(draft))):
        for trace in ("Pirjo", "Virtanen", "52", "Jyväskylä", "2025"):
            assert trace not in written
    assert (record.consent, record.source, record.fictional) == (Consent.GIVEN, SolutionSource.TEXT, False)
    assert {change.accommodation for change in record.changes} == {"sit_stand_stool", "anti_fatigue_mat"}
    assert record.cost.cost_class is CostClass.LOW


@pytest.mark.parametrize(
    ("text", "language", "dimension", "measure", "went"),
    [
        (
            "Arbete i butik: buller 4, tål 2. En skärmvägg skaffades vid skrivbordet. Det fungerade inte.",
            "sv",
            "env_noise",
            "desk_screen",
            Went.NOT_WORKED,
        ),
        (
            "Office work, sitting 5 against 2. An electric sit-stand desk was bought. It helped in part.",
            "en",
            "pos_sit",
            "sit_stand_desk",
            Went.PARTLY,
        ),
    ],
)
def test_swedish_and_english_are_read_too(text: str, language: str, dimension: str, measure: str, went: Went) -> None:
    draft = draft_from_text(text)
    assert draft.language == language
    assert list(draft.question.gaps) == [dimension]
    assert measure in {one.id for one in draft.measures}
    assert draft.outcome is went


def test_what_is_missing_is_named_and_what_is_given_goes_before_what_was_read() -> None:
    draft = draft_from_text("Työ muutettiin kevyemmäksi.")
    assert set(draft.missing) == {"gaps", "outcome", "sector"}
    with pytest.raises(InvalidInput, match="gaps, sector, outcome"):
        solution_from_draft(draft, EmployerSize.SMALL, 8)
    record = solution_from_draft(draft, EmployerSize.SMALL, 8, "laundry", Went.PARTLY, {"str_lift": Gap(4, 2)})
    assert (record.sector, record.outcome, dict(record.gaps)) == ("laundry", Went.PARTLY, {"str_lift": Gap(4, 2)})


def test_the_same_text_is_the_same_case() -> None:
    one, other = (solution_from_draft(draft_from_text(FINNISH), EmployerSize.SMALL, 8) for _ in range(2))
    assert one == other


@given(st.text(min_size=1, max_size=300))
@settings(max_examples=30, deadline=None)
def test_any_text_becomes_a_draft_or_a_sentence(text: str) -> None:
    try:
        draft_from_text(text)
    except InvalidInput:
        assert not text.strip()


def _row(**changed: object) -> SolutionRow:
    values = {
        "row": 2,
        "id": "",
        "title": "",
        "work": "Matin työ keittiössä, lattioiden pesu",
        "change": "Hankittiin seisomatuki",
        "result": "Onnistui",
        "gaps": "seisominen 5/2; nostaminen 4/2",
        "fine": "asiakkaat",
        "measures": (),
        "outcome": Went.WORKED,
        "sector": "catering",
        "size": EmployerSize.SMALL,
        "hours": None,
        "cost": CostClass.LOW,
        "weeks": 8.0,
    }
    return SolutionRow(**{**values, **changed})  # type: ignore[arg-type]


def test_an_imported_row_becomes_a_case_without_the_name() -> None:
    found, faults, personal = solutions_from_rows([_row()])
    assert not faults
    assert dict(found[0].gaps) == {"pos_stand": Gap(5, 2), "str_lift": Gap(4, 2)}
    assert list(found[0].fine) == ["soc_cust"]
    assert "Matin" not in repr(found[0])
    assert [one.kind for one in personal[2].findings] == ["name"]


@pytest.mark.parametrize(("id_", "kept"), [("Virtanen", False), ("virtanen-2", False), ("a1", True), ("case-17", True)])
def test_an_id_that_names_somebody_is_not_kept(id_: str, kept: bool) -> None:
    found, _, _ = solutions_from_rows([_row(id=id_)])
    assert (found[0].id == id_) is kept


def test_what_is_fine_without_levels_is_unknown_not_zero() -> None:
    found, _, _ = solutions_from_rows([_row()])
    assert found[0].fine["soc_cust"] == Gap(None, None)


def test_a_row_without_a_gap_is_a_fault_with_a_way_out() -> None:
    found, faults, _ = solutions_from_rows([_row(gaps="ei tietoa")])
    assert not found
    assert (faults[0].row, faults[0].column, faults[0].code) == (2, "gaps", "no_gap")

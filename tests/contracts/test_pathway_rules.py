"""The rules of pathways are whole: sourced, dated, in three languages, covered by statements and by scenarios."""

from __future__ import annotations

import ast
import json
from datetime import date
from pathlib import Path

import pytest

from data.pathway_records import Condition, Money, Rule, TrialState
from data.pathways import load_guard_rules, load_pathways
from data.situation import FactType, load_facts
from data.working_methods import load_working_methods
from docs.pathway_coverage import REPORT, all_rules, report, scenarios_of_rules, statements
from tests.conftest import ROOT

BOOK = load_pathways()
RULES = [rule for country in BOOK.countries.values() for rule in country.rules.values()] + list(
    load_guard_rules().values()
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_version_is_sourced_dated_checked_and_speaks_three_languages(rule: Rule) -> None:
    for version in rule.versions:
        assert version.source.document in BOOK.documents
        assert version.source.section
        assert date(2026, 1, 1) <= version.checked_on <= date(2100, 1, 1)
        assert set(version.text) == {"fi", "sv", "en"}
        assert all(sentence.strip().endswith(".") for sentence in version.text.values())
        assert len(set(version.text.values())) == 3
        if version.unit.startswith(("eur", "sek")) and version.source.document == "etk_2020":
            dated = version.figure_year or version.status == "known_start"
            assert dated, "an amount of money names its year"


def test_amounts_of_the_year_2020_say_so_or_carry_the_year() -> None:
    figures = {rule.id for rule in RULES for v in rule.versions if v.figure_year is not None}
    assert {"fi.pension.earnings", "fi.kela.earnings_cut", "se.allowance.cap", "nl.wage.cap", "nl.zw.cap"} <= figures
    assert all(v.figure_year == 2020 for rule in RULES for v in rule.versions if v.figure_year is not None)


def test_every_statement_is_held_or_left_out_with_a_reason() -> None:
    known = all_rules()
    ids = [statement["id"] for statement in statements()]
    assert len(set(ids)) == len(ids)
    for statement in statements():
        assert len({"rules", "left_out", "methods"} & set(statement)) == 1, statement["id"]
        assert set(statement.get("rules", ())) <= known
        assert len(str(statement.get("left_out", "long enough"))) > 8
        assert statement["document"] in BOOK.documents


def test_every_rule_stands_for_a_statement_and_is_expected_by_a_scenario() -> None:
    named = {rule for statement in statements() for rule in statement.get("rules", ())}
    assert all_rules() - named == set()
    assert all_rules() - set(scenarios_of_rules()) == set()


def test_every_table_and_fact_box_of_the_comparison_is_listed() -> None:
    sections = " ".join(statement["section"] for statement in statements() if statement["document"] == "etk_2020")
    for part in ("Table 1", "Table 2", "Tables 3, 4 and 5", "Table 6", *(f"Fact box {n}" for n in range(1, 6))):
        assert part in sections


def test_the_committed_coverage_report_is_the_present_one() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), "run `make pathway-coverage`"


def test_facts_leave_no_room_for_a_diagnosis() -> None:
    """Yes/no, numbers and fixed choices only: nobody can write an illness into a situation."""
    facts = load_facts()
    assert {fact.type for fact in facts.values()} <= set(FactType)
    words = ("diagnos", "icd", "sairaus_", "illness_name", "depress", "cancer")
    for fact in facts.values():
        assert not any(word in fact.id or word in " ".join(fact.choices) for word in words)


def test_every_fact_is_used_by_a_rule() -> None:
    used: set[str] = set()
    for rule in RULES:
        used |= set(rule.needs.facts()) if isinstance(rule, Condition) else set()
        used |= set(rule.when.facts()) if rule.when else set()
        used |= {name for name in rule.formula.names if not name.startswith("@")} if isinstance(rule, Money) else set()
    assert set(load_facts()) - used == set()


def test_no_score_reads_a_situation() -> None:
    """Age, status and health facts of a situation stay out of what ranks people."""
    for name in ("scoring", "pipeline", "search", "retrieval", "check", "site_problem", "market_index", "flags"):
        source = (ROOT / "matching" / f"{name}.py").read_text(encoding="utf-8")
        assert "situation" not in source, name


def test_code_of_pathways_holds_no_legal_number() -> None:
    """Numbers above two in the modules of pathways are calendar arithmetic or listed here with their reason."""
    allowed = {
        3,
        4,
        7,
        8,
        9,
        10,
        12,
        20,
        22,
        24,
        30,
        40,
        60,
        64,
        100,
        120,
    }  # quarter of decimals, weeks, months of a year, our own thresholds with a name, percent, text lengths
    names = ("pathways", "pathway_case", "trial_terms", "trial_limits", "rotation_guard")
    paths = [ROOT / "matching" / f"{name}.py" for name in names]
    paths += [ROOT / "features" / f"{n}.py" for n in ("pathway_conditions", "pathway_money", "duty_calendar")]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and node.value > 2:
                assert node.value in allowed, (path.name, node.lineno, node.value)


def test_the_menu_of_working_methods_reaches_every_state_of_a_trial() -> None:
    methods = load_working_methods()
    assert len(methods) >= 50
    assert {state for method in methods for state in method.states} == set(TrialState)
    assert {method.phase for method in methods} == {"before", "during", "after"}


def test_the_schema_of_the_answer_is_committed() -> None:
    schema = json.loads((Path(ROOT) / "docs" / "reference" / "pathways.schema.json").read_text(encoding="utf-8"))
    assert schema["properties"]["format"]["const"] == "pathways/1"

"""Loading of rules: faults are designed, dates have neither gap nor overlap, adding a country is adding a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.errors import InvalidInput, ReferenceFault
from data.pathways import FOLDER, load_pathways
from data.situation import read_situations, situation_of
from matching.pathway_case import pathway_case
from matching.trial_limits import trial_limits
from tests.conftest import ROOT

FIFTH = ROOT / "tests" / "data" / "pathways_fifth_country"


@pytest.fixture
def book_with(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """Build a folder with the fictional country, its file changed by a function."""

    def build(change: Callable[[dict[str, Any]], None]) -> Path:
        for name in ("facts.yaml", "sources.yaml", "rotation_guard.yaml"):
            shutil.copy(FOLDER / name, tmp_path / name)
        shutil.copytree(FIFTH / "xx", tmp_path / "xx")
        path = tmp_path / "xx" / "trial.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        change(document)
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        return tmp_path

    return build


def _rule(document: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(rule for rule in document["rules"] if rule["id"] == id_)
    return found


def test_a_fifth_country_is_a_folder(book_with: Any) -> None:
    """Nothing of the code knows the country: pathways, terms, money, duties and limits come from its folder."""
    country = load_pathways(book_with(lambda _document: None)).country("xx")
    who = situation_of({"person": "P", "country": "xx", "facts": {"status": "unemployed", "age": 30}}, "test")
    case = pathway_case(country, who, date(2022, 5, 1))
    (view,) = case.pathways
    assert view.answer.opening.value == "open"
    assert trial_limits(view.terms).hours_max == 30
    later = pathway_case(country, who, date(2024, 5, 1))
    assert trial_limits(later.pathways[0].terms).hours_max == 24
    assert later.pathways[0].money[0].rule == "xx.trial.grant"


def _gap(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0]["valid_to"] = date(2023, 12, 30)


def _overlap(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0]["valid_to"] = date(2024, 1, 1)


def _open_then_more(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0].pop("valid_to")


def _no_source(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0].pop("source")


def _unknown_document(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0]["source"]["document"] = "hearsay"


def _unknown_key(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["colour"] = "blue"


def _no_swedish(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["text"].pop("sv")


def _silent_number(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["text"]["en"] = "At most thirty hours."


def _unknown_fact(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.adult")["needs"] = {"at_least": "shoe_size"}


def _two_operators(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.adult")["needs"] = {"at_least": "age", "at_most": "age"}


def _wrong_type(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.adult")["needs"] = {"at_least": "status"}


def _unknown_unit(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][0]["unit"] = "fortnights"


def _twice(document: dict[str, Any]) -> None:
    document["rules"].append(dict(_rule(document, "xx.trial.hours")))


def _orphan(document: dict[str, Any]) -> None:
    document["pathways"][0]["rules"].remove("xx.trial.hours")


def _unknown_rule(document: dict[str, Any]) -> None:
    document["pathways"][0]["rules"].append("xx.nowhere")


def _unknown_body(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.grant")["paid_by"] = "the_moon"


def _no_check_date(document: dict[str, Any]) -> None:
    _rule(document, "xx.trial.hours")["versions"][1].pop("checked_on")


FAULTS = {
    "nothing is said between": _gap,
    "overlap": _overlap,
    "two versions overlap": _open_then_more,
    "source": _no_source,
    "unknown source document": _unknown_document,
    "colour": _unknown_key,
    "sv": _no_swedish,
    "must say {value}": _silent_number,
    "unknown fact": _unknown_fact,
    "exactly one of": _two_operators,
    "does not go with": _wrong_type,
    "unknown unit": _unknown_unit,
    "stands twice": _twice,
    "no pathway and no other rule uses it": _orphan,
    "unknown rule xx.nowhere": _unknown_rule,
    "unknown body the_moon": _unknown_body,
    "checked_on": _no_check_date,
}


@pytest.mark.parametrize("said", FAULTS)
def test_a_fault_is_named_with_file_and_rule(said: str, book_with: Any) -> None:
    with pytest.raises(ReferenceFault, match="xx") as fault:
        load_pathways(book_with(FAULTS[said]))
    assert said in str(fault.value)


def test_what_held_on_that_day_and_where_it_is_written() -> None:
    book = load_pathways()
    held = book.held("nl.wage.longest", date(1999, 6, 1))
    assert held is not None
    assert (held.version.value, held.version.unit, held.document.id) == (1, "years", "etk_2020")
    assert book.held("nl.wage.longest", date(1990, 6, 1)) is None
    with pytest.raises(InvalidInput, match="no rule"):
        book.held("nl.nothing", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"person": "P", "country": "fi", "facts": {"diagnosis": "x"}}, "unknown fact"),
        ({"person": "P", "country": "fi", "facts": {"age": "old"}}, "another kind"),
        ({"person": "P", "country": "fi", "facts": {"age": -1}}, "another kind"),
        ({"person": "P", "country": "fi", "facts": {"jobseeker": "maybe"}}, "another kind"),
        ({"person": "P", "country": "fi", "facts": {"status": "king"}}, "another kind"),
        ({"person": "P", "country": "fi", "events": {"birthday": "2020-01-01"}}, "unknown event"),
        ({"person": "P", "country": "fi", "illness": "x"}, "illness"),
        ({"country": "fi"}, "person"),
    ],
)
def test_a_situation_that_does_not_hold_is_refused_without_quoting_it(entry: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as error:
        situation_of(entry, "file.yaml")
    assert said in str(error.value)
    assert "maybe" not in str(error.value)


def test_situations_are_read_from_yaml_and_json(tmp_path: Path) -> None:
    yaml_file, json_file = tmp_path / "a.yaml", tmp_path / "a.json"
    yaml_file.write_text("person: P\ncountry: fi\nfacts: {age: 30, jobseeker: null}\n", encoding="utf-8")
    json_file.write_text('{"person": "P", "country": "fi", "facts": {"age": 30}}', encoding="utf-8")
    assert read_situations(yaml_file) == read_situations(json_file)

"""The document templates are whole: sourced, in three languages, every named content held, and no place for health."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from api.documents.building import LISTS, ROWS
from api.trial_arrangement_file import ArrangementFile
from data.document_templates import (
    FOLDER,
    DocumentKind,
    Section,
    SectionKind,
    contents_left_out,
    document_template,
    load_document_templates,
)
from data.errors import InvalidInput, ReferenceFault
from data.trial_document_facts import TrialArrangement, TrialDocumentFacts
from docs.document_coverage import REPORT, all_rules, held, named_contents, report

SECTIONS = [
    (kind.value, section) for kind, template in load_document_templates().items() for section in template.sections
]
BY_SECTION = pytest.mark.parametrize(("kind", "section"), SECTIONS, ids=lambda one: getattr(one, "id", one))


@BY_SECTION
def test_every_sentence_stands_in_three_languages(kind: str, section: Section) -> None:
    for words in (section.heading, *section.says, *(part.label for part in section.parts)):
        assert set(words) == {"fi", "sv", "en"}
        assert all(text.strip() == text and text for text in words.values())
        assert words["fi"] not in (words["sv"], words["en"])
    assert all(words[language].endswith(".") for words in section.says for language in words)


def test_every_content_that_a_source_names_is_held_or_left_out_with_a_reason() -> None:
    named, there, left_out = set(named_contents()), set(held()), contents_left_out()
    assert named == {one for one in there if "#" in one} | set(left_out)
    assert not there & set(left_out)
    assert {one.partition("#")[0] for one in there} <= set(all_rules())
    assert all(len(why) > 40 for why in left_out.values())


def test_the_report_of_what_is_held_is_current() -> None:
    assert REPORT.read_text(encoding="utf-8") == report(), "run python -m docs.document_coverage"


def _types(of: type) -> Iterator[tuple[str, str]]:
    """Every field of a record and of the records in it, with its type in words."""
    hints = get_type_hints(of)
    for field in fields(of):
        yield field.name, str(hints[field.name])
        for inner in (hints[field.name], *get_args(hints[field.name])):
            if is_dataclass(inner) and isinstance(inner, type):
                yield from _types(inner)


NO_PLACE = re.compile(
    r"level|capacit|diagnos|score|rank|health|sick|illness|ban\b|dimension|percent|age\b|sex|origin|medic|caution",
)


def test_no_field_of_a_document_can_hold_health_or_a_score() -> None:
    named = dict(_types(TrialDocumentFacts))
    assert "supervisor" in named, "the walk goes into the arrangement"
    assert "shows" in named, "the walk goes into tuples"
    assert [name for name in named if NO_PLACE.search(name)] == []
    in_file = str(ArrangementFile.model_json_schema())
    assert "'shows'" in in_file
    assert [word for word in re.findall(r"'([a-z_]+)': \{", in_file) if NO_PLACE.search(word)] == []


def test_the_file_and_the_record_have_the_same_fields() -> None:
    assert set(ArrangementFile.model_fields) == {field.name for field in fields(TrialArrangement)}


@BY_SECTION
def test_every_section_is_filled_by_something_that_exists(kind: str, section: Section) -> None:
    if section.kind is SectionKind.TABLE:
        assert section.fill in ROWS
        assert len(section.parts) >= 2
    elif section.kind is SectionKind.LIST:
        assert section.fill in LISTS
    elif section.kind is SectionKind.CHECKLIST:
        assert section.state is not None or section.fill == "kept_terms"


def test_an_unknown_document_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInput, match="trial_agreement, rehabilitation_plan"):
        document_template("contract")


@pytest.mark.parametrize("broken", ["sv: Parter, ", "kind: fields\n", "document: te_trial"])
def test_a_template_that_is_not_whole_is_refused_with_its_file(tmp_path: Path, broken: str) -> None:
    for kind in DocumentKind:
        text = (FOLDER / f"{kind.value}.yaml").read_text(encoding="utf-8")
        if kind is DocumentKind.TRIAL_AGREEMENT:
            text = text.replace(broken, {"document: te_trial": "document: hearsay"}.get(broken, ""), 1)
        (tmp_path / f"{kind.value}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceFault, match=r"trial_agreement\.yaml"):
        load_document_templates(tmp_path)

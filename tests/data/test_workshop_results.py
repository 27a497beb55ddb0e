"""Words of a results sheet: what we write is what we read, in every language; near misses are asked, not guessed."""

from __future__ import annotations

import pytest

from data.imports.workshop_words import (
    condition_names,
    condition_of,
    dimension_spellings,
    level_spellings,
    meant,
    spellings,
)
from data.imports.workshop_workbook import find_table
from data.workshop_tables import answer_words, level_words, table_forms

LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_condition_that_the_sheet_offers_is_read_back(language: str) -> None:
    for key, name in condition_names(language).items():
        read = condition_of(name)
        assert read is not None, name
        assert read.key == key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_a_level_or_an_answer_is_read_back(language: str) -> None:
    for dose in (False, True):
        for step, words in enumerate(level_words(dose)):
            assert meant(words[language], level_spellings()) == str(step)
    for kind in ("yes_no", "need", "right"):
        for meaning, by_language in answer_words(kind).items():
            assert all(meant(word, spellings(kind)) == meaning for word in by_language[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_of_every_table_is_told_apart(language: str) -> None:
    for form in table_forms():
        found = find_table("", [["title"], [column.names[language] for column in form.columns]], [])
        assert found is not None
        assert found.form.kind is form.kind
        assert set(found.headers) == {column.id for column in form.columns}


@pytest.mark.parametrize("cell", ["kielitaito (suomi) B3", "ajokortti X", "Tieturva", "ensiapu EA7", "min age 99"])
def test_a_wrong_class_level_or_number_is_no_condition(cell: str) -> None:
    assert condition_of(cell) is None


def test_what_is_near_to_two_meanings_is_none_of_them() -> None:
    assert meant("0/3 työajasta", level_spellings()) is None
    assert meant("seisominen", dimension_spellings()) == "pos_stand"
    assert meant("seisomien", dimension_spellings()) == "pos_stand"
    assert meant("", dimension_spellings()) is None

"""Words become levels with the words that drove them; where the text says nothing, the reader abstains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from data.dimensions import dimension_index
from data.levels import Source
from features.task_text import guess_language, read_text
from features.task_text_estimator import TaskTextReader


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Säkkien siirto, 30 kg", 5.0),
        ("Laatikot 10-12 kg hyllyyn", 2.5),
        ("Kirjeet, alle 4,5 kg", 1.0),
        ("Sacks of 25 kg", 4.0),
    ],
)
def test_kilos_become_a_lifting_level(text: str, level: float) -> None:
    found = read_text(text).levels["str_lift"]
    assert found.value == pytest.approx(level)
    assert "kg" in found.evidence


def test_decibels_and_frost_are_read() -> None:
    assert read_text("Konesalissa melu 85 dB").levels["env_noise"].value == 5.0
    assert read_text("Pakastevarastossa -20 °C").levels["env_clim"].value == 4.0


def test_a_text_that_says_nothing_about_loads_stays_unknown() -> None:
    assert read_text("Xyzzy foo bar").levels == {}
    assert read_text("").levels == {}


def test_every_level_names_its_words_and_its_width() -> None:
    for level in read_text("Lattioiden imurointi ja portaiden lakaisu yksin illalla").levels.values():
        assert level.source is Source.MODEL
        assert level.evidence
        assert level.low < level.high


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Pöytien pyyhintä ja astioiden tiskaus", "fi"),
        ("Städning av golv och tömning av papperskorgar", "sv"),
        ("Wash the dishes and wipe the tables", "en"),
    ],
)
def test_the_language_is_guessed_per_text(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("Käytävien siivous ja roskien tyhjennys", "cleaning"),
        ("Lakanoiden viikkaus ja pyykin lajittelu", "laundry"),
        ("Kukkapenkkien kitkeminen ja kastelu", "garden"),
        ("Hyllyjen täyttö ja tuotteiden esillepano", "shelving"),
        ("Tvätta och vika handdukar", "laundry"),
        ("Clean the corridors and mop the floors", "cleaning"),
    ],
)
def test_words_tell_the_activity(text: str, activity: str) -> None:
    assert activity in read_text(text).activities


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_the_reader_fall_over(text: str) -> None:
    for level in read_text(text).levels.values():
        assert 0 <= level.low <= level.value <= level.high <= 5


def test_the_reader_keeps_the_estimator_contract() -> None:
    reader = clone(TaskTextReader(language="fi")).fit([])
    assert list(reader.get_feature_names_out()) == list(dimension_index())
    out = reader.transform(["Säkit 30 kg", ""])
    assert out.shape == (2, 60)
    assert np.isnan(out[1]).all()

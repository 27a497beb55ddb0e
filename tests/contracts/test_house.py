"""The house rules: our packages are ours, names speak, messages are complete, documents name what exists."""

from __future__ import annotations

import re
import string
import subprocess
from pathlib import Path

import pytest

import api
import data
import features
import matching
from api.messages import LANGUAGES, LOCALE, catalogue, easy_catalogue
from tests.conftest import ROOT

PACKAGES = (data, features, matching, api)
TEMPLATES = Path(str(api.__file__)).parent / "pages" / "templates"
FORBIDDEN_NAMES = re.compile(r"^(utils?|helpers?|misc|common|base_.*|stuff)$")


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in Path(str(package.__file__)).parent.rglob("*.py")]


def _templates() -> list[Path]:
    return list(TEMPLATES.rglob("*.jinja"))


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_the_plain_import_names_are_ours(package) -> None:  # type: ignore[no-untyped-def]
    assert Path(package.__file__).parent.parent == ROOT


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in _sources() if FORBIDDEN_NAMES.match(path.stem)] == []


def test_nothing_is_pickled() -> None:
    pickled = re.compile(r"\b(import|from)\s+(pickle|joblib|dill|shelve)\b")
    assert [path for path in _sources() if pickled.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_there_with_the_same_places_to_fill(language: str) -> None:
    mine, english = catalogue(language), catalogue("en")
    assert mine.keys() == english.keys()

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {key: places(text) for key, text in mine.items()} == {key: places(text) for key, text in english.items()}
    assert all(text.strip() for text in mine.values())


def test_easy_finnish_says_what_finnish_says() -> None:
    easy, finnish = easy_catalogue(), catalogue("fi")
    changed = {key for key, text in easy.items() if text != finnish.get(key)}
    assert easy.keys() == finnish.keys()
    assert len(changed) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_said_twice(language: str) -> None:
    files = sorted((LOCALE / language / "LC_MESSAGES").glob("*.po"))
    keys = [key for file in files for key in re.findall(r'^msgid "(.+)"$', file.read_text(encoding="utf-8"), re.M)]
    assert keys
    assert sorted(keys) == sorted(set(keys))


def test_every_message_key_that_the_code_names_exists() -> None:
    known = catalogue("en")
    named = re.compile(r"""\.text\(\s*["']([a-z_.]+)["']""")
    in_pages = re.compile(r"""\bt\(\s*["']([a-z_.]+)["']""")
    asked = {key for path in _sources() for key in named.findall(path.read_text(encoding="utf-8"))}
    of_pages = {key for path in _templates() for key in in_pages.findall(path.read_text(encoding="utf-8"))}
    assert asked
    assert of_pages
    begun = {key for key in of_pages if key.endswith(".")}  # the rest of such a key is filled in
    assert (asked | of_pages) - begun <= known.keys()
    assert [start for start in begun if not any(key.startswith(start) for key in known)] == []


def test_every_exit_code_is_documented() -> None:
    from data.errors import WorkTrialError

    written = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for error in WorkTrialError.__subclasses__():
        assert f"| {error.exit_code} |" in written, error


def test_every_flag_and_every_reason_for_leaving_out_is_documented() -> None:
    written = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    keys = [key for key in catalogue("en") if key.startswith(("flag.", "left."))]
    assert keys
    for key in keys:
        assert f"`{key.partition('.')[2]}`" in written, key


def test_person_first_words_only() -> None:
    """Never "disabled" as a noun, "suffers", "normal" of a person, in what people read."""
    unwanted = re.compile(
        r"\bthe disabled\b|\bsuffer|\bhandicap|\bvammaiset\b|\bkärsii\b|\bnormaali ihminen", re.IGNORECASE
    )
    read = list((ROOT / "data" / "reference").rglob("*.yaml")) + list(LOCALE.rglob("*.po"))
    assert [path.name for path in read if unwanted.search(path.read_text(encoding="utf-8"))] == []


def test_the_repository_names_no_machine_and_commits_no_corpus() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    assert [name for name in listed if "corpora" in name or name.endswith((".pkl", ".csv.gz", ".joblib"))] == []

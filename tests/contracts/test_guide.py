"""The guide stays true: its commands are run, its outputs are the real ones, its pictures and links are there."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import typer

from api.commands.main import app
from docs.guide_examples import BLOCK, GUIDES, filled, run
from docs.guide_pictures import PEOPLE, SITE, flow
from tests.conftest import ROOT

MOST_PAGES, WORDS_A_PAGE, LINES_A_PAGE = 15, 400, 48


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh folder with the demo region stored and the repository's documents at hand."""
    folder = tmp_path_factory.mktemp("guide")
    (folder / "docs").symlink_to(ROOT / "docs")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKTRIAL_HOME", str(folder / "home"))
        patch.delenv("WORKTRIAL_DATABASE_URL", raising=False)
        run("demo")
    return folder


@pytest.fixture
def here(demo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKTRIAL_HOME", str(demo / "home"))
    monkeypatch.delenv("WORKTRIAL_DATABASE_URL", raising=False)
    monkeypatch.chdir(demo)
    return demo


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_output_in_the_guide_is_what_the_command_prints(guide: Path, here: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) == 6
    assert filled(text) == text, "run `python -m docs.guide_examples`"


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_every_command_that_the_guide_names_exists(guide: Path) -> None:
    root = typer.main.get_command(app)
    named = set(re.findall(r"worktrial ((?:[a-z]+ ?){1,2})", guide.read_text(encoding="utf-8")))
    assert named
    for words in named:
        command, *below = words.split()
        assert command in root.commands, words  # type: ignore[attr-defined]  # the group of all commands
        group = root.commands[command]  # type: ignore[attr-defined]  # as above
        if below and hasattr(group, "commands"):
            assert below[0] in group.commands, words


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_pictures_and_links_of_the_guide_are_there_and_light(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert targets
    for target in targets:
        path = (guide.parent / target).resolve()
        assert path.is_file(), target
        if path.suffix in {".png", ".svg"}:
            assert path.stat().st_size < 200_000, target
    assert all(alt.strip() for alt in re.findall(r"!\[([^\]]*)\]", text))


def test_the_two_guides_say_the_same_things_within_fifteen_pages() -> None:
    texts = [guide.read_text(encoding="utf-8") for guide in GUIDES]
    headings = [[line for line in text.splitlines() if line.startswith("## ")] for text in texts]
    assert len(headings[0]) == len(headings[1]) == 15
    for text in texts:
        pictures = text.count("![")
        pages = max(len(text.split()) / WORDS_A_PAGE, len(text.splitlines()) / LINES_A_PAGE) + 0.5 * pictures
        assert pages <= MOST_PAGES


def test_the_pictures_that_need_no_browser_are_those_of_the_script() -> None:
    for language in ("fi", "en"):
        drawn = (ROOT / "docs" / "guide" / f"flow-{language}.svg").read_text(encoding="utf-8")
        assert drawn == flow(language)


def test_the_example_pack_is_the_one_that_the_command_makes(here: Path) -> None:
    out = here / "example"
    people = " ".join(f"--candidate {one}" for one in PEOPLE)
    run(f"workshop make {SITE} {people} --out {out} --on {date(2026, 11, 27)}")
    example = ROOT / "docs" / "examples" / "workshop-a4-fi.html"
    assert (out / "workshop-a4.html").read_bytes() == example.read_bytes()

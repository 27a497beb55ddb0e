"""The page of an evaluation: the functions' own numbers, refusals in words, readable by everybody, no scripts."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from api.commands import evaluation as door
from api.evaluation import (
    EvaluationPage,
    Mark,
    Plot,
    as_html,
    as_json,
    as_markdown,
    cell_text,
    evaluation_page,
    methods_section,
    svg_file,
    svg_for_page,
    write_page,
)
from api.evaluation.words import LABEL
from api.kept_evaluations import evaluation_names, evaluations_folder, kept_evaluation
from api.messages import Messages
from data.protected_attributes import ProtectedAttributes
from matching.evaluation import Evaluation, PastTrials, PeopleGroups, evaluate, planted_bias, simulated_past
from matching.evaluation.calibration import calibration_error
from matching.evaluation.fairness import FEWEST_PEOPLE
from matching.learning.frame_folder import save_frame
from matching.learning.outcomes import TrialOutcomes
from matching.training_frame import TrainingFrame
from tests.commands import schema, worktrial
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def past() -> PastTrials:
    """A simulated past in which one group is too small to be shown."""
    whole = simulated_past(5, 400, people=60, tested=60)
    assert whole.shown is not None
    people = tuple(dict.fromkeys(whole.shown.people))
    few = tuple(ProtectedAttributes(sex="woman" if n < FEWEST_PEOPLE - 1 else "man") for n in range(len(people)))
    return replace(whole, groups=PeopleGroups(people, few))


@pytest.fixture(scope="module")
def found(past: PastTrials) -> Evaluation:
    return evaluate(past, 5)


@pytest.fixture(scope="module")
def page(found: Evaluation) -> EvaluationPage:
    return evaluation_page(found)


@pytest.fixture(scope="module")
def real(past: PastTrials) -> Evaluation:
    """The same trials as a real frame would hold them: no truth, no logged chances, no groups."""
    assert past.shown is not None
    outcomes = replace(past.outcomes, simulated=False)
    shown = replace(past.shown, propensity=np.full(len(past.shown), np.nan), simulated=False)
    return evaluate(PastTrials("ended trials of a test", outcomes, shown), 0)


class Tags(HTMLParser):
    """All tags of a page with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def _tables(page: EvaluationPage) -> dict[str, list[list[object]]]:
    return {table["key"]: table["rows"] for section in as_json(page)["sections"] for table in section["tables"]}


def test_the_numbers_of_the_page_are_those_of_the_functions(found: Evaluation, page: EvaluationPage) -> None:
    tables = _tables(page)
    for row, one in zip(tables["order"], found.order, strict=True):
        assert row[1] == {
            "value": one.ndcg10.value, "low": one.ndcg10.low, "high": one.ndcg10.high, "units": one.ndcg10.units,
        }  # fmt: skip
    split = found.splits[1]
    assert split.test is not None
    assert split.learned is not None
    direct = calibration_error(split.learned, split.test.went_well.astype(float))
    shown = [row for row in tables["calibration"] if row[:2] == ["unseen employers", "learned scorer"]]
    assert [row[3] for row in shown] == [direct]
    assert f"{direct:.3f}" in as_html(page)
    assert found.coverage is not None
    assert tables["coverage"][1][1]["value"] == found.coverage.all_feasible.value  # type: ignore[index,call-overload]


def test_every_table_names_data_split_and_seed_and_every_part_says_simulated(page: EvaluationPage) -> None:
    tables = [table for section in page.sections for table in section.tables]
    assert len(tables) > 12
    for table in tables:
        assert table.made_of.startswith("Simulated data: simulated region, seed 5, 400 trials")
        assert "Split: " in table.made_of
        assert "Seed of draws: 5" in table.made_of
    html = as_html(page)
    assert html.count("(simulated)</span></caption>") == len(tables)
    assert html.count("(simulated)</figcaption>") == len(page.plots)
    assert f'<p class="label">{LABEL}</p>' in html
    assert as_markdown(page).count(f"**{LABEL}**") == len(tables) + 1


def test_groups_under_twenty_are_shown_as_too_few(page: EvaluationPage) -> None:
    tables = _tables(page)
    for key in ("groups-chances", "groups-forward"):
        (woman,) = [row for row in tables[key] if row[1] == "woman"]
        assert woman[2:] == ["< 20", "too few"]
    assert [row for row in tables["bias"] if row[1] == "woman"] == [
        ["sex", "woman", "< 20", "too few", None, "too few"]
    ]
    assert all("woman" not in mark.label for plot in page.plots for mark in plot.marks)


def test_the_page_shows_that_changed_attributes_change_nothing(page: EvaluationPage) -> None:
    rows = _tables(page)["counterfactual"]
    assert {row[1] for row in rows} == {"woman", "man", "not stated"}
    assert all(row[4] == 0 and row[3] > 1_000 for row in rows)  # type: ignore[operator]


def test_what_real_data_cannot_tell_is_said_and_gets_no_number(real: Evaluation) -> None:
    page = evaluation_page(real)
    assert page.label == ""
    html = as_html(page)
    assert LABEL not in html
    assert "(simulated)" not in html
    missing = {section.key: section.missing for section in page.sections if section.missing}
    assert set(missing) == {"order", "coverage", "groups"}
    assert html.count("<strong>Not measured.</strong>") == 3
    tables = _tables(page)
    assert not {"order", "coverage", "bias", "counterfactual"} & set(tables)
    assert all("refused: the chance of each choice was not logged" in str(row[2]) for row in tables["policies"])
    assert all(row[3] is None for row in tables["robustness"])


def test_too_few_trials_say_why_nothing_was_learned(past: PastTrials) -> None:
    page = evaluation_page(evaluate(PastTrials("ten trials", past.outcomes.take(np.arange(10))), 0))
    html = as_html(page)
    assert "There are 10 ended trials; at least 20 are needed." in html
    assert "Nothing is foretold: nothing was learned." in html
    jsonschema.validate(as_json(page), schema("evaluation.schema.json"))


def test_the_page_can_be_read_by_a_screen_reader_and_fetches_nothing(page: EvaluationPage) -> None:
    html = as_html(page)
    tags = Tags(html)
    assert tags.named("html") == [{"lang": "en"}]
    assert len(tags.named("title")) == 1 + len(page.plots)
    assert len(tags.named("h1")) == len(tags.named("main")) == 1
    assert len(tags.named("h2")) == len(page.sections)
    tables = sum(len(section.tables) for section in page.sections)
    assert len(tags.named("table")) == len(tags.named("caption")) == tables
    assert all(head.get("scope") in ("col", "row") for head in tags.named("th"))
    svgs = tags.named("svg")
    assert len(svgs) == len(page.plots)
    ids = [attributes["id"] for _, attributes in tags.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for svg in svgs:
        assert svg["role"] == "img"
        assert set(svg["aria-labelledby"].split()) <= set(ids)
    assert not tags.named("script")
    assert not tags.named("link")
    assert not tags.named("img")
    fetched = [value for _, attributes in tags.tags for name, value in attributes.items() if name in ("src", "href")]
    assert fetched
    assert all(value.startswith("#") and value[1:] in ids for value in fetched)
    assert set(re.findall(r"https?://[^\s\"'<)]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert "prefers-color-scheme: dark" in html


def test_every_plot_says_in_words_the_numbers_that_it_draws(page: EvaluationPage) -> None:
    assert page.plots
    for plot in page.plots:
        for mark in plot.marks:
            assert f"{mark.value:.3f}" in plot.said
        svg = ElementTree.fromstring(svg_for_page(plot))  # noqa: S314
        assert svg.find("{http://www.w3.org/2000/svg}desc").text == plot.said  # type: ignore[union-attr]
        assert "currentColor" in svg_for_page(plot)
        assert "currentColor" not in svg_file(plot).decode()
        ElementTree.fromstring(svg_file(plot))  # noqa: S314


def test_words_of_others_are_escaped_in_page_plot_and_table() -> None:
    plot = Plot("p", "<b>&title", "dots", "axis", (Mark("<script>alert(1)</script>", 0.5, 0.4, 0.6),))
    for text in (svg_for_page(plot), svg_file(plot).decode()):
        assert "<script" not in text
        assert "<b>" not in text


def test_the_json_is_as_documented(page: EvaluationPage, real: Evaluation) -> None:
    for one in (page, evaluation_page(real)):
        written = json.loads(json.dumps(as_json(one), allow_nan=False))
        jsonschema.validate(written, schema("evaluation.schema.json"))


def test_a_cell_without_a_number_is_a_dash_and_a_tiny_one_is_not_nothing() -> None:
    assert [cell_text(cell) for cell in (None, float("nan"), -0.25, 3, "few")] == ["–", "–", "−0.250", "3", "few"]
    assert [cell_text(cell) for cell in (1e-9, 0.0)] == ["< 0.001", "0.000"]


def test_the_planted_bias_is_shown_as_found_and_its_absence_as_not_found() -> None:
    section = methods_section(0, 400, planted_bias(0), ())
    rows = section.tables[0].rows
    assert [(row[0], row[-1]) for row in rows] == [("0 points", "not found"), ("10 points", "found")]


WRITE = """
import sys
if sys.argv[2] == "without":
    sys.modules["matplotlib"] = None
from pathlib import Path
from api.evaluation import evaluation_page, write_page
from matching.evaluation import evaluate, simulated_past
write_page(evaluation_page(evaluate(simulated_past(5, 300, people=30, tested=30), 5)), Path(sys.argv[1]))
"""


def _written(folder: Path, how: str, seed: str) -> dict[str, bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": seed}
    subprocess.run([sys.executable, "-c", WRITE, str(folder), how], cwd=ROOT, env=environment, check=True)
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_data_and_seed_give_the_same_bytes_and_without_matplotlib_the_same_tables(tmp_path: Path) -> None:
    first, again = _written(tmp_path / "a", "with", "1"), _written(tmp_path / "b", "with", "2")
    assert first == again
    assert {"evaluation.html", "evaluation.md", "evaluation.json", "plots/plot-order.svg"} <= set(first)
    bare = _written(tmp_path / "c", "without", "1")
    assert set(bare) == {"evaluation.html", "evaluation.md", "evaluation.json"}
    assert bare["evaluation.json"] == first["evaluation.json"]
    page = bare["evaluation.html"].decode()
    assert "<svg" not in page
    assert "the extra `research`" in page
    tables = re.compile(r"<table.*?</table>", re.DOTALL)
    assert tables.findall(page) == tables.findall(first["evaluation.html"].decode())


def test_writing_again_replaces_the_page_and_a_file_in_the_way_is_refused(page: EvaluationPage, tmp_path: Path) -> None:
    write_page(page, tmp_path / "page")
    written = write_page(page, tmp_path / "page")
    assert all((tmp_path / "page" / name).is_file() for name in written.files)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(door.InvalidInput, match="file is a file"):
        door.write(page, evaluate(simulated_past(5, 300, people=10, tested=10), 5), tmp_path / "file", Messages("en"))


def test_the_command_says_what_is_wrong_and_how_to_mend_it(tmp_path: Path) -> None:
    for wrong in ((), ("--simulated", "1", "--frame", str(tmp_path))):
        unclear = worktrial(tmp_path, "evaluate", *wrong)
        assert unclear.returncode == 7
        assert "one of --simulated SEED and --frame FOLDER" in unclear.stderr
    nowhere = worktrial(tmp_path, "evaluate", "--simulated", "1")
    assert nowhere.returncode == 7
    assert "--out FOLDER, --keep, or --json" in nowhere.stderr
    few = worktrial(tmp_path, "evaluate", "--simulated", "1", "--trials", "10", "--out", str(tmp_path / "page"))
    assert few.returncode == 7
    assert "300 to 100000" in few.stderr
    assert not (tmp_path / "page").exists()


def _compared_with_groups(outcomes: TrialOutcomes, frame: Path, folder: Path) -> None:
    """A file of groups lets them be compared; a faulty one is refused, and nothing is written."""
    groups = folder / "groups.csv"
    people = sorted(set(outcomes.people))
    rows = [f"{person},{'older' if at % 2 else 'younger'}" for at, person in enumerate(people)]
    groups.write_text("person,age_band\n" + "\n".join(rows) + "\n", encoding="utf-8")
    arguments = ("evaluate", "--frame", str(frame), "--groups", str(groups))
    done = worktrial(folder, *arguments, "--out", str(folder / "by-group"))
    assert done.returncode == 0, done.stderr
    page = (folder / "by-group" / "evaluation.html").read_text(encoding="utf-8")
    assert "these data say of nobody to which group they belong" not in page
    assert "older" in page
    groups.write_text("person,age_band\np0,older\n", encoding="utf-8")
    refused = worktrial(folder, *arguments, "--out", str(folder / "refused"))
    assert refused.returncode == 8
    assert "row 2, person [unknown]" in refused.stderr
    assert not (folder / "refused").exists()
    alone = worktrial(folder, "evaluate", "--simulated", "1", "--groups", str(groups), "--json")
    assert alone.returncode == 7
    assert "--frame FOLDER with it" in alone.stderr


def test_a_training_frame_is_evaluated_and_a_changed_one_is_refused(past: PastTrials, tmp_path: Path) -> None:
    """The shown lists of the frame are used; its made-up trials are labelled; no group can be compared."""
    assert past.shown is not None
    few = past.outcomes.take(np.arange(200))
    silent = replace(past.shown, propensity=np.full(len(past.shown), np.nan))
    folder = tmp_path / "frame-1"
    save_frame(folder, TrainingFrame(few, ("shown",) * len(few), {}, silent))
    where = ("--out", str(tmp_path / "page"), "--keep")
    done = worktrial(tmp_path, "evaluate", "--frame", str(folder), *where, "--lang", "sv")
    assert done.returncode == 0, done.stderr
    [name] = evaluation_names(tmp_path)  # what is kept is read by the service, by a name made of its data and seed
    kept, told = kept_evaluation(name, tmp_path), (tmp_path / "page" / "evaluation.json").read_bytes()
    assert kept.simulated and kept.source == json.loads(told)["source"]
    assert (evaluations_folder(tmp_path) / name / "evaluation.json").read_bytes() == told
    assert "Simulerade data" in done.stderr
    page = (tmp_path / "page" / "evaluation.html").read_text(encoding="utf-8")
    assert "Training frame frame-1, 200 made-up trials." in page
    assert LABEL in page
    assert "these data say of nobody to which group they belong" in page
    assert "refused: the chance of each choice was not logged" in page
    assert str(tmp_path) not in page
    _compared_with_groups(few, folder, tmp_path)
    (folder / "frame.json").write_bytes((folder / "frame.json").read_bytes() + b" ")
    refused = worktrial(tmp_path, "evaluate", "--frame", str(folder), "--out", str(tmp_path / "other"))
    assert refused.returncode == 7
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "other").exists()

"""A researcher's pages: models and evaluations with pictures, tables that hide few, corrections without names."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from api.correction_queue import counted_corrections, queued_readings, without_names
from api.evaluation import evaluation_page, write_page
from api.kept_evaluations import evaluations_folder, kept_evaluation, name_of
from api.model_registry import key_path, models_folder
from data.accounts import COMMAND_LINE
from data.levels import Level, Source
from data.postings import PostedTask, Posting, PostingState, ProposedLoad, TaskAnswer, answered
from data.store.postings import add_posting, confirm_posting
from data.workplaces import Task
from matching.evaluation import PastTrials, evaluate, simulated_past
from matching.evaluation.held_out import held_out_metrics
from matching.learning.model_folder import make_key, model_card, save_model
from matching.learning.scorer import learn
from matching.simulation import SimulationOptions, simulate_trials

from .conftest import Open, Served
from .looks import PHONE_WIDTH, box, sideways

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SIMULATED, REAL, MODEL = "simulated", "real", "made-up"
CODE_WORD = "Pekka Virtanen"


def a_posting(
    name: str, employer: str, site: str = "", *, text: str = "Laatikoiden kanto",
    state: PostingState = PostingState.PROPOSED,
) -> Posting:  # fmt: skip
    """One task with one load that is read surely, and one that is not."""
    site = site or f"{employer}.place"
    sure = ProposedLoad(Level(3.0, 2.5, 3.5, Source.MODEL), "kanto", plans=True)
    unsure = ProposedLoad(Level(2.0, 0.0, 4.5, Source.MODEL), "", plans=False)
    job = f"{site}.posting-{name}"
    task = Task(f"{job}.1", text, 4.0, levels={"str_lift": (sure.level,)})
    posted = PostedTask(task, {"str_lift": sure, "env_noise": unsure})
    return Posting(
        name, employer, site, "Varastotyö", state, "2026-11-20T09:00:00Z", "x", (posted,), "Nurmelan Tukku Oy",
        "Nurmelan varasto", "Jyväskylä",
    )  # fmt: skip


@pytest.fixture(scope="module")
def kept(served: Served) -> Iterator[dict[str, str]]:
    """A small simulated evaluation, the same as if it were real, a model of made-up outcomes, and postings."""
    home = Path(os.environ["WORKTRIAL_HOME"])
    past = simulated_past(5, 400, people=60, tested=60)
    found, names = evaluate(past, 5), {}
    page = evaluation_page(found)
    real = replace(page, label="", source="training frame a, 403 ended trials", fingerprint="f" * 64)
    for kind, one in ((SIMULATED, page), (REAL, real)):
        names[kind] = name_of(one.fingerprint, one.seed)
        write_page(one, evaluations_folder(home) / names[kind])
    outcomes = simulate_trials(SimulationOptions(trials=150, employers=30), 3).outcomes
    scorer, metrics = learn(outcomes), held_out_metrics(outcomes, 0)
    save_model(models_folder(home) / MODEL, scorer, metrics, model_card(scorer, metrics), make_key(key_path(home)))
    with served.store.write() as connection:
        for number in range(6):
            one = a_posting(f"c{number}", f"firm{number}", text=f"{CODE_WORD} vie laatikot Nurmelan hyllyyn {number}")
            add_posting(connection, one, COMMAND_LINE, AT)
            answer = TaskAnswer(one.tasks[0].task.id, {"str_lift": 4.5, "env_noise": None})
            confirm_posting(connection, one.id, [answer], COMMAND_LINE, AT)
    assert isinstance(past, PastTrials)
    yield names


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("employer", ()), ("candidate", ()), ("coach", ("models", "evaluations", "solutions", "corrections")),
     ("admin", ("models", "evaluations"))],
)  # fmt: skip
def test_who_may_read_what(open_page: Open, served: Served, role: str, allowed: tuple[str, ...]) -> None:
    page = open_page("/about", role)
    for name in ("models", "evaluations", "tables?measure=trials", "frames", "solutions", "corrections",
                 "corrections.csv"):  # fmt: skip
        answer = page.request.get(f"{served.address}/research/{name}")
        assert (answer.status == 200) is (name.partition(".")[0] in allowed), name


def test_pictures_show_the_numbers_of_the_evaluation_and_say_that_they_are_simulated(
    open_page: Open, kept: dict[str, str]
) -> None:
    found = kept_evaluation(kept[SIMULATED])
    page = open_page(f"/research/evaluations/{kept[SIMULATED]}", "researcher", lang="en", script=False)
    assert "SIMULATED DATA" in page.locator(".notice").first.inner_text()
    table = found.table("reliability-time")
    assert table is not None
    points = [row for row in table["rows"] if row[0]]
    chart = page.locator("figure", has=page.locator("#reliability-time-name"))
    assert chart.locator("circle.dot").count() == len(points)
    cells = chart.locator("tbody tr").first.inner_text()
    assert f"{round(points[0][1], 3):g}" in cells
    assert page.locator(".tag.ask", has_text="expert weights").count() > 0
    noise = found.table("calibration")
    assert noise is not None
    assert page.locator("table.plotted").first.locator("tbody tr").count() == len(noise["rows"])
    page.set_viewport_size({"width": PHONE_WIDTH, "height": 900})
    assert sideways(page) == []


def test_a_mark_at_none_or_all_is_whole(open_page: Open) -> None:
    page = open_page("/patterns", script=False)
    frame = box(page.locator(".chart .ground"))
    marks = [box(one) for one in page.locator(".chart .dot").all()]
    assert any("(0 … " in one for one in page.locator(".tenths td").all_inner_texts())
    for mark in marks:
        assert frame["x"] < mark["x"] and mark["x"] + mark["width"] < frame["x"] + frame["width"]
        assert frame["y"] < mark["y"] and mark["y"] + mark["height"] < frame["y"] + frame["height"]


def test_counts_of_real_trials_are_rounded_and_of_simulated_ones_are_not(kept: dict[str, str]) -> None:
    real, simulated = kept_evaluation(kept[REAL]), kept_evaluation(kept[SIMULATED])
    assert real.source == "training frame a, 405 ended trials"
    facts = real.table("facts")
    assert facts is not None
    assert all(int(row[1].replace(",", "")) % 5 == 0 for row in facts["rows"] if row[0] == "ended trials")
    concordance = real.table("concordance")
    assert concordance is not None
    assert all(row[2] % 5 == 0 and row[3]["units"] % 5 == 0 for row in concordance["rows"])
    assert "Simulated" in simulated.sections[0]["tables"][0]["made_of"]


def test_a_model_of_made_up_outcomes_says_so_and_expert_weights_are_called_that(
    open_page: Open, served: Served
) -> None:
    page = open_page("/research/models", "researcher", lang="en")
    assert "expert weights" in page.locator(".notice").first.inner_text().lower()
    page.get_by_role("link", name=MODEL).click()
    assert "made-up outcomes" in page.locator(".notice").first.inner_text()
    page.goto(f"{served.address}/research/models/expert")
    assert "were not learned from trials" in page.locator("main").inner_text()


@pytest.mark.parametrize("model", ["expert", MODEL])
def test_a_number_below_nothing_has_a_minus_and_a_heading_no_colon(
    open_page: Open, kept: dict[str, str], model: str
) -> None:
    main = open_page(f"/research/models/{model}", "researcher", script=False).locator("main")
    assert re.search(r"\u2212\d", main.inner_text())
    assert not re.search(r"(?<!\w)-\d", main.inner_text())
    assert not [one for one in main.locator("h1, h2, h3, caption").all_inner_texts() if one.rstrip().endswith(":")]


def test_a_table_says_what_it_hides_and_four_groupings_are_refused(open_page: Open, served: Served) -> None:
    page = open_page("/research/tables", "researcher", lang="en", script=False)
    page.get_by_label("What is counted").select_option("trials")
    for name in ("Region", "Quarter", "Pathway"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Count").click()
    assert "too few people" in page.locator("#table").inner_text()
    assert "fewer than 5 people" in page.locator("#table").inner_text()
    page.get_by_label("Major group").check()
    page.get_by_role("button", name="Count").click()
    assert "at most 3" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Region").is_checked()
    page.goto(f"{served.address}/research/tables?measure=suggestions&by=isco")
    assert "cannot be grouped by occupation" in page.get_by_role("alert").inner_text()


def test_too_few_trials_are_not_frozen_and_the_page_says_why(open_page: Open) -> None:
    page = open_page("/research/frames", "researcher", lang="en", script=False)
    page.get_by_role("button", name="Freeze a frame").click()
    assert "too few ended trials to learn from" in page.get_by_role("alert").inner_text()


def test_corrections_are_counted_without_anybodys_name(open_page: Open, served: Served, kept: dict[str, str]) -> None:
    page = open_page("/research/corrections?kind=corrected", "researcher", lang="en", script=False)
    row = page.locator("tbody tr").first.inner_text()
    assert ("3" in row, "4.5" in row, "6" in row, "kanto" in row) == (True, True, True, True)
    for text in (page.content(), page.request.get(f"{served.address}/research/corrections.csv").text()):
        for name in ("Pekka", "Virtanen", "Nurmela", "firm1"):
            assert name not in text, name
    content = page.request.get(f"{served.address}/research/corrections.csv?kind=corrected").body().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 6
    assert (rows[0]["dimension"], rows[0]["read"], rows[0]["level"]) == ("str_lift", "3", "4.5")
    page.get_by_label("Dimension").select_option("env_noise")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#list .empty")).to_be_visible()


def test_what_is_queued_is_what_employers_answered_otherwise_and_what_nobody_has_answered() -> None:
    one = a_posting("q", "firm")
    assert [(r.kind, r.dimension) for r in queued_readings([one])] == [("unsure", "env_noise")]
    agreed = TaskAnswer(one.tasks[0].task.id, {"str_lift": 3.0, "env_noise": None, "pos_stand": 2.0})
    said = replace(one, tasks=answered(one.tasks, [agreed], date(2026, 11, 20)), state=PostingState.CONFIRMED)
    kinds = {(r.kind.value, r.dimension, r.read, r.said) for r in queued_readings([said])}
    assert ("added", "pos_stand", None, 2.0) in kinds
    assert not {one for one in kinds if one[1] == "str_lift"}
    for state in (PostingState.DRAFT, PostingState.WITHDRAWN):
        assert list(queued_readings([replace(one, state=state)])) == []


def test_of_few_employers_it_is_not_said_how_many() -> None:
    few = list(queued_readings([a_posting(f"p{n}", f"firm{n}") for n in range(4)]))
    assert [(one.tasks, one.employers) for one in counted_corrections(few)] == [(4, None)]
    more = list(queued_readings([a_posting(f"p{n}", f"firm{n}") for n in range(5)]))
    assert counted_corrections(more)[0].employers == 5
    assert "Nurmela" not in without_names("Nurmelan varaston siivous", more[0].names)

"""``worktrial rotation`` and overrides in a file of a planned trial: report, warnings, blocks, who lets what pass."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from api.messages import LANGUAGES
from tests.commands import schema, worktrial
from tests.conftest import ROOT

PLAN = ROOT / "docs" / "examples" / "planned-trial.yaml"
REASON = "The employer has signed an employment contract that begins in October."
OVERRIDE = {"by": "Coach 7", "reason": REASON, "on": "2020-02-20", "findings": ["chain"]}


def written(tmp_path: Path, **more: object) -> Path:
    path = tmp_path / "trials.yaml"
    plan = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump(plan | more, allow_unicode=True), encoding="utf-8")
    return path


def report(tmp_path: Path, path: Path, *options: str) -> dict[str, object]:
    done = worktrial(tmp_path, "rotation", str(path), "--on", "2020-02-20", "--json", "--lang", "en", *options)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    jsonschema.validate(answer, schema("rotation.schema.json"))
    return answer


def test_the_report_counts_trials_days_and_chains(tmp_path: Path) -> None:
    """The example: two unpaid trials of 92 and 91 days in one task, nobody hired, a third planned."""
    answer = report(tmp_path, PLAN)
    assert answer["window"] == {"starts": "2018-02-21", "ends": "2020-02-20"}
    assert [
        (task["task"], task["trials"], task["hires"], task["days_covered"], task["alarm"])
        for task in answer["tasks"]  # type: ignore[attr-defined]
    ] == [("lajittelu", 2, 0, 92 + 91, "warn")]
    assert answer["planned"]["blocked"]  # type: ignore[index]
    assert "people" not in answer, "an employer may see this report: nobody is named unless asked for"
    assert "X-1" not in json.dumps(answer)


def test_a_named_persons_written_reason_lifts_the_block_and_is_kept(tmp_path: Path) -> None:
    planned = report(tmp_path, written(tmp_path, overrides=[OVERRIDE]))["planned"]
    assert not planned["blocked"]  # type: ignore[index]
    assert planned["overrides"] == [OVERRIDE]  # type: ignore[index]
    other = report(tmp_path, written(tmp_path, overrides=[OVERRIDE | {"findings": ["share"]}]))["planned"]
    assert other["blocked"], "another finding does not lift this one"  # type: ignore[index]


def test_an_override_holds_in_the_check_of_a_planned_trial_too(tmp_path: Path) -> None:
    situation = tmp_path / "s.yaml"
    situation.write_text("person: P\ncountry: fi\nfacts: {status: unemployed, jobseeker: true}\n", encoding="utf-8")
    path = written(tmp_path, overrides=[OVERRIDE])
    asked = ("pathway", "--person", str(situation), "--on", "2020-02-20", "--trial", str(path), "--lang", "en")
    trial = json.loads(worktrial(tmp_path, *asked, "--json").stdout)["trial"]
    assert trial["overrides"] == [OVERRIDE]
    assert "Coach 7" in worktrial(tmp_path, *asked).stdout
    assert not trial["may_start"], "the terms of the pathway are not lifted by it"


def test_people_moved_from_trial_to_trial_are_named_only_when_asked(tmp_path: Path) -> None:
    history = [
        {"person": "X-9", "pathway": "fi.kela.trial", "employer": f"E{n}", "task": f"t{n}"}
        | {"starts": f"2019-0{n}-01", "ends": f"2019-0{n}-20"}
        for n in range(1, 5)
    ]
    path = tmp_path / "history.json"
    path.write_text(json.dumps({"history": history}), encoding="utf-8")
    answer = report(tmp_path, path, "--people")
    assert [(one["person"], one["chain"], one["employers"], one["alarm"]) for one in answer["people"]] == [  # type: ignore[attr-defined]
        ("X-9", 4, 4, "block")
    ]
    assert "planned" not in answer
    assert len(answer["tasks"]) == 4  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_is_said_in_every_language(tmp_path: Path, language: str) -> None:
    path = written(tmp_path, overrides=[OVERRIDE])
    done = worktrial(tmp_path, "rotation", str(path), "--on", "2020-02-20", "--people", "--lang", language)
    assert "lajittelu" in done.stdout
    assert REASON in " ".join(done.stdout.split())
    assert "{" not in done.stdout
    nothing = worktrial(tmp_path, "rotation", str(path), "--on", "1990-01-01", "--lang", language)
    assert "lajittelu" not in nothing.stdout


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        ({"overrides": [OVERRIDE | {"reason": "ok"}]}, 7, "reason"),
        ({"overrides": [OVERRIDE | {"by": " "}]}, 7, "nobody is named"),
        ({"overrides": [OVERRIDE | {"findings": ["person"]}]}, 7, "nothing to override"),
        ({"overrides": [OVERRIDE | {"findings": ["mood"]}]}, 7, "overrides.0.findings"),
        ({"history": [{"person": "P"}]}, 7, "history.0"),
        ({"history": [{"person": "P", "pathway": "x", "employer": "E", "task": "t"}
            | {"starts": "2020-02-30", "ends": "2020-03-01"}]}, 7, "history.0.starts"),
        ({"history": [{"person": "P", "pathway": "x", "employer": "E", "task": "t"}
            | {"starts": "2020-02-20", "ends": "2020-02-01"}]}, 7, "ends before it starts"),
    ],
)  # fmt: skip
def test_wrong_files_are_answered_in_a_sentence(
    tmp_path: Path, change: dict[str, object], code: int, says: str
) -> None:
    done = worktrial(tmp_path, "rotation", str(written(tmp_path, **change)), "--on", "2020-02-20")
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_file_and_a_wrong_day_are_answered(tmp_path: Path) -> None:
    assert worktrial(tmp_path, "rotation", str(tmp_path / "none.yaml")).returncode == 6
    wrong = worktrial(tmp_path, "rotation", str(PLAN), "--on", "20.2.2020")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr

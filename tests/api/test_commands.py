"""The commands as a newcomer runs them: a fresh data folder, a real process, real files, documented exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import highspy
import jsonschema
import openpyxl
import pytest

from tests.commands import schema, worktrial


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    shown = worktrial(folder, "demo")
    assert shown.returncode == 0, shown.stderr
    assert "Osatyö" in shown.stdout
    assert "Päätöksen tekee ihminen" in shown.stdout
    return folder


def test_match_speaks_three_languages_and_json(home: Path) -> None:
    for language, word in (("fi", "Mukautukset"), ("sv", "Anpassningar"), ("en", "Accommodations")):
        assert word in worktrial(home, "match", "KS-001", "--lang", language).stdout
    written = json.loads(worktrial(home, "match", "KS-001", "--json").stdout)
    jsonschema.validate(written, schema("match.schema.json"))
    assert written["candidate"] == "KS-001"


def test_every_demo_person_gets_a_list_in_the_documented_shape(home: Path) -> None:
    people = json.loads(worktrial(home, "candidates", "--json").stdout)["candidates"]
    assert len(people) == 60
    for person in people[::6]:
        written = json.loads(worktrial(home, "match", person["id"], "--json", "--top", "3").stdout)
        jsonschema.validate(written, schema("match.schema.json"))
        assert written["suggestions"] or written["left_out"]


def test_the_same_seed_gives_the_same_bytes(home: Path) -> None:
    runs = [worktrial(home, "match", "KS-007", "--json", seed=seed).stdout for seed in ("1", "2")]
    assert runs[0]
    assert runs[0] == runs[1]


@pytest.mark.parametrize("order", [["demo"], ["demo", "demo"]])
def test_two_fresh_stores_hold_the_same_and_answer_the_same(home: Path, tmp_path: Path, order: list[str]) -> None:
    for command in order:
        worktrial(tmp_path, command)
    assert (
        worktrial(tmp_path, "match", "KS-002", "--json").stdout == worktrial(home, "match", "KS-002", "--json").stdout
    )


def test_an_unknown_candidate_is_a_sentence_and_exit_code_3(home: Path) -> None:
    ended = worktrial(home, "match", "KS-01")
    assert ended.returncode == 3
    assert "KS-001" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_empty_store_is_a_sentence_and_exit_code_4(tmp_path: Path) -> None:
    for arguments in (("match", "KS-001"), ("candidates",)):
        ended = worktrial(tmp_path, *arguments)
        assert ended.returncode == 4
        assert "worktrial demo" in ended.stderr


def test_an_unknown_region_names_the_known_ones(home: Path) -> None:
    ended = worktrial(home, "match", "KS-001", "--region", "lappi")
    assert ended.returncode == 4
    assert "keski_suomi" in ended.stderr


def test_a_corrupt_database_is_a_sentence_and_exit_code_5(tmp_path: Path) -> None:
    (tmp_path / "worktrial.db").write_bytes(b"no database here " * 300)
    for arguments in (("match", "KS-001"), ("doctor",), ("demo",)):
        ended = worktrial(tmp_path, *arguments)
        assert ended.returncode == 5, arguments
        assert "Traceback" not in ended.stderr
    assert (tmp_path / "worktrial.db").read_bytes() == b"no database here " * 300


def test_a_data_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    ended = worktrial(tmp_path / "file", "candidates")
    assert ended.returncode == 5
    assert "WORKTRIAL_HOME" in ended.stderr


def test_an_own_task_list_is_stored_and_matched(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "tehtavat.csv"
    lines = [
        "Tehtävä;Tunnit",
        "Kirjojen hyllytys ja hyllyjen järjestäminen;6",
        "Kirjojen muovitus pöydän ääressä istuen;8",
        "Asiakaspalautusten lajittelu kärryihin, max 8 kg;5,5",
    ]
    path.write_bytes("\r\n".join(lines).encode("cp1252"))
    stored = worktrial(home, "import", "tasks", str(path), "--employer", "Oma Kirjasto", "--municipality", "Jyväskylä")
    assert stored.returncode == 0, stored.stderr
    assert "Uusia 3," in stored.stdout
    written = json.loads(worktrial(home, "match", "KS-001", "--region", "own", "--json").stdout)
    for suggestion in written["suggestions"]:
        assert suggestion["employer"]["name"] == "Oma Kirjasto"
        assert "unknown_demand" in {flag["kind"] for flag in suggestion["flags"]}


def test_a_list_with_bad_rows_stores_nothing_unless_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["task", "hours"], ["Wipe the tables", 4], ["", 2], ["Fold towels", "many"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    ended = worktrial(
        tmp_path, "import", "tasks", str(tmp_path / "list.xlsx"), "--faults", str(tmp_path / "faults.csv")
    )
    assert ended.returncode == 8
    assert "row 3, text [missing]" in ended.stderr
    assert "row 4, hours [not_hours]" in ended.stderr
    assert (tmp_path / "faults.csv").read_text(encoding="utf-8-sig").count("\n") == 3
    assert json.loads(worktrial(tmp_path, "doctor", "--json").stdout)["rows"]["task"] == 0
    kept = worktrial(tmp_path, "import", "tasks", str(tmp_path / "list.xlsx"), "--keep-good")
    assert kept.returncode == 0
    assert json.loads(worktrial(tmp_path, "doctor", "--json").stdout)["rows"]["task"] == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PK\x03\x04broken", "list.xlsx"), (b"name;phone\nx;1\n", "list.csv"), (b"", "list.csv")],
)
def test_an_unreadable_list_is_a_sentence_and_exit_code_6(tmp_path: Path, content: bytes, name: str) -> None:
    (tmp_path / name).write_bytes(content)
    ended = worktrial(tmp_path, "import", "tasks", str(tmp_path / name))
    assert ended.returncode == 6
    assert name in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_region_with_a_wrong_level_is_a_sentence_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "keski_suomi"
    folder.mkdir()
    (folder / "x.yaml").write_text(
        "employers:\n- {id: a, name: A, sites: [{id: s, name: S, jobs: "
        "[{id: j, title: J, levels: {pos_stand: 9}, tasks: []}]}]}\n"
    )
    before = worktrial(home, "doctor", "--json").stdout
    ended = worktrial(home, "import", "region", str(folder))
    assert ended.returncode == 7
    assert "x.yaml, employer a" in ended.stderr
    assert worktrial(home, "doctor", "--json").stdout == before


PROBLEM = {
    "format": "carve-problem/1",
    "hours": {"min": 4, "max": 10},
    "capacity": {"pos_stand": 3},
    "tasks": [
        {"id": "line", "hours": 6, "divisible": True, "value": 0.9, "levels": {"pos_stand": 5}},
        {"id": "desk", "hours": 6, "value": 0.4, "levels": {"pos_sit": 5}},
    ],
}


def test_carve_writes_the_documented_solution(tmp_path: Path) -> None:
    path, out = tmp_path / "problem.json", tmp_path / "solution.json"
    path.write_text(json.dumps(PROBLEM))
    assert worktrial(tmp_path, "carve", str(path), "--out", str(out)).returncode == 0
    solution = json.loads(out.read_text())
    jsonschema.validate(solution, schema("carve-solution.schema.json"))
    assert {task["id"]: task["hours"] for task in solution["tasks"]} == {"desk": 6.0, "line": 3.0}


def test_carve_shows_alternatives_a_front_and_what_stays_in_the_documented_shape(tmp_path: Path) -> None:
    tasks = [{**task, "strain": 1 - task["value"], "benefit": task["value"]} for task in PROBLEM["tasks"]]  # type: ignore[index,operator]
    stool = {"id": "stool", "cost": 0.3, "effects": {"pos_stand": 2}, "tasks": ["line"]}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM | {"tasks": tasks, "accommodations": [stool], "locked": ["line"]}))
    ended = worktrial(tmp_path, "carve", str(path), "--json", "--alternatives", "3", "--front", "4")
    solution = json.loads(ended.stdout)
    jsonschema.validate(solution, schema("carve-solution.schema.json"))
    assert solution["needed_accommodations"]["cheapest"]["accommodations"] == ["stool"]
    assert solution["needed_accommodations"]["cheapest"]["closes"][0]["dimension"] == "pos_stand"
    assert [donor["job"] for donor in solution["donors"]] == ["task:desk", "task:line"]
    assert all("line" in {task["id"] for task in one["tasks"]} for one in solution["alternatives"])
    assert len(solution["front"]) >= 1
    shown = worktrial(tmp_path, "carve", str(path), "--alternatives", "3", "--front", "4", "--lang", "en").stdout
    assert "Alternative 1" in shown
    assert "freed" in shown


def test_what_if_is_an_option_and_a_wrong_one_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM))
    more = worktrial(tmp_path, "carve", str(path), "--json", "--set", "capacity.pos_stand=5", "--set", "hours.max=12")
    assert {t["id"]: t["hours"] for t in json.loads(more.stdout)["tasks"]} == {"desk": 6.0, "line": 6.0}
    out = worktrial(tmp_path, "carve", str(path), "--json", "--lock-out", "desk", "--set", "capacity.pos_stand=unknown")
    assert {t["id"] for t in json.loads(out.stdout)["tasks"]} == {"line"}
    for wrong in (["--set", "hours.max=-3"], ["--set", "pos_stand=3"], ["--lock-in", "lne"], ["--front", "3"]):
        ended = worktrial(tmp_path, "carve", str(path), *wrong)
        assert ended.returncode == 7, wrong
        assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("ending", ["lp", "mps"])
def test_the_written_program_has_the_same_optimum_elsewhere(tmp_path: Path, ending: str) -> None:
    path, out = tmp_path / "problem.json", tmp_path / f"program.{ending}"
    path.write_text(json.dumps(PROBLEM | {"switch_cost": 0.3}))
    solution = json.loads(worktrial(tmp_path, "carve", str(path), "--json", "--lp", str(out)).stdout)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(out))
    solver.run()
    assert -solver.getInfo().objective_function_value == pytest.approx(solution["objective"], abs=1e-5)
    assert "taken_0_" in out.read_text()


def test_carve_says_why_there_is_none_with_exit_code_10(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM | {"tasks": PROBLEM["tasks"][:1]}))  # type: ignore[index]
    ended = worktrial(tmp_path, "carve", str(path))
    assert ended.returncode == 10
    assert "Seisominen" in ended.stdout or "seisominen" in ended.stdout


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"hours": {"min": -1, "max": 5}}, "hours.min"),
        ({"hours": {"min": 9, "max": 5}}, "min is above max"),
        ({"capacity": {"pos_stnd": 3}}, "unknown dimension 'pos_stnd'"),
        ({"tied": [["line", "lien"]]}, "unknown task 'lien'"),
        ({"format": "carve-problem/9"}, "format"),
        ({"extra": 1}, "extra"),
        ({"tasks": []}, "tasks"),
    ],
)
def test_a_wrong_problem_is_a_sentence_and_exit_code_7(tmp_path: Path, change: dict[str, object], says: str) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(PROBLEM | change))
    ended = worktrial(tmp_path, "carve", str(path))
    assert ended.returncode == 7
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("text", ["", "{", '{"hours": NaN}', "[" * 100_000])
def test_a_problem_that_is_not_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "problem.json"
    path.write_text(text)
    ended = worktrial(tmp_path, "carve", str(path))
    assert ended.returncode in {6, 7}
    assert "Traceback" not in ended.stderr


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    for command in (["demo"], ["candidates"], ["match"], ["carve"], ["doctor"], ["serve"]):
        assert "Example: worktrial" in worktrial(tmp_path, *command, "--help").stdout, command
    for what in ("region", "tasks", "onet", "candidates"):
        assert "Example: worktrial" in worktrial(tmp_path, "import", what, "--help").stdout, what


def test_onet_is_imported_and_matched(corpora: Path, tmp_path: Path) -> None:
    worktrial(tmp_path, "demo")
    stored = worktrial(tmp_path, "import", "onet", str(corpora / "onet"))
    assert stored.returncode == 0, stored.stderr
    assert "18796 tasks" in stored.stdout
    written = json.loads(worktrial(tmp_path, "match", "KS-001", "--region", "onet", "--json", "--top", "5").stdout)
    for suggestion in written["suggestions"]:
        assert {"occupation_prior", "hours_assumed", "travel_unknown"} <= {f["kind"] for f in suggestion["flags"]}


def test_one_site_is_looked_at_closely(home: Path) -> None:
    listed = json.loads(worktrial(home, "match", "KS-001", "--json", "--top", "1").stdout)["suggestions"][0]
    site = listed["site"]["id"]
    written = json.loads(
        worktrial(home, "site", "KS-001", site, "--json", "--alternatives", "1", "--front", "3").stdout
    )
    jsonschema.validate(written, schema("site.schema.json"))
    jsonschema.validate(written["solution"], schema("carve-solution.schema.json"))
    assert written["score"] == pytest.approx(listed["score"], abs=1e-3)
    assert written["solution"]["alternatives"]
    assert written["solution"]["front"]
    shown = worktrial(home, "site", "KS-001", site, "--lang", "en").stdout
    assert "freed" in shown
    assert "Tasks that are not open" in shown
    fewer = worktrial(home, "site", "KS-001", site, "--json", "--set", "hours.max=12", "--keep-variety", "0.5")
    assert sum(task["hours"] for task in json.loads(fewer.stdout)["solution"]["tasks"]) <= 12
    none = worktrial(home, "site", "KS-001", site, "--set", "hours.min=39", "--set", "hours.max=40", "--lang", "en")
    assert none.returncode == 10
    assert "would be" in none.stdout


def test_a_wrong_site_or_change_is_a_sentence(home: Path) -> None:
    for wrong, code in (
        (["site", "KS-001", "saarikirjasto.pääkirjasto"], 3),
        (["site", "KS-001", "saarikirjasto.paakirjasto", "--lock-in", "nothing"], 7),
        (["match", "KS-001", "--set", "capacity.pos_stnd=3"], 7),
        (["match", "KS-001", "--without", "no_such_measure"], 7),
        (["pairs", "KS-99"], 3),
    ):
        ended = worktrial(home, *wrong)
        assert ended.returncode == code, (wrong, ended.stderr)
        assert "Traceback" not in ended.stderr


def test_what_if_for_a_region_and_what_is_just_outside(home: Path) -> None:
    usual = json.loads(worktrial(home, "match", "KS-025", "--json", "--near", "2").stdout)
    jsonschema.validate(usual, schema("match.schema.json"))
    assert len(usual["just_outside"]) == 2
    assert all(near["changes"] for near in usual["just_outside"])
    assert any(near["elsewhere"] for near in usual["just_outside"])
    for near in usual["just_outside"]:
        about = {change["about"] for change in near["changes"]}
        assert all(set(case["gaps"]) <= about for case in near["elsewhere"])
    more = json.loads(worktrial(home, "match", "KS-025", "--json", "--set", "capacity.pos_stand=5").stdout)
    jsonschema.validate(more, schema("match.schema.json"))
    assert more["what_if"] == ["capacity.pos_stand=5"]
    assert more["run_id"] != usual["run_id"]
    assert more["suggestions"][0]["score"] >= usual["suggestions"][0]["score"]
    again = json.loads(worktrial(home, "match", "KS-025", "--json").stdout)
    assert again["run_id"] == usual["run_id"]
    shown = worktrial(home, "match", "KS-025", "--near", "1", "--set", "hours.max=10", "--lang", "sv").stdout
    assert "Strax utanför" in shown
    assert "Tänk om: hours.max=10" in shown


def test_two_workplaces_make_a_part_job_with_the_way_between_them(home: Path) -> None:
    written = json.loads(worktrial(home, "pairs", "KS-001", "--json", "--top", "2").stdout)
    jsonschema.validate(written, schema("pairs.schema.json"))
    for pair in written["pairs"]:
        jsonschema.validate(pair["solution"], schema("carve-solution.schema.json"))
        assert len(set(pair["sites"])) == 2
    assert written["pairs"][0]["trips"][0]["minutes"] == written["pairs"][0]["minutes_between"]
    shown = worktrial(home, "pairs", "KS-001", "--top", "1", "--lang", "en").stdout
    assert "travel" in shown


def test_two_sites_of_a_problem_file_show_the_trips_between_them(tmp_path: Path) -> None:
    def task(id_: str, site: str, block: str) -> dict[str, object]:
        return {"id": id_, "site": site, "hours": 3, "value": 0.8, "levels": {"pos_stand": 4}, "blocks": [block]}

    problem = {
        "format": "carve-problem/1",
        "hours": {"min": 6, "max": 6},
        "blocks": [{"id": "mon_am", "hours": 4}, {"id": "mon_pm", "hours": 4}],
        "tasks": [task("a", "north", "mon_am"), task("b", "south", "mon_pm")],
        "between_sites": [{"sites": ["north", "south"], "minutes": 20}],
        "travel_within_day": 30,
    }
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    solution = json.loads(worktrial(tmp_path, "carve", str(path), "--json").stdout)
    jsonschema.validate(solution, schema("carve-solution.schema.json"))
    assert solution["trips"] == [{"day": "mon", "from": "north", "to": "south", "minutes": 20.0}]
    path.write_text(json.dumps(problem | {"travel_within_day": 10}))
    assert worktrial(tmp_path, "carve", str(path)).returncode == 10


def test_loads_alternate_within_the_day_when_that_is_asked_for(tmp_path: Path) -> None:
    stand = {"id": "stand", "hours": 4, "value": 0.9, "levels": {"pos_stand": 5}, "divisible": True}
    seat = {"id": "seat", "hours": 8, "value": 0.5, "divisible": True}
    problem = {
        "format": "carve-problem/1",
        "hours": {"min": 12, "max": 12},
        "capacity": {"pos_stand": 3},
        "blocks": [{"id": f"{day}_am", "hours": 4} for day in ("mon", "tue", "wed")],
        "tasks": [stand, seat],
    }
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem))
    solution = json.loads(worktrial(tmp_path, "carve", str(path), "--json", "--alternate").stdout)
    blocks = {task["id"]: task["blocks"] for task in solution["tasks"]}
    for block, hours in blocks["stand"].items():
        assert hours <= (hours + blocks["seat"].get(block, 0)) / 3 + 1e-6


def test_an_extended_task_is_read_and_said_apart(tmp_path: Path) -> None:
    task = {"id": "shelf", "job": "shop", "hours": 2, "extends_to": 8, "value": 0.7, "divisible": True}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps({"format": "carve-problem/1", "hours": {"min": 5, "max": 6}, "tasks": [task]}))
    solution = json.loads(worktrial(tmp_path, "carve", str(path), "--json").stdout)
    assert solution["tasks"][0]["hours"] == 6
    (donor,) = solution["donors"]
    assert (donor["hours_freed"], donor["hours_added"], donor["hours_kept"]) == (2, 4, 0)
    path.write_text(json.dumps({"format": "carve-problem/1", "hours": {"max": 6}, "tasks": [task | {"extends_to": 1}]}))
    assert "extends_to is below hours" in worktrial(tmp_path, "carve", str(path)).stderr


def test_a_list_keeps_to_the_terms_of_a_pathway(home: Path) -> None:
    usual = json.loads(worktrial(home, "match", "KS-021", "--json").stdout)
    asked = ["match", "KS-021", "--json", "--pathway", "fi.pension.trial_unpaid", "--on", "2020-06-01"]
    within = json.loads(worktrial(home, *asked).stdout)
    jsonschema.validate(within, schema("match.schema.json"))
    hours = [sum(task["hours"] for task in one["tasks"]) for one in within["suggestions"]]
    assert min(hours) >= 20
    assert len(within["suggestions"]) < len(usual["suggestions"])
    assert [term["section"] for term in within["pathway"]["terms"]]
    assert within["pathway"]["breaches"] == []
    days = json.loads(worktrial(home, *asked[:4], "fi.employment.trial", *asked[5:]).stdout)
    jsonschema.validate(days, schema("match.schema.json"))
    short = {(b["site"], b["day"]) for b in days["pathway"]["breaches"] if b["limit"] == "hours_per_day_least"}
    for one in days["suggestions"]:
        by_day: dict[str, float] = {}
        for task in one["tasks"]:
            for block, planned in task["blocks"].items():
                by_day[block[:3]] = by_day.get(block[:3], 0.0) + planned
        assert {day for site, day in short if site == one["site"]["id"]} == {
            d for d, h in by_day.items() if h < 4 - 1e-6
        }
    shown = worktrial(home, "match", "KS-021", "--top", "1", "--lang", "en", *asked[3:]).stdout
    assert "Terms:" in shown
    few = ["match", "KS-021", "--set", "hours.min=2", "--set", "hours.max=6", *asked[3:]]
    ended = worktrial(home, *few)
    assert ended.returncode == 7
    assert "leave no week" in ended.stderr
    assert worktrial(home, "match", "KS-021", "--pathway", "fi.no_such").returncode == 7


def test_a_command_starts_without_what_only_others_need() -> None:
    """A third of a second and 70 MB of tables and machine code stood before every command once."""
    told = "import sys, api.commands.main; print(*({'pandas', 'numba', 'scipy', 'fastapi'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.strip() == ""

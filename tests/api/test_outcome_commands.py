"""The way from a list of trials to a model in force and back, as a researcher types it; every refusal is a sentence."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from api.commands.outcomes import DEMO_TRIALS
from tests.commands import schema, worktrial

PAIR = ("--by", "Anna Aalto", "--and", "Bo Berg", "--reason", "Better at employers it has not seen")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo store with a frozen frame and a model trained on it."""
    folder = tmp_path_factory.mktemp("home")
    assert worktrial(folder, "demo").returncode == 0
    framed = worktrial(folder, "train", "frame", "--out", str(folder / "frame"), "--json")
    assert framed.returncode == 0, framed.stderr
    written = json.loads(framed.stdout)
    jsonschema.validate(written, schema("training-frame.schema.json"))
    assert written["counts"]["trials"] == 42
    assert written["simulated"]
    trained = worktrial(folder, "train", "scorer", "--frame", str(folder / "frame"), "--out", "first", "--json")
    assert trained.returncode == 0, trained.stderr
    jsonschema.validate(json.loads(trained.stdout), schema("trained-scorer.schema.json"))
    return folder


def test_the_same_store_gives_the_same_frame_and_the_same_model(home: Path, tmp_path: Path) -> None:
    worktrial(home, "train", "frame", "--out", str(tmp_path / "again"))
    for path in (home / "frame").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
    other = tmp_path / "home"
    shutil.copytree(home / "keys", other / "keys")
    again = worktrial(other, "train", "scorer", "--frame", str(tmp_path / "again"), "--out", "first", seed="7")
    assert again.returncode == 0, again.stderr
    for path in (home / "models" / "first").iterdir():
        assert path.read_bytes() == (other / "models" / "first" / path.name).read_bytes(), path.name


def test_a_model_comes_into_force_by_two_people_and_goes_again(home: Path) -> None:
    alone = worktrial(home, "model", "promote", "first", "--by", "Anna", "--and", "anna", *PAIR[4:])
    assert alone.returncode == 7
    assert "two different people" in alone.stderr
    refused = worktrial(home, "model", "promote", "first", *PAIR)
    assert refused.returncode == 7
    assert "made-up outcomes" in refused.stderr
    tried = worktrial(home, "model", "promote", "first", *PAIR, "--trial-mode", "--lang", "en")
    assert tried.returncode == 0, tried.stderr
    assert "Learned from made-up outcomes" in tried.stdout
    doctor = json.loads(worktrial(home, "doctor", "--json").stdout)
    assert doctor["trial_scorer"]["name"] == "first"
    assert doctor["trials"] == 48
    listed = json.loads(worktrial(home, "model", "list", "--json").stdout)
    jsonschema.validate(listed, schema("models.schema.json"))
    assert listed["decisions"][0]["people"] == ["Anna Aalto", "Bo Berg"]
    spoiled = home / "models" / "first" / "card.md"
    card = spoiled.read_text(encoding="utf-8")
    spoiled.write_text(card + "!", encoding="utf-8")
    doctor_ended = worktrial(home, "doctor", "--json")
    assert doctor_ended.returncode == 5
    assert json.loads(doctor_ended.stdout)["trial_scorer"]["why_expert"] == "refused"
    assert "asiantuntijapainot" in worktrial(home, "model", "list").stdout
    spoiled.write_text(card, encoding="utf-8")
    back = worktrial(home, "model", "rollback", *PAIR, "--lang", "sv")
    assert back.returncode == 0, back.stderr
    assert "Expertvikterna gäller" in back.stdout


def test_models_are_shown_and_compared_in_the_documented_shapes(home: Path) -> None:
    for arguments in (("show", "first"), ("show", "expert"), ("compare", "expert", "first")):
        ended = worktrial(home, "model", *arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        jsonschema.validate(json.loads(ended.stdout), schema("model.schema.json"))
    said = worktrial(home, "model", "compare", "expert", "first", "--lang", "en").stdout
    assert "Largest differences" in said
    unknown = worktrial(home, "model", "show", "second")
    assert unknown.returncode == 3
    assert "first" in unknown.stderr


def test_effects_are_listed_with_what_they_rest_on(home: Path) -> None:
    written = json.loads(worktrial(home, "train", "effects", "--json").stdout)
    jsonschema.validate(written, schema("learned-effects.schema.json"))
    assert written["fictional"]
    assert all(one["in_force"] <= one["catalogue"] for one in written["effects"])
    assert "fictional trials" in worktrial(home, "train", "effects", "--lang", "en").stdout
    assert worktrial(home, "train", "effects", "--accept", "x:y", "--by", "A B", "--reason", "r" * 20).returncode == 7


def test_bad_rows_leave_the_store_as_it_was_unless_the_good_ones_are_wanted(home: Path, tmp_path: Path) -> None:
    lines = DEMO_TRIALS.read_text(encoding="utf-8").splitlines()
    changed = [lines[0], lines[1], lines[2].replace("KS-T001", "NEW-1").replace("KS-001", "KS-061"),
               lines[3].replace("KS-T002", "NEW-2").replace("12.9.2022", "13.9.2022"), lines[4],
               lines[5].replace("kyllä", "ei")]  # fmt: skip
    path, faults = tmp_path / "more.csv", tmp_path / "faults.csv"
    path.write_text("\n".join(changed), encoding="utf-8")
    refused = worktrial(home, "import", "outcomes", str(path), "--faults", str(faults))
    assert refused.returncode == 8
    assert "row 3, candidate [unknown]" in refused.stderr
    assert "row 5" not in refused.stderr, "what is stored just so is no fault"
    assert "row 6, id [stored]" in refused.stderr
    assert "KS-061" not in refused.stderr
    assert "3;candidate;unknown" in faults.read_text(encoding="utf-8-sig")
    assert json.loads(worktrial(home, "doctor", "--json").stdout)["trials"] == 48
    kept = worktrial(home, "import", "outcomes", str(path), "--keep-good", "--lang", "en")
    assert kept.returncode == 0, kept.stderr
    assert "Stored 1 trials; 2 rows refused." in kept.stdout
    assert json.loads(worktrial(home, "doctor", "--json").stdout)["trials"] == 49


def test_three_trials_of_one_kind_are_stored_and_reported_and_make_no_model(tmp_path: Path) -> None:
    worktrial(tmp_path, "import", "region", "data/reference/regions/keski_suomi")
    worktrial(tmp_path, "import", "candidates", "data/reference/regions/keski_suomi_candidates.yaml")
    nothing = worktrial(tmp_path, "train", "frame", "--out", str(tmp_path / "frame"))
    assert nothing.returncode == 7
    assert nothing.stderr.startswith("Mallia ei tehty. Päättyneitä kokeiluja on 0;")
    few = tmp_path / "few.csv"
    few.write_text("\n".join(DEMO_TRIALS.read_text(encoding="utf-8").splitlines()[:5]), encoding="utf-8")
    stored = worktrial(tmp_path, "import", "outcomes", str(few), "--lang", "en")
    assert stored.returncode == 0, stored.stderr
    assert "Too few to learn from" in stored.stdout
    assert worktrial(tmp_path, "train", "frame", "--out", str(tmp_path / "frame")).returncode == 0
    refused = worktrial(tmp_path, "train", "scorer", "--frame", str(tmp_path / "frame"), "--lang", "sv")
    assert refused.returncode == 7
    assert "Ingen modell gjordes." in refused.stderr
    assert "Alla 3 prövningar gick bra" in refused.stderr
    assert not (tmp_path / "models").exists()
    (tmp_path / "frame" / "frame.json").write_text("{}", encoding="utf-8")
    spoiled = worktrial(tmp_path, "train", "scorer", "--frame", str(tmp_path / "frame"))
    assert spoiled.returncode == 7
    assert "has changed" in spoiled.stderr
    assert worktrial(tmp_path, "train", "scorer").returncode == 7
    assert "Traceback" not in refused.stderr + spoiled.stderr + nothing.stderr


def test_a_trial_chosen_from_a_list_is_learned_from_as_it_was_shown(home: Path, tmp_path: Path) -> None:
    listed = json.loads(worktrial(home, "match", "KS-058", "--top", "3", "--json").stdout)
    chosen, day = listed["suggestions"][0], datetime.now(UTC).date().isoformat()
    entry = {
        "id": "SHOWN-1", "candidate": "KS-058", "site": chosen["site"]["id"], "suggestion": chosen["id"],
        "tasks": {task["id"]: task["hours"] for task in chosen["tasks"]}, "decided": day, "starts": day, "ended": day,
        "course": "ended", "outcome": "hired", "released": True,
    }  # fmt: skip
    path = tmp_path / "shown.yaml"
    path.write_text(json.dumps({"trials": [entry]}), encoding="utf-8")
    stored = worktrial(home, "import", "outcomes", str(path))
    assert stored.returncode == 0, stored.stderr
    written = json.loads(worktrial(home, "train", "frame", "--out", str(tmp_path / "frame"), "--json").stdout)
    jsonschema.validate(written, schema("training-frame.schema.json"))
    assert written["counts"]["rows"]["shown"] == 1
    assert written["counts"]["shown"] >= len(listed["suggestions"])

"""Lists in and out as somebody types it: preview, store, undo, export; every refusal is a sentence with its code."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import openpyxl
import pytest

from tests.api.test_outcome_commands import worktrial
from tests.commands import schema

LIST = "tehtävä;tunnit;nimike;toimipaikka;työnantaja\nPöytien pyyhintä;2,5;Salityö;Sali;Oma Oy\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def written(folder: Path, text: str, name: str = "lista.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_list_is_previewed_stored_by_its_token_and_undone(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, LIST)
    seen = worktrial(home, "import", "tasks", path, "--preview", "--json")
    preview = json.loads(seen.stdout)
    jsonschema.validate(preview, schema("import-preview.schema.json"))
    assert preview["counts"]["new"] == 1
    assert json.loads(worktrial(home, "imports", "--json").stdout) == []
    stored = worktrial(home, "import", "tasks", path, "--token", preview["token"], "--json")
    assert stored.returncode == 0, stored.stderr
    again = worktrial(home, "import", "tasks", path, "--token", preview["token"])
    assert again.returncode == 12
    assert "previewed" in again.stderr
    listed = json.loads(worktrial(home, "imports", "--json").stdout)
    jsonschema.validate(listed, schema("imports.schema.json"))
    assert listed == [json.loads(stored.stdout)]
    undone = worktrial(home, "imports", "undo", listed[0]["id"], "--lang", "en")
    assert undone.stdout.startswith("Undone")
    assert worktrial(home, "imports", "undo", listed[0]["id"]).returncode == 12
    assert worktrial(home, "imports", "undo", "none").returncode == 3
    assert "undone" in worktrial(home, "imports", "--lang", "en").stdout


def test_a_preview_tells_columns_faults_and_writes_the_marked_table(home: Path, tmp_path: Path) -> None:
    path = written(tmp_path, LIST.replace("tunnit", "Paljonko") + "Kukat;monta;Salityö;Sali;Oma Oy\n")
    marked = tmp_path / "marked.xlsx"
    seen = worktrial(home, "import", "tasks", path, "--column", "hours=Paljonko", "--preview", "--marked", str(marked),
                     "--answer", "sv")  # fmt: skip
    assert seen.returncode == 0, seen.stderr
    assert "hours = Paljonko" in seen.stdout
    assert "row 3, hours [not_hours]" in seen.stderr
    sheet = openpyxl.load_workbook(marked).active
    assert sheet["F3"].value.startswith("Paljonko: Timmar per vecka")
    refused = worktrial(home, "import", "tasks", path, "--column", "hours=Paljonko")
    assert refused.returncode == 8
    kept = worktrial(home, "import", "tasks", path, "--column", "hours=Paljonko", "--keep-good")
    assert kept.returncode == 0
    assert worktrial(home, "import", "tasks", path, "--column", "hours=Tunnit").returncode == 7


def test_what_goes_out_comes_in_elsewhere(home: Path, tmp_path: Path) -> None:
    assert worktrial(home, "demo").returncode == 0
    elsewhere = tmp_path / "elsewhere"
    for kind, name in (("tasks", "t.csv"), ("candidates", "c.xlsx"), ("outcomes", "o.csv")):
        out = worktrial(home, "export", kind, "--out", str(tmp_path / name), "--lang", "sv")
        assert out.returncode == 0, out.stderr
        brought = worktrial(elsewhere, "import", kind, str(tmp_path / name), "--json")
        assert brought.returncode == 0, brought.stderr
        assert (
            worktrial(elsewhere, "export", kind, "--out", str(tmp_path / f"again-{name}"), "--lang", "sv").returncode
            == 0
        )
        assert (tmp_path / name).read_bytes() == (tmp_path / f"again-{name}").read_bytes()
    assert (tmp_path / "c.xlsx").stat().st_mode & 0o077 == 0
    assert worktrial(home, "export", "tasks", "--out", str(tmp_path / "x.pdf")).returncode == 7


@pytest.mark.parametrize("kind", ["tasks", "candidates", "outcomes"])
def test_an_empty_table_is_written_and_read(home: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "empty.xlsx"
    assert worktrial(home, "export", "template", kind, "--out", str(path)).returncode == 0
    seen = worktrial(home, "import", kind, str(path), "--preview", "--json")
    assert json.loads(seen.stdout)["rows"] == {"good": 0, "bad": 0}

"""Backup, restore and erasure as an operator runs them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands import worktrial


def candidates(home: Path) -> set[str]:
    return {one["id"] for one in json.loads(worktrial(home, "candidates", "--json").stdout)["candidates"]}


def test_a_store_is_backed_up_and_put_back_and_an_erased_person_stays_erased(tmp_path: Path) -> None:
    home, backup = tmp_path / "home", tmp_path / "monday.backup"
    assert worktrial(home, "demo").returncode == 0
    (home / "models" / "one").mkdir(parents=True)
    (home / "models" / "one" / "card.md").write_text("a model")
    assert worktrial(home, "backup", str(backup)).returncode == 0
    assert worktrial(home, "erase", "KS-014").returncode == 0
    assert "KS-014" in candidates(home)  # not without --yes
    assert worktrial(home, "erase", "KS-014", "--yes").returncode == 0
    assert "KS-014" not in candidates(home)
    checked = worktrial(home, "restore", str(backup))
    assert "Nothing was changed" in checked.stderr
    restored = worktrial(home, "restore", str(backup), "--yes")
    assert "1 people in it had been erased" in restored.stderr
    assert len(candidates(home)) == 59
    assert worktrial(home, "demo").returncode == 0  # fills the region again, but for the erased person
    assert "KS-014" not in candidates(home)
    other = tmp_path / "other"
    moved = worktrial(other, "restore", str(backup), "--erased", str(home / "erasures.txt"), "--yes")
    assert moved.returncode == 0, moved.stderr
    assert candidates(other) == candidates(home)
    assert (other / "models" / "one" / "card.md").read_text() == "a model"
    assert worktrial(other, "match", "KS-001", "--top", "2").returncode == 0


def test_wrong_files_and_ids_are_sentences(tmp_path: Path) -> None:
    worktrial(tmp_path, "demo")
    (tmp_path / "no.backup").write_bytes(b"PK no")
    for arguments, code in (
        (("restore", str(tmp_path / "no.backup")), 6),
        (("restore", str(tmp_path / "absent.backup")), 6),
        (("backup", str(tmp_path / "no.backup")), 6),
        (("erase", "KS-01"), 3),
    ):
        ended = worktrial(tmp_path, *arguments)
        assert ended.returncode == code, ended.stderr
        assert "Traceback" not in ended.stderr

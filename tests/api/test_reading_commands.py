"""``worktrial classify``, ``conditions``, ``train`` and ``import corrections`` as a newcomer runs them."""

from __future__ import annotations

import csv
import json
import tracemalloc
from pathlib import Path

import pytest

from api.commands.reading import classify_file
from data.dimensions import dimension_index
from tests.commands import worktrial

TEXTS = 'id,text\n1,Lattioiden imurointi ja moppaus\n2,\n3,"Laatikot, yli 25 kg"\n-4,Answer phones\n'


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.csv"
    path.write_text(TEXTS, encoding="utf-8")
    return path


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_wide_form_has_every_row_and_numbers_only(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "wide.csv"
    done = worktrial(tmp_path, "classify", str(texts), "--out", str(out), "--wide")
    assert done.returncode == 0, done.stderr
    assert "4 texts read, 1 of them said nothing" in done.stderr
    rows = _table(out)
    assert [row["id"] for row in rows] == ["1", "2", "3", "-4"]
    assert list(rows[0]) == ["id", *dimension_index()]
    assert all(0 <= float(cell) <= 5 for row in rows for name, cell in row.items() if name != "id" and cell)
    assert not any(cell for name, cell in rows[1].items() if name != "id")
    assert float(rows[2]["str_lift"]) == 5.0


def test_the_long_form_gives_interval_and_evidence(texts: Path, tmp_path: Path) -> None:
    out = tmp_path / "long.csv"
    assert worktrial(tmp_path, "classify", str(texts), "--out", str(out), "--lang", "fi").returncode == 0
    rows = _table(out)
    assert list(rows[0]) == ["id", "dimension", "level", "low", "high", "evidence"]
    assert all(float(row["low"]) <= float(row["level"]) <= float(row["high"]) for row in rows)
    lift = next(row for row in rows if row["id"] == "3" and row["dimension"] == "str_lift")
    assert lift["evidence"] == "figure: 25 kg [14-19]"
    assert "2" not in {row["id"] for row in rows}


def test_both_forms_say_the_same(texts: Path, tmp_path: Path) -> None:
    wide, long = tmp_path / "wide.csv", tmp_path / "long.csv"
    classify_file(texts, wide, "auto", True)
    classify_file(texts, long, "auto", False)
    by_id = {row["id"]: row for row in _table(wide)}
    for row in _table(long):
        assert by_id[row["id"]][row["dimension"]] == row["level"]


def test_one_text_is_explained_with_its_words(texts: Path, tmp_path: Path) -> None:
    shown = worktrial(tmp_path, "classify", str(texts), "--explain", "3")
    assert shown.returncode == 0, shown.stderr
    assert "Lifting and carrying" in shown.stdout
    assert "25 kg [14-19]" in shown.stdout
    missing = worktrial(tmp_path, "classify", str(texts), "--explain", "33")
    assert missing.returncode == 7
    assert "such as 3" in missing.stderr


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", 6, "empty"),
        (b"a,b\n1,2\n", 6, "no column holds the texts"),
        (b"PK\x03\x04zip", 6, "spreadsheet"),
        ("id;tehtävä\n1;Lattioiden pesu\n".encode("cp1252"), 0, "1 texts read"),
        ("\ufeffid,text\n1,siivous\n".encode(), 0, "1 texts read"),
        ("id,text\n1,siivous\n".encode("utf-16"), 0, "1 texts read"),
        ('id,text\n1,"' + "siivous " * 130_000 + '"\n2,🙂 <b>x</b>\x00\x07\n3,"=1+1\nnext"\n', 0, "3 texts read"),
        (b"id,text\n1,\xff\xfe\xfa\n", 0, "1 texts read"),
    ],
)
def test_bad_files_and_bad_texts_get_an_answer(tmp_path: Path, content: bytes | str, code: int, words: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for command, name in (("classify", "out.csv"), ("conditions", "out.jsonl")):
        done = worktrial(tmp_path, command, str(path), "--out", str(tmp_path / name))
        assert done.returncode == code, done.stderr
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert (tmp_path / name).exists() == (code == 0)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    peaks = []
    for size in (8_000, 24_000):
        source = tmp_path / f"{size}.csv"
        with source.open("w", encoding="utf-8") as file:
            file.write("id,text\n")
            file.writelines(f"{at},siivous ja moppaus aulassa {at % 50}\n" for at in range(size))
        classify_file(source, tmp_path / "out.csv", "fi", True)
        tracemalloc.start()
        classify_file(source, tmp_path / "out.csv", "fi", True)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


def test_conditions_are_written_one_object_a_row(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.jsonl"
    source.write_text(
        'id,text\na,"Hygieniapassi vaaditaan. Ei nostoja, mutta kannat 20 kg säkkejä."\nb,\n', encoding="utf-8"
    )
    assert worktrial(tmp_path, "conditions", str(source), "--out", str(out)).returncode == 0
    first, second = (json.loads(line) for line in out.read_text(encoding="utf-8").splitlines())
    assert first["language"] == "fi"
    assert {
        "type": "permit",
        "value": "hygiene_passport",
        "need": "must",
        "quote": "Hygieniapassi",
        "start": 0,
        "end": 13,
    } in first["conditions"]
    assert [one["about"] for one in first["contradictions"]] == ["lifting_limit"]
    assert second["conditions"] == []


def test_corrected_levels_stand_beside_the_estimates(tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.csv"
    tasks.write_text("tehtävä,tunnit\nLattioiden imurointi ja moppaus,6\nPyykin viikkaus,4\n", encoding="utf-8")
    assert worktrial(tmp_path, "import", "tasks", str(tasks), "--employer", "Oma Oy").returncode == 0
    asked = worktrial(tmp_path, "train", "loads", "--ask", "2")
    rows = list(csv.DictReader(asked.stdout.splitlines()))
    assert len(rows) == 2
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(
        f"id;text;dimension;level\n{rows[0]['id']};{rows[0]['text']};str_lift;1,5\nnobody;x;str_lift;1\n",
        encoding="utf-8",
    )
    stored = worktrial(tmp_path, "import", "corrections", str(corrected))
    assert "Stored 1 corrected levels beside the estimates." in stored.stdout
    assert "nobody" in stored.stdout
    left = worktrial(tmp_path, "train", "loads", "--ask", "2")
    assert [row["id"] for row in csv.DictReader(left.stdout.splitlines())] == [rows[1]["id"]]


def test_faulty_corrections_are_listed_and_nothing_is_stored(tmp_path: Path) -> None:
    path = tmp_path / "corrected.csv"
    path.write_text(
        "id,text,dimension,level\n1,siivous,str_lift,9\n2,siivous,no_such,1\n,,str_lift,1\n", encoding="utf-8"
    )
    done = worktrial(tmp_path, "import", "corrections", str(path))
    assert done.returncode == 8
    for code in ("not_a_level", "unknown", "missing"):
        assert code in done.stderr


def test_training_without_data_says_what_is_missing(tmp_path: Path) -> None:
    done = worktrial(tmp_path, "train", "loads", "--corpora", str(tmp_path / "nowhere"))
    assert done.returncode == 6
    assert "Traceback" not in done.stderr

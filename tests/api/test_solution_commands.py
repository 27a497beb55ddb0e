"""``worktrial solutions`` as a coach runs it: nothing is stored unseen, and no answer names a person."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest

from tests.commands import schema, worktrial

TEXT = """Pirjo Virtanen, 52-vuotias, työskenteli Jyväskylässä koulukeittiössä: seisominen 5, jaksaa 2.
Työpisteelle hankittiin seisomatuki. Työ onnistui hyvin."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("solutions")
    assert worktrial(folder, "solutions", "import", "--seeds").returncode == 0
    return folder


def test_a_gap_is_answered_with_why_what_differs_and_how_it_went(home: Path) -> None:
    asked = "standing 5 against 2, customer contact fine, school kitchen"
    for language, words in (
        ("fi", ("Lähellä", "Eroaa", "Miten kävi")),
        ("sv", ("Nära", "Skiljer sig", "Hur det gick")),
        ("en", ("Near", "Differs", "How it went")),
    ):
        shown = worktrial(home, "solutions", "find", asked, "--lang", language, "--top", "2").stdout
        assert "ct-01" in shown
        assert all(word in shown for word in words)


def test_the_json_of_an_answer_is_as_documented_and_the_same_each_time(home: Path) -> None:
    runs = [worktrial(home, "solutions", "find", "melu 4 / 2", "--json", seed=seed).stdout for seed in ("1", "2")]
    assert runs[0] == runs[1]
    written = json.loads(runs[0])
    jsonschema.validate(written, schema("near-solutions.schema.json"))
    assert written["question"]["gaps"] == {"env_noise": {"needed": 4.0, "managed": 2.0}}


def test_a_text_is_shown_and_stored_only_when_confirmed_with_consent(tmp_path: Path) -> None:
    note, draft = tmp_path / "muistio.txt", tmp_path / "luonnos.yaml"
    note.write_text(TEXT, encoding="utf-8")
    shown = worktrial(tmp_path, "solutions", "add", "--text", str(note), "--draft", str(draft))
    assert shown.returncode == 0
    assert "Tunnistava 0: nimi ”Pirjo Virtanen”" in shown.stdout
    assert "Mitään ei tallennettu" in shown.stderr
    assert "Virtanen" not in draft.read_text(encoding="utf-8")
    assert worktrial(tmp_path, "solutions", "find", "melu 4/2").returncode == 4
    without = worktrial(
        tmp_path, "solutions", "add", "--text", str(note), "--confirm", "--size", "small", "--weeks", "8"
    )
    assert without.returncode == 7
    assert "consent" in without.stderr
    chosen = ("--confirm", "--consent", "--size", "small", "--weeks", "8")
    stored = worktrial(tmp_path, "solutions", "add", "--text", str(note), *chosen)
    assert stored.returncode == 0, stored.stderr
    found = worktrial(tmp_path, "solutions", "find", "seisominen 5/2, keittiö", "--json").stdout
    assert [one["solution"]["source"] for one in json.loads(found)["solutions"]] == ["text"]
    for path in tmp_path.rglob("worktrial.db*"):
        assert b"Virtanen" not in path.read_bytes()


def test_a_corrected_draft_is_stored_from_its_file(tmp_path: Path) -> None:
    note, draft = tmp_path / "muistio.txt", tmp_path / "luonnos.yaml"
    note.write_text(TEXT, encoding="utf-8")
    worktrial(tmp_path, "solutions", "add", "--text", str(note), "--draft", str(draft))
    unfinished = worktrial(tmp_path, "solutions", "add", "--file", str(draft), "--confirm")
    assert unfinished.returncode == 7
    assert "size" in unfinished.stderr
    written = draft.read_text(encoding="utf-8")
    for old, new in (
        ("size: null", "size: small"),
        ("class: null", "class: low"),
        ("weeks: null", "weeks: 8"),
        ("consent: null", "consent: given"),
    ):
        written = written.replace(old, new)
    draft.write_text(written, encoding="utf-8")
    assert "--confirm" in worktrial(tmp_path, "solutions", "add", "--file", str(draft)).stderr
    stored = worktrial(tmp_path, "solutions", "add", "--file", str(draft), "--confirm")
    assert stored.returncode == 0, stored.stderr
    found = json.loads(worktrial(tmp_path, "solutions", "find", "seisominen 5/2", "--json").stdout)
    assert found["solutions"][0]["solution"]["gaps"] == {"pos_stand": [5.0, 2.0]}


def test_a_list_with_faults_stores_nothing_and_its_good_rows_when_asked(tmp_path: Path) -> None:
    rows = tmp_path / "lista.csv"
    rows.write_text(
        "Työ;Muutos;Kuilu;Lopputulos;Toimiala;Koko;Viikkoja;Suostumus\n"
        "Matin keittiötyö;Seisomatuki;seisominen 5/2;onnistui;ruokapalvelut;34;8;kyllä\n"
        "Varasto;Kärry;nosto;onnistui;logistiikka;12;8;kyllä\n",
        encoding="utf-8",
    )
    refused = worktrial(tmp_path, "solutions", "import", str(rows), "--faults", str(tmp_path / "viat.csv"))
    assert refused.returncode == 8
    assert "no_gap" in (tmp_path / "viat.csv").read_text(encoding="utf-8-sig")
    kept = worktrial(tmp_path, "solutions", "import", str(rows), "--keep-good")
    assert kept.returncode == 0
    assert "nimi" not in kept.stderr
    assert "Matin" not in kept.stderr
    assert "Tallennettu 1" in kept.stderr


def test_the_analysis_is_a_page_whose_pictures_say_what_its_tables_say(home: Path, tmp_path: Path) -> None:
    for language in ("fi", "sv", "en"):
        page = tmp_path / f"{language}.html"
        assert worktrial(home, "solutions", "analyse", "--html", str(page), "--lang", language).returncode == 0
        written = page.read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in written
        assert "<script" not in written
        pictures = re.findall(r"<svg.*?</svg>", written, re.DOTALL)
        assert pictures
        for picture in pictures:
            root = ElementTree.fromstring(picture)  # noqa: S314 - the engine's own picture
            space = "{http://www.w3.org/2000/svg}"
            title, described = root.find(f"{space}title"), root.find(f"{space}desc")
            assert title is not None
            assert described is not None
            assert title.text
            cells = re.findall(r"<td class=number>([^<]*)</td></tr>", written)
            for part in (described.text or "").split("; "):
                assert part.rpartition(": ")[2] in cells


def test_the_json_of_the_analysis_is_as_documented(home: Path) -> None:
    written = json.loads(worktrial(home, "solutions", "analyse", "--json").stdout)
    jsonschema.validate(written, schema("solution-analysis.schema.json"))
    assert written["fictional"] == written["cases"] >= 120


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("add",), 7),
        (("add", "--text", "missing.txt"), 6),
        (("import",), 7),
        (("import", "missing.csv"), 6),
        (("find", " "), 7),
        (("analyse",), 4),
    ],
)
def test_wrong_use_is_a_sentence_with_its_exit_code(tmp_path: Path, arguments: tuple[str, ...], code: int) -> None:
    ended = worktrial(tmp_path, "solutions", *arguments)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert ended.stderr.strip()


def test_ended_trials_become_drafts_that_a_human_confirms(tmp_path: Path) -> None:
    assert worktrial(tmp_path, "demo").returncode == 0
    drafts = tmp_path / "drafts.yaml"
    written = worktrial(tmp_path, "solutions", "draft", "--out", str(drafts))
    assert written.returncode == 0, written.stderr
    text = drafts.read_text(encoding="utf-8")
    assert "trial-KS-T002" in text
    assert "KS-0" not in text.replace("trial-KS-T0", "")  # nobody's id
    assert worktrial(tmp_path, "solutions", "draft", "--out", str(drafts)).returncode == 7  # never written over
    added = worktrial(tmp_path, "solutions", "add", "--file", str(drafts), "--confirm")
    assert added.returncode == 0, added.stderr
    assert "trial-KS-T002" in added.stderr
    assert worktrial(tmp_path, "solutions", "draft", "no-such-trial", "--out", str(tmp_path / "x.yaml")).returncode == 3

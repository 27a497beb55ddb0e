"""Documents over HTTP: the same bytes as the command, nothing personal in the URL, faults that do not echo."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.documents import as_docx, as_html, build
from api.messages import LANGUAGES
from api.trial_plan_file import read_document_facts
from data.document_templates import DocumentKind, document_template
from data.reference_files import read_yaml
from tests.conftest import ROOT, client_at_home

EXAMPLE = ROOT / "docs" / "examples" / "planned-trial.yaml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    url = f"sqlite:///{tmp_path_factory.mktemp('documents') / 'w.db'}"
    with client_at_home(create_app(url)) as opened:
        yield opened


@pytest.fixture
def body() -> dict[str, dict[str, object]]:
    def plain(value: object) -> object:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return value.isoformat() if hasattr(value, "isoformat") else value

    read = plain(read_yaml(EXAMPLE))
    assert isinstance(read, dict)
    return read


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(DocumentKind))
def test_the_route_gives_the_bytes_of_the_command(
    client: TestClient, body: dict[str, dict[str, object]], kind: DocumentKind, language: str
) -> None:
    expected = build(document_template(kind.value), read_document_facts(EXAMPLE), language)
    page = client.post(f"/api/v1/documents/{kind.value}?lang={language}", json=body)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-language"] == language
    assert page.content == as_html(expected)
    word = client.post(f"/api/v1/documents/{kind.value}?lang={language}&format=docx", json=body)
    assert word.headers["content-type"] == WORD
    assert word.content == as_docx(expected)
    assert docx.Document(io.BytesIO(word.content)).core_properties.title == expected.title


@pytest.mark.parametrize(
    ("accept", "format_", "got"),
    [
        ("text/html", "", "text/html"),
        ("*/*", "", "text/html"),
        (WORD, "", WORD),
        (f"text/html, {WORD}", "", "text/html"),
        (WORD, "html", "text/html"),
        ("text/html", "docx", WORD),
    ],
)
def test_the_format_follows_the_parameter_and_then_the_header(
    client: TestClient, body: dict[str, dict[str, object]], accept: str, format_: str, got: str
) -> None:
    asked = f"/api/v1/documents/effect_brief{f'?format={format_}' if format_ else ''}"
    answer = client.post(asked, json=body, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(got)
    assert answer.headers["vary"] == "Accept"


def test_an_answer_is_not_kept_and_its_name_says_nothing_of_a_person(
    client: TestClient, body: dict[str, dict[str, object]]
) -> None:
    answer = client.post("/api/v1/documents/final_report?format=docx", json=body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="final_report.docx"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name, value in answer.headers.items() if "Aino" in value]


CANARY = "canary-4711"


@pytest.mark.parametrize(
    ("part", "change", "place"),
    [
        ("trial", {"pathway": CANARY}, "trial.pathway"),
        ("trial", {"pathway": f"fi.{CANARY}"}, "trial.pathway"),
        ("trial", {"starts": CANARY}, "trial.starts"),
        ("trial", {"ends": "2019-01-01"}, "trial"),
        ("trial", {CANARY: 1}, "trial.…"),
        ("trial", {"host": CANARY}, "trial.host"),
        ("arrangement", {"goal": [CANARY]}, "arrangement.goal"),
        ("arrangement", {"half_days": {CANARY: 4}}, "arrangement.half_days"),
        ("arrangement", {"goal": f"Diagnoosina nivelrikko {CANARY}"}, "arrangement.goal"),
        ("arrangement", {"tasks": [{"text": "a", CANARY: 1}]}, "arrangement.tasks.0.…"),
    ],
)
def test_a_fault_is_a_problem_document_that_names_the_place_and_echoes_nothing(
    client: TestClient, body: dict[str, dict[str, object]], part: str, change: dict[str, object], place: str
) -> None:
    answer = client.post("/api/v1/documents/trial_agreement", json={**body, part: {**body[part], **change}})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "invalid_input"
    assert place in answer.json()["detail"]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("asked", "content"),
    [("contract", "{}"), ("effect_brief?lang=de", "{}"), ("effect_brief?format=pdf", "{}"), ("effect_brief", "[")],
)
def test_a_wrong_kind_language_format_or_body_is_named(client: TestClient, asked: str, content: str) -> None:
    answer = client.post(f"/api/v1/documents/{asked}", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_empty_body_says_what_is_missing(client: TestClient) -> None:
    answer = client.post("/api/v1/documents/effect_brief", json={})
    assert "trial: is missing" in answer.json()["detail"]
    assert client.get("/api/v1/documents/effect_brief").status_code == 405


def test_the_command_writes_what_the_route_gives(
    client: TestClient, body: dict[str, dict[str, object]], tmp_path: Path
) -> None:
    from api.commands.document import write_document

    out = tmp_path / "agreement.docx"
    write_document("trial_agreement", EXAMPLE, out, "sv")
    answer = client.post("/api/v1/documents/trial_agreement?lang=sv&format=docx", json=body)
    assert answer.content == out.read_bytes()

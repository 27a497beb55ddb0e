"""``worktrial transfer`` as a coach runs it, and the same answers over HTTP; what is wrong is said in a sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.messages import Messages
from api.transfer_json import elsewhere_as_json, here_as_json, patterns_as_json
from api.transfer_words import fit_lines, here_lines, job_lines, near_lines, pattern_lines
from api.transfers import JobAsked, elsewhere, here, patterns
from data.candidates import Candidate
from data.imports.solutions import SEED_SOLUTIONS, read_solutions
from data.store import Store, add_solutions, open_store, replace_candidates, replace_region
from data.workplaces import Employer
from matching import MatchConfig
from tests.commands import schema, worktrial
from tests.conftest import ROOT, client_at_home

PERSON, SITE = "KS-005", "harjunrinne.lehtola"
EXAMPLE = ROOT / "docs" / "examples" / "transfer-job.json"


@pytest.fixture(scope="module")
def home(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> Path:
    folder = tmp_path_factory.mktemp("transfer")
    store = open_store(f"sqlite:///{folder / 'worktrial.db'}")
    cases = [case for path in sorted(SEED_SOLUTIONS.glob("*.yaml")) for case in read_solutions(path)]
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, people[:8])
        add_solutions(connection, cases[::4])
    store.close()
    return folder


@pytest.fixture(scope="module")
def kept(home: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{home / 'worktrial.db'}")
    yield store
    store.close()


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with client_at_home(create_app(f"sqlite:///{home / 'worktrial.db'}")) as opened:
        yield opened


def test_the_command_and_the_route_give_the_same_documented_answer(home: Path, client: TestClient) -> None:
    asked = ("transfer", "fits", "--candidate", PERSON, "--at", SITE, "--near", "2", "--json", "--lang", "en")
    ended = worktrial(home, *asked)
    assert ended.returncode == 0, ended.stderr
    written = json.loads(ended.stdout)
    jsonschema.validate(written, schema("transfer.schema.json"))
    assert written["fits"]
    assert written["near"]
    assert written["fits"][0]["score"] == round(sum(t["value"] for t in written["fits"][0]["terms"]), 4)
    body = {"candidate": PERSON, "site": SITE}
    answer = client.post("/api/v1/transfer?near=2&lang=en", json=body)
    assert answer.json() == written
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_job_file_and_a_site_answer_are_carried_on(home: Path, tmp_path: Path, client: TestClient) -> None:
    jsonschema.validate(json.loads(EXAMPLE.read_text(encoding="utf-8")), schema("transfer-job.schema.json"))
    shown = worktrial(home, "transfer", "fits", "--job", str(EXAMPLE), "--near", "0")
    assert shown.returncode == 0, shown.stderr
    assert "Tekijää ei tunneta" in shown.stdout
    answer = tmp_path / "answer.json"
    answer.write_text(worktrial(home, "site", PERSON, SITE, "--json").stdout, encoding="utf-8")
    for extra in ((), ("--candidate", PERSON)):
        ended = worktrial(home, "transfer", "fits", "--job", str(answer), *extra, "--near", "0", "--json")
        written = json.loads(ended.stdout)
        jsonschema.validate(written, schema("transfer.schema.json"))
        assert written["job"]["site"] == SITE
        assert written["job"]["known_person"] is bool(extra)
        assert SITE not in [fit["site"] for fit in written["fits"]]
    body = {"job": json.loads(answer.read_text(encoding="utf-8")), "candidate": PERSON}
    assert client.post("/api/v1/transfer?near=0", json=body).json() == written


def test_which_solutions_fit_a_workplace(home: Path, kept: Store, client: TestClient) -> None:
    config = MatchConfig()
    found = here(kept, "aallonpesu.seppala", 5, config)
    written = here_as_json(found, Messages("fi"))
    jsonschema.validate(written, schema("solutions-here.schema.json"))
    assert written["found"]
    assert client.get("/api/v1/sites/aallonpesu.seppala/solutions?top=5").json() == json.loads(json.dumps(written))
    shown = worktrial(home, "transfer", "reverse", "--site", "aallonpesu.seppala", "--top", "2", "--lang", "sv")
    assert "Tidigare lösningar som passar" in shown.stdout
    assert written["found"][0]["solution"]["id"] in shown.stdout


def test_patterns_count_people_and_name_nobody(home: Path, kept: Store, client: TestClient) -> None:
    config = MatchConfig(top=10)
    found = patterns(kept, config, 2)
    assert found.found
    written = patterns_as_json(found, Messages("en"))
    jsonschema.validate(written, schema("job-patterns.schema.json"))
    assert client.get("/api/v1/job-patterns?least_sites=2&lang=en").json() == json.loads(json.dumps(written))
    assert "KS-0" not in json.dumps(written)
    shown = worktrial(home, "transfer", "patterns", "--least-sites", "2", "--lang", "en").stdout
    assert written["patterns"][0]["name"] in shown
    assert "KS-0" not in shown


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_sentence_can_be_said(kept: Store, language: str) -> None:
    messages, config = Messages(language), MatchConfig(top=4)
    found = elsewhere(kept, JobAsked(solution=_some_solution(kept)), config, 2)
    lines = [*job_lines(found, messages)]
    for fit in found.fits:
        lines += fit_lines(fit, found.kinds, messages)
    for near in found.near:
        lines += near_lines(near, messages)
    for one in here(kept, "aallonpesu.seppala", 3, config).found:
        lines += here_lines(one, messages)
    for pattern in patterns(kept, config, 2).found:
        lines += pattern_lines(1, pattern, messages)
    assert len(lines) > 20
    assert all("{" not in line and line.strip() for line in lines)
    assert elsewhere_as_json(found, config, messages)["fits"]


def _some_solution(store: Store) -> str:
    from api.transfers import stored_solutions

    return next(case.id for case in stored_solutions(store) if case.sector == "catering")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("fits",), 7),
        (("fits", "--candidate", PERSON), 7),
        (("fits", "--at", SITE), 7),
        (("fits", "--solution", "ct-01", "--candidate", PERSON), 7),
        (("fits", "--candidate", PERSON, "--at", "nowhere.at.all"), 3),
        (("fits", "--candidate", "XX-1", "--at", SITE), 3),
        (("fits", "--solution", "zz-99"), 3),
        (("fits", "--job", "missing.json"), 6),
        (("fits", "--job", str(ROOT / "README.md")), 6),
        (("fits", "--job", str(EXAMPLE), "--set", "hours.min=2"), 7),
        (("fits", "--job", str(EXAMPLE), "--region", "nowhere"), 4),
        (("reverse", "--site", "nowhere"), 3),
        (("patterns", "--region", "nowhere"), 4),
    ],
)
def test_wrong_use_is_a_sentence_with_its_exit_code(home: Path, arguments: tuple[str, ...], code: int) -> None:
    ended = worktrial(home, "transfer", *arguments)
    assert ended.returncode == code, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stderr.strip()


def test_an_empty_store_says_so(tmp_path: Path) -> None:
    for arguments in (("fits", "--job", str(EXAMPLE)), ("reverse", "--site", "a.b"), ("patterns",)):
        assert worktrial(tmp_path, "transfer", *arguments).returncode == 4


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"candidate": PERSON}, 422),
        ({"solution": "zz-99"}, 404),
        ({"job": {"format": "transfer-job/1", "parts": []}}, 422),
        (
            {"job": {"format": "carve-solution/1", "tasks": [{"id": "no.such", "hours": 2}], "peaks": {}, "doses": {}}},
            404,
        ),
        ({"secret": "x"}, 422),
        ({"candidate": "x" * 300, "site": SITE}, 422),
    ],
)
def test_a_wrong_question_over_http_is_a_problem_document(client: TestClient, body: object, status: int) -> None:
    answer = client.post("/api/v1/transfer", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert "xxx" not in answer.text

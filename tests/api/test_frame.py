"""What holds for every request: headers, names, origins, bodies, problems, tags, pages."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.http.entity_tags import holds, tag_of
from api.http.headers import ALWAYS, POLICY
from api.http.languages import accepted_language
from api.http.paging import read_cursor, write_cursor
from api.http.problems import PROBLEMS, Problem, problem_of, problem_response
from api.http.text_rules import MOST_DEPTH, accepted_json
from api.messages import LANGUAGES
from data.candidates import Candidate
from data.errors import RowFault, RowsRefused, UnknownId, WorkTrialError
from data.store import Store, open_store, replace_candidates
from tests.api.serving_apps import NAME, PUBLIC, service, sqlite_url, url_of, with_faults, with_writing
from tests.conftest import HERE, ROOT

CANARY = "Kanarialintu4711"
JSON = {"Content-Type": "application/json"}
KEY = {"Idempotency-Key": "0123456789abcdef"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, people: tuple[Candidate, ...]) -> Iterator[TestClient]:
    url = sqlite_url(tmp_path_factory.mktemp("frame"))
    store = open_store(url)
    with store.write() as connection:
        replace_candidates(connection, people)
    store.close()
    with TestClient(with_faults(create_app(url)), base_url=HERE, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service behind a proxy on 10.0.0.1; the test client itself is such a proxy."""
    app = with_writing(service(sqlite_url(tmp_path_factory.mktemp("served")), trusted_proxies=["10.0.0.0/8"]))
    with TestClient(app, base_url=PUBLIC, raise_server_exceptions=False, client=("10.0.0.1", 1234)) as opened:
        yield opened


EVERY_STATUS = [
    ("GET", "/api/v1/candidates", {}, b"", 200),
    ("GET", "/health/live", {}, b"", 200),
    ("GET", "/static/docs.js", {}, b"", 200),
    ("GET", "/static/none.js", {}, b"", 404),
    ("GET", "/none", {}, b"", 404),
    ("GET", "/problems/none", {}, b"", 404),
    ("GET", "/api/v1/candidates/none/runs", {}, b"", 404),
    ("DELETE", "/api/v1/candidates", {}, b"", 405),
    ("GET", "/api/v1/candidates?limit=0", {}, b"", 422),
    ("GET", "/api/v1/candidates?cursor=nonsense", {}, b"", 422),
    ("GET", "/api/v1/candidates?cursor=%00", {}, b"", 422),
    ("GET", "/api/v1/candidates?cursor=%ED%A0%80", {}, b"", 422),
    ("POST", "/api/v1/solutions/find", JSON, b"{", 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":"a\\u0000"}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":"\\ud800"}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":NaN}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":1e999}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":9007199254740992}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b'{"question":"a","question":"b"}', 422),
    ("POST", "/api/v1/solutions/find", JSON, b"[" * 100_000, 422),
    ("POST", "/api/v1/solutions/find", JSON, b"\xff", 422),
    ("POST", "/api/v1/solutions/find", {"Content-Type": "text/plain"}, b"{}", 415),
    ("POST", "/api/v1/solutions/find", {"Content-Type": "application/x-www-form-urlencoded"}, b"a=b", 415),
    ("POST", "/api/v1/solutions/find", {**JSON, "Sec-Fetch-Site": "cross-site"}, b"{}", 403),
    ("POST", "/api/v1/notes", JSON, b'{"word":"a"}', 400),
    ("GET", "/api/v1/notes/fault?word=" + CANARY, {}, b"", 500),
    ("GET", "/api/v1/candidates", {"Host": "evil.example"}, b"", 421),
]


@pytest.mark.parametrize(("method", "path", "headers", "body", "status"), EVERY_STATUS)
def test_every_answer_tells_the_browser_to_trust_nothing_else(
    client: TestClient, method: str, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    answer = client.request(method, path, headers=headers, content=body)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    for needed in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert needed in policy
    assert (answer.headers.get("cache-control") == "no-store") == (not path.startswith("/static/docs.js"))
    assert "strict-transport-security" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    if answer.headers["content-type"].startswith("text/"):
        assert "charset=utf-8" in answer.headers["content-type"]
    if status >= 400:
        problem = answer.json()
        kind = PROBLEMS[problem["code"]]
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == status == kind.status
        assert problem["title"] == kind.title
        assert problem["type"] == f"/problems/{problem['code']}"
        assert problem["instance"] == f"urn:worktrial:request:{answer.headers['x-request-id']}"
        assert client.get(problem["type"]).json()["way_out"] == kind.way_out
        assert CANARY not in answer.text


def test_a_fault_of_ours_gives_a_number_and_nothing_else(client: TestClient) -> None:
    answer = client.get("/api/v1/notes/fault", params={"word": CANARY})
    assert set(answer.json()) == {"type", "title", "status", "code", "detail", "way_out", "instance", "incident"}
    assert answer.json()["incident"] in answer.json()["detail"]
    assert client.get("/api/v1/notes/fault", params={"word": CANARY}).json()["incident"] != answer.json()["incident"]


def test_over_https_browsers_are_told_to_stay_there(served: TestClient) -> None:
    for path in ("/health/live", "/none", "/static/docs.js"):
        assert served.get(path).headers["strict-transport-security"].startswith("max-age=63072000")


def test_a_service_shows_no_description_of_itself(served: TestClient) -> None:
    assert served.get("/docs").status_code == served.get("/openapi.json").status_code == 404


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200), ("localhost", 200), ("[::1]:9", 200), ("LOCALHOST:1", 200), ("evil.example", 421),
        ("127.0.0.1.evil.example", 421), ("", 421), ("localhost:x", 421), ("127.0.0.1:80@evil.example", 421),
    ],
)  # fmt: skip
def test_a_local_service_goes_by_names_of_this_machine_only(client: TestClient, host: str, status: int) -> None:
    assert client.get("/api/v1/candidates", headers={"Host": host}).status_code == status
    assert client.get("/health/live", headers={"Host": host}).status_code == 200


def test_a_service_goes_by_its_public_name_only(served: TestClient) -> None:
    assert served.get("/none").status_code == 404
    for host in ("localhost", "10.0.0.1", f"{NAME}.evil.example", f"x.{NAME}"):
        assert served.get("/none", headers={"Host": host}).status_code == 421


OWN = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 422),  # a program
        ({"Sec-Fetch-Site": "same-origin", "Origin": OWN, "Cookie": "a=b"}, 422),
        ({"Sec-Fetch-Site": "none"}, 422),
        ({"Origin": OWN, "Cookie": "a=b"}, 422),  # a browser without Sec-Fetch-Site
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": OWN}, 403),  # a neighbour's name below the same domain
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://127.0.0.1:8000"}, 403),
        ({"Origin": "http://127.0.0.1:8001"}, 403),
        ({"Cookie": "a=b"}, 403),  # somebody's cookies, and nobody says from which page
    ],
)
def test_changes_come_from_our_own_pages_or_from_no_browser(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.post("/api/v1/solutions/find", headers=headers, json={}).status_code == status
    assert client.get("/api/v1/candidates", headers=headers).status_code == 200


def test_the_origin_of_a_service_is_its_public_address(served: TestClient) -> None:
    asked = {"x-test-account": "a"}
    for origin, status in ((PUBLIC, 422), (f"http://{NAME}", 403), (f"{PUBLIC}:444", 403)):
        assert served.post("/api/v1/notes", headers={**asked, **KEY, "Origin": origin}, json={}).status_code == status


@pytest.mark.parametrize("kind", ["honest", "chunked", "lying"])
def test_a_body_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, kind: str) -> None:
    import asyncio

    app, most, sent, came = service(sqlite_url(tmp_path), body_limit_bytes=10_000), 10_000, 0, []
    length = {"honest": b"1000000000", "chunked": None, "lying": b"10"}[kind]
    headers = [(b"host", NAME.encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/solutions/find", "raw_path": b"", "query_string": b"",
        "headers": headers + ([(b"content-length", length)] if length else []), "client": ("192.0.2.1", 1),
        "scheme": "https", "server": (NAME, 443), "http_version": "1.1", "root_path": "", "state": {},
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        nonlocal sent
        sent += 1_000
        return {"type": "http.request", "body": b" " * 1_000, "more_body": True}

    async def send(message: dict[str, object]) -> None:
        came.append(message)

    async def ask() -> None:
        async with app.router.lifespan_context(app):
            await app(scope, receive, send)

    asyncio.run(ask())
    assert came[0]["status"] == 413
    assert sent <= most + 1_000


def test_a_body_of_just_the_limit_is_read(tmp_path: Path) -> None:
    with TestClient(service(sqlite_url(tmp_path), body_limit_bytes=10_000), base_url=PUBLIC) as client:
        body = json.dumps({"question": "standing 5 against 2"}).encode()
        whole = body + b" " * (10_000 - len(body))
        assert client.post("/api/v1/solutions/find", content=whole, headers=JSON).status_code == 409
        assert client.post("/api/v1/solutions/find", content=whole + b" ", headers=JSON).status_code == 413


text = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | text,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(text, below, max_size=4),
    max_leaves=12,
)  # fmt: skip


def _composed(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_composed(one) for one in value]
    return {_composed(k): _composed(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(values)
def test_what_comes_in_is_what_was_sent_with_composed_text(value: object) -> None:
    sent = json.dumps(value).encode()
    try:
        came = accepted_json(sent)
    except Problem as problem:  # two spellings of one name become the same name
        assert problem.code == "invalid_request"
        assert json.dumps(_composed(value)) != json.dumps(value)
        return
    assert json.loads(came) == _composed(value)
    assert accepted_json(came) == came


def test_depth_is_counted_to_the_limit() -> None:
    assert accepted_json(b"[" * MOST_DEPTH + b"]" * MOST_DEPTH)
    with pytest.raises(Problem):
        accepted_json(b"[" * (MOST_DEPTH + 1) + b"]" * (MOST_DEPTH + 1))


def test_names_that_somebody_made_up_are_not_echoed(client: TestClient) -> None:
    answer = client.post("/api/v1/solutions/find", json={"question": "a", CANARY: 1})
    assert answer.status_code == 422
    assert answer.json()["faults"] == [
        {"place": "body.…", "code": "extra_forbidden", "message": "Extra inputs are not permitted"}
    ]


def test_rows_that_are_refused_are_named_one_by_one() -> None:
    fault = RowFault(3, "hours", "not_a_number", "hours is not a number", "write 7.5", ("hours",))
    problem = problem_of(RowsRefused("tasks.csv", 4, (fault,)))
    assert problem.more["faults"] == [
        {"row": 3, "column": "hours", "code": "not_a_number", "reason": "hours is not a number",
         "way_out": "write 7.5", "close": ["hours"]}
    ]  # fmt: skip


def test_a_close_id_of_somebody_else_is_not_told() -> None:
    problem = problem_of(UnknownId("candidate", CANARY, ["KS-001"]))
    assert problem.detail == "There is no such candidate."


def test_every_error_of_the_engine_has_its_kind_of_problem() -> None:
    import matching.learning.frame_folder
    import matching.learning.model_folder
    import matching.learning.outcomes  # noqa: F401 - errors are known once their modules are

    def below(kind: type[WorkTrialError]) -> set[type[WorkTrialError]]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    assert {one.code for one in below(WorkTrialError)} - {"error"} <= PROBLEMS.keys()


def test_every_kind_of_problem_is_documented_and_no_other() -> None:
    written = (ROOT / "docs" / "reference" / "problems.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if re.match(r"\| `[a-z_]+` \| \d", line)]
    assert rows == [f"| `{code}` | {kind.status} | {kind.title} | {kind.way_out} |" for code, kind in PROBLEMS.items()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", PROBLEMS)
def test_every_kind_of_problem_says_what_it_is_and_what_to_do_in_the_language_asked_for(
    code: str, language: str, client: TestClient
) -> None:
    kind, asked = (
        PROBLEMS[code],
        {"type": "http", "headers": [(b"accept-language", f"{language}-FI, en;q=0.4".encode())]},
    )
    answer = problem_response(Problem(code, headers={"Vary": "Accept"}), asked)
    said = json.loads(bytes(answer.body))
    assert (answer.headers["content-language"], answer.headers["vary"]) == (language, "Accept, Accept-Language")
    assert said["detail"] == f"{said['title']}. {said['way_out']}"
    page = client.get(f"/problems/{code}", headers={"Accept-Language": language})
    assert (page.headers["content-language"], page.headers["vary"]) == (language, "Accept-Language")
    assert (page.json()["title"], page.json()["way_out"]) == (said["title"], said["way_out"])
    english = (kind.title, kind.way_out)
    assert ((said["title"], said["way_out"]) == english) is (language == "en")
    assert len(said["title"]) <= 100
    assert len(said["way_out"]) <= 200
    told = problem_response(Problem(code, "A sentence of the engine."), asked)
    assert told.headers["content-language"] == ("en" if language == "en" else f"{language}, en")


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"), ("fi", "fi"), ("sv-FI,sv;q=0.9,en;q=0.8", "sv"), ("de", "en"), ("fi;q=0", "en"),
        ("en;q=0.1, FI", "fi"),

        ("*", "en"), ("fi;q=nan", "en"), ("fi;q=x", "en"), (",;,=;q", "en"), ("x," * 5000 + "fi", "en"),
    ],
)  # fmt: skip
def test_a_problem_is_in_the_language_that_the_reader_likes_best(asked: str, language: str, client: TestClient) -> None:
    assert (accepted_language(asked) or "en") == language
    answer = client.get("/none", headers={"Accept-Language": asked[:4000]})
    assert answer.headers["content-language"] == (accepted_language(asked[:4000]) or "en")
    assert answer.headers["cache-control"] == "no-store"
    assert "vary" not in client.get("/api/v1/candidates", headers={"Accept-Language": asked[:4000]}).headers


def test_what_was_read_already_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/api/v1/candidates", params={"limit": 2})
    tag = first.headers["etag"]
    assert tag == tag_of(first.content)
    for said in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = client.get("/api/v1/candidates", params={"limit": 2}, headers={"If-None-Match": said})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "no-store"
    other = client.get("/api/v1/candidates", params={"limit": 3}, headers={"If-None-Match": tag})
    assert other.status_code == 200
    assert holds(tag, tag)
    assert not holds(f"W/{tag}", tag)  # a change needs the very bytes


def test_pages_together_are_the_whole_list_also_while_somebody_adds_to_it(
    store: Store, people: tuple[Candidate, ...]
) -> None:
    ids = sorted(person.id for person in people)
    before, later = [p for p in people if p.id in ids[::2]], [p for p in people if p.id not in ids[::2]]
    with store.write() as connection:
        replace_candidates(connection, before)
    with TestClient(create_app(url_of(store)), base_url=HERE) as client:
        seen: list[str] = []
        address: str | None = "/api/v1/candidates?limit=7"
        while address:
            answer = client.get(address)
            page = answer.json()
            seen += [one["id"] for one in page["candidates"]]
            assert ("link" in answer.headers) == (page["next"] is not None)
            address = answer.headers["link"].split(">")[0][1:] if page["next"] else None
            with store.write() as connection:
                replace_candidates(connection, [later.pop()] if later else [])
    assert len(seen) == len(set(seen))
    assert {person.id for person in before} <= set(seen)
    assert seen == sorted(seen)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", min_size=1, max_size=60))
def test_a_cursor_that_was_made_up_is_refused_or_means_a_place_in_the_list(cursor: str) -> None:
    try:
        assert isinstance(read_cursor(cursor, "candidates", str), str)
    except Problem as problem:
        assert problem.code == "invalid_cursor"


def test_a_cursor_of_another_list_or_kind_is_refused() -> None:
    for cursor in (write_cursor("runs", "KS-001"), write_cursor("candidates", 5), write_cursor("candidates", 2**60)):
        with pytest.raises(Problem):
            read_cursor(cursor, "candidates", str)
    with pytest.raises(Problem):
        read_cursor(write_cursor("runs", 2**60), "runs", int)


def test_the_api_page_needs_no_inline_script(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-security-policy"] == POLICY
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert client.get("/static/docs.js").status_code == 200

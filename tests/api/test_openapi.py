"""The description of the API: nothing in it is unbounded, everything has an example that works, names last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.http.openapi import changes_nothing
from data.candidates import Candidate
from data.imports.solutions import read_seed_solutions
from data.store import add_solutions, open_store, replace_candidates, replace_region
from data.workplaces import Employer
from tests.api.serving_apps import sqlite_url, with_writing
from tests.conftest import HERE

LARGEST = 2**53
BOUNDED_TEXT = {"maxLength", "enum", "const"}
DATES = {"date", "date-time", "time", "uuid"}
WRITES = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return create_app("sqlite://").openapi()


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def unbounded(part: Any, place: str) -> Iterator[str]:
    """Name every place of a schema whose values have no end."""
    if isinstance(part, list):
        for number, one in enumerate(part):
            yield from unbounded(one, f"{place}.{number}")
    if not isinstance(part, dict):
        return
    kinds = part.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        low, high = (part.get(side, part.get(f"exclusive{side.capitalize()}")) for side in ("minimum", "maximum"))
        if kind == "string" and not (BOUNDED_TEXT & part.keys() or part.get("format") in DATES):
            yield f"{place}: text"
        elif kind == "array" and "maxItems" not in part:
            yield f"{place}: list"
        elif kind == "integer" and not (low is not None and high is not None and -LARGEST < low <= high < LARGEST):
            yield f"{place}: whole number"
        elif kind == "number" and (low is None or high is None):
            yield f"{place}: number"
    for name, below in part.items():
        if name not in ("example", "examples", "enum", "const", "default"):
            yield from unbounded(below, f"{place}.{name}")


def test_nothing_that_comes_in_is_unbounded(described: dict[str, Any]) -> None:
    assert list(unbounded(described["paths"], "paths")) == []
    assert list(unbounded(described["components"]["schemas"], "schemas")) == []


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "string"}, 1), ({"type": "string", "maxLength": 5}, 0), ({"type": "string", "format": "date"}, 0),
        ({"type": "array", "items": {"type": "string"}}, 2), ({"type": "integer", "minimum": 0}, 1),
        ({"type": "integer", "minimum": 0, "maximum": 2**53}, 1), ({"type": ["number", "null"], "minimum": 0}, 1),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1), ({"properties": {"type": {"type": "string"}}}, 1),
    ],
)  # fmt: skip
def test_the_search_for_what_is_unbounded_finds_it(schema: dict[str, Any], found: int) -> None:
    assert len(list(unbounded(schema, "x"))) == found


def test_bodies_of_free_form_have_a_bound_on_their_names(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = content["schema"]
            if "$ref" not in schema:  # a model, or a file
                assert "maxProperties" in schema, (method, path)


def test_every_operation_has_a_lasting_name_and_an_example(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(names) == len(set(names))
    schemas = described["components"]["schemas"]
    for method, path, operation in operations(described):
        assert re.fullmatch(r"[a-z_]+", operation["operationId"])
        assert operation["summary"]
        status = next(code for code in ("200", "201", "204") if code in operation["responses"])
        answers = operation["responses"][status].get("content", {}).values()
        assert all("example" in content for content in list(answers)[:1]), (method, path)
        assert operation["responses"]["default"]["content"]["application/problem+json"]["example"]
        for content in operation.get("requestBody", {}).get("content", {}).values():
            schema = schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], content["schema"])
            assert schema["examples"], (method, path)
        for parameter in operation.get("parameters", ()):
            schema = parameter["schema"]
            needs = parameter["required"] and not {"enum", "$ref"} & schema.keys()
            assert not needs or parameter["schema"].get("examples"), (method, path, parameter["name"])


def test_what_writes_takes_a_key_and_the_rest_says_that_it_changes_nothing() -> None:
    described = with_writing(create_app("sqlite://")).openapi()
    writing, anew = set(), set()
    for method, path, operation in operations(described):
        keys = [p for p in operation.get("parameters", ()) if p["name"] == "Idempotency-Key"]
        if method in WRITES:
            kinds = [bool(keys), changes_nothing(operation), operation.get("x-not-repeated", False)]
            assert kinds.count(True) == 1, (method, path)
            writing |= {operation["operationId"]} if keys else set()
            anew |= {operation["operationId"]} if kinds[2] else set()
        assert all(key["required"] for key in keys)
    assert {"notes_write_note", "notes_change_note", "trials_move", "people_erase"} <= writing
    assert anew == {
        "session_begin", "session_end", "session_begin_codes", "session_turn_codes_on", "session_accept",
        "accounts_add", "accounts_change", "accounts_make_token", "session_begin_with",
    }  # fmt: skip


def test_examples_that_are_asked_are_answered_as_the_example_says(
    tmp_path_factory: pytest.TempPathFactory, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    url = sqlite_url(tmp_path_factory.mktemp("examples"))
    store = open_store(url)
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers)
        replace_candidates(connection, people)
        add_solutions(connection, read_seed_solutions())
    store.close()
    app = create_app(url)
    with TestClient(app, base_url=HERE) as client:
        described = app.openapi()
        schemas = described["components"]["schemas"]
        for method, path, operation in operations(described):
            if not {"suggestions", "pathways", "documents", "solutions", "transfer", "workshops"} & {
                *operation["tags"]
            }:
                continue  # those that need accounts are asked, cell by cell, in tests/api/access/test_matrix.py
            filled, query = path, {}
            for parameter in operation.get("parameters", ()):
                examples = parameter["schema"].get("examples", ())
                if parameter["in"] == "path":
                    value = examples[0] if examples else _first(parameter["schema"], schemas)
                    filled = filled.replace(f"{{{parameter['name']}}}", str(value))
                elif examples:
                    query[parameter["name"]] = examples[0]
            body = None
            for content in operation.get("requestBody", {}).get("content", {}).values():
                schema = schemas.get(content["schema"].get("$ref", "").rpartition("/")[2], content["schema"])
                body = schema["examples"][0]
            answer = client.request(method, filled, params=query, json=body)
            assert answer.status_code == 200, (method, path, answer.text)
            example = operation["responses"]["200"]["content"].get("application/json", {}).get("example")
            if example is not None:
                filled_in = {name for name, value in answer.json().items() if value is not None}
                assert filled_in <= set(example) <= set(answer.json()), (method, path)  # OpenAPI drops nulls


def _first(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    found = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return str(found["enum"][0]) if "enum" in found else "unknown_id"


def test_a_problem_is_as_it_is_described(described: dict[str, Any]) -> None:
    schema = described["components"]["schemas"]["Problem"]
    with TestClient(create_app("sqlite://"), base_url=HERE) as client:
        for answer in (client.get("/none"), client.get("/api/v1/candidates?limit=0"), client.post("/api/v1/pathways")):
            jsonschema.validate(answer.json(), {**schema, "additionalProperties": False})

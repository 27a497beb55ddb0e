"""Cases in YAML that a coach can read and write: person and workplace in, part-job, flags and reasons out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from data.imports.region import read_candidates, read_region
from features.market import build_market
from matching import match

FOLDER = Path(__file__).parent.parent / "scenarios"
CASES = [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))]
PERSON = {
    "id": "P",
    "name": "P",
    "municipality": "Jyväskylä",
    "hours": [4, 20],
    "travel": {"minutes": 60, "by": "car"},
    "blocks": {"weekday_am": 4, "weekday_pm": 4},
    "languages": {"fi": "C2"},
    "adult": True,
}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_scenario(case: dict[str, Any], tmp_path: Path) -> None:
    people = tmp_path / "people.yaml"
    people.write_text(yaml.safe_dump({"candidates": [PERSON | case["person"]]}), encoding="utf-8")
    site = {
        "id": "s",
        "name": "S",
        "municipality": "Jyväskylä",
        "has": ["own_workstation", "storage_space", "named_supervisor"],
        "supervision_hours": case.get("supervision_hours", 5),
        "places": 1,
        "natural_support": 3,
        "jobs": [{"title": job["id"], **job} for job in case["jobs"]],
    }
    region = tmp_path / "region"
    region.mkdir()
    document = {"sector": "care", "employers": [{"id": "e", "name": "E", "sites": [site]}]}
    (region / "care.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    found = match(read_candidates(people)[0], build_market(read_region(region)))
    expected = case["expect"]
    for reason, count in expected.get("left_out", {}).items():
        assert found.left_out.get(reason) == count
    if expected.get("nothing"):
        assert not found.suggestions
        return
    (suggestion,) = found.suggestions
    hours = {int(part.task.id.rpartition(".")[2]): part.hours for part in suggestion.tasks}
    assert sorted(hours) == expected.get("tasks", sorted(hours))
    assert not set(hours) & set(expected.get("never", ()))
    for task, wanted in expected.get("hours", {}).items():
        assert hours[task] == pytest.approx(wanted)
    used = [measure.id for measure in suggestion.measures]
    assert used == expected.get("accommodations", used)
    kinds = {flag.kind for flag in suggestion.flags}
    assert set(expected.get("flags", ())) <= kinds
    assert not kinds & set(expected.get("no_flags", ()))

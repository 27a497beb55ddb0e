"""Features are declared once, each whole; protected attributes cannot be reached from a score."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.messages import LANGUAGES, catalogue
from data.protected_attributes import ProtectedAttributes
from features.trial_features import (
    MOST_BINS,
    FeatureSpec,
    Sensitivity,
    dimension_groups,
    feature,
    feature_edges,
    feature_index,
    trial_features,
)
from tests.conftest import ROOT


def test_every_group_of_dimensions_has_a_gap_and_a_reserve() -> None:
    names = set(feature_index())
    assert len(dimension_groups()) == 13
    assert {f"{kind}_{group}" for kind in ("gap", "reserve") for group in dimension_groups()} <= names


@pytest.mark.parametrize("spec", trial_features(), ids=lambda spec: spec.name)
def test_a_feature_is_declared_whole(spec: FeatureSpec) -> None:
    assert spec.unit
    assert spec.source
    assert all(spec.message_key in catalogue(language) for language in LANGUAGES)
    assert isinstance(spec.sensitivity, Sensitivity)
    assert spec.bins <= MOST_BINS
    assert all(spec.bin_of(centre) == at for at, centre in enumerate(spec.centres, start=1))


def test_reserve_counts_upwards_and_gap_downwards() -> None:
    assert {feature(f"reserve_{group}").direction for group in dimension_groups()} == {1}
    assert {feature(f"gap_{group}").direction for group in dimension_groups()} == {-1}


@pytest.mark.parametrize(
    ("change", "told"),
    [({"name": "Gap 1"}, "name"), ({"direction": 2}, "direction"), ({"edges": (2.0, 1.0)}, "edges")],
)
def test_a_declaration_that_contradicts_itself_is_refused(change: dict[str, object], told: str) -> None:
    facts: dict[str, object] = {
        "name": "gap", "unit": "steps", "direction": -1, "sensitivity": Sensitivity.WORK, "message_key": "feature.gap",
        "source": "nowhere", "low": 0.0, "high": 5.0, "edges": (1.0, 2.0),
    }  # fmt: skip
    with pytest.raises(ValueError, match=told):
        FeatureSpec(**{**facts, **change})  # type: ignore[arg-type]


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(trial_features()))
def test_every_number_has_a_bin_and_only_the_unknown_has_the_first(value: float, spec: FeatureSpec) -> None:
    found = spec.bin_of(value)
    assert 0 <= found < spec.bins
    assert (found == 0) == np.isnan(value)


def test_edges_of_all_features_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        feature_edges()[0, 0] = 1.0


def test_no_feature_is_a_protected_attribute() -> None:
    names = set(feature_index())
    assert not names & set(ProtectedAttributes.names())
    words = ("age", "sex", "gender", "origin", "diagnosis", "language_group")
    assert [name for name in names if set(name.split("_")) & set(words)] == []


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return found | {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}


def test_only_fairness_and_the_simulator_import_protected_attributes() -> None:
    asking = {
        str(path.relative_to(ROOT))
        for room in ("features", "matching", "api")
        for path in (ROOT / room).rglob("*.py")
        if any("protected_attributes" in name for name in _imports(path))
    }
    assert asking == {"matching/evaluation/fairness.py", "matching/simulation/world.py"}


def test_the_contract_breaks_when_a_score_imports_a_protected_attribute(tmp_path: Path) -> None:
    """The contract is alive: in a copy where scoring asks for an attribute, it fails."""
    import shutil

    for room in ("data", "features", "matching", "api"):
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("*.npz", "__pycache__", "reference", "locale")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    scoring = tmp_path / "matching" / "learning" / "tables.py"
    source = scoring.read_text(encoding="utf-8")
    line = "from data.protected_attributes import ProtectedAttributes\n"
    scoring.write_text(source.replace("import numpy as np\n", f"import numpy as np\n{line}", 1), encoding="utf-8")
    lint = Path(sys.executable).parent / "lint-imports"
    found = subprocess.run([lint, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "data.protected_attributes" in found.stdout

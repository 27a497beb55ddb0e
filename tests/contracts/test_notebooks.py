"""Notebooks: executed as they stand (smaller), on public names only, with outputs that give nothing away."""

from __future__ import annotations

import ast
import json
import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from notebooks.execute import executed
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
OURS = ("data", "features", "matching", "api")
SMALL = {"TRIALS": "400", "TASKS": "150", "ASK": "2"}
MOST_BYTES = 2_000_000
PERSONAL = re.compile(r"\b\d{6}[-+A]\d{3}[0-9A-Z]\b|[\w.]+@[\w.]+\.\w+|\+358")
OF_A_MACHINE = re.compile(r"/(tmp|home|root|work|usr|Users)/|[A-Z]:\\\\|site-packages|0x[0-9a-f]{6,}|\x1b\[|Traceback")


def _book(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def _code(book: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


def test_there_are_six_notebooks_and_they_are_small() -> None:
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]
    assert sum(path.stat().st_size for path in NOTEBOOKS) < MOST_BYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_imports_public_names_only(path: Path) -> None:
    ours = 0
    for node in ast.walk(ast.parse("\n".join(_code(_book(path))))):
        if isinstance(node, ast.Import):
            assert [one.name for one in node.names if one.name.partition(".")[0] in OURS] == []
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            public = import_module(str(node.module)).__all__
            assert [one.name for one in node.names if one.name not in public] == [], node.module
            ours += 1
    assert ours


def test_the_check_of_public_names_sees_a_private_one() -> None:
    assert "_learned" not in import_module("matching.evaluation").__all__
    assert not hasattr(import_module("matching.evaluation.bootstrap"), "__all__")


@pytest.mark.parametrize("package", ["data", "data.imports", "features", "matching.learning", "matching.evaluation"])
def test_every_public_name_is_there_and_no_other(package: str) -> None:
    module = import_module(package)
    assert module.__all__
    assert all(getattr(module, name) is not None for name in module.__all__)
    with pytest.raises(AttributeError, match="has no public name 'nothing_of_the_kind'"):
        module.nothing_of_the_kind  # noqa: B018


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_whole_and_name_no_machine_and_nobody(path: Path) -> None:
    book = _book(path)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(output.output_type != "error" for cell in cells for output in cell.outputs)
    assert not [output for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
    assert cells[-1].outputs, "the last cell shows the card"
    said = json.dumps([cell.outputs for cell in cells], ensure_ascii=False)
    text = re.sub(r'"image/png": "[^"]*"', "", said)
    assert OF_A_MACHINE.findall(text) == []
    assert PERSONAL.findall(text) == []
    pictures = [output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert pictures
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))


@pytest.mark.parametrize("path", [one for one in NOTEBOOKS if one.name > "02"], ids=lambda path: path.stem)
def test_what_is_simulated_or_fiction_says_so_on_top_and_in_the_card(path: Path) -> None:
    book = _book(path)
    assert re.search(r"Simulated data|are fiction", book.cells[0].source)
    assert re.search(r"SIMULATED|FICTION", json.dumps(book.cells[-1].outputs))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, tmp_path: Path) -> None:
    """In a copy, with fewer trials; an error in any cell fails. The stored notebook is not touched."""
    before, book = path.read_bytes(), _book(path)
    parameters = [cell for cell in book.cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(parameters) == 1
    for name, value in SMALL.items():
        parameters[0].source = re.sub(
            rf"^{name} = [\d_]+", f"{name} = {value}", parameters[0].source, flags=re.MULTILINE
        )
    copy = tmp_path / path.name
    nbformat.write(book, copy)
    done = executed(copy)
    assert all(
        output.output_type != "error" for cell in done.cells if cell.cell_type == "code" for output in cell.outputs
    )
    assert path.read_bytes() == before

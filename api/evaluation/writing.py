"""Writes an evaluation page as one HTML file, as Markdown with plots beside it, and as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import isnan
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from matching.evaluation.bootstrap import Estimate

from . import plots
from .structure import Cell, EvaluationPage, Table, cell_text, is_number

FORMAT = "evaluation/1"
HTML, MARKDOWN, JSON, PLOTS = "evaluation.html", "evaluation.md", "evaluation.json", "plots"
NO_PLOTS = (
    "Plots are left out: matplotlib is not installed. It comes with the extra `research` "
    "(`pip install 'worktrial[research]'`). Every number of a plot stands in a table."
)


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files by name, and whether plots are among them."""

    files: tuple[str, ...]
    with_plots: bool


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("page.html.jinja")


def as_html(page: EvaluationPage) -> str:
    """Write one self-contained file: no script, nothing from elsewhere; the same page gives the same bytes."""
    drawn: dict[str, Markup] = {}
    if plots.plots_are_available():
        # Made by matplotlib from numbers and escaped words only.
        drawn = {plot.key: Markup(plots.svg_for_page(plot)) for plot in page.plots}  # noqa: S704 - as said above
    return _template().render(
        page=page, drawn=drawn, no_plots="" if drawn else NO_PLOTS, text=cell_text, number=is_number
    )


def as_markdown(page: EvaluationPage, folder: str = PLOTS) -> str:
    """Write Markdown; plots are pictures in ``folder`` beside it when they can be drawn."""
    with_plots = plots.plots_are_available()
    out = [f"# {page.title}", ""]
    for note in (page.label and f"**{page.label}**", "" if with_plots else NO_PLOTS):
        out += [note, ""] if note else []
    for section in page.sections:
        out += [f"## {section.title}", ""]
        for sentence in (*section.text, *(f"Not measured. {why}" for why in section.missing)):
            out += [sentence, ""]
        for plot in section.plots if with_plots else ():
            out += [f"![{_escaped(plot.said)}]({folder}/{plot.key}.svg)", ""]
        for table in section.tables:
            out += _markdown_table(table, page.label)
    return "\n".join(out)


def as_json(page: EvaluationPage) -> dict[str, Any]:
    """Write all tables for machines: ``evaluation/1`` (docs/reference/evaluation.schema.json)."""
    return {
        "format": FORMAT,
        "label": page.label,
        "source": page.source,
        "seed": page.seed,
        "fingerprint": page.fingerprint,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "missing": list(section.missing),
                "tables": [
                    {"key": t.key, "caption": t.caption, "made_of": t.made_of, "heads": list(t.heads),
                     "rows": [[_json_cell(cell) for cell in row] for row in t.rows]}
                    for t in section.tables
                ],
            }
            for section in page.sections
        ],
    }  # fmt: skip


def write_page(page: EvaluationPage, folder: Path) -> Written:
    """Write HTML, Markdown, JSON and plots into a folder; files of an earlier evaluation there are replaced."""
    files = {
        HTML: as_html(page).encode(),
        MARKDOWN: as_markdown(page).encode(),
        JSON: (json.dumps(as_json(page), ensure_ascii=False, indent=1) + "\n").encode(),
    }
    drawable = plots.plots_are_available()
    for plot in page.plots if drawable else ():
        files[f"{PLOTS}/{plot.key}.svg"] = plots.svg_file(plot)
    (folder / PLOTS if drawable else folder).mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Written(tuple(files), drawable)


def _json_cell(cell: Cell) -> object:
    if isinstance(cell, Estimate):
        ends = (_json_cell(value) for value in (cell.value, cell.low, cell.high))
        return dict(zip(("value", "low", "high", "units"), (*ends, cell.units), strict=True))
    return None if isinstance(cell, float) and isnan(cell) else cell


def table_as_markdown(table: Table, label: str = "") -> str:
    """Write one table as Markdown, with what it is made of; ``label`` of simulated data goes with it."""
    return "\n".join(_markdown_table(table, label))


def _markdown_table(table: Table, label: str) -> list[str]:
    numbers = [all(is_number(row[at]) for row in table.rows) for at in range(len(table.heads))]
    lines = [f"**{_escaped(table.caption)}**", "", f"| {' | '.join(map(_escaped, table.heads))} |"]
    lines.append("|" + "|".join("---:" if number else "---" for number in numbers) + "|")
    lines += [f"| {' | '.join(_escaped(cell_text(cell)) for cell in row)} |" for row in table.rows]
    return [*lines, "", f"*{_escaped(table.made_of)}*" + (f" **{label}**" if label else ""), ""]


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")

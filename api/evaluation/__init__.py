"""The page of an evaluation: its sections, its plots, and the files it is written as."""

from .plots import plots_are_available, png_file, svg_file, svg_for_page
from .sections import evaluation_page
from .simulated_sections import methods_section
from .structure import EvaluationPage, Mark, Plot, Section, Table, cell_text, marks_of
from .writing import Written, as_html, as_json, as_markdown, table_as_markdown, write_page

__all__ = [
    "EvaluationPage",
    "Mark",
    "Plot",
    "Section",
    "Table",
    "Written",
    "as_html",
    "as_json",
    "as_markdown",
    "cell_text",
    "evaluation_page",
    "marks_of",
    "methods_section",
    "plots_are_available",
    "png_file",
    "svg_file",
    "svg_for_page",
    "table_as_markdown",
    "write_page",
]

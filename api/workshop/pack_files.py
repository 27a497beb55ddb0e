"""The files of a workshop pack: to hand out, for the wall, to change, and to fill in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from data.workshop_tables import ResultsTable

from ..documents import Paper, as_docx, as_html
from .pack import WorkshopPack
from .pack_document import pack_document
from .results_sheet import results_csv, results_workbook

Writer = Callable[[WorkshopPack, str, date], bytes]


def _csv(kind: ResultsTable) -> Writer:
    return lambda pack, language, _dated: results_csv(pack, kind, language)


PACK_FILES: Mapping[str, Writer] = {
    "workshop-a4.html": lambda pack, language, dated: as_html(pack_document(pack, language, dated)),
    "workshop-a3.html": lambda pack, language, dated: as_html(pack_document(pack, language, dated, Paper.A3)),
    "workshop.docx": lambda pack, language, dated: as_docx(pack_document(pack, language, dated)),
    "results.xlsx": results_workbook,
    **{f"results-{kind.value.replace('_', '-')}.csv": _csv(kind) for kind in ResultsTable},
}
"""Names and who writes them."""


def pack_files(pack: WorkshopPack, language: str, dated: date) -> dict[str, bytes]:
    """Write every file of a pack; the same pack gives the same bytes."""
    return {name: write(pack, language, dated) for name, write in PACK_FILES.items()}

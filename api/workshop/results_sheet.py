"""Writes the results sheet of a workshop as a workbook to fill in, and each of its tables as CSV.

A text that a spreadsheet program would take for a formula (it begins with = + - @ or a tab) gets an apostrophe before
it; the reader takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from data.conditions import Need
from data.dimensions import HOURS_DIMENSION, load_dimensions
from data.imports.workshop_words import condition_names
from data.packed_files import same_bytes
from data.spreadsheet_text import guarded
from data.vocabulary import vocabulary
from data.workshop_tables import Column, ResultsTable, TableForm, answer_words, table_forms

from ..messages import Messages
from .pack import WorkshopPack
from .pack_document import half_steps, step_words

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Row = Mapping[str, str | float]

HEADER_ROW = 3
"""Rows 1 and 2 say what the table is for; people may delete them."""

LINE_POINTS = 15
"""Height of a line of text; programs do not make rows higher by themselves for a file that they did not write."""

_WIDTHS = {"task": 46, "new_task": 46, "work": 40, "change": 40, "result": 40, "condition": 34, "words_now": 26}
_WIDTHS |= {"task_id": 30, "job": 26, "load": 24, "note": 30}
_FILL, _HEAD = "FFF7E0", "1F4E79"


def results_workbook(pack: WorkshopPack, language: str, dated: date) -> bytes:
    """Write the workbook: one sheet a table, cells to fill in light yellow, lists to choose from; the same bytes."""
    from openpyxl import Workbook

    messages, book = Messages(language), Workbook()
    book.remove(book.active)
    lists = _lists(pack, messages)
    for form in table_forms():
        _write_table(book.create_sheet(form.names[language][:31]), form, pack, messages, lists)
    _write_lists(book, lists)
    book.properties.creator = book.properties.lastModifiedBy = ""
    book.properties.title = messages.text("workshop.results_title", site=pack.site.name)
    book.properties.language = language
    out = io.BytesIO()
    book.save(out)
    stamp = f"{dated.isoformat()}T00:00:00Z".encode()

    def undated(name: str, part: bytes) -> bytes:
        return re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + stamp, part) if name == "docProps/core.xml" else part

    return same_bytes(out.getvalue(), undated)


def results_csv(pack: WorkshopPack, kind: ResultsTable, language: str) -> bytes:
    """Write one table as CSV for spreadsheet programs: semicolons, decimal commas where usual, a byte-order mark."""
    messages = Messages(language)
    form = next(form for form in table_forms() if form.kind is kind)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.names[language] for column in form.columns])
    for row in table_rows(form, pack, messages):
        writer.writerow([_csv_cell(row.get(column.id, ""), messages) for column in form.columns])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: str | float, messages: Messages) -> str:
    return guarded(cell) if isinstance(cell, str) else messages.number(cell, 2)


def table_rows(form: TableForm, pack: WorkshopPack, messages: Messages) -> list[Row]:
    """Give the rows of a table that are known before the workshop."""
    rows = {
        ResultsTable.TASKS: _task_rows,
        ResultsTable.LOADS: _load_rows,
        ResultsTable.CONDITIONS: _condition_rows,
    }.get(form.kind)
    return [] if rows is None else list(rows(pack, messages))


def _task_rows(pack: WorkshopPack, messages: Messages) -> Iterator[Row]:
    yes_no = {True: _said("yes_no", "yes", messages), False: _said("yes_no", "no", messages)}
    for card in pack.cards:
        yield {
            "card": card.mark,
            "task": card.task.text,
            "job": card.job.title,
            "hours_now": round(card.task.hours_per_week, 2),
            "core_now": yes_no[card.task.core],
            "divisible_now": yes_no[card.task.divisible],
            "task_id": card.task.id,
        }


def _load_rows(pack: WorkshopPack, messages: Messages) -> Iterator[Row]:
    names = load_names(messages.language)
    for card in pack.cards:
        same = {"card": card.mark, "task": card.task.text, "task_id": card.task.id}
        for load in card.loads:
            value = load.level.value
            words = step_words(load.dimension, value, messages.language)
            shown = {"level_now": half_steps(value, messages), "words_now": words}
            yield same | {"load": names[load.dimension]} | shown
        for dimension in card.asked:
            yield same | {"load": names[dimension], "words_now": messages.text("workshop.not_known")}


def _condition_rows(pack: WorkshopPack, messages: Messages) -> Iterator[Row]:
    for card in pack.cards:
        for one in dict.fromkeys((*card.task.conditions, *card.job.conditions)):
            yield {
                "card": card.mark,
                "task": card.task.text,
                "condition": condition_names(messages.language)[one.key] + (f" {one.value}" if one.language else ""),
                "need_now": _said("need", "must" if one.need is Need.MUST else "wish", messages),
                "task_id": card.task.id,
            }


def load_names(language: str) -> Mapping[str, str]:
    """Name every dimension that can be answered for one task."""
    return {one.id: one.short[language] for one in load_dimensions() if one.id != HOURS_DIMENSION}


def _said(kind: str, meaning: str, messages: Messages) -> str:
    return answer_words(kind)[meaning][messages.language][0]


def _lists(pack: WorkshopPack, messages: Messages) -> dict[str, list[str]]:
    """Give what can be chosen in each kind of cell."""
    language = messages.language
    outcomes = [messages.text(f"workshop.outcome.{went}") for went in ("worked", "partly", "not_worked")]
    return {
        "card": [card.mark for card in pack.cards],
        "load": list(load_names(language).values()),
        "level": [_said("right", "right", messages), "0", "1", "2", "3", "4", "5"],
        "yes_no": [_said("yes_no", one, messages) for one in ("yes", "no")],
        "need": [_said("need", one, messages) for one in ("must", "wish", "none")],
        "condition": list(condition_names(language).values()),
        "job": [job.title for job in pack.site.jobs],
        "sector": [names[language] for names in vocabulary("sectors").values()],
        "outcome": outcomes,
    }


def _write_table(
    sheet: Worksheet, form: TableForm, pack: WorkshopPack, messages: Messages, lists: Mapping[str, list[str]]
) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    language, rows = messages.language, table_rows(form, pack, messages)
    thin = Border(*(Side(style="thin", color="BFBFBF"),) * 4)
    sheet["A1"], sheet["A2"] = f"{form.names[language]}: {pack.site.name}", form.hint[language]
    sheet["A1"].font, sheet["A2"].font = Font(bold=True, size=14, color=_HEAD), Font(italic=True)
    last = HEADER_ROW + len(rows) + form.blank_rows
    for at, column in enumerate(form.columns, start=1):
        head = sheet.cell(HEADER_ROW, at, column.names[language])
        head.font, head.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_HEAD)
        head.alignment, letter = Alignment(wrap_text=True, vertical="center"), get_column_letter(at)
        sheet.column_dimensions[letter].width = _WIDTHS.get(column.id, 16)
        for number, row in enumerate([*rows, *[dict[str, str | float]()] * form.blank_rows], start=HEADER_ROW + 1):
            cell = sheet.cell(number, at)
            _fill_cell(cell, row.get(column.id, ""), column)
            wraps = form.kind is ResultsTable.TASKS or column.id not in {"task", "task_id"}
            cell.border, cell.alignment = thin, Alignment(wrap_text=wraps, vertical="top")
            if column.filled_by_people or (not row and column.id in {"card", "load", "condition"}):
                cell.fill = PatternFill("solid", fgColor=_FILL)
        _offer(sheet, column, f"{letter}{HEADER_ROW + 1}:{letter}{max(last, HEADER_ROW + 1)}", lists)
    if form.kind is ResultsTable.TASKS:
        for number, row in enumerate(rows, start=HEADER_ROW + 1):
            sheet.row_dimensions[number].height = LINE_POINTS * -(-len(str(row["task"])) // _WIDTHS["task"])
    sheet.row_dimensions[HEADER_ROW].height = 2 * LINE_POINTS
    sheet.freeze_panes = sheet.cell(HEADER_ROW + 1, 1)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"


def _fill_cell(cell: Any, value: str | float, column: Column) -> None:
    """Write texts as texts, whatever they look like; cells to fill in are texts too, so that 2.5 stays no date."""
    if isinstance(value, str):
        cell.value = guarded(value) or None
        if value:
            cell.data_type = "s"
    else:
        cell.value = value
    if column.filled_by_people:
        cell.number_format = "@"


def _offer(sheet: Worksheet, column: Column, where: str, lists: Mapping[str, list[str]]) -> None:
    """Offer a list on the cells of a column; other answers stay possible."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choice not in lists or not lists[column.choice]:
        return
    letter = get_column_letter(list(lists).index(column.choice) + 1)
    offered = DataValidation(
        type="list",
        formula1=f"_lists!${letter}$1:${letter}${len(lists[column.choice])}",
        allow_blank=True,
        showErrorMessage=False,
    )
    offered.add(where)
    sheet.add_data_validation(offered)


def _write_lists(book: Workbook, lists: Mapping[str, list[str]]) -> None:
    """Keep the lists on a hidden sheet, without headers: nobody's answer is there."""
    sheet = book.create_sheet("_lists")
    for at, values in enumerate(lists.values(), start=1):
        for number, value in enumerate(values, start=1):
            cell = sheet.cell(number, at, guarded(value))
            cell.data_type = "s"
    sheet.sheet_state = "hidden"

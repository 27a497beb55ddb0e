"""Writes a match list that was shown as a file: JSON as it was shown, CSV or XLSX with a line a suggestion."""

from __future__ import annotations

import json
from typing import Any

from data.exports.table_files import Cell, WrittenTable
from data.exports.tables import written

from ..messages import Messages

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
COLUMNS = ("rank", "employer", "site", "municipality", "minutes", "hours", "tasks", "measures", "can_do", "wants",
           "likely", "score", "flags")  # fmt: skip


def list_file(answer: bytes, form: str, messages: Messages) -> tuple[bytes, str]:
    """Write the answer of a list in a form of ``FORMS``; gives the content and what kind it is.

    Texts stay texts: what a spreadsheet program would take for a formula is neutralised (``data.exports``).
    """
    if form == "json":
        return answer, FORMS[form]
    table = WrittenTable(
        messages.text("page.list.short"),
        [messages.text(f"list_file.{column}") for column in COLUMNS],
        [_row(one) for one in json.loads(answer)["suggestions"]],
    )
    return written(table, form, messages.language), FORMS[form]


def _row(one: dict[str, Any]) -> list[Cell]:
    site, minutes = one["site"], one["site"]["travel_minutes"]
    return [
        one["rank"],
        one["employer"]["name"],
        site["name"],
        site["municipality"] or "",
        minutes,
        one["hours"],
        "; ".join(f"{task['hours']:g} h {task['text']}" for task in one["tasks"]),
        "; ".join(measure["name"] for measure in one["accommodations"]),
        *(one[name]["points"] for name in ("can_do", "wants", "likely")),
        one["score"],
        "; ".join(flag["text"] for flag in one["flags"]),
    ]

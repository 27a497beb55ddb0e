"""Lists in and out, step by step: bytes in, a record out. Commands and routes call one function a step.

Read (no store needed), preview, commit as previewed, undo; a copy of the table with its faults marked; export and empty
templates. Who asks comes in as an actor, time and new ids as arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from data.accounts import Actor
from data.audit import AuditEvent
from data.bulk_imports import ImportPreview, ImportRecord
from data.employer_levels import as_employers_say, levels_of_employer
from data.errors import RowFault
from data.exchange_tables import TableKind
from data.exports.tables import candidates_table, outcomes_table, template, workplaces_table, written
from data.imports.candidate_list import candidate_table
from data.imports.outcome_list import outcome_table
from data.imports.read_list import ReadList
from data.imports.task_list import TaskRow, TaskTable, task_table
from data.imports.uploaded_table import sheets_of_bytes
from data.store import Store, all_trials, employers_of, note, some_candidates
from data.store.bulk_imports import commit_import, imports_of, preview_import, undo_import

from .fault_sheet import what_to_mend
from .messages import Messages

FORMS = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class ListPlace:
    """The one site that all rows of a list are of: ids of employer and site, the site's name."""

    employer: str
    site: str
    name: str


@dataclass(frozen=True, slots=True)
class ListOptions:
    """How a list is to be read.

    ``columns``: column id -> its header in the file ("": none), where it is not found by itself. ``employer``,
    ``site``, ``job`` and ``municipality`` hold where a list of tasks does not say; ``language`` is auto, fi, sv or en.
    ``update``: trials that are stored may be replaced; ``may_release``: a list of trials may say that they may be
    learned from. ``at``: the one site whose tasks these are; rows of another one are faults.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    employer: str = ""
    site: str = ""
    job: str = ""
    municipality: str = ""
    language: str = "auto"
    update: bool = False
    may_release: bool = True
    at: ListPlace | None = None


def read_list(kind: TableKind, content: bytes, name: str, options: ListOptions, today: date) -> ReadList:
    """Read what was sent; FileUnreadable when it is no such table. ``name`` stands in errors only."""
    cells = sheets_of_bytes(content, name)[0].cells
    how = {**asdict(options), "columns": dict(options.columns), "today": today.isoformat()}
    if kind is TableKind.TASKS:
        return _read_tasks(content, cells, task_table(cells, name, options.columns), options, how)
    if kind is TableKind.CANDIDATES:
        people = candidate_table(cells, name, options.columns)
        return ReadList(kind, content, how, cells, people.columns, len(people.rows), people.faults, people=people.rows)
    trials = outcome_table(cells, name, options.columns)
    return ReadList(
        kind, content, how, cells, trials.columns, len(trials.rows), trials.faults,
        trials=trials.rows, today=today, update=options.update, may_release=options.may_release,
    )  # fmt: skip


def _read_tasks(
    content: bytes, cells: list[list[str]], table: TaskTable, options: ListOptions, how: Mapping[str, object]
) -> ReadList:
    from features.workplace_reading import workplaces_from_rows

    rows, faults = table.rows, table.faults
    if options.at is not None:
        elsewhere = {row.row for row in rows if not _is_at(row, options.at)}
        faults = (*faults, *(RowFault(row, "site", *_ELSEWHERE) for row in sorted(elsewhere)))
        rows = tuple(_placed(row, options.at) for row in rows if row.row not in elsewhere)
    listed = workplaces_from_rows([_filled(row, options) for row in rows], options.language)
    return ReadList(
        TableKind.TASKS, content, how, cells, table.columns, len(rows), faults,
        listed.employers, listed.without_hours, at_site=options.at is not None,
    )  # fmt: skip


_ELSEWHERE = ("other_site", "the row is of another workplace", "Leave it out, or send it for that workplace.")


def _is_at(row: TaskRow, place: ListPlace) -> bool:
    """Tell whether what a row says of its place goes with the site that the list is for."""
    ids = (str(row.facts.get(name) or "") for name in ("job_id", "task_id"))
    named = {row.site.casefold(), str(row.facts.get("site_id") or "").casefold()} - {""}
    return named <= {place.name.casefold(), place.site.casefold()} and all(
        not id_ or id_.startswith(f"{place.site}.") for id_ in ids
    )


def _placed(row: TaskRow, place: ListPlace) -> TaskRow:
    facts = {**row.facts, "employer_id": place.employer, "site_id": place.site}
    for column in ("levels", "job_levels"):
        if column in facts:
            facts[column] = levels_of_employer(facts[column])
    return replace(row, site=place.name, employer="", facts=facts)


def _filled(row: TaskRow, options: ListOptions) -> TaskRow:
    return replace(
        row,
        employer=row.employer or options.employer,
        site=row.site or options.site or row.employer or options.employer,
        job=row.job or options.job,
        municipality=row.municipality or options.municipality,
    )


def preview(store: Store, read: ReadList, actor: Actor, not_own: Collection[str] = ()) -> ImportPreview:
    """Tell what a list would do; nothing is changed."""
    with store.read() as connection:
        return preview_import(connection, read, actor, not_own)


def commit(
    store: Store,
    read: ReadList,
    token: str,
    actor: Actor,
    at: datetime,
    id_: str,
    keep_good: bool = False,
    not_own: Collection[str] = (),
) -> ImportRecord:
    """Store a list as it was previewed; PreviewOutdated, RowsRefused leave the store as it was."""
    with store.write() as connection:
        return commit_import(connection, read, token, id_, at, actor, keep_good, not_own)


def commit_unseen(
    store: Store, read: ReadList, actor: Actor, at: datetime, id_: str, keep_good: bool = False
) -> tuple[ImportPreview, ImportRecord]:
    """Store a list at once, for a command whose caller did not ask for a preview."""
    with store.write() as connection:
        seen = preview_import(connection, read, actor)
        return seen, commit_import(connection, read, seen.token, id_, at, actor, keep_good)


def undo(
    store: Store, id_: str, actor: Actor, at: datetime, not_own: Collection[str] = (), *, mine: bool = False
) -> ImportRecord:
    """Put back what an import changed; UnknownId, UndoRefused."""
    with store.write() as connection:
        return undo_import(connection, id_, at, actor, not_own, mine=mine)


def imports(store: Store, actor: Actor, most: int = 100, *, mine: bool = False) -> tuple[ImportRecord, ...]:
    """Give the imports of the actor's organisation, or only the actor's own (``mine``), the latest first."""
    with store.read() as connection:
        return imports_of(connection, actor, most, mine=mine)


def export_workplaces(
    store: Store,
    form: str,
    language: str,
    actor: Actor,
    at: datetime,
    region: str = "",
    sites: Sequence[str] | None = None,
    *,
    only_said_by_employers: bool = False,
) -> bytes:
    """Write workplaces with tasks, levels and conditions: all, those of a region, or some sites.

    ``only_said_by_employers``: without levels that others said or that were seen in trials, which tell of people.
    """
    with store.write() as connection:
        owners = employers_of(connection, region or None, None if sites is None else list(sites))
        if only_said_by_employers:
            owners = tuple(as_employers_say(owner) for owner in owners)
        content = written(workplaces_table(owners, language), form, language)
        note(connection, AuditEvent("export.made", actor, at, about="table:tasks", facts={"employers": len(owners)}))
    return content


def export_candidates(store: Store, form: str, language: str, actor: Actor, at: datetime, ids: Sequence[str]) -> bytes:
    """Write the profiles of the people named; each person's audit tells of it. An id that nobody has is left out."""
    with store.write() as connection:
        people = some_candidates(connection, ids)
        content = written(candidates_table(people.values(), language), form, language)
        for id_ in people:
            note(connection, AuditEvent("export.made", actor, at, candidate=id_, about="table:candidates"))
    return content


def export_outcomes(
    store: Store, form: str, language: str, actor: Actor, at: datetime, candidates: Collection[str] | None = None
) -> bytes:
    """Write trials and how they went: of the people named, or all; each person's audit tells of it."""
    with store.write() as connection:
        trials = [one for one in all_trials(connection) if candidates is None or one.candidate in candidates]
        content = written(outcomes_table(trials, language), form, language)
        for id_ in sorted({one.candidate for one in trials}):
            note(connection, AuditEvent("export.made", actor, at, candidate=id_, about="table:outcomes"))
    return content


def empty_table(kind: TableKind, form: str, language: str) -> bytes:
    """Write an empty table of tasks, candidates or trials, with lists to choose from where it is a spreadsheet."""
    return written(template(kind, language), form, language)


def preview_as_json(
    seen: ImportPreview, headers: Mapping[str, str] | None = None, messages: Messages | None = None
) -> dict[str, Any]:
    """Give a preview in its documented shape (``docs/reference/import-preview.schema.json``).

    With ``messages`` each fault also says in the reader's language what to mend (``headers``: column -> its header).
    """
    told = headers or {}

    def fault_json(fault: RowFault) -> dict[str, Any]:
        written = {**asdict(fault), "close": list(fault.close)}
        if messages is not None:
            written["text"] = what_to_mend(fault, told.get(fault.column, fault.column), messages)
        return written

    return {
        "format": "import-preview/1",
        "kind": seen.kind.value,
        "rows": {"good": seen.rows_good, "bad": seen.rows_bad},
        "counts": asdict(seen.counts),
        "columns": dict(seen.columns),
        "ignored": list(seen.ignored),
        "faults": [fault_json(fault) for fault in seen.faults],
        "token": seen.token,
    }


def record_as_json(record: ImportRecord) -> dict[str, Any]:
    """Give an import in its documented shape (``docs/reference/imports.schema.json``)."""
    return {
        "id": record.id,
        "kind": record.kind.value,
        "at": record.at,
        "account": record.account,
        "rows": {"good": record.rows_good, "bad": record.rows_bad},
        "counts": asdict(record.counts),
        "file_sha256": record.file_digest,
        "undo_until": record.undo_until,
        "undone_at": record.undone_at,
        "undone_by": record.undone_by,
    }

"""Lists in and out over HTTP: previewed, stored as previewed, undone; tables as CSV or XLSX.

The file is sent twice, to look and to store: nothing of it is kept in between (decision 0023). A coach brings in people
and trials of the own caseload and tasks of any workplace, an employer tasks of one own site.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from data.accounts import Role
from data.audit import AuditEvent
from data.bulk_imports import ImportRecord
from data.errors import InvalidInput
from data.exchange_tables import TableKind
from data.imports.read_list import ReadList
from data.permissions import Relation
from data.store import candidate_ids, employers_of, note
from data.store.accounts import admit, handled_sites, put_in_caseload
from data.store.bulk_imports import commit_import, undo_import
from data.store.change_receipts import Receipt

from .. import bulk_imports as door
from ..access.errors import NotYours
from ..access.login import random_id
from ..access.policy import allowed_relation, asker, needs
from ..access.principal import Principal, people_in_view
from ..fault_sheet import marked_table
from ..http.changes import READS_ONLY, Once, receipt
from ..http.named import Lang, RandomId
from ..http.uploads import GIVES_TABLE, TAKES_TABLE, uploaded_table
from ..local_time import now_of, today_of
from ..messages import Messages

router = APIRouter(prefix="/api/v1", tags=["tables"])

Form = Literal["csv", "xlsx"]
_Name = Annotated[str, Query(max_length=200)]


class ListSaid:
    """How a list is to be read, as the query says it (``ListOptions``); ``site``: all rows are of this site."""

    def __init__(
        self,
        column: Annotated[
            list[Annotated[str, Field(max_length=200)]],
            Query(max_length=60, description="a column as it is headed in the file, e.g. hours=Työaika", examples=[[]]),
        ] = [],  # noqa: B006 - FastAPI copies it
        site: Annotated[str, Query(max_length=200, description="id of the one site that all rows are of")] = "",
        employer: _Name = "",
        place: _Name = "",
        job: _Name = "",
        municipality: _Name = "",
        language: Literal["auto", "fi", "sv", "en"] = "auto",
        update: bool = False,
    ) -> None:
        if any("=" not in one for one in column):
            raise InvalidInput("column", "there is no = in it", "column=header, for example hours=Työaika")
        self.site = site
        pairs = (one.partition("=") for one in column)
        self.options = door.ListOptions(
            {name.strip(): header.strip() for name, _, header in pairs},
            employer, place, job, municipality, language, update, may_release=False,
        )  # fmt: skip


Said = Annotated[ListSaid, Depends()]


@router.get("/imports", summary="Lists that were brought in", dependencies=[needs("imports.read")])
def list_imports(request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> dict[str, Any]:
    """List one's own imports (an administrator those of the organisation), the latest first: counts, no rows."""
    who = asker(request)
    mine = allowed_relation(who, "imports.read") is Relation.OWN
    found = door.imports(request.app.state.store, who.actor, limit, mine=mine)
    return {"imports": [door.record_as_json(one) for one in found]}


@router.post(
    "/imports/{kind}/preview", summary="What a list would do", dependencies=[needs("table.bring")],
    openapi_extra=READS_ONLY | TAKES_TABLE,
)  # fmt: skip
def preview(request: Request, kind: TableKind, said: Said, lang: Lang = "fi") -> dict[str, Any]:
    """Read a list and tell what it would change, with every fault; ``token`` stores it as it was previewed."""
    who = _who_brings(request, kind)
    read = _read(request, who, kind, said)
    seen = door.preview(request.app.state.store, read, who.actor, _not_own(request, who))
    return door.preview_as_json(seen, read.headers(), Messages(lang))


@router.post(
    "/imports/{kind}/faults", summary="A list with its faults marked", dependencies=[needs("table.bring")],
    openapi_extra=READS_ONLY | TAKES_TABLE, response_class=Response, responses=GIVES_TABLE,
)  # fmt: skip
def faults(request: Request, kind: TableKind, said: Said, lang: Lang = "fi") -> Response:
    """Give the list back as a spreadsheet: bad cells marked, and what to mend; mended, it can be sent again."""
    who = _who_brings(request, kind)
    read = _read(request, who, kind, said)
    seen = door.preview(request.app.state.store, read, who.actor, _not_own(request, who))
    return _file(marked_table(read, seen.faults, lang), f"{kind.value}-faults", "xlsx", lang)


@router.post(
    "/imports/{kind}", status_code=201, summary="Store a list as it was previewed",
    dependencies=[needs("table.bring")], openapi_extra=TAKES_TABLE,
)  # fmt: skip
def bring(
    request: Request,
    kind: TableKind,
    said: Said,
    once: Once,
    token: Annotated[str, Query(pattern="^[0-9a-f]{64}$", max_length=64, examples=["0" * 64])],
    keep_good: bool = False,
) -> Response:
    """Store all of it, or with ``keep_good`` its good rows; people who are new come into the caseload of the coach."""
    who, now, id_ = _who_brings(request, kind), now_of(request), random_id()
    read = _read(request, who, kind, said)

    def change(connection: sa.Connection) -> Receipt:
        not_own, before = _strangers(connection, who), set(candidate_ids(connection))
        record = commit_import(connection, read, token, id_, now, who.actor, keep_good, not_own)
        if who.actor.role is Role.COACH:
            brought = {row.id for row in read.people} & (set(candidate_ids(connection)) - before)
            admit(connection, brought, who.actor.tenant)
            for person in sorted(brought):
                put_in_caseload(connection, person, who.actor.account, now)
                about = f"account:{who.actor.account}"
                note(connection, AuditEvent("caseload.given", who.actor, now, person, about))
        return _told(record, 201)

    return once(change)


@router.post("/imports/{import_id}/undo", summary="Undo a list", dependencies=[needs("imports.undo")])
def undo(request: Request, import_id: RandomId, once: Once) -> Response:
    """Put back what one's own list changed; 409 names what was changed since, and then nothing is put back."""
    who, now = asker(request), now_of(request)
    mine = allowed_relation(who, "imports.undo") is Relation.OWN

    def change(connection: sa.Connection) -> Receipt:
        not_own = _strangers(connection, who)
        return _told(undo_import(connection, import_id, now, who.actor, not_own, mine=mine))

    return once(change)


@router.get(
    "/exports/{kind}", summary="People, trials or workplaces as a table", dependencies=[needs("table.export")],
    response_class=Response, responses=GIVES_TABLE,
)  # fmt: skip
def export(
    request: Request,
    kind: TableKind,
    format: Form = "csv",
    region: Annotated[str, Query(max_length=100)] = "",
    site: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Query(max_length=100, description="only tasks of these sites; none: all that are one's own", examples=[[]]),
    ] = [],  # noqa: B006 - FastAPI copies it
    lang: Lang = "fi",
) -> Response:
    """Write a table that can be brought in again; each person whose row is in it reads of it."""
    who, now, store = asker(request), now_of(request), request.app.state.store
    if kind is TableKind.TASKS:
        sites: list[str] | None = list(site) or None
        employers_own = allowed_relation(who, "table.export") is Relation.SITE
        if employers_own:
            sites = _own_sites(request, who, site)
        content = door.export_workplaces(
            store, format, lang, who.actor, now, region, sites, only_said_by_employers=employers_own
        )
    else:
        people = _view(request, who)
        if kind is TableKind.CANDIDATES:
            content = door.export_candidates(store, format, lang, who.actor, now, sorted(people))
        else:
            content = door.export_outcomes(store, format, lang, who.actor, now, people)
    return _file(content, kind.value, format, lang)


@router.get(
    "/exports/{kind}/template", summary="An empty table to fill in", dependencies=[needs("table.bring")],
    response_class=Response, responses=GIVES_TABLE,
)  # fmt: skip
def template(kind: TableKind, format: Form = "xlsx", lang: Lang = "fi") -> Response:
    """Give an empty table with the headers that are known, and in a spreadsheet lists to choose from."""
    return _file(door.empty_table(kind, format, lang), f"{kind.value}-template", format, lang)


def _who_brings(request: Request, kind: TableKind) -> Principal:
    """Give who asks; refuses whoever may bring in tasks only."""
    who = asker(request)
    if kind is not TableKind.TASKS:
        allowed_relation(who, "table.people")
    return who


def _read(request: Request, who: Principal, kind: TableKind, said: ListSaid) -> ReadList:
    at = None
    if kind is TableKind.TASKS and (said.site or allowed_relation(who, "table.bring") is Relation.SITE):
        at = _place(request, who, said.site)
    options = replace(said.options, at=at)
    return door.read_list(kind, uploaded_table(request), "file", options, today_of(request))


def _place(request: Request, who: Principal, site: str) -> door.ListPlace:
    """Find the one site of a list; NotYours for one that is not there, or that an employer does not handle."""
    if not site:
        raise InvalidInput("site", "it is not said whose tasks these are", "the id of a workplace that you handle")
    if allowed_relation(who, "table.bring") is Relation.SITE:
        _own_sites(request, who, [site])
    with request.app.state.store.read() as connection:
        owners = employers_of(connection, sites=[site])
    if not owners:
        raise NotYours
    return door.ListPlace(owners[0].id, site, owners[0].sites[0].name)


def _own_sites(request: Request, who: Principal, asked: list[str]) -> list[str]:
    """Give the sites that an employer handles, or those asked for; NotYours when one of them is another's."""
    with request.app.state.store.read() as connection:
        own = handled_sites(connection, who.actor.account, today_of(request))
    if not set(asked) <= own:
        raise NotYours
    return sorted(asked or own)


def _view(request: Request, who: Principal) -> frozenset[str]:
    """Give the people whose rows may leave for whoever asks."""
    relation = allowed_relation(who, "table.people")
    with request.app.state.store.read() as connection:
        people = people_in_view(connection, who, relation)
        return frozenset(candidate_ids(connection)) if people is None else people


def _not_own(request: Request, who: Principal) -> frozenset[str]:
    with request.app.state.store.read() as connection:
        return _strangers(connection, who)


def _strangers(connection: sa.Connection, who: Principal) -> frozenset[str]:
    """Give the stored people whom no list of this asker may be about."""
    own: frozenset[str] | None = frozenset()
    if who.actor.role in (Role.COACH, Role.OPERATOR):
        own = people_in_view(connection, who, allowed_relation(who, "table.people"))
    return frozenset() if own is None else frozenset(candidate_ids(connection)) - own


def _told(record: ImportRecord, status: int = 200) -> Receipt:
    counts: dict[str, int] = {name: getattr(record.counts, name) for name in ("new", "changed", "unchanged", "gone")}
    rows = {"good": record.rows_good, "bad": record.rows_bad}
    until = {"undo_until": record.undo_until, "undone_at": record.undone_at}
    return receipt({"import": record.id, **counts, **rows, **until}, status)


def _file(content: bytes, name: str, form: str, lang: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"', "Content-Language": lang}
    return Response(content, media_type=door.FORMS[form], headers=headers)

"""Lists brought in: previewed against the store, stored as previewed, undone exactly as long as nothing of it changed.

Storing, what is needed to undo it and the audit are one transaction.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..accounts import Actor, Role
from ..audit import AuditEvent
from ..bulk_imports import (
    UNDO_FOR,
    ImportCounts,
    ImportPreview,
    ImportRecord,
    PreviewOutdated,
    UndoRefused,
    preview_token,
)
from ..candidates import Candidate
from ..errors import RowFault, RowsRefused, UnknownId
from ..exchange_tables import TableKind
from ..imports.candidate_list import candidate_of
from ..imports.outcome_check import KnownToStore, check_trials
from ..imports.read_list import ReadList
from ..moments import moment_text
from ..pathways import load_pathways
from ..record_json import content_name, record_from, record_text
from ..trials import Trial
from ..workplace_merge import TaskCounts, merged_employer, task_counts
from ..workplaces import Employer
from .account_tables import account, objection
from .audit import note
from .bulk_import_tables import bulk_import, bulk_import_before
from .candidates import all_candidates, replace_candidates, some_candidates
from .erasure import erased_among, erasure_fingerprint
from .release_tables import release_entry
from .schema import audit_entry, candidate, match_run, trial
from .trial_plan_tables import trial_plan
from .trials import all_trials, remove_trials, replace_trials
from .workplaces import add_employers, employers_of, refuse_ids_of_others, remove_employers, some_employers

Thing = Employer | Candidate | Trial
_KINDS: Mapping[TableKind, type[Employer] | type[Candidate] | type[Trial]] = {
    TableKind.TASKS: Employer,
    TableKind.CANDIDATES: Candidate,
    TableKind.OUTCOMES: Trial,
}
_LOOKING = ("%.viewed", "%.shown", "export.%")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a list would put in place: things as they are and as they would be, by id."""

    before: Mapping[str, Thing]
    after: Mapping[str, Thing]
    faults: tuple[RowFault, ...]
    counts: ImportCounts

    def changes(self) -> dict[str, Thing]:
        return {id_: one for id_, one in self.after.items() if self.before.get(id_) != one}

    def state(self) -> str:
        told = [list(self.before.values()), list(self.after.values()), list(self.faults)]
        return content_name(record_text(told))


def preview_import(
    connection: sa.Connection, read: ReadList, actor: Actor, not_own: Collection[str] = ()
) -> ImportPreview:
    """Tell what a list would do to the store as it is; nothing is changed.

    ``not_own``: ids of people whom the store holds but who are not the caller's: rows about them are faults.
    """
    return _preview(read, _plan(connection, read, not_own), actor)


def commit_import(
    connection: sa.Connection,
    read: ReadList,
    token: str,
    id_: str,
    at: datetime,
    actor: Actor,
    keep_good: bool = False,
    not_own: Collection[str] = (),
) -> ImportRecord:
    """Store a list as it was previewed: all of it, or with ``keep_good`` its good rows.

    Raises PreviewOutdated when ``token`` is not that of what would be stored now, RowsRefused when rows have faults.
    """
    expire_undo(connection, at)
    plan = _plan(connection, read, not_own)
    preview = _preview(read, plan, actor)
    if token != preview.token:
        raise PreviewOutdated
    if preview.faults and not keep_good:
        raise RowsRefused("the list", preview.rows_good, preview.faults)
    changes = plan.changes()
    _store(connection, read.kind, list(changes.values()))
    stored = _things(connection, read.kind, changes)
    record = ImportRecord(
        id_, read.kind, moment_text(at), actor.account, actor.tenant, hashlib.sha256(read.file).hexdigest(),
        preview.rows_good, preview.rows_bad, plan.counts, moment_text(at + UNDO_FOR),
    )  # fmt: skip
    facts = {"kind": read.kind.value, **_counted(plan.counts), "bad": preview.rows_bad}
    number = note(connection, AuditEvent("import.stored", actor, at, about=f"import:{id_}", facts=facts)).number
    number = _note_people(connection, "person.changed", changes.values(), actor, at, id_) or number
    connection.execute(sa.insert(bulk_import), _row(record) | {"audit_number": number})
    rows = [
        {
            "import_id": id_,
            "thing": thing,
            "candidate": _person(one),
            "after": _digest(stored[thing]),
            "content": zlib.compress(record_text(plan.before[thing])) if thing in plan.before else None,
        }
        for thing, one in changes.items()
    ]
    if rows:
        connection.execute(sa.insert(bulk_import_before), rows)
    return record


def undo_import(
    connection: sa.Connection,
    id_: str,
    at: datetime,
    actor: Actor,
    not_own: Collection[str] = (),
    *,
    mine: bool = False,
) -> ImportRecord:
    """Put back what an import changed, exactly as it was.

    UnknownId for an import that is not of the actor's organisation (``mine``: not the actor's own), UndoRefused when
    something of it was changed since (with what and by whom), when it was undone already, after thirty days, or when
    it is about people who are not the actor's (any more): ``not_own``.
    """
    record, number = _record_of(connection, id_, actor)
    if mine and record.account != actor.account:
        raise UnknownId("import", id_)
    if record.undone_at is not None:
        raise UndoRefused("it was undone already")
    if moment_text(at) > record.undo_until:
        raise UndoRefused("more than 30 days have gone by")
    rows = connection.execute(sa.select(bulk_import_before).where(bulk_import_before.c.import_id == id_)).all()
    now = _things(connection, record.kind, [row.thing for row in rows])
    if not set(not_own).isdisjoint(row.candidate for row in rows):
        raise UndoRefused("somebody in it is not in your caseload any more")
    changed = [row for row in rows if row.thing not in now or _digest(now[row.thing]) != row.after]
    if changed:
        told = [(row.thing, _changed_by(connection, row.thing, row.candidate, record, number)) for row in changed]
        raise UndoRefused("something of it was changed since", told)
    new = [row.thing for row in rows if row.content is None]
    if used := _in_use(connection, record.kind, new, now):
        raise UndoRefused("something that it brought is in use", ((thing, "") for thing in used))
    kind = _KINDS[record.kind]
    _store(connection, record.kind, [record_from(kind, zlib.decompress(row.content)) for row in rows if row.content])
    _remove(connection, record.kind, new)
    note(connection, AuditEvent("import.undone", actor, at, about=f"import:{id_}", facts={"things": len(rows)}))
    _note_people(connection, "person.changed", now.values(), actor, at, id_)
    connection.execute(sa.delete(bulk_import_before).where(bulk_import_before.c.import_id == id_))
    undone = {"undone_at": moment_text(at), "undone_by": actor.account}
    connection.execute(sa.update(bulk_import).where(bulk_import.c.id == id_).values(undone))
    return _record_of(connection, id_, actor)[0]


def imports_of(
    connection: sa.Connection, actor: Actor, most: int = 100, *, mine: bool = False
) -> tuple[ImportRecord, ...]:
    """Give the imports of the actor's organisation (of all for the operator; ``mine``: own ones), the latest first."""
    query = sa.select(bulk_import).order_by(bulk_import.c.at.desc(), bulk_import.c.id).limit(most)
    if actor.role is not Role.OPERATOR:
        query = query.where(bulk_import.c.tenant == actor.tenant)
    if mine:
        query = query.where(bulk_import.c.account == actor.account)
    return tuple(_record(row) for row in connection.execute(query))


def expire_undo(connection: sa.Connection, at: datetime) -> int:
    """Let go of what is kept to undo imports of more than thirty days ago; gives how many things that were."""
    old = sa.select(bulk_import.c.id).where(bulk_import.c.undo_until < moment_text(at))
    return connection.execute(sa.delete(bulk_import_before).where(bulk_import_before.c.import_id.in_(old))).rowcount


def _preview(read: ReadList, plan: _Plan, actor: Actor) -> ImportPreview:
    bad = {fault.row for fault in plan.faults} - {fault.row for fault in read.faults}
    token = preview_token(read.kind, read.file, read.how, plan.state(), actor)
    return ImportPreview(
        read.kind, read.rows - len(bad), plan.faults, plan.counts, read.headers(), read.columns.ignored, token
    )


def _plan(connection: sa.Connection, read: ReadList, not_own: Collection[str]) -> _Plan:
    if read.kind is TableKind.TASKS:
        return _plan_tasks(connection, read)
    if read.kind is TableKind.CANDIDATES:
        return _plan_people(connection, read, not_own)
    return _plan_trials(connection, read, not_own)


def _plan_tasks(connection: sa.Connection, read: ReadList) -> _Plan:
    before = some_employers(connection, [owner.id for owner in read.employers])
    refuse_ids_of_others(connection, read.employers)
    said = read.said()
    after = {o.id: merged_employer(before.get(o.id), o, said, read.without_hours) for o in read.employers}
    counts = [task_counts(before.get(id_), one) for id_, one in after.items()]
    return _Plan(before, after, read.faults, _summed(counts))


def _summed(counts: Iterable[TaskCounts]) -> ImportCounts:
    told = [(one.new, one.changed, one.unchanged, one.gone) for one in counts]
    return ImportCounts(*(sum(column) for column in zip(*told, strict=True))) if told else ImportCounts()


def _plan_people(connection: sa.Connection, read: ReadList, not_own: Collection[str]) -> _Plan:
    before = some_candidates(connection, [row.id for row in read.people])
    gone = {*erased_among(connection, [row.id for row in read.people]), *not_own}
    after, faults = dict[str, Candidate](), list(read.faults)
    for row in read.people:
        if row.id in gone:
            faults.append(RowFault(row.row, "id", "taken", "this id cannot be used", "Give the person a new id."))
            continue
        found = candidate_of(row, before.get(row.id))
        if isinstance(found, RowFault):
            faults.append(found)
        else:
            after[row.id] = found
    return _plan_of({id_: one for id_, one in before.items() if id_ in after}, after, faults)


def _plan_trials(connection: sa.Connection, read: ReadList, not_own: Collection[str]) -> _Plan:
    pathways = [one.id for country in load_pathways().countries.values() for one in country.pathways]
    people = [one for one in all_candidates(connection) if one.id not in not_own]
    stored = [one for one in all_trials(connection) if one.candidate not in not_own]
    known = KnownToStore.of(people, employers_of(connection), pathways, stored)
    same = {trial.id for _, trial in read.trials if trial.id in known.trials}
    good, wrong = check_trials(read.trials, known, read.today, True)
    after = {one.id: one for one in good}
    if not read.may_release:  # whether it may be learned from is the person's to say
        after = {i: replace(one, released=i in known.trials and known.trials[i].released) for i, one in after.items()}
    faults = [*read.faults, *wrong]
    if not read.update:
        rows = {one.id: row for row, one in read.trials}
        for id_ in sorted(same & after.keys()):
            if after[id_] != known.trials[id_]:
                way_out = "Leave it out, or --update to bring it up to date."
                faults.append(RowFault(rows[id_], "id", "stored", "a trial of this id is stored already", way_out))
                del after[id_]
    foreign = {one.id for one in all_trials(connection) if one.candidate in not_own}
    for row, one in read.trials:
        if one.id in foreign and one.id in after:
            faults.append(RowFault(row, "id", "taken", "this id cannot be used", "Give the trial its own id."))
            del after[one.id]
    return _plan_of({id_: known.trials[id_] for id_ in sorted(after) if id_ in known.trials}, after, faults)


def _plan_of(before: Mapping[str, Thing], after: Mapping[str, Thing], faults: Iterable[RowFault]) -> _Plan:
    new = len(after.keys() - before.keys())
    same = sum(before.get(id_) == one for id_, one in after.items())
    in_order = tuple(sorted(faults, key=lambda fault: (fault.row, fault.column)))
    return _Plan(before, after, in_order, ImportCounts(new, len(after) - new - same, same, 0))


def _store(connection: sa.Connection, kind: TableKind, things: Iterable[Any]) -> None:
    if kind is TableKind.TASKS:
        add_employers(connection, things)
    elif kind is TableKind.CANDIDATES:
        replace_candidates(connection, things)
    else:
        replace_trials(connection, things)


def _remove(connection: sa.Connection, kind: TableKind, ids: list[str]) -> None:
    if not ids:
        return
    if kind is TableKind.TASKS:
        remove_employers(connection, ids)
    elif kind is TableKind.CANDIDATES:
        connection.execute(sa.delete(candidate).where(candidate.c.id.in_(ids)))
    else:
        remove_trials(connection, ids)


def _things(connection: sa.Connection, kind: TableKind, ids: Iterable[str]) -> Mapping[str, Thing]:
    wanted = set(ids)
    if kind is TableKind.TASKS:
        return some_employers(connection, wanted)
    if kind is TableKind.CANDIDATES:
        return some_candidates(connection, wanted)
    return {one.id: one for one in all_trials(connection) if one.id in wanted}


def _in_use(connection: sa.Connection, kind: TableKind, new: list[str], now: Mapping[str, Thing]) -> list[str]:
    """Name what an import brought and others have built on since: it cannot be taken away without them."""
    if kind is TableKind.CANDIDATES:
        built = (match_run.c.candidate_id, trial.c.candidate, trial_plan.c.candidate_id, release_entry.c.candidate_id,
                 account.c.candidate_id, objection.c.candidate_id)  # fmt: skip
        return sorted({id_ for column in built for id_ in connection.scalars(sa.select(column).where(column.in_(new)))})
    if kind is TableKind.TASKS:
        places = {
            place.id: id_ for id_ in new for one in [now[id_]] if isinstance(one, Employer) for place in one.sites
        }
        tried = [
            place
            for column in (trial.c.site, trial_plan.c.site)
            for place in connection.scalars(sa.select(column).where(column.in_(list(places))))
        ]
        told = connection.scalars(sa.select(release_entry.c.employer).where(release_entry.c.employer.in_(new)))
        return sorted({*(places[place] for place in tried), *told})
    return []


def _changed_by(connection: sa.Connection, thing: str, person: str, record: ImportRecord, number: int) -> str:
    """Find the account that last changed a thing after an import, as far as imports and audit tell."""
    about = [f"{name}:{thing}" for name in ("employer", "trial", "person")]
    of_person = audit_entry.c.subject == (erasure_fingerprint(person) if person else None)
    mine = sa.or_(audit_entry.c.about.in_(about), of_person)
    looking = sa.or_(*(audit_entry.c.action.like(pattern) for pattern in _LOOKING))
    entries = sa.select(audit_entry.c.at, audit_entry.c.account).where(audit_entry.c.number > number, mine, ~looking)
    later = (
        sa.select(bulk_import.c.at, bulk_import.c.account)
        .join(bulk_import_before, bulk_import_before.c.import_id == bulk_import.c.id)
        .where(bulk_import_before.c.thing == thing, bulk_import.c.audit_number > number)
        .where(bulk_import.c.id != record.id)
    )
    found = sorted((row.at, row.account) for query in (entries, later) for row in connection.execute(query))
    return found[-1][1] if found else ""


def _note_people(
    connection: sa.Connection, action: str, things: Iterable[Thing], actor: Actor, at: datetime, id_: str
) -> int:
    """Write down whose data an import changed; gives the number of the last entry, 0 when it is nobody's."""
    number = 0
    for person in sorted({_person(one) for one in things} - {""}):
        number = note(connection, AuditEvent(action, actor, at, candidate=person, about=f"import:{id_}")).number
    return number


def _person(thing: Thing) -> str:
    if isinstance(thing, Candidate):
        return thing.id
    return thing.candidate if isinstance(thing, Trial) else ""


def _digest(thing: Thing) -> str:
    return content_name(record_text(thing))


def _counted(counts: ImportCounts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in ("new", "changed", "unchanged", "gone")}


def _record_of(connection: sa.Connection, id_: str, actor: Actor) -> tuple[ImportRecord, int]:
    row = connection.execute(sa.select(bulk_import).where(bulk_import.c.id == id_)).first()
    if row is None or (actor.role is not Role.OPERATOR and row.tenant != actor.tenant):
        raise UnknownId("import", id_)
    return _record(row), int(row.audit_number)


_PLAIN = ("id", "at", "account", "tenant", "file_digest", "rows_good", "rows_bad", "undo_until", "undone_at",
          "undone_by")  # fmt: skip


def _row(record: ImportRecord) -> dict[str, Any]:
    plain = {name: getattr(record, name) for name in _PLAIN}
    return plain | _counted(record.counts) | {"kind": record.kind.value}


def _record(row: Any) -> ImportRecord:
    counts = ImportCounts(row.new, row.changed, row.unchanged, row.gone)
    return ImportRecord(kind=TableKind(row.kind), counts=counts, **{name: getattr(row, name) for name in _PLAIN})

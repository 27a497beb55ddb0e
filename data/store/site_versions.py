"""Keeps workplaces as they were, so that a list can be made again after they have changed or gone.

Nothing is kept as long as nobody was shown a list. From then on whoever changes a site first puts it aside as it is:
the state of all sites at any change is then the sites of today, and for those that changed later, what was put aside.
So logging a list costs the same over 100 and over 10,000 sites.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from ..record_json import record_from, record_text
from ..workplaces import Employer
from .kept_contents import keep, kept
from .schema import match_run, site_version

AT_ONCE = 500
_LOCK = 7215040400000
"""The lock that writers of sites hold alone and loggers of lists together (PostgreSQL; SQLite has one writer)."""


def alone_with_sites(connection: sa.Connection) -> None:
    """Let nobody else write sites or log a list until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def while_sites_stand(connection: sa.Connection) -> None:
    """Let nobody write sites until this transaction ends; others may log lists."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_LOCK)))


def keep_versions(
    connection: sa.Connection,
    there: Sequence[str],
    after: Sequence[str],
    change: int,
    read: Callable[[Sequence[str]], Sequence[Employer]],
) -> None:
    """Put sites aside before they change, where a list was made from them as they are.

    ``there``: sites that are there and change or go; ``after``: sites that will be there; ``change``: the last one so
    far; ``read`` gives records of sites.
    """
    newest = connection.scalar(sa.select(sa.func.max(match_run.c.market_change)))
    if newest is None:
        return
    old, new = sorted(set(there)), sorted(set(after) - set(there))
    for start in range(0, len(old), AT_ONCE):
        _put_aside(connection, _seen(connection, old[start : start + AT_ONCE], newest), change, read)
    for start in range(0, len(new), AT_ONCE):
        absent = _seen(connection, new[start : start + AT_ONCE], newest)
        _insert(connection, [{"site_id": id_, "until": change, "digest": None} for id_ in absent])


def sites_then(connection: sa.Connection, change: int) -> dict[str, Employer | None] | None:
    """Give the sites that were otherwise at a change than they are now; None for one that was not there.

    Each comes as its employer with this one site. None in place of it all: something that was put aside cannot be read.
    """
    rows = connection.execute(
        sa.select(site_version).where(site_version.c.until >= change).order_by(site_version.c.until.desc())
    )
    names = {row.site_id: row.digest for row in rows}  # the earliest comes last and stays
    found: dict[str, Employer | None] = {}
    for id_, name in sorted(names.items()):
        content = None if name is None else kept(connection, name)
        if name is not None and content is None:
            return None
        try:
            found[id_] = None if content is None else record_from(Employer, content)
        except ValueError:  # of a release whose records were others
            return None
    return found


def _seen(connection: sa.Connection, ids: Sequence[str], newest: int) -> list[str]:
    """Name the sites that a list was made from since they were last put aside."""
    until = sa.func.max(site_version.c.until)
    query = sa.select(site_version.c.site_id, until).where(site_version.c.site_id.in_(ids))
    aside = {row[0]: row[1] for row in connection.execute(query.group_by(site_version.c.site_id))}
    return [id_ for id_ in ids if aside.get(id_, -1) < newest]


def _put_aside(
    connection: sa.Connection,
    ids: Sequence[str],
    change: int,
    read: Callable[[Sequence[str]], Sequence[Employer]],
) -> None:
    if not ids:
        return
    sites = [(site.id, replace(owner, sites=(site,))) for owner in read(ids) for site in owner.sites]
    names = [keep(connection, [record_text(owner)])[0] for _, owner in sites]
    _insert(
        connection,
        [{"site_id": id_, "until": change, "digest": n} for (id_, _), n in zip(sites, names, strict=True)],
    )


def _insert(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(sa.insert(site_version), rows)

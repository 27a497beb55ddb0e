"""A list as it was read, before it meets the store: what its rows say, and every fault of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ..errors import RowFault
from ..exchange_tables import TableKind
from ..trials import Trial
from ..workplace_merge import OF_EMPLOYER
from ..workplaces import Employer
from .candidate_list import CandidateRow
from .table_headers import FoundColumns

_NOT_OF_SITE = OF_EMPLOYER | {"levels", "job_levels"}


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list of tasks, people or trials.

    ``how``: everything besides the bytes that decides what is read (columns as somebody said, defaults, language).
    ``cells``: the table as it came, for a copy with its faults marked. ``without_hours``: tasks whose hours the list
    does not say. ``today`` and ``update`` are for trials: days after today are faults; stored trials may be replaced.
    ``at_site``: all rows are of one site. ``may_release``: it may say that a trial may be learned from.
    """

    kind: TableKind
    file: bytes
    how: Mapping[str, object]
    cells: list[list[str]]
    columns: FoundColumns
    rows: int
    faults: tuple[RowFault, ...]
    employers: tuple[Employer, ...] = ()
    without_hours: frozenset[str] = frozenset()
    people: tuple[CandidateRow, ...] = ()
    trials: tuple[tuple[int, Trial], ...] = field(default=())
    today: date = date.min
    update: bool = False
    at_site: bool = False
    may_release: bool = True

    def said(self) -> frozenset[str]:
        """Name the columns that hold: a list of one site says nothing of its employer, and takes no level away."""
        return frozenset(self.columns.at) - (_NOT_OF_SITE if self.at_site else frozenset())

    def headers(self) -> dict[str, str]:
        """Tell what was found under which header, as it stands in the file."""
        row = self.cells[self.columns.row] if self.cells else []
        return {name: row[at].strip() for name, at in self.columns.at.items()}

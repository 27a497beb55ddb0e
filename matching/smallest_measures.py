"""The fewest measures that the workplace must be told of for a part-job to keep within the person's limits, exactly.

Adding a measure never raises a load, so every set that does contains a smallest one that does; these are all reached by
asking, for a limit that is still broken, which measures could lower just that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .carving.gates import DOSE
from .carving.problem import Blocker, CarveMeasure, CarveProblem, CarveSolution, CarveTask, TakenTask
from .carving.recheck import TOLERANCE, eased_level, recheck

LOADS = frozenset(("peak", "dose"))

Key = tuple[int, int, int, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SmallestMeasures:
    """The measures to tell of, and those in use that need no telling. ``found`` is False where no set does.

    ``broken``: limits that stay broken with everything in use. ``looked_at``: sets that were looked at; the proof.
    """

    found: bool
    told: tuple[str, ...]
    untold: tuple[str, ...]
    broken: tuple[Blocker, ...]
    looked_at: int

    @property
    def used(self) -> frozenset[str]:
        """All measures in use."""
        return frozenset((*self.told, *self.untold))


def smallest_measures(
    problem: CarveProblem, tasks: tuple[TakenTask, ...], free: frozenset[str], planned: frozenset[str]
) -> SmallestMeasures:
    """Find the fewest measures to tell of; ``free`` need no telling, ``planned`` are preferred among equals.

    Then fewer measures in all, then cheaper ones, then by id. The limit on the number of measures is kept. Only loads
    are looked at: hours, times and ties do not hang on measures.
    """
    search = _Search(problem, tasks, free, planned)
    search.look(frozenset())
    if search.best is None:
        left = tuple(search.broken(frozenset(search.measures)))
        return SmallestMeasures(False, (), (), left, len(search.seen))
    used = search.best[4]
    told = tuple(id_ for id_ in used if id_ not in free)
    return SmallestMeasures(True, told, tuple(id_ for id_ in used if id_ in free), (), len(search.seen))


class _Search:
    def __init__(
        self, problem: CarveProblem, tasks: tuple[TakenTask, ...], free: frozenset[str], planned: frozenset[str]
    ) -> None:
        self.problem, self.tasks, self.free, self.planned = problem, tasks, free, planned
        self.measures = {measure.id: measure for measure in problem.measures}
        self.by_id = {task.id: task for task in problem.tasks}
        most = problem.limits.accommodations
        self.most = len(self.measures) if most is None else most
        self.seen: set[frozenset[str]] = set()
        self.best: Key | None = None

    def look(self, used: frozenset[str]) -> None:
        """Look at a set, and at what a set that holds it could do about the first limit that it leaves broken."""
        if used in self.seen or len(used) > self.most:
            return
        self.seen.add(used)
        key = self.key(used)
        broken = self.broken(used)
        if not broken:
            self.best = key if self.best is None else min(self.best, key)
            return
        if self.best is not None and key[:4] >= self.best[:4]:
            return  # whatever is added, no part of the key falls and the number of measures rises
        for id_ in self.lowering(broken[0], used):
            self.look(used | {id_})

    def key(self, used: frozenset[str]) -> Key:
        told = used - self.free
        cost = round(sum(self.measures[id_].cost for id_ in used), 6)
        return len(told), len(told - self.planned), len(used), cost, tuple(sorted(used))

    def broken(self, used: frozenset[str]) -> list[Blocker]:
        solution = CarveSolution("optimal", tasks=self.tasks, accommodations=tuple(sorted(used)))
        found = [blocker for blocker in recheck(self.problem, solution) if blocker.rule in LOADS]
        return sorted(found, key=lambda blocker: (blocker.rule, blocker.about))

    def lowering(self, broken: Blocker, used: frozenset[str]) -> Iterator[str]:
        """Name the measures one of which must be in any set that mends this limit, told ones that are planned first."""
        dimension = broken.about
        inside = [self.measures[id_] for id_ in sorted(used)]
        tasks = [self.by_id[taken.id] for taken in self.tasks if taken.hours > 0 or dimension not in DOSE]
        if dimension not in DOSE:
            limit = self.problem.capacity[dimension] + TOLERANCE
            over = [task for task in tasks if eased_level(inside, task, dimension) > limit]
            tasks = over[:1]
        order = sorted(self.measures.values(), key=lambda m: (m.id not in self.free, m.id not in self.planned, m.id))
        for measure in order:
            if measure.id not in used and any(self._lowers(measure, inside, task, dimension) for task in tasks):
                yield measure.id

    def _lowers(self, measure: CarveMeasure, inside: list[CarveMeasure], task: CarveTask, dimension: str) -> bool:
        now = eased_level(inside, task, dimension)
        then = eased_level([*inside, measure], task, dimension)
        if dimension in DOSE:
            return then < now
        return then <= self.problem.capacity[dimension] + TOLERANCE

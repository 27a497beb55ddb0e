"""What earlier solutions say together: which measures close which gaps, how often tried, how well, where nothing did.

Shares carry Wilson intervals; below ``TOO_FEW`` tries a share is not shown as one. Counts describe the cases at hand
and nobody's population: who tries a measure, and who reports it, is no accident. Effects reach the catalogue only by a
human.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.accommodations import load_accommodations
from data.dimensions import load_dimensions
from data.solutions import Change, Solution, Went

TOO_FEW = 5
"""Below so many tries the share and its interval are left out: "too few"."""

Z = 1.959963984540054
"""Normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often something was tried and how it went; the share that worked only with enough tries (0-1)."""

    tried: int
    worked: int
    partly: int

    @property
    def not_worked(self) -> int:
        """Tries that did nothing."""
        return self.tried - self.worked - self.partly

    @property
    def enough(self) -> bool:
        """Whether there are tries enough to speak of a share."""
        return self.tried >= TOO_FEW

    @property
    def share(self) -> float | None:
        """The share of tries that worked; None when there are too few."""
        return self.worked / self.tried if self.enough else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % Wilson interval of the share; None when there are too few."""
        return wilson(self.worked, self.tried) if self.enough else None


@dataclass(frozen=True, slots=True)
class MeasureOnGap:
    """One kind of change against one gap."""

    change: str
    dimension: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class SolutionAnalysis:
    """Everything that the page shows. ``in_vain``: changes tried at least twice on a gap that never worked there.

    ``unsolved``: gaps that cases had, of which none was closed; ``unseen``: dimensions that no case had as a gap.
    ``kinds``: kind of change against group of dimensions. ``unlinked``: measures used where the catalogue knows no
    effect of theirs on any gap of the case, and how often: something for a person to look at.
    """

    cases: int
    fictional: int
    outcomes: Tally
    measures: tuple[MeasureOnGap, ...]
    changes: Mapping[str, Tally]
    gaps: Mapping[str, Tally]
    sectors: Mapping[str, Tally]
    sizes: Mapping[str, Tally]
    in_vain: tuple[MeasureOnGap, ...]
    unsolved: tuple[str, ...]
    unseen: tuple[str, ...]
    kinds: Mapping[tuple[str, str], Tally]
    unlinked: Mapping[str, int]


def wilson(worked: int, tried: int, z: float = Z) -> tuple[float, float]:
    """Give the Wilson score interval of a share (Wilson 1927); ValueError when nothing was tried.

    >>> tuple(round(end, 3) for end in wilson(8, 10))
    (0.49, 0.943)
    """
    if not 0 <= worked <= tried or tried < 1:
        raise ValueError(f"a share needs 0 <= worked <= tried and tried >= 1, got {worked, tried}")
    share = worked / tried
    middle = (share + z * z / (2 * tried)) / (1 + z * z / tried)
    reach = z / (1 + z * z / tried) * math.sqrt(share * (1 - share) / tried + z * z / (4 * tried * tried))
    low = 0.0 if worked == 0 else max(0.0, middle - reach)
    return low, 1.0 if worked == tried else min(1.0, middle + reach)


def gaps_meant(solution: Solution, change: Change, effects: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Tell which gaps of its case a change was meant for: as said with words of one's own, else by the catalogue."""
    meant = frozenset(change.dimensions) or effects.get(change.accommodation, frozenset())
    return tuple(dimension for dimension in solution.gaps if dimension in meant)


def _effects() -> dict[str, frozenset[str]]:
    return {measure.id: frozenset(e.dimension for e in measure.effects) for measure in load_accommodations()}


def analyse(solutions: Sequence[Solution]) -> SolutionAnalysis:
    """Count all cases; the same cases in any order give the same analysis."""
    effects = _effects()
    on_gap: dict[tuple[str, str], list[Went]] = {}
    by_change: dict[str, list[Went]] = {}
    by_gap: dict[str, list[Went]] = {}
    by_kind: dict[tuple[str, str], list[Went]] = {}
    unlinked: Counter[str] = Counter()
    group, kind = {d.id: d.group for d in load_dimensions()}, {m.id: str(m.kind) for m in load_accommodations()}
    for one in solutions:
        for change in one.changes:
            by_change.setdefault(change.key, []).append(change.went)
            meant = gaps_meant(one, change, effects)
            for dimension in meant:
                on_gap.setdefault((change.key, dimension), []).append(change.went)
            for name in sorted({group[dimension] for dimension in meant}):
                by_kind.setdefault((kind.get(change.accommodation, change.key), name), []).append(change.went)
            if not meant and change.accommodation:
                unlinked[change.accommodation] += 1
        for dimension in one.gaps:
            by_gap.setdefault(dimension, []).append(one.outcome)
    measures = sorted(
        (MeasureOnGap(change, dimension, tally(went)) for (change, dimension), went in on_gap.items()),
        key=lambda one: (_place(one.dimension), -one.tally.tried, -one.tally.worked, one.change),
    )
    order = [dimension.id for dimension in load_dimensions()]
    return SolutionAnalysis(
        cases=len(solutions),
        fictional=sum(one.fictional for one in solutions),
        outcomes=tally([one.outcome for one in solutions]),
        measures=tuple(measures),
        changes={key: tally(by_change[key]) for key in sorted(by_change, key=lambda k: (-len(by_change[k]), k))},
        gaps={dimension: tally(by_gap[dimension]) for dimension in order if dimension in by_gap},
        sectors=_grouped(solutions, lambda one: one.sector),
        sizes=_grouped(solutions, lambda one: one.size.value),
        in_vain=tuple(one for one in measures if one.tally.tried >= 2 and not one.tally.worked),
        unsolved=tuple(d for d in order if d in by_gap and Went.WORKED not in by_gap[d]),
        unseen=tuple(d for d in order if d not in by_gap),
        kinds={key: tally(by_kind[key]) for key in sorted(by_kind)},
        unlinked=dict(sorted(unlinked.items(), key=lambda item: (-item[1], item[0]))),
    )


def tally(went: Iterable[Went]) -> Tally:
    """Count outcomes."""
    counts = Counter(went)
    return Tally(counts.total(), counts[Went.WORKED], counts[Went.PARTLY])


def _grouped(solutions: Sequence[Solution], by: Callable[[Solution], str]) -> dict[str, Tally]:
    groups: dict[str, list[Went]] = {}
    for one in solutions:
        groups.setdefault(by(one), []).append(one.outcome)
    return {name: tally(groups[name]) for name in sorted(groups)}


def _place(dimension: str) -> int:
    return next((at for at, one in enumerate(load_dimensions()) if one.id == dimension), 99)

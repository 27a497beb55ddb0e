"""Near solutions and their analysis as JSON for machines: shapes in ``docs/reference/formats.md``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.solutions import Gap, Solution
from features.gap_question import GapQuestion
from matching.solutions import NearSolution, SolutionAnalysis, Tally


def found_as_json(question: GapQuestion, near: Sequence[NearSolution], language: str) -> dict[str, Any]:
    """Write an answered question: what was understood, and the cases from the nearest on."""
    return {
        "format": "near-solutions/1",
        "question": {
            "gaps": {d: {"needed": gap.needed, "managed": gap.managed} for d, gap in question.gaps.items()},
            "fine": sorted(question.fine),
            "sectors": list(question.sectors),
            "size": None if question.size is None else question.size.value,
            "words": list(question.words),
        },
        "solutions": [_near(one, language) for one in near],
    }


def _near(one: NearSolution, language: str) -> dict[str, Any]:
    return {
        "points": one.points,
        "parts": dict(one.parts),
        "shared": {
            d: {"asked": [asked.needed, asked.managed], "there": _gap(there)}
            for d, (asked, there) in one.shared.items()
        },
        "missing": list(one.missing),
        "further": {d: _gap(gap) for d, gap in one.further.items()},
        "against": list(one.against),
        "same_sector": one.same_sector,
        "words": list(one.words),
        "solution": solution_as_json(one.solution, language),
    }


def _gap(gap: Gap) -> list[float | None]:
    return [gap.needed, gap.managed]


def solution_as_json(one: Solution, language: str) -> dict[str, Any]:
    """Write one case with its words in a language (another one of its own where it has none)."""
    text = one.text(language)
    return {
        "id": one.id,
        "fictional": one.fictional,
        "title": text.title,
        "work": text.work,
        "change": text.change,
        "result": text.result,
        "gaps": {d: _gap(gap) for d, gap in one.gaps.items()},
        "fine": {d: _gap(gap) for d, gap in one.fine.items()},
        "changes": [
            {
                "kind": change.kind.value,
                "accommodation": change.accommodation or None,
                "words": dict(change.words),
                "dimensions": list(change.dimensions),
                "went": change.went.value,
            }
            for change in one.changes
        ],
        "outcome": one.outcome.value,
        "judged": {
            "by": [role.value for role in one.judged.by],
            "how": one.judged.how.value,
            "after_weeks": one.judged.after_weeks,
        },
        "sector": one.sector,
        "size": one.size.value,
        "hours": None if one.hours is None else list(one.hours),
        "cost": {"class": one.cost.cost_class.value, "eur": [one.cost.least_eur, one.cost.most_eur]},
        "weeks_to_arrange": one.weeks_to_arrange,
        "acts": {act.value: role.value for act, role in one.acts.items()},
        "source": one.source.value,
    }


def analysis_as_json(analysis: SolutionAnalysis) -> dict[str, Any]:
    """Write the whole analysis; a share and its interval are null where there are too few tries."""
    return {
        "format": "solution-analysis/1",
        "cases": analysis.cases,
        "fictional": analysis.fictional,
        "outcomes": tally_as_json(analysis.outcomes),
        "measures": [
            {"change": one.change, "dimension": one.dimension, **tally_as_json(one.tally)} for one in analysis.measures
        ],
        "kinds": [
            {"kind": kind, "group": group, **tally_as_json(tally)} for (kind, group), tally in analysis.kinds.items()
        ],
        "changes": {key: tally_as_json(tally) for key, tally in analysis.changes.items()},
        "gaps": {key: tally_as_json(tally) for key, tally in analysis.gaps.items()},
        "sectors": {key: tally_as_json(tally) for key, tally in analysis.sectors.items()},
        "sizes": {key: tally_as_json(tally) for key, tally in analysis.sizes.items()},
        "in_vain": [
            {"change": one.change, "dimension": one.dimension, **tally_as_json(one.tally)} for one in analysis.in_vain
        ],
        "unsolved": list(analysis.unsolved),
        "unseen": list(analysis.unseen),
        "unlinked": dict(analysis.unlinked),
    }


def tally_as_json(tally: Tally) -> dict[str, Any]:
    """Write one count with its share."""
    return {
        "tried": tally.tried,
        "worked": tally.worked,
        "partly": tally.partly,
        "not_worked": tally.not_worked,
        "share": None if tally.share is None else round(tally.share, 4),
        "interval": None if tally.interval is None else [round(end, 4) for end in tally.interval],
    }

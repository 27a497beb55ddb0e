"""How likely a suggestion is to go well, as the scorer in force reads it: named terms, a chance where it is earned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.candidates import Candidate

from .learning.lessons import EmployerHistory
from .learning.scorer import TrialScorer
from .suggestion import Prospect, Suggestion
from .trial_frame import trial_rows


def with_prospects(
    person: Candidate,
    suggestions: Sequence[Suggestion],
    scorer: TrialScorer,
    histories: Mapping[str, EmployerHistory],
) -> tuple[Suggestion, ...]:
    """Read each suggestion as the scorer does: its row of features, terms in log-odds, the chance or why there is none.

    The group of the work is the employer's sector, as in the training frame. ``histories``: how trials went, by
    employer.
    """
    if not suggestions:
        return ()
    rows = trial_rows(person, suggestions, histories)
    employers = [one.reach.place.employer.id for one in suggestions]
    sectors = [one.reach.place.employer.sector for one in suggestions]
    chances = scorer.chances(rows, employers, sectors)
    read = []
    for at, suggestion in enumerate(suggestions):
        terms = scorer.tables.terms(rows[at], employers[at], sectors[at])
        withheld = chances.withheld[at]
        chance = (chances.low[at], chances.middle[at], chances.high[at])
        prospect = Prospect(
            scorer=scorer.name,
            terms=tuple(sorted((t for t in terms if t.units), key=lambda term: (-abs(term.units), term.name))),
            chance=None if withheld else (float(chance[0]), float(chance[1]), float(chance[2])),
            withheld=withheld,
            simulated=scorer.simulated,
            features=tuple(rows[at].tolist()),
        )
        read.append(replace(suggestion, prospect=prospect))
    return tuple(read)

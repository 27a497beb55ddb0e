"""Ended trials as a scorer learns from them: features at the time of the decision, employer, group, and how it went.

Checked once, when the frame is made: a frame with faults is not made, and every fault is named with its row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from data.errors import WorkTrialError
from features.trial_features import features_fingerprint, trial_features

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FEWEST_OUTCOMES = 20
FEWEST_OF_EACH_KIND = 5
"""Below this nothing is learned at all, not even where to start: one more outcome would turn the answer round."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with outcomes: a stable code, a sentence, and the rows (from 0) when it is about rows.

    ``numbers``: what the sentence counts, by name; the message ``no_model.CODE`` says the same in every language.
    """

    code: str
    text: str
    rows: tuple[int, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)


class NoModel(WorkTrialError):
    """Outcomes cannot be learned from; nothing was made and nothing was changed."""

    code = "no_model"
    exit_code = 7

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("No model was made. " + " ".join(finding.text for finding in self.findings))


@dataclass(frozen=True, slots=True, eq=False)
class TrialOutcomes:
    """Ended trials side by side: ``rows`` (trials, features), ``went_well`` (trials), ids, day of the decision.

    ``day`` counts days from any fixed day; it orders the trials. ``simulated`` outcomes say so wherever they go.
    """

    rows: Floats
    went_well: Flags
    employers: tuple[str, ...]
    groups: tuple[str, ...]
    people: tuple[str, ...]
    day: npt.NDArray[np.int64]
    simulated: bool = False
    ids: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        """Count the trials."""
        return len(self.went_well)

    def __post_init__(self) -> None:
        """Refuse a frame whose parts do not belong together; NoModel lists what is wrong."""
        if findings := _faults(self):
            raise NoModel(findings)

    def take(self, which: npt.NDArray[np.intp] | Flags) -> TrialOutcomes:
        """Give some of the trials, in the order asked."""
        at = np.flatnonzero(which) if which.dtype == np.bool_ else which

        def some(values: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(values[i] for i in at) if values else ()

        return TrialOutcomes(
            self.rows[at], self.went_well[at], some(self.employers), some(self.groups), some(self.people),
            self.day[at], self.simulated, some(self.ids),
        )  # fmt: skip

    def fingerprint(self) -> str:
        """Hash everything that a model could have learned from, features' declarations included."""
        digest = hashlib.sha256(features_fingerprint().encode())
        for part in (np.ascontiguousarray(self.rows), self.went_well, self.day):
            digest.update(part.tobytes() + b"\0")
        for ids in (self.employers, self.groups, self.people, self.ids):
            digest.update("\n".join(ids).encode() + b"\0")
        return digest.hexdigest()


def enough_to_learn(outcomes: TrialOutcomes) -> tuple[Finding, ...]:
    """Tell why nothing can be learned from these trials; empty when something can."""
    well, all_ = int(outcomes.went_well.sum()), len(outcomes)
    found = []
    if all_ < FEWEST_OUTCOMES:
        text = f"There are {all_} ended trials; at least {FEWEST_OUTCOMES} are needed."
        found.append(Finding("too_few", text, numbers={"trials": all_, "needed": FEWEST_OUTCOMES}))
    if all_ and well in (0, all_):
        kind = "well" if well else "badly"
        text = f"All {all_} trials went {kind}; both kinds are needed to tell them apart."
        found.append(Finding(f"all_{kind}", text, numbers={"trials": all_}))
    elif min(well, all_ - well) < FEWEST_OF_EACH_KIND:
        text = f"{well} trials went well and {all_ - well} did not; {FEWEST_OF_EACH_KIND} of each are needed."
        numbers = {"well": well, "badly": all_ - well, "needed": FEWEST_OF_EACH_KIND}
        found.append(Finding("few_of_one_kind", text, numbers=numbers))
    return tuple(found)


def _faults(frame: TrialOutcomes) -> list[Finding]:
    count, width = len(frame.went_well), len(trial_features())
    if frame.rows.shape != (count, width) or frame.rows.dtype != np.float64:
        text = f"Rows of {width} features as real numbers are needed, one for each outcome."
        return [Finding("rows_shape", text, numbers={"features": width})]
    lengths = {len(frame.employers), len(frame.groups), len(frame.people), len(frame.day)}
    if lengths != {count} or (frame.ids and len(frame.ids) != count):
        return [Finding("ids_shape", "Each trial needs one employer, one group, one person and one day.")]
    if frame.went_well.dtype != np.bool_:
        return [Finding("outcome", "How a trial went is true or false; leave out trials that have not ended.")]
    found = []
    if infinite := _rows(np.asarray(np.isinf(frame.rows).any(axis=1))):
        text = f"{len(infinite)} trials have a feature that is infinite."
        found.append(Finding("not_finite", text, infinite, {"trials": len(infinite)}))
    if empty := _rows(np.asarray(np.isnan(frame.rows).all(axis=1))) if count else ():
        text = f"Of {len(empty)} trials no feature is known at all."
        found.append(Finding("nothing_known", text, empty, {"trials": len(empty)}))
    if frame.ids and len(set(frame.ids)) < count:
        _, first = np.unique(np.array(frame.ids), return_index=True)
        twice = _rows(~np.isin(np.arange(count), first))
        found.append(Finding("twice", f"{len(twice)} trials stand twice.", twice, {"trials": len(twice)}))
    return found


def _rows(hit: Flags) -> tuple[int, ...]:
    return tuple(int(at) for at in np.flatnonzero(hit))

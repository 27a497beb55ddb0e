"""Why nothing was learned is said in every language, in English as the error itself says it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from api.messages import LANGUAGES, Messages
from api.no_model_words import no_model_lines
from features.trial_features import trial_features
from matching.learning.outcomes import NoModel, TrialOutcomes
from matching.learning.scorer import learn

WIDTH = len(trial_features())


def _outcomes(well: list[bool], **changes: object) -> TrialOutcomes:
    count = len(well)
    parts: dict[str, object] = {
        "rows": np.zeros((count, WIDTH)), "went_well": np.array(well, np.bool_), "employers": ("e",) * count,
        "groups": ("g",) * count, "people": ("p",) * count, "day": np.arange(count),
    }  # fmt: skip
    return TrialOutcomes(**(parts | changes))  # type: ignore[arg-type]


BOTH = [True, False] * 15
SPOILED = np.zeros((30, WIDTH))
SPOILED[3, 0], SPOILED[5] = np.inf, np.nan


@pytest.mark.parametrize(
    ("made", "codes"),
    [
        (lambda: learn(_outcomes(BOTH[:4])), {"too_few", "few_of_one_kind"}),
        (lambda: learn(_outcomes([True] * 30)), {"all_well"}),
        (lambda: learn(_outcomes([False] * 30)), {"all_badly"}),
        (lambda: learn(_outcomes([True] * 28 + [False] * 2)), {"few_of_one_kind"}),
        (lambda: _outcomes(BOTH, rows=SPOILED), {"not_finite", "nothing_known"}),
        (lambda: _outcomes(BOTH, ids=("same",) * 30), {"twice"}),
        (lambda: _outcomes(BOTH, employers=()), {"ids_shape"}),
        (lambda: _outcomes(BOTH, rows=np.zeros((30, 2))), {"rows_shape"}),
        (lambda: _outcomes(BOTH, went_well=np.zeros(30)), {"outcome"}),
    ],
)
def test_every_reason_is_said_in_every_language_with_its_numbers(made: Callable[[], object], codes: set[str]) -> None:
    with pytest.raises(NoModel) as refused:
        made()
    findings = refused.value.findings
    assert {finding.code for finding in findings} == codes
    said = {language: no_model_lines(refused.value, Messages(language)) for language in LANGUAGES}
    for lines in said.values():
        assert len(lines) == 1 + len(findings)
        for line, finding in zip(lines[1:], findings, strict=True):
            assert all(str(number) in line for number in finding.numbers.values())
            assert "{" not in line
    assert said["en"][0] in str(refused.value)
    assert len({lines[-1] for lines in said.values()}) == len(LANGUAGES)

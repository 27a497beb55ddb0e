"""Names a list by everything it is made from, so that the same list is shown again and not made again.

Two lists have one name when all that they are made from is the same: the person, what was asked, the workplaces, the
scorer, what trials have taught, the day, the reference data and the code. All of it is read from the store at each
asking. The name stands in the log beside the list: every worker finds it there, also after a restart, and an erased
person takes it along.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from data.candidates import Candidate
from data.record_json import record_text
from features.trial_features import features_fingerprint

from .list_inputs import StoredInputs
from .versions import code_version, rules_version


def name_of_list(inputs: StoredInputs, person: Candidate, question: Mapping[str, Any]) -> str | None:
    """Name the list that answers a question; None when it cannot be told apart from others.

    ``question``: what was asked, in plain values, with the language. Questions that also read earlier solutions have
    no name: those are not among what is looked at here.
    """
    if question["near"] or question["situation"] is not None or inputs.trials is None:
        return None
    scorer = inputs.scorer()
    told = [
        code_version(), rules_version(False), features_fingerprint(), inputs.day.isoformat(), inputs.market.number,
        inputs.market.token, inputs.trials, scorer.name, scorer.fingerprint, scorer.simulated,
        json.dumps(question, sort_keys=True),
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(told).encode())
    digest.update(record_text(person) + b"\0" + record_text(inputs.lessons(person)))
    return digest.hexdigest()

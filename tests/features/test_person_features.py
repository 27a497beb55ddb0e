"""Travel, conditions, skills and the value of an hour, each checked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.candidates import Candidate, Skill
from data.conditions import Condition, ConditionType, Need
from data.dimensions import dimension_index
from data.workplaces import Benefit, Job, Task
from features.condition_check import Answer, check_condition
from features.hour_value import comfort_parts, hour_value
from features.market import level_row
from features.travel import travel_minutes

PERSON = Candidate(
    "p",
    "P",
    4,
    20,
    {},
    languages={"fi": "B1", "sv": "C1"},
    permits={"hygiene_passport": True, "first_aid_1": False},
    licences={"B": False},
    adult=False,
    wishes={"garden": 2.0, "cleaning": -2.0},
    skills=(Skill("ruohonleikkuu", "garden"),),
)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        (Condition(ConditionType.PERMIT, "hygiene_passport", Need.MUST), Answer.MET),
        (Condition(ConditionType.PERMIT, "first_aid_1", Need.MUST), Answer.UNMET),
        (Condition(ConditionType.PERMIT, "forklift_card", Need.MUST), Answer.UNKNOWN),
        (Condition(ConditionType.DRIVING_LICENCE, "B", Need.MUST), Answer.UNMET),
        (Condition(ConditionType.LANGUAGE, "B1", Need.MUST, "fi"), Answer.MET),
        (Condition(ConditionType.LANGUAGE, "A1", Need.MUST, "en"), Answer.UNMET),
        (Condition(ConditionType.MIN_AGE, "18", Need.MUST), Answer.UNMET),
        (Condition(ConditionType.OWN_CAR, "", Need.MUST), Answer.UNKNOWN),
        (Condition(ConditionType.HEALTH_CHECK, "", Need.MUST), Answer.UNKNOWN),
    ],
)
def test_a_condition_is_met_unmet_or_unknown(condition: Condition, answer: Answer) -> None:
    assert check_condition(condition, PERSON) is answer


def test_the_way_is_longer_by_bus_and_unknown_without_a_place() -> None:
    car, bus = (travel_minutes("Jyväskylä", "Äänekoski", by) for by in ("car", "public_transport"))
    assert car is not None
    assert bus is not None
    assert 40 < car < bus < 90
    assert travel_minutes("Jyväskylä", "Nowhere", "car") is None


def _value(activity: str, benefit: Benefit) -> float:
    task = Task("t", "x", 2, activities=(activity,), benefit=benefit)
    return hour_value(PERSON, np.full(60, 5.0), task, Job("j", "y", (task,)), np.zeros(60)).value


def test_the_value_of_an_hour_follows_wish_skill_and_benefit() -> None:
    assert _value("garden", Benefit.UNDONE) == pytest.approx(1.0)  # wished for, known, undone, no strain: all of it
    assert _value("cleaning", Benefit.UNDONE) == pytest.approx(0.4)  # comfort 0.2 + benefit 0.2
    assert _value("books", Benefit.NICE) == pytest.approx(0.2 + 0.2 + 0.08)  # half of wish, comfort, nice


@given(st.floats(0, 5), st.floats(0, 5), st.floats(0, 5))
def test_comfort_never_falls_with_capacity(demand: float, capacity: float, more: float) -> None:
    column = dimension_index()["str_lift"]

    def comfort(level: float) -> float:
        able, asked = np.full(60, np.nan), np.full(60, np.nan)
        able[column], asked[column] = level, demand
        return sum(comfort_parts(able, asked).values())

    assert comfort(min(5.0, capacity + more)) >= comfort(capacity) - 1e-12


def test_silence_is_never_more_comfortable_than_a_light_demand() -> None:
    able, unknown, light = np.full(60, 3.0), np.full(60, np.nan), np.full(60, 1.0)
    assert sum(comfort_parts(able, unknown).values()) < sum(comfort_parts(able, light).values())


def test_unknown_is_neither_zero_nor_five() -> None:
    row = level_row({})
    assert np.isnan(row.value).all()
    assert (row.direct == 0).all()

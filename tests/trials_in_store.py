"""Steps of trials in a transaction of their own, as a request makes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from api import trial_plans
from data import store as kept
from data.accounts import Actor
from data.store import Store
from data.trial_lifecycle import Asked, TrialPlan


def draft_from_list(store: Store, run_number: int, rank: int, actor: Actor, id_: str, at: datetime) -> TrialPlan:
    with store.write() as connection:
        return trial_plans.draft_from_list(connection, run_number, rank, actor, id_, at)


def move_trial(store: Store, id_: str, seen: int | str, asked: Asked, actor: Actor, at: datetime) -> TrialPlan:
    with store.write() as connection:
        return trial_plans.move_trial(connection, id_, seen, asked, actor, at)


def change_plan(
    store: Store,
    id_: str,
    unchanged: Callable[[TrialPlan], bool],
    actor: Actor,
    change: Callable[[sa.Connection, TrialPlan], TrialPlan],
) -> TrialPlan:
    with store.write() as connection:
        return kept.change_plan(connection, id_, unchanged, actor, change)

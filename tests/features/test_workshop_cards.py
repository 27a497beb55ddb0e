"""A card shows the levels that the market plans with, and nobody's words but the employer's."""

from __future__ import annotations

import numpy as np

from data.dimensions import HOURS_DIMENSION, dimension_index
from data.levels import Level, Source
from data.workplaces import Employer, Job, Site, Task
from features.market import Market
from features.workshop_cards import LEAST_SHOWN, MOST_SHOWN, levels_that_count, task_cards


def test_a_card_and_the_market_agree_on_every_level_of_the_region(market: Market) -> None:
    names = list(dimension_index())
    for row, (task, job) in enumerate(zip(market.tasks, market.jobs, strict=True)):
        known = levels_that_count(task, job)
        for at, dimension in enumerate(names):
            planned = market.value[row, at]
            if dimension in known:
                assert planned == known[dimension].value, (task.id, dimension)
            else:
                assert np.isnan(planned) or (job.confirmed and planned == 0), (task.id, dimension)


def test_marks_are_unique_and_unknown_is_never_zero(employers: tuple[Employer, ...]) -> None:
    for site in (site for owner in employers for site in owner.sites):
        cards = task_cards(site)
        assert len({card.mark for card in cards}) == len(cards) == sum(len(job.tasks) for job in site.jobs)
        for card in cards:
            shown = {load.dimension for load in card.loads}
            assert not shown & set(card.asked)
            assert len(shown) <= MOST_SHOWN
            assert all(load.level.value >= LEAST_SHOWN for load in card.loads)
            known = set(levels_that_count(card.task, card.job)) - {HOURS_DIMENSION}
            assert card.unknown == (0 if card.job.confirmed else len(dimension_index()) - 1 - len(known))


def test_only_the_employers_words_are_quoted() -> None:
    def level(source: Source, evidence: str) -> dict[str, tuple[Level, ...]]:
        return {"pos_stand": (Level(3.0, 2.5, 3.5, source, evidence),)}

    said = {
        "kärry": level(Source.MODEL, "model: kärry [0-5]"),
        "15 kg": level(Source.EMPLOYER, "figure: 15 kg [3-8]"),
        "": level(Source.OBSERVED, "model: hän väsyi [0-9]"),
    }
    tasks = tuple(Task(f"t{at}", "työ", 2.0, levels=levels) for at, levels in enumerate(said.values()))
    (cards,) = [task_cards(Site("s", "s", (Job("j", "työ", tasks),)))]
    assert [card.loads[0].words for card in cards] == list(said)
    corrected = Task("t9", "työ", 2.0, levels=level(Source.EMPLOYER, "corrected: Pekka sanoi"))
    assert task_cards(Site("s", "s", (Job("j", "työ", (corrected,)),)))[0].loads[0].words == ""

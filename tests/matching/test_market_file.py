"""A market on disk answers like the one in memory, and a change is seen at once by everybody who has it open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data.errors import InvalidInput
from matching.carving.columns import Asked
from matching.market_file import MarketFile, TaskColumns, open_market, write_market
from matching.search import BestSites, best_sites
from tests.matching.random_markets import RandomMarket, random_market


def _asked(asked: Asked, market: MarketFile, made: RandomMarket) -> Asked:
    """Lay open tasks and their worth out as the file has its rows."""
    rows = len(market.columns.hours)
    worth, open_ = np.zeros(rows), np.zeros(rows, np.bool_)
    for site in range(len(made.problems)):
        a, b = int(market.columns.first[site]), int(market.columns.last[site])
        old = slice(int(made.columns.first[site]), int(made.columns.last[site]))
        worth[a:b], open_[a:b] = asked.worth[old], True
    return asked._replace(worth=worth, open=open_)


def _best(market: MarketFile, asked: Asked, made: RandomMarket, top: int = 3) -> BestSites:
    everywhere = made.measures._replace(applies=np.ones((1, len(made.measures.effect)), np.bool_))
    return market.read(lambda columns: best_sites(columns, asked, everywhere, top, lambda _site: None))


def _in_memory(made: RandomMarket, top: int = 3) -> BestSites:
    everywhere = made.measures._replace(applies=np.ones((1, len(made.measures.effect)), np.bool_))
    return best_sites(made.columns, made.asked, everywhere, top, lambda _site: None)


def test_a_market_on_disk_gives_the_same_list(tmp_path: Path) -> None:
    for seed in range(12):
        made = random_market(seed)
        write_market(tmp_path / str(seed), made.columns)
        market = open_market(tmp_path / str(seed))
        assert _best(market, _asked(made.asked, market, made), made).found == _in_memory(made).found


def _easy(market: MarketFile) -> TaskColumns:
    nothing = np.zeros(market.columns.level.shape[1], np.uint8)
    return TaskColumns(nothing, nothing, hours=8.0, least=0.5, guidance=0.0, job=0, unit=99, half_days=2**28 - 1)


def test_a_changed_task_is_seen_by_a_reader_who_had_the_market_open(tmp_path: Path) -> None:
    made = random_market(3)
    write_market(tmp_path, made.columns)
    writer, reader = open_market(tmp_path), open_market(tmp_path)
    asked = _asked(made.asked, reader, made)
    asked = asked._replace(hours_min=1.0, hours_max=8.0, worth=np.minimum(asked.worth, 0.5))
    best = _best(reader, asked, made, 1).found
    site = next(s for s in range(len(made.problems)) if not best or s != best[0][0])
    row = int(writer.columns.first[site])
    asked.worth[row] = 1.0
    writer.put_task(row, _easy(writer))
    assert _best(reader, asked, made, 1).found == ((site, 8.0),)
    assert int(reader.generation[0]) == 2


def test_a_new_task_finds_room_until_the_site_is_full_and_a_dropped_one_is_gone(tmp_path: Path) -> None:
    made = random_market(4)
    write_market(tmp_path, made.columns)
    market = open_market(tmp_path)
    asked = _asked(made.asked, market, made)
    asked = asked._replace(hours_min=1.0, hours_max=8.0, worth=np.minimum(asked.worth, 0.5))
    row = market.add_task(5, _easy(market))
    asked.worth[row], asked.open[row] = 1.0, True
    assert _best(market, asked, made, 1).found == ((5, 8.0),)
    market.drop_task(row)
    assert (5, 8.0) not in _best(market, asked, made, 12).found
    with pytest.raises(InvalidInput, match="no room"):
        for _ in range(20):
            market.add_task(5, _easy(market))


def test_a_reader_waits_for_the_end_of_a_change(tmp_path: Path) -> None:
    made = random_market(5)
    write_market(tmp_path, made.columns)
    market = open_market(tmp_path)
    seen: list[int] = []

    def question(_columns: object) -> int:
        seen.append(int(market.generation[0]))
        if len(seen) == 1:
            market.generation[0] += 2
        return len(seen)

    assert market.read(question) == 2

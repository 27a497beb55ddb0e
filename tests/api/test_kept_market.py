"""A market kept on disk answers like one built anew, whatever was written to the store in between and by whom."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from api.match_json import match_as_json
from api.messages import Messages
from api.workspace import StoredWorkplaces, ask_market
from data.candidates import Candidate
from data.levels import Level, Source
from data.store import Store, add_employers, add_task_levels, employers_of, replace_region
from data.workplaces import Employer, Site, Task
from features.market import build_market
from matching import Caution, MatchConfig, match
from matching.held_market import hold
from matching.kept_market import KeptMarket, MarketMovedError
from matching.market_file import MarketFolder
from matching.market_index import MarketIndex

MESSAGES = Messages("fi")


def _stored(store: Store, employers: Sequence[Employer]) -> None:
    with store.write() as connection:
        add_employers(connection, employers)


def _fresh(store: Store) -> MarketIndex:
    with store.read() as connection:
        return hold(build_market(employers_of(connection))).index


def _said(index: MarketIndex) -> dict[str, list[object]]:
    """Write a market down site by site, in words instead of numbers and without the room between sites."""
    names, said = index.names, {}
    for number, id_ in enumerate(index.sites.id):
        some = index.columns[Caution.BALANCED]
        rows = range(int(some.first[number]), int(some.last[number]))
        clash = some.clash[some.clash_start[number] : some.clash_start[number + 1]]
        site: list[object] = [
            names.regions[index.sites.region[number]],
            names.municipalities[index.sites.municipality[number]],
            names.facilities[index.sites.facilities[number]],
            index.sites.digest[number].tobytes(),
            clash.tolist(),
        ]
        for row in rows:
            words = names.words[index.tasks.words[row]]
            kinds = names.activities[index.tasks.activities[row]], names.conditions[index.tasks.conditions[row]]
            plain = [some.hours[row], some.least[row], some.job[row], some.unit[row], some.half_days[row]]
            levels = [columns.level[row].tobytes() for columns in index.columns.values()]
            bits = [[int(b) >> row % 64 & 1 for b in c.above[:, row // 64]] for c in index.columns.values()]
            site.append([words, kinds, plain, levels, bits, index.tasks.core[row], index.tasks.site[row]])
        said[str(id_)] = site
    return said


def _kept(store: Store, folder: Path) -> KeptMarket:
    return KeptMarket(folder, StoredWorkplaces(store))


def _with_site(employer: Employer, site: Site) -> Employer:
    return replace(employer, sites=tuple(site if s.id == site.id else s for s in employer.sites))


def _with_task(employer: Employer, task: Task) -> Employer:
    site = employer.sites[0]
    job = replace(site.jobs[0], tasks=(task, *site.jobs[0].tasks[1:]))
    return _with_site(employer, replace(site, jobs=(job, *site.jobs[1:])))


def test_a_kept_market_gives_the_same_bytes_as_one_in_memory(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], tmp_path: Path
) -> None:
    _stored(store, employers)
    kept, held = _kept(store, tmp_path), hold(build_market(employers))
    for person in people[::10]:
        for caution in Caution:
            config = MatchConfig(top=4, caution=caution)
            mine = kept.answer(lambda market, p=person, c=config: match(p, market, c))  # type: ignore[misc]
            assert match_as_json(mine, MESSAGES) == match_as_json(match(person, held, config), MESSAGES)


def test_a_changed_task_is_changed_in_its_place_and_seen_by_whoever_has_the_market_open(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    _stored(store, employers[:6])
    reader, writer = _kept(store, tmp_path), _kept(store, tmp_path)
    assert reader.answer(lambda market: len(market.index.sites.id)) == len(_fresh(store).sites.id)
    before = MarketFolder(tmp_path).version()
    task = employers[2].sites[0].jobs[0].tasks[0]
    level = (Level(4.5, 4.0, 5.0, Source.OBSERVED),)
    changed = replace(task, text="Aivan muuta työtä", levels={**task.levels, "str_lift": level}, activities=("garden",))
    _stored(store, [_with_task(employers[2], changed)])
    for kept in (writer, reader):
        assert kept.answer(lambda market: _said(market.index)) == _said(_fresh(store))
    after = MarketFolder(tmp_path).version()
    assert before is not None and after is not None and after.folder == before.folder and after != before


def test_a_level_that_somebody_adds_counts_at_once(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    _stored(store, employers[:2])
    kept = _kept(store, tmp_path)
    kept.answer(lambda market: None)
    id_ = employers[0].sites[0].jobs[0].tasks[0].id
    with store.write() as connection:
        add_task_levels(connection, {id_: {"saf_height": Level(5, 5, 5, Source.OBSERVED)}})
    assert kept.answer(lambda market: _said(market.index)) == _said(_fresh(store))


def test_whatever_is_written_the_kept_market_is_the_one_of_the_store(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    rng = random.Random(5)  # noqa: S311 -- a test that can be repeated
    _stored(store, employers[:8])
    kept, pool = _kept(store, tmp_path), list(employers)
    for _ in range(25):
        at = rng.randrange(12)
        employer = pool[at]
        site = rng.choice(employer.sites)
        job = rng.choice(site.jobs)
        tasks = list(job.tasks)
        match rng.randrange(5):
            case 0:  # fewer tasks
                tasks = tasks[: max(1, len(tasks) - 1)]
            case 1:  # more tasks than there is room for
                tasks += [replace(tasks[0], id=f"{tasks[0].id}-{k}-{rng.random()}") for k in range(rng.randrange(1, 6))]
            case 2:  # other hours
                tasks[0] = replace(tasks[0], hours_per_week=rng.randrange(1, 20) / 2, min_hours_per_week=0.5)
            case 3:  # an exclusion more
                if len(tasks) > 1:
                    job = replace(job, excluded=((tasks[0].id, tasks[1].id),))
            case _:  # the employer's last site goes
                if len(employer.sites) > 1:
                    employer = replace(employer, sites=employer.sites[:-1])
        if site in employer.sites:
            jobs = tuple(replace(job, tasks=tuple(tasks)) if j.id == job.id else j for j in site.jobs)
            employer = _with_site(employer, replace(site, jobs=jobs))
        pool[at] = employer
        _stored(store, [employer])
        if rng.random() < 0.6:
            assert kept.answer(lambda market: _said(market.index)) == _said(_fresh(store))
    assert kept.answer(lambda market: _said(market.index)) == _said(_fresh(store))


def test_another_store_with_as_many_changes_is_not_taken_for_this_one(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    _stored(store, employers[:3])
    kept = _kept(store, tmp_path)
    kept.answer(lambda market: None)
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE site_change SET token = 'of another store'")
        connection.exec_driver_sql("UPDATE site SET municipality = 'Jämsä'")
    assert kept.answer(lambda market: _said(market.index)) == _said(_fresh(store))


@pytest.mark.parametrize("name", ["state.json", "names.json", "hours.npy", "level-balanced.npy", "words.npy"])
def test_a_damaged_file_is_noticed_and_the_market_built_anew(
    employers: tuple[Employer, ...], tmp_path: Path, name: str
) -> None:
    from data.store import open_store

    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    _stored(store, employers[:3])
    _kept(store, tmp_path).answer(lambda market: None)
    (path,) = [*tmp_path.glob(name), *tmp_path.glob(f"market-*/{name}")]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert _kept(store, tmp_path).answer(lambda market: _said(market.index)) == _said(_fresh(store))
    store.close()


class _Restless(StoredWorkplaces):
    """A store in which somebody writes just while a question is being answered."""

    def __init__(self, store: Store, employer: Employer) -> None:
        super().__init__(store)
        self._mine, self._employer, self._done = store, employer, False

    def employers(self, sites: Sequence[str]) -> tuple[Employer, ...]:
        if len(sites) == 1 and not self._done:
            self._done = True
            _stored(self._mine, [self._employer])
        return super().employers(sites)


def test_a_site_that_changes_while_it_is_looked_at_is_asked_again(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    _stored(store, employers[:4])
    _kept(store, tmp_path).answer(lambda market: None)
    task = replace(employers[0].sites[0].jobs[0].tasks[0], text="Toisin sanoin")
    restless = KeptMarket(tmp_path, _Restless(store, _with_task(employers[0], task)))
    number = list(_fresh(store).sites.id).index(employers[0].sites[0].id)
    asked: list[int] = []

    def question(market: object) -> str:
        asked.append(1)
        return market.site(number).tasks[0].text  # type: ignore[attr-defined, no-any-return]

    texts = {t.text for t in build_market([_with_task(employers[0], task)]).tasks}
    assert restless.answer(question) in texts
    assert len(asked) == 2


class _Counting(StoredWorkplaces):
    """A store that counts how often the records of a site are read to be shown."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.read: list[str] = []

    def employers(self, sites: Sequence[str]) -> tuple[Employer, ...]:
        self.read += sites
        return super().employers(sites)


def test_records_are_read_once_and_again_only_when_they_were_written(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    """Also what no column knows, such as the words behind a level, is shown as it was written last."""
    _stored(store, employers[:4])
    counting = _Counting(store)
    kept = KeptMarket(tmp_path, counting)
    ids = [str(id_) for id_ in kept.answer(lambda market: market.index.sites.id)]
    place = employers[1].sites[0]
    wanted = (ids.index(place.id), ids.index(employers[0].sites[0].id))
    first = kept.answer(lambda market: market.sites(wanted))
    assert [market.places[0].site.id for market in first] == [place.id, employers[0].sites[0].id]
    counting.read.clear()
    assert kept.answer(lambda market: market.sites(wanted)) == first
    assert counting.read == []
    job = place.jobs[0]
    dimension, (level, *more) = next((name, levels) for name, levels in job.levels.items() if levels)
    reworded = replace(job, levels={**job.levels, dimension: (replace(level, evidence="toisin sanoin"), *more)})
    _stored(store, [_with_site(employers[1], replace(place, jobs=(reworded, *place.jobs[1:])))])
    kept.answer(lambda market: market.index)
    counting.read.clear()
    again = kept.answer(lambda market: market.sites(wanted))
    assert counting.read == [place.id]
    assert again[0].places[0].site.jobs[0].levels[dimension][0].evidence == "toisin sanoin"


def test_columns_and_records_of_different_states_are_never_mixed(
    store: Store, employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    _stored(store, employers[:2])
    kept = _kept(store, tmp_path)
    with kept.reading() as market:
        number = list(market.index.sites.id).index(employers[0].sites[0].id)
        task = replace(employers[0].sites[0].jobs[0].tasks[0], text="Toisin sanoin")
        _stored(store, [_with_task(employers[0], task)])
        with pytest.raises(MarketMovedError):
            market.site(number)


def test_where_nothing_can_be_kept_the_market_is_built_in_memory(
    employers: tuple[Employer, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.store import open_store

    (tmp_path / "file").write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("WORKTRIAL_HOME", str(tmp_path / "file"))
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        replace_region(connection, "keski_suomi", employers[:3])
    assert ask_market(store, "", lambda market: len(market.index.sites.id)) == len(_fresh(store).sites.id)
    store.close()


def test_a_region_is_a_part_of_the_market(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], tmp_path: Path
) -> None:
    other = [replace(e, id=f"x{e.id}", region="muu", sites=()) for e in employers[:1]]
    elsewhere = [replace(s, id=f"x{s.id}", jobs=()) for s in employers[0].sites]
    _stored(store, [*employers[:5], replace(other[0], sites=tuple(elsewhere))])
    found = _kept(store, tmp_path).answer(lambda market: match(people[0], market, MatchConfig(region="keski_suomi")))
    alone = match(people[0], build_market(employers[:5]), MatchConfig(region="keski_suomi"))
    assert match_as_json(found, MESSAGES) == match_as_json(alone, MESSAGES)
    assert np.unique([s.reach.place.employer.region for s in found.suggestions]).tolist() in ([], ["keski_suomi"])

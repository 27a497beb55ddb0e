"""What was shown is in the store as it was shown, for as long as the person is; workplaces can be had as they were."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pytest
import sqlalchemy as sa

from data.candidates import Candidate
from data.errors import UnknownId
from data.levels import Level, Source
from data.record_json import content_name, record_text
from data.store import (
    Store,
    add_employers,
    add_task_levels,
    all_candidates,
    employers_of,
    erase_candidates,
    latest_change,
    replace_candidates,
    replace_region,
)
from data.store.exposure import (
    ShownRun,
    ShownSuggestion,
    count_shown,
    find_run,
    log_run,
    runs_of,
    shown_rows,
    suggestions_of,
)
from data.store.kept_contents import kept_for
from data.store.migrate import downgrade, upgrade
from data.store.schema import metadata
from data.store.site_versions import sites_then
from data.workplaces import Employer

NOW = datetime(2026, 3, 1, 9, 30, 0, 125000, tzinfo=UTC)
LINES = (
    ShownSuggestion(1, "aaaaaaaaaaaa", "e.one", "e", 7.25, 4.0, 2.25, 1.0, (0.1, math.nan, 3.0)),
    ShownSuggestion(2, "bbbbbbbbbbbb", "e.two", "e", 1 / 3, 0.1, 0.2, 1 / 3 - 0.3, (math.nan, 1e-9, 0.0)),
)


def _run(store: Store, person: Candidate, answer: bytes = b'{"suggestions":[]}', **other: object) -> ShownRun:
    with store.read() as connection:
        market = latest_change(connection)
    run = ShownRun(
        number=0,
        candidate=person.id,
        run_id="0123456789abcdef",
        shown_at=NOW,
        model="expert-3",
        rules="rules",
        code="code",
        features="features",
        question={"top": 10, "set": ["hours.max=12"]},
        what_if=False,
        fictional=person.fictional,
        market=market,
        profile=content_name(record_text(person)),
        cases=None,
        answer=content_name(answer),
    )
    return replace(run, **other)  # type: ignore[arg-type]


def _logged(store: Store, person: Candidate, lines: Sequence[ShownSuggestion] = LINES, **other: object) -> int:
    answer = b'{"suggestions":[]}'
    run = _run(store, person, answer, **other)
    with store.write() as connection:
        number = log_run(connection, run, lines, record_text(person), answer)
    assert number is not None
    return number


def _people(store: Store, people: Sequence[Candidate]) -> None:
    with store.write() as connection:
        replace_candidates(connection, people)


def _written(lines: Sequence[ShownSuggestion]) -> str:
    return repr(lines)  # NaN is written like NaN, and is not equal to itself


def test_a_list_comes_back_as_it_was_logged(store: Store, people: tuple[Candidate, ...]) -> None:
    _people(store, people[:2])
    number = _logged(store, people[0])
    with store.read() as connection:
        found = find_run(connection, str(number))
        assert found == replace(_run(store, people[0]), number=number)
        assert _written(suggestions_of(connection, [number])[number]) == _written(LINES)
        assert kept_for(connection, people[0].id, found.answer) == b'{"suggestions":[]}'
        assert kept_for(connection, people[0].id, found.profile) == record_text(people[0])
        assert find_run(connection, "0123456789abcdef") == found
        assert runs_of(connection, people[1].id) == ()
        with pytest.raises(UnknownId, match="worktrial runs"):
            find_run(connection, "999")


def test_what_is_shown_again_is_kept_once(store: Store, people: tuple[Candidate, ...]) -> None:
    _people(store, people[:1])
    numbers = [_logged(store, people[0]) for _ in range(5)]
    with store.read() as connection:
        counts = count_shown(connection)
        assert [run.number for run in runs_of(connection, most=3)] == numbers[:-4:-1]
    assert counts == {
        "match_run": 5, "shown_suggestion": 10, "kept_of_person": 2, "site_version": 0, "kept_content": 0,
    }  # fmt: skip


def test_a_list_of_a_market_that_has_changed_is_not_logged(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    _people(store, people[:1])
    run = _run(store, people[0])
    with store.write() as connection:
        add_employers(connection, employers[:1])
    with store.write() as connection:
        assert log_run(connection, run, LINES, record_text(people[0]), b"{}") is None
    with store.read() as connection:
        assert set(count_shown(connection).values()) == {0}


def test_a_new_profile_leaves_what_was_shown(store: Store, people: tuple[Candidate, ...]) -> None:
    _people(store, people[:2])
    number = _logged(store, people[0])
    changed = replace(people[0], hours_max=people[0].hours_max - 1, capacity={}, bans=())
    _people(store, [changed, people[2]])
    with store.read() as connection:
        assert all_candidates(connection) == tuple(sorted([changed, people[1], people[2]], key=lambda p: p.id))
        assert find_run(connection, str(number)).candidate == people[0].id


def test_erasing_a_person_leaves_nothing_of_them(store: Store, people: tuple[Candidate, ...]) -> None:
    canary = "KANARIA-7291"
    person = replace(people[0], id=canary, name=f"Nimi {canary}", strengths=(f"laulaa {canary}",))
    _people(store, [person, people[1]])
    answer = f'{{"candidate":"{canary}"}}'.encode()
    line = replace(LINES[0], id=canary)
    question = {"top": 3, "set": [canary]}
    with store.write() as connection:
        log_run(connection, _run(store, person, answer, question=question), [line], record_text(person), answer)
    other = _logged(store, people[1])
    assert canary in _all_that_is_stored(store)
    with store.write() as connection:
        assert erase_candidates(connection, [canary]) == 1
    assert canary not in _all_that_is_stored(store)
    with store.read() as connection:
        assert [run.number for run in runs_of(connection)] == [other]
        assert count_shown(connection)["kept_of_person"] == 2
    assert _logged(store, people[1]) > other


def test_the_number_of_an_erased_list_is_never_given_again(store: Store, people: tuple[Candidate, ...]) -> None:
    _people(store, people[:2])
    number = _logged(store, people[0])
    with store.write() as connection:
        erase_candidates(connection, [people[0].id])
    assert _logged(store, people[1]) > number


def _all_that_is_stored(store: Store) -> str:
    """Read every cell of every table, compressed ones too."""
    with store.read() as connection:
        rows = chain.from_iterable(connection.execute(sa.select(table)).all() for table in metadata.sorted_tables)
        return " ".join(_cell(value) for row in rows for value in row)


def _cell(value: object) -> str:
    return zlib.decompress(value).decode() if isinstance(value, bytes) else repr(value)


def test_an_erased_person_is_gone_from_the_file_too(tmp_path, people: tuple[Candidate, ...]) -> None:  # type: ignore[no-untyped-def]
    from data.store import open_store

    canary = "KANARIA-7291"
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    person = replace(people[0], id=canary, strengths=(f"laulaa {canary}",) * 50)
    _people(store, [person, *people[1:]])
    _logged(store, person, [replace(LINES[0], id=f"{canary}-{n}", rank=n) for n in range(1, 60)])
    store.close()
    files = list(tmp_path.iterdir())
    assert any(canary.encode() in path.read_bytes() for path in files)
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.write() as connection:
        erase_candidates(connection, [canary])
    store.close()
    assert not any(canary.encode() in path.read_bytes() for path in tmp_path.iterdir())


def test_nobody_who_is_not_there_is_shown_anything(store: Store, people: tuple[Candidate, ...]) -> None:
    run = _run(store, people[0])
    with pytest.raises(UnknownId), store.write() as connection:
        log_run(connection, run, LINES, record_text(people[0]), b"{}")


def test_eight_writers_at_once_lose_nothing(store: Store, people: tuple[Candidate, ...]) -> None:
    _people(store, people[:8])
    with ThreadPoolExecutor(8) as pool:
        several = pool.map(lambda person: [_logged(store, person) for _ in range(6)], people[:8])
        numbers = list(chain.from_iterable(several))
    assert len(set(numbers)) == 48
    with store.read() as connection:
        assert count_shown(connection)["shown_suggestion"] == 96
        lines = suggestions_of(connection, numbers)
        assert {run.number for run in runs_of(connection)} == set(numbers)
    assert {_written(some) for some in lines.values()} == {_written(LINES)}


def test_writers_of_sites_and_of_lists_at_once_leave_every_list_with_its_market(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    """Whatever the order in which they come: what a logged list was made from is there, or was put aside."""
    _people(store, people[:4])
    with store.write() as connection:
        add_employers(connection, employers[:2])

    def show(person: Candidate) -> list[tuple[int, str]]:
        seen = []
        for _ in range(8):
            run = _run(store, person)
            with store.read() as connection:
                names = repr(sorted((e.id, e.name) for e in employers_of(connection)))
            with store.write() as connection:
                if log_run(connection, run, LINES, record_text(person), b"{}") is not None:
                    seen.append((run.market.number, names))
        return seen

    def change(at: int) -> list[tuple[int, str]]:
        for turn in range(8):
            with store.write() as connection:
                add_employers(connection, [replace(employers[at], name=f"Nimi {at} {turn}")])
        return []

    with ThreadPoolExecutor(6) as pool:
        jobs = [pool.submit(show, person) for person in people[:4]] + [pool.submit(change, at) for at in range(2)]
        seen = list(chain.from_iterable(job.result() for job in jobs))
    for number, names in seen:
        assert repr(sorted({(e.id, e.name) for e in _market_at(store, number).values()})) == names


def _market_at(store: Store, change: int) -> dict[str, Employer]:
    """Put the market at a change together: each site with its employer alone."""
    with store.read() as connection:
        now = {s.id: replace(e, sites=(s,)) for e in employers_of(connection) for s in e.sites}
        then = sites_then(connection, change)
    assert then is not None
    return {id_: owner for id_, owner in (now | then).items() if owner is not None}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_market_can_be_had_as_it_was_at_every_list(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...], seed: int
) -> None:
    rng = random.Random(seed)  # noqa: S311 -- a test that can be repeated
    _people(store, people[:1])
    seen: dict[int, dict[str, Employer]] = {}
    for turn in range(30):
        employer = replace(rng.choice(employers[:6]), name=f"Nimi {turn}")
        if rng.random() < 0.3:
            employer = replace(employer, sites=employer.sites[1:])
        with store.write() as connection:
            match rng.randrange(5):
                case 0:
                    replace_region(connection, "keski_suomi", rng.sample(employers[:6], 2))
                case 1:
                    (task,) = rng.sample([t.id for e in employers[:6] for t in e.sites[0].jobs[0].tasks], 1)
                    add_task_levels(connection, {task: {"str_lift": Level(1, 1, 1, Source.OBSERVED, f"{turn}")}})
                case _:
                    add_employers(connection, [employer])
        if rng.random() < 0.5:
            _logged(store, people[0])
            with store.read() as connection:
                seen[latest_change(connection).number] = {
                    s.id: replace(e, sites=(s,)) for e in employers_of(connection) for s in e.sites
                }
    assert len(seen) > 5
    for change, market in seen.items():
        assert _market_at(store, change) == market


def test_as_long_as_nothing_was_shown_nothing_is_put_aside(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    _people(store, people[:1])
    for _ in range(2):
        with store.write() as connection:
            replace_region(connection, "keski_suomi", employers[:3])
    with store.read() as connection:
        assert count_shown(connection)["site_version"] == 0
    _logged(store, people[0])
    sites = sum(len(e.sites) for e in employers[:3])
    for _ in range(3):  # the first of them puts the sites aside; nothing is shown between the others
        with store.write() as connection:
            replace_region(connection, "keski_suomi", employers[:3])
        with store.read() as connection:
            assert count_shown(connection)["site_version"] == sites
            assert count_shown(connection)["kept_content"] == sites


def test_a_workplace_that_was_altered_after_it_was_put_aside_is_noticed(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    _people(store, people[:1])
    with store.write() as connection:
        add_employers(connection, employers[:1])
    _logged(store, people[0])
    with store.read() as connection:
        number = latest_change(connection).number
    with store.write() as connection:
        add_employers(connection, [replace(employers[0], name="Toinen")])
    with store.write() as connection:
        connection.execute(sa.text("UPDATE kept_content SET content = :other"), {"other": zlib.compress(b"{}")})
    with store.read() as connection:
        assert sites_then(connection, number) is None


def test_training_reads_what_people_were_really_shown(store: Store, people: tuple[Candidate, ...]) -> None:
    real = [replace(person, fictional=False) for person in people[:2]]
    _people(store, [*real, people[2]])
    first = _logged(store, real[0])
    _logged(store, real[0], what_if=True)
    _logged(store, people[2])
    _logged(store, real[1], features="of another release")
    second = _logged(store, real[1], LINES[:1], model="trial-7", shown_at=NOW.replace(day=2))
    with store.read() as connection:
        found = shown_rows(connection, "features")
        invented = shown_rows(connection, "features", fictional=True)
        nothing = shown_rows(connection, "no such features")
    assert found.list_of.tolist() == [0, 0, 1]
    assert found.run.tolist() == [first, first, second]
    assert found.rank.tolist() == [1, 2, 1]
    assert found.people == (real[0].id, real[0].id, real[1].id)
    assert found.employers == ("e", "e", "e")
    assert found.suggestions == ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "aaaaaaaaaaaa")
    assert found.model == ("expert-3", "expert-3", "trial-7")
    assert found.day.tolist() == [20513, 20513, 20514]  # 2026-03-01 is so many days after 1970-01-01
    assert found.other_features == 1
    np.testing.assert_array_equal(found.rows, np.array([one.features for one in (*LINES, LINES[0])]))
    assert invented.people == (people[2].id,) * 2
    assert (len(nothing), nothing.other_features) == (0, 3)


def test_the_migration_goes_down_and_up_with_data_in_the_store(
    store: Store, employers: tuple[Employer, ...], people: tuple[Candidate, ...]
) -> None:
    _people(store, people[:2])
    with store.write() as connection:
        add_employers(connection, employers[:2])
    _logged(store, people[0])
    with store.write() as connection:
        add_employers(connection, [replace(employers[0], name="Toinen")])
    downgrade(store, "0003")
    with store.read() as connection:
        assert "match_run" not in sa.inspect(connection).get_table_names()
        assert all_candidates(connection) == tuple(sorted(people[:2], key=lambda p: p.id))
    upgrade(store, "0003")
    _logged(store, people[1])
    with store.read() as connection:
        assert count_shown(connection)["match_run"] == 1
        assert len(employers_of(connection)) == 2

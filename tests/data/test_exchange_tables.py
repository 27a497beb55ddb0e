"""What goes out comes back the same, in every language and form, and no text of it runs in a spreadsheet program."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.commands.outcomes import demo_trials
from data.candidates import Ban, Candidate, Skill
from data.conditions import Condition, ConditionType, Need
from data.dimensions import dimension_index
from data.exchange_tables import LANGUAGES, TableKind, exchange_columns, spellings
from data.exports.table_files import WrittenTable
from data.exports.tables import candidates_table, outcomes_table, template, workplaces_table, written
from data.imports.candidate_list import candidate_of, candidate_table
from data.imports.outcome_list import outcome_table
from data.imports.outcome_words import HEADERS
from data.imports.task_list import task_table
from data.imports.uploaded_table import sheets_of_bytes
from data.levels import Level, Source
from data.spreadsheet_text import plain
from data.trials import Course, MeasureEffect, Outcome, Retention, Trial, TrialReview, TriedTask
from data.vocabulary import vocabulary
from data.workplaces import BLOCKS, Benefit, Employer, Job, Site, Task
from features.workplace_reading import employers_from_rows

FORMS = ("csv", "xlsx")
NO_SHRINKING = (Phase.explicit, Phase.generate)  # whole workplaces shrink slowly
FORMULAS = (
    "=1+1",
    "+358",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "=cmd|' /C calc'!A0",
    "'=1",
    "''",
    "＝1",
    "%0A",
    "_x0041_",
    "-5",
)
composed = partial(unicodedata.normalize, "NFC")
nasty = st.one_of(
    st.sampled_from(FORMULAS),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
    st.text("=+-@'|;%\"\t\n :[]()_x0041,", min_size=1, max_size=20),
).map(lambda text: composed(plain(composed(text)))).filter(bool)  # fmt: skip
"""Texts as the store keeps them: composed, without what no spreadsheet can hold."""

ids = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)


def floats(least: float, most: float) -> st.SearchStrategy[float]:
    """Numbers of no more figures than a spreadsheet keeps (15)."""
    return st.floats(least, most).map(lambda value: round(value, 9) + 0.0)


hours = st.floats(0.01, 60).map(lambda value: round(value, 3))
dimensions = st.sampled_from(list(dimension_index()))


@st.composite
def levels(draw: st.DrawFn) -> Level:
    low, value, high = sorted(draw(st.tuples(*[st.floats(0, 5)] * 3)))
    day = draw(st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    return Level(value, low, high, draw(st.sampled_from(Source)), draw(st.just("") | nasty), day)


levels_by = st.dictionaries(dimensions, st.lists(levels(), min_size=1, max_size=2).map(tuple), max_size=3)
condition = st.builds(
    Condition, st.sampled_from(ConditionType), st.sampled_from(["", "B", "hygiene_passport", "18"]),
    st.sampled_from(Need), st.sampled_from(["", "fi", "sv"]),
)  # fmt: skip
conditions = st.lists(condition, max_size=3, unique=True).map(tuple)
some = st.lists(st.sampled_from(sorted(vocabulary("activities"))), max_size=3, unique=True).map(tuple)
facilities = st.frozensets(st.sampled_from(sorted(vocabulary("facilities"))), max_size=3)


@st.composite
def tasks(draw: st.DrawFn, id_: str) -> Task:
    most, divisible = draw(hours), draw(st.booleans())
    least = round(draw(floats(0, 1)) * most, 4) if divisible else most
    return Task(
        id_, draw(nasty), most, draw(st.booleans()), divisible, min(least, most),
        draw(st.none() | floats(1.01, 2).map(lambda share: round(most * share, 6))
             .filter(lambda top: most < top <= 60)),
        draw(st.just(frozenset(BLOCKS)) | st.frozensets(st.sampled_from(BLOCKS), min_size=1)),
        draw(st.none() | st.sampled_from(Benefit)), draw(floats(0, 10)), draw(some), draw(conditions),
        draw(levels_by),
    )  # fmt: skip


@st.composite
def workplaces(draw: st.DrawFn) -> Employer:
    owner = draw(ids)
    sites = []
    for place in sorted(draw(st.lists(ids, min_size=1, max_size=2, unique=True))):
        jobs = []
        for job in sorted(draw(st.lists(ids, min_size=1, max_size=2, unique=True))):
            id_ = f"{owner}.{place}.{job}"
            own = tuple(draw(tasks(f"{id_}.{n}")) for n in range(1, draw(st.integers(2, 4))))
            pair = ((own[0].id, own[-1].id),) if len(own) > 1 and draw(st.booleans()) else ()
            jobs.append(
                Job(id_, draw(nasty), own, draw(st.booleans()), draw(st.booleans()),
                    draw(st.sampled_from(["", "9112"])), draw(st.sampled_from(["", "37-2011.00"])), draw(conditions),
                    draw(levels_by), pair, pair)
            )  # fmt: skip
        sites.append(
            Site(f"{owner}.{place}", draw(nasty), tuple(jobs), draw(st.just("") | nasty), draw(facilities),
                 draw(facilities), draw(st.none() | floats(0, 40)), draw(st.none() | st.integers(0, 9)),
                 draw(st.none() | floats(0, 5)))
        )  # fmt: skip
    return Employer(owner, draw(nasty), draw(ids), tuple(sites), draw(ids), draw(st.just("") | nasty),
                    draw(st.booleans()))  # fmt: skip


def workplaces_back(content: bytes) -> list[Employer]:
    table = task_table(sheets_of_bytes(content, "x")[0].cells, "x")
    assert table.faults == ()
    assert table.columns.ignored == ()
    return employers_from_rows(table.rows)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
def test_workplaces_come_back_as_they_went_out(form: str, data: st.DataObject, language: str) -> None:
    owner = data.draw(workplaces())
    content = written(workplaces_table([owner], language), form, language)
    assert workplaces_back(content) == [owner]


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_demo_region_comes_back(form: str, employers: tuple[Employer, ...]) -> None:
    def plainly(owner: Employer) -> Employer:
        places = sorted(owner.sites, key=lambda one: one.id)
        return replace(
            owner,
            sites=tuple(replace(one, jobs=tuple(sorted(one.jobs, key=lambda job: job.id))) for one in places),
        )

    content = written(workplaces_table(employers, "fi"), form, "fi")
    assert workplaces_back(content) == [plainly(one) for one in employers]


esco_skills = st.uuids().map(lambda one: f"http://data.europa.eu/esco/skill/{one}")


@st.composite
def candidates(draw: st.DrawFn) -> Candidate:
    least, most = sorted(draw(st.tuples(*[floats(0, 60)] * 2)))
    activity = st.sampled_from(sorted(vocabulary("activities")))
    maybe = st.none() | st.booleans()
    bans = draw(st.dictionaries(dimensions, st.tuples(floats(0, 5), st.sampled_from(["medical", "personal"]))))
    skills = draw(st.dictionaries(nasty, st.tuples(st.just("") | activity, st.just("") | esco_skills), max_size=3))
    return Candidate(
        draw(st.from_regex(r"[A-Z]{2}-[0-9]{3}", fullmatch=True)), draw(nasty), least, most, draw(levels_by),
        draw(st.just("") | nasty), draw(st.none() | floats(0, 1440)),
        draw(st.sampled_from(["", "car", "public_transport"])), draw(st.booleans()), draw(maybe),
        tuple(Ban(dimension, *bans[dimension]) for dimension in sorted(bans)),
        draw(st.dictionaries(activity, floats(-2, 2), max_size=3)),
        draw(st.dictionaries(dimensions, st.sampled_from(["more", "less"]), max_size=3)), draw(some),
        draw(st.dictionaries(st.sampled_from(BLOCKS), floats(0, 24), max_size=3)),
        tuple(Skill(text, *coded) for text, coded in skills.items()),
        draw(st.dictionaries(st.sampled_from(["fi", "sv", "en"]), st.sampled_from(["A1", "C2"]), max_size=3)),
        draw(st.dictionaries(st.sampled_from(sorted(vocabulary("permits"))), st.booleans(), max_size=3)),
        draw(st.dictionaries(st.sampled_from(["B", "C"]), st.booleans())), draw(maybe), draw(maybe), frozenset(),
        draw(st.booleans()),
    )  # fmt: skip


def candidates_back(content: bytes) -> list[Candidate]:
    table = candidate_table(sheets_of_bytes(content, "x")[0].cells, "x")
    assert table.faults == ()
    found = [candidate_of(row, None) for row in table.rows]
    return [one for one in found if isinstance(one, Candidate)]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=NO_SHRINKING)
@given(person=candidates(), language=st.sampled_from(LANGUAGES))
def test_people_come_back_as_they_went_out(form: str, person: Candidate, language: str) -> None:
    assert candidates_back(written(candidates_table([person], language), form, language)) == [person]


@pytest.mark.parametrize("form", FORMS)
def test_the_demo_people_come_back(form: str, people: tuple[Candidate, ...]) -> None:
    assert candidates_back(written(candidates_table(people, "sv"), form, "sv")) == list(people)


REVIEWS = (
    TrialReview(date(2026, 2, 1), {"pos_stand": 3.5}, 4.0, 1.5, (MeasureEffect("extra_breaks", "end_ment", -0.5),)),
    TrialReview(date(2026, 2, 8), {"env_noise": 2.0, "pos_sit": 1.0}, None, 0.5),
    TrialReview(date(2026, 2, 9), {}, 3.0, None, (MeasureEffect("double_check", "cog_acc", 1.0),)),
)
TRIAL = Trial(
    "T-1", "C-1", "hall", "hall.stock", date(2026, 1, 7), Course.ENDED,
    (TriedTask("hall.stock.1", 2.5), TriedTask("hall.stock.2", 0.1)), ("extra_breaks", "double_check"),
    date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 2), None, Outcome.HIRED, Retention(True, False, None),
    REVIEWS, "fi.pension.trial_unpaid", "abc", "def", "logistics", True, False,
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_trials_come_back_with_all_their_reviews(
    form: str, language: str, people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    trials = [TRIAL, replace(TRIAL, id="T-2", reviews=REVIEWS[:1]), replace(TRIAL, id="T-3", reviews=())]
    trials += demo_trials(people, employers)
    content = written(outcomes_table(trials, language), form, language)
    table = outcome_table(sheets_of_bytes(content, "x")[0].cells, "x")
    assert table.faults == ()
    assert [trial for _, trial in table.rows] == trials


@given(st.lists(st.sampled_from(FORMULAS) | nasty, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_no_cell_of_any_file_is_a_formula_and_numbers_stay_numbers(texts: list[str]) -> None:
    table = WrittenTable("=1+1", [f"={text}" for text in texts], [[*texts], [-5.0] * len(texts)], {0: texts}, 3)
    book = openpyxl.load_workbook(io.BytesIO(written(table, "xlsx", "fi")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    signs = ("=", "+", "-", "@", "\t", "\r", "\x00")
    assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(signs)]
    assert all(cell.value == -5 for cell in book.worksheets[0][3])
    head, first, second = csv.reader(io.StringIO(written(table, "csv", "fi").decode("utf-8-sig")), delimiter=";")
    assert not [cell for cell in (*head, *first) if cell.startswith(signs)]
    assert second == ["-5"] * len(texts)


def test_the_same_table_gives_the_same_bytes(people: tuple[Candidate, ...]) -> None:
    made = [written(candidates_table(people, "fi"), "xlsx", "fi") for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "read"), [(TableKind.TASKS, task_table), (TableKind.CANDIDATES, candidate_table)])
def test_a_template_is_read_back_and_offers_lists(kind: TableKind, read: Callable[..., object], language: str) -> None:
    content = written(template(kind, language), "xlsx", language)
    found = read(sheets_of_bytes(content, "x")[0].cells, "x")
    assert set(found.columns.at) == {one.id for one in exchange_columns(kind) if one.in_template}  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert len(sheet.data_validations.dataValidation) >= 3


@pytest.mark.parametrize("kind", TableKind)
def test_every_header_is_said_once_and_is_known_to_the_reader(kind: TableKind) -> None:
    known = HEADERS if kind is TableKind.OUTCOMES else spellings(kind)
    for language in LANGUAGES:
        names = [one.names[language] for one in exchange_columns(kind)]
        assert len(set(names)) == len(names)
    said = [(name, one.id) for one in exchange_columns(kind) for name in one.names.values()]
    assert [(name, id_) for name, id_ in said if name not in known[id_]] == []

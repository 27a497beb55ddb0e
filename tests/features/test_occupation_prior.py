"""O*NET ratings become wide priors on our scale, by hand-checked knots; what O*NET cannot see stays unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import FileUnreadable
from data.imports.onet import OnetOccupation, OnetScore, read_onet
from data.levels import Level, Source
from features.occupation_prior import element_level, group_levels, occupation_levels


@pytest.mark.parametrize(
    ("element", "score", "level"),
    [
        ("4.C.2.d.1.b", OnetScore("CX", 2.0), 2.5),  # standing less than half the time
        ("4.C.2.d.1.b", OnetScore("CX", 5.0), 5.0),  # continually
        ("4.C.2.b.1.a", OnetScore("CX", 5.0), 4.0),  # noise every day is not all day
        ("4.C.2.a.3", OnetScore("CX", 3.0), 2.5),  # physical proximity
        ("4.C.3.b.4", OnetScore("CX", 3.0), 2.5),  # importance of being exact
        ("1.A.3.a.1", OnetScore("LV", 7.0), 5.0),
        ("1.C.5.b", OnetScore("IM", 5.0), 5.0),
        ("1.D.3.b", OnetScore("WI", -1.0), 0.0),
        ("4.C.3.d.4", OnetScore("CT", 2.0), 2.5),
    ],
)
def test_scales_map_to_steps(element: str, score: OnetScore, level: float) -> None:
    assert element_level(element, score) == pytest.approx(level)


def test_a_prior_is_at_least_a_step_wide_to_both_sides_and_night_work_stays_unknown() -> None:
    occupation = OnetOccupation("x", "X", (), {"4.C.2.d.1.b": OnetScore("CX", 3.0), "4.C.3.d.4": OnetScore("CT", 3.0)})
    levels = occupation_levels(occupation)
    standing = levels["pos_stand"][0]
    assert (standing.value, standing.low, standing.high) == (4.0, 3.0, 5.0)
    assert standing.source is Source.OCCUPATION_PRIOR
    assert "org_night" not in levels


def test_a_doubtful_rating_widens_the_prior() -> None:
    sure = occupation_levels(OnetOccupation("x", "X", (), {"4.C.2.d.1.b": OnetScore("CX", 2.0)}))["pos_stand"][0]
    unsure = occupation_levels(OnetOccupation("x", "X", (), {"4.C.2.d.1.b": OnetScore("CX", 2.0, True)}))["pos_stand"][
        0
    ]
    assert unsure.high - unsure.low > sure.high - sure.low


def test_an_unrated_occupation_takes_the_wider_mean_of_its_nearest_relatives() -> None:
    def rated(code: str, standing: float) -> tuple[str, dict[str, tuple[Level, ...]]]:
        return code, occupation_levels(OnetOccupation(code, "", (), {"4.C.2.d.1.b": OnetScore("CX", standing)}))

    near, nearer, far = rated("37-2012.00", 2.0), rated("37-2019.00", 3.0), rated("11-1011.00", 5.0)
    level = group_levels(OnetOccupation("37-2011.00", "", ()), [near, nearer, far])["pos_stand"][0]
    assert level.value == pytest.approx((2.5 + 4) / 2)
    assert level.high - level.low == pytest.approx(3.0)
    assert group_levels(OnetOccupation("53-0000.00", "", ()), [near]) == {}


def test_the_official_release_is_read(tmp_path: Path) -> None:
    def table(name: str, header: list[str], *rows: list[str]) -> None:
        (tmp_path / name).write_text("\n".join("\t".join(row) for row in (header, *rows)) + "\n", encoding="utf-8")

    rating = ["O*NET-SOC Code", "Element ID", "Scale ID", "Data Value", "Recommend Suppress", "Not Relevant"]
    table(
        "Task Statements.txt",
        ["O*NET-SOC Code", "Task ID", "Task"],
        ["37-2011.00", "7", "Mop floors."],
        ["37-2011.00", "12", "Dust."],
    )
    table("Occupation Data.txt", ["O*NET-SOC Code", "Title"], ["37-2011.00", "Janitors"])
    table(
        "Abilities.txt",
        rating,
        ["37-2011.00", "1.A.3.a.1", "LV", "3.5", "N", "N"],
        ["37-2011.00", "1.A.1.c.2", "LV", "0.5", "N", "Y"],
    )
    table("Work Activities.txt", rating)
    table(
        "Work Context.txt",
        rating,
        ["37-2011.00", "4.C.2.d.1.b", "CX", "4.5", "Y", "n/a"],
        ["37-2011.00", "4.C.2.d.1.b", "CXP", "40", "N", ""],
    )
    table("Work Styles.txt", rating)
    (janitors,) = read_onet(tmp_path)
    assert janitors.tasks == (("7", "Mop floors."), ("12", "Dust."))
    assert janitors.scores["4.C.2.d.1.b"] == OnetScore("CX", 4.5, True)
    assert janitors.scores["1.A.1.c.2"] == OnetScore("LV", 0.0)


def test_a_folder_without_onet_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="missing or cannot be read"):
        read_onet(tmp_path)
    with pytest.raises(FileUnreadable, match="not a folder"):
        read_onet(tmp_path / "none")


def test_the_whole_of_onet_is_read(corpora: Path) -> None:
    occupations = read_onet(corpora / "onet")
    assert len(occupations) == 923
    assert sum(len(o.tasks) for o in occupations) == 18_796
    janitors = next(o for o in occupations if o.title.startswith("Janitors"))
    nurses = next(o for o in occupations if o.title == "Registered Nurses")
    levels = {o.title: {d: v[0].value for d, v in occupation_levels(o).items()} for o in (janitors, nurses)}
    assert levels[janitors.title]["pos_stand"] > 4
    assert levels[nurses.title]["soc_emo"] > levels[janitors.title]["soc_emo"]

"""What is learned from: ended, judged, released trials as they looked when decided; frozen, always the same bytes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from api.commands.outcomes import demo_trials
from data.candidates import Candidate
from data.levels import Level, Source
from data.trials import Course, Outcome, Retention, Trial, TriedTask, went_well
from data.workplaces import Employer
from features.market import Market
from features.trial_features import feature_index, trial_features
from matching import MatchConfig, match
from matching.learning.frame_folder import FrameRefused, load_frame, save_frame
from matching.logged_lists import FIRST_DAY_OF_LOG
from matching.past_trial import suggestion_as_tried
from matching.training_frame import RECOMPUTED, SHOWN, build_frame
from matching.trial_frame import trial_row

AT = feature_index()


@pytest.fixture(scope="module")
def trials(people: tuple[Candidate, ...], employers: tuple[Employer, ...]) -> tuple[Trial, ...]:
    return demo_trials(people, employers)


@dataclass(frozen=True)
class Log:
    """A log of what was shown, in the shape in which the store gives it."""

    rows: npt.NDArray[np.float64]
    list_of: npt.NDArray[np.int64]
    run: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    suggestions: tuple[str, ...]
    people: tuple[str, ...]
    employers: tuple[str, ...]
    model: tuple[str, ...]
    day: npt.NDArray[np.int64]


def _log(*shown: tuple[str, str, date, float]) -> Log:
    """Make lists of one suggestion each: person, suggestion, day, and the value of every feature."""
    count = len(shown)
    return Log(
        np.array([[value] * len(trial_features()) for _, _, _, value in shown]),
        np.arange(count), np.arange(count) + 1, np.ones(count, np.int64), tuple(s for _, s, _, _ in shown),
        tuple(p for p, _, _, _ in shown), ("e",) * count, ("expert-3",) * count,
        np.array([day.toordinal() - FIRST_DAY_OF_LOG for _, _, day, _ in shown]),
    )  # fmt: skip


def test_every_trial_is_either_in_the_frame_or_left_out_for_a_reason(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    frame = build_frame(trials, people, employers)
    assert len(frame.outcomes) + sum(frame.left_out.values()) == len(trials)
    usable = [t for t in trials if t.released and went_well(t).went_well is not None]
    assert len(frame.outcomes) == len(usable)
    assert int(frame.outcomes.went_well.sum()) == sum(went_well(t).went_well is True for t in usable)
    assert frame.left_out == {"employer_situation": 1, "no_outcome_yet": 1, "not_ended": 2, "not_released": 2}
    assert set(frame.origin) == {RECOMPUTED}
    assert frame.outcomes.simulated
    assert (np.diff(frame.outcomes.day) >= 0).all()


def test_the_order_in_which_a_store_gives_its_parts_changes_nothing(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    one = save_frame(tmp_path / "one", build_frame(trials, people, employers))
    other = save_frame(tmp_path / "other", build_frame(trials[::-1], people[::-1], employers[::-1]))
    assert one == other
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_real_and_made_up_trials_never_mix(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    real = [replace(trial, fictional=False) for trial in trials[:3]]
    frame = build_frame([*real, *trials[3:]], people, employers)
    assert len(frame.outcomes) == 3
    assert not frame.outcomes.simulated
    assert frame.left_out == {"made_up": len(trials) - 3}


def test_who_withdraws_is_gone_from_the_next_frame(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    before = build_frame(trials, people, employers)
    after = build_frame([replace(trials[0], released=False), *trials[1:]], people, employers)
    assert len(after.outcomes) == len(before.outcomes) - 1
    assert after.left_out["not_released"] == before.left_out["not_released"] + 1


def test_what_is_gone_from_the_store_is_said(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    one = trials[0]
    others = tuple(e for e in employers if e.id != one.employer)
    assert build_frame([one], [p for p in people if p.id != one.candidate], employers).left_out == {"person_gone": 1}
    assert build_frame([one], people, others).left_out == {"site_gone": 1}
    lost = replace(one, tasks=(replace(one.tasks[0], task="gone"),))
    assert build_frame([lost], people, employers).left_out == {"task_gone": 1}


def test_a_trial_laid_out_again_has_the_row_of_the_suggestion_that_it_was(
    people: tuple[Candidate, ...], market: Market, employers: tuple[Employer, ...]
) -> None:
    """The part-job of a list, stored as a trial and laid out again, has the same features but for the week plan."""
    by_id = {employer.id: employer for employer in employers}
    compared = 0
    for person in people[:12:3]:
        for suggestion in match(person, market, MatchConfig(top=2)).suggestions:
            place = suggestion.reach.place
            trial = Trial(
                "T-1", person.id, place.employer.id, place.site.id, date(2026, 1, 7), Course.STARTED,
                tuple(TriedTask(part.task.id, part.hours) for part in suggestion.tasks),
                tuple(measure.id for measure in suggestion.measures),
            )  # fmt: skip
            again = trial_row(person, suggestion_as_tried(person, by_id[place.employer.id], trial))
            shown = trial_row(person, suggestion)
            for name in ("flags_social",):  # evening hours are known from the week plan alone
                again[AT[name]] = shown[AT[name]]
            np.testing.assert_allclose(again, shown, atol=1e-3)
            compared += 1
    assert compared >= 4


def test_what_was_stated_after_the_decision_is_not_known_on_that_day(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    trial = trials[0]
    person = next(p for p in people if p.id == trial.candidate)
    later = trial.day_of_decision + timedelta(days=1)
    seen = Level(0.0, 0.0, 0.5, Source.OBSERVED, "seen in the trial", later)
    wiser = replace(person, capacity={d: (*several, seen) for d, several in person.capacity.items()})
    frames = [build_frame([trial], [one], employers).outcomes.rows for one in (person, wiser)]
    np.testing.assert_array_equal(frames[0], frames[1])
    on_that_day = replace(seen, stated_on=trial.day_of_decision)
    known = replace(person, capacity={d: (*several, on_that_day) for d, several in person.capacity.items()})
    assert not np.array_equal(build_frame([trial], [known], employers).outcomes.rows, frames[0], equal_nan=True)


def test_an_employer_s_history_knows_only_what_had_ended_by_then(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    first = trials[0]
    second = replace(first, id="T-2", starts=first.ended_on + timedelta(days=30), decided_on=None, ended_on=None)  # type: ignore[operator]
    second = replace(second, ended_on=second.starts + timedelta(days=60), retention=Retention())
    while_running = replace(second, id="T-3", starts=first.starts + timedelta(days=3))
    rows = build_frame([first, second, while_running], people, employers).outcomes.rows
    history = rows[:, AT["employer_history"]]
    assert np.isnan(history[:2]).all()
    assert history[2] == pytest.approx((1 + 4 * 0.6) / 5)


def test_a_trial_takes_its_row_from_the_list_it_was_chosen_from(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    one = replace(trials[0], suggestion="s1")
    day, late = one.day_of_decision, one.day_of_decision + timedelta(days=1)
    log = _log(
        (one.candidate, "s1", day - timedelta(days=9), 0.1), (one.candidate, "s1", day, 0.2),
        (one.candidate, "s1", late, 0.3), (trials[1].candidate, "s1", day, 0.4), (one.candidate, "s2", day, 0.5),
    )  # fmt: skip
    frame = build_frame([one, trials[1]], people, employers, log)
    assert sorted(frame.origin) == [RECOMPUTED, SHOWN]
    at = frame.origin.index(SHOWN)
    assert (frame.outcomes.rows[at] == 0.2).all()
    assert frame.shown is not None
    assert len(frame.shown) == 5
    assert frame.shown.tried.tolist() == [False, True, False, False, False]
    assert frame.shown.went_well[1] == 1.0
    assert np.isnan(np.delete(frame.shown.went_well, 1)).all()
    assert np.isnan(frame.shown.propensity).all()
    assert frame.shown.day[1] == day.toordinal()
    assert frame.shown.people[1] == frame.outcomes.people[at]


def test_lists_of_people_who_released_nothing_stay_out(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    one = replace(trials[0], suggestion="s1")
    kept_back = replace(trials[1], released=False)
    log = _log((kept_back.candidate, "s9", one.starts, 0.4), (one.candidate, "s1", one.day_of_decision, 0.2))
    frame = build_frame([one, kept_back], people, employers, log)
    assert frame.shown is not None
    assert frame.shown.people == ("p1",)
    assert frame.shown.list_of.tolist() == [0]
    save_frame(tmp_path / "frame", frame)
    back = load_frame(tmp_path / "frame").shown
    assert back is not None
    np.testing.assert_array_equal(back.rows, frame.shown.rows)
    assert (back.people, back.model) == (frame.shown.people, frame.shown.model)


def test_a_frame_comes_back_as_it_was_and_names_nobody(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...], tmp_path: Path
) -> None:
    frame = build_frame(trials, people, employers)
    save_frame(tmp_path / "frame", frame)
    back = load_frame(tmp_path / "frame")
    assert back.outcomes.fingerprint() == frame.outcomes.fingerprint()
    assert (back.origin, back.left_out) == (frame.origin, frame.left_out)
    written = b"".join(path.read_bytes() for path in (tmp_path / "frame").iterdir()).decode("utf-8", "replace")
    for person in people:
        assert person.name not in written
        assert f'"{person.id}"' not in written
    assert not any(trial.id in written for trial in trials)
    with pytest.raises(FileExistsError):
        save_frame(tmp_path / "frame", frame)


@pytest.mark.parametrize(
    "harm", ["flip", "cut", "extra", "missing", "manifest", "format", "listed", "link", "empty", "features", "rule"]
)
def test_a_frame_that_is_not_what_was_frozen_is_refused(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...], tmp_path: Path, harm: str
) -> None:
    folder = tmp_path / "frame"
    save_frame(folder, build_frame(trials[:5], people, employers))
    rows, facts, manifest = folder / "rows.npz", folder / "frame.json", folder / "manifest.json"
    if harm == "flip":
        raw = bytearray(rows.read_bytes())
        raw[len(raw) // 2] ^= 1
        rows.write_bytes(bytes(raw))
    elif harm == "cut":
        rows.write_bytes(rows.read_bytes()[:-1])
    elif harm == "extra":
        (folder / "more.txt").write_text("x", encoding="utf-8")
    elif harm == "missing":
        facts.unlink()
    elif harm == "manifest":
        manifest.write_text("[]", encoding="utf-8")
    elif harm == "format":
        manifest.write_text(manifest.read_text(encoding="utf-8").replace("trial-frame/1", "trial-frame/9"))
    elif harm == "listed":
        manifest.write_text(json.dumps({"format": "trial-frame/1", "files": {"../x": "0"}}), encoding="utf-8")
    elif harm == "link":
        moved = tmp_path / "rows.npz"
        rows.rename(moved)
        rows.symlink_to(moved)
    elif harm == "empty":
        for path in folder.iterdir():
            path.unlink()
    else:
        written = json.loads(facts.read_text(encoding="utf-8"))
        written[harm] = "another"
        facts.write_text(json.dumps(written), encoding="utf-8")
        _seal_again(folder)
    with pytest.raises(FrameRefused, match="frame"):
        load_frame(folder)


def _seal_again(folder: Path) -> None:
    """Make the sums right again, as somebody who changes a frame on purpose would."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in manifest["files"]}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_an_outcome_that_comes_later_makes_another_frame(
    trials: tuple[Trial, ...], people: tuple[Candidate, ...], employers: tuple[Employer, ...]
) -> None:
    before = build_frame(trials, people, employers).outcomes.fingerprint()
    changed = [replace(t, outcome=Outcome.NONE, retention=Retention()) if t.id == trials[0].id else t for t in trials]
    assert build_frame(changed, people, employers).outcomes.fingerprint() != before

"""Covers: session_tui.store.samples.

A trial finds sessions that were held last week, on whatever day it is opened.
"""

import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model.session import Session
from session_tui.store import samples, session_file
from session_tui.store.validate import faults_in

SHIPPED = sorted((Path(__file__).resolve().parents[2] / "sessions").glob("*.toml"))
NOW = datetime(2027, 12, 9, 9, 0, tzinfo=UTC)


def dated(today: date) -> list[Session]:
    return [session_file.read(samples.moved(p.read_text(encoding="utf-8"), today).encode()).session for p in SHIPPED]


def test_the_newest_sample_is_the_one_that_all_are_moved_by() -> None:
    held = [session_file.read(path.read_bytes()).session for path in SHIPPED]
    assert max(each.started_at for each in held if each.started_at).date() == samples.NEWEST


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)))
def test_the_newest_session_was_held_in_the_last_seven_days(today: date) -> None:
    found = dated(today)
    begun = [each.started_at.date() for each in found if each.started_at]
    assert timedelta(days=1) <= today - max(begun) <= timedelta(days=7)
    assert [each.weekday() for each in begun] == [
        each.started_at.date().weekday()
        for each in (session_file.read(path.read_bytes()).session for path in SHIPPED)
        if each.started_at
    ]
    assert {each.previous for each in found if each.previous} <= {each.id for each in found}


def test_days_in_words_move_with_the_others_and_the_end_of_a_month_stays() -> None:
    text = "on 9 December 2026-12-09, a budget for 2027, closes on 30 November"
    assert (
        samples.moved(text, date(2026, 12, 2)) == "on 23 December 2026-12-23, a budget for 2027, closes on 30 November"
    )
    assert "a budget for 2029" in samples.moved(text, date(2028, 12, 2))


def test_a_trial_has_sound_samples_and_the_old_trials_of_this_user_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, fresh, other = (tmp_path / name for name in ("session-tui-demo-old", "session-tui-demo-new", "another"))
    for folder in (old, fresh, other):
        folder.mkdir()
        (folder / "file").touch()
        for path in (folder / "file", folder):
            os.utime(path, ((NOW - timedelta(days=8)).timestamp(),) * 2)
    os.utime(fresh / "file", ((NOW - timedelta(days=6)).timestamp(),) * 2)
    (tmp_path / "session-tui-demo-link").symlink_to(other)
    made = samples.trial_folder(NOW)[0]
    assert sorted(each.name for each in tmp_path.iterdir() if each != made) == [
        "another",
        "session-tui-demo-link",
        "session-tui-demo-new",
    ]
    sessions = sorted((made / "sessions").iterdir())
    assert len(sessions) == len(SHIPPED)
    assert [fault for path in sessions for fault in faults_in(path)] == []
    assert all(re.match(r"202[78]-", path.name) for path in sessions)


def test_a_trial_from_the_future_stays_and_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ahead = tmp_path / "session-tui-demo-ahead"
    ahead.mkdir()
    os.utime(ahead, ((NOW + timedelta(days=400)).timestamp(),) * 2)
    assert str(ahead) in samples.trial_folder(NOW)[1]
    assert ahead.is_dir()

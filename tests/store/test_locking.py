"""Covers: session_tui.store.locking.

A lock that another one has is tried again soon at first, then more rarely, until patience ends.
"""

from pathlib import Path
from types import SimpleNamespace

import pytest

from session_tui.store import locking


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between tries; time passes by them alone."""
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, monotonic=lambda: sum(slept))
    monkeypatch.setattr("session_tui.store.locking.time", clock)
    return slept


@pytest.mark.parametrize("patience", [0.0, 0.001, 0.1, 10.0])
def test_pauses_grow_to_a_twentieth_of_a_second_and_patience_is_kept(
    tmp_path: Path, pauses: list[float], patience: float
) -> None:
    held = locking.acquired(tmp_path / "lock")
    with pytest.raises(locking.LockTimeout):
        locking.acquired(tmp_path / "lock", patience)
    held.release()
    assert sum(pauses) == pytest.approx(patience)
    assert pauses[:-1] == sorted(pauses[:-1]) and max(pauses, default=0) <= 0.05
    assert pauses[:1] == [min(patience, 0.002)][: bool(patience)]
    assert len(pauses) <= 6 + patience / 0.05


def test_a_lock_that_is_released_meanwhile_is_taken(
    tmp_path: Path, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = locking.acquired(tmp_path / "lock")

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            held.release()

    monkeypatch.setattr("session_tui.store.locking.time", SimpleNamespace(sleep=sleep, monotonic=lambda: sum(pauses)))
    locking.acquired(tmp_path / "lock", 10).release()
    assert pauses == [0.002, 0.004, 0.008]

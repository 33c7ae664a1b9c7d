"""Covers: session_tui.server.revocations.

What was taken back stays so: the file is only added to, and a cut line loses nothing else.
"""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.server import revocations
from session_tui.server.revocations import FILE, Revocations

AT = "2026-11-28T09:00:00Z"


def test_what_was_added_is_known_and_is_written_once(tmp_path: Path) -> None:
    assert revocations.known(tmp_path) == Revocations()
    new = Revocations(frozenset({"t_1", "t_2"}), frozenset({"e1"}), frozenset({"i_1"}))
    revocations.add(tmp_path, new, AT)
    written = (tmp_path / FILE).read_bytes()
    revocations.add(tmp_path, new, "2026-11-29T09:00:00Z")
    assert revocations.known(tmp_path) == new and (tmp_path / FILE).read_bytes() == written
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@examples(200)
@given(cut=st.integers(0, 400), noise=st.binary(max_size=20))
def test_a_cut_loses_what_came_before_it_in_its_line_alone(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("data")
    ids = [f"t_{each}" for each in range(5)]
    revocations.add(folder, Revocations(frozenset(ids)), AT)
    file = folder / FILE
    kept = file.read_bytes()[:cut]
    file.write_bytes(kept + noise)
    revocations.add(folder, Revocations(frozenset({"t_last"})), AT)
    found = revocations.known(folder).tokens
    assert {"t_last", *ids[: kept.count(b"\n")]} <= found

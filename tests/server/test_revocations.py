"""Covers: session_tui.server.revocations.

What was taken back stays so: the file is only appended to, and a cut line loses nothing else.
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


def test_what_was_appended_is_read_and_the_first_moment_counts(tmp_path: Path) -> None:
    assert revocations.read(tmp_path) == Revocations()
    revocations.append_epoch(tmp_path, "e1", AT)
    revocations.append_tokens(tmp_path, ["t_1", "t_2"], AT)
    revocations.append_tokens(tmp_path, ["t_1"], "2026-11-29T09:00:00Z")
    found = revocations.read(tmp_path)
    assert found.tokens == {"t_1": AT, "t_2": AT}
    assert found.knows("e1") and not found.knows("e2")
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@examples(200)
@given(cut=st.integers(0, 400), noise=st.binary(max_size=20))
def test_a_cut_loses_what_came_before_it_in_its_line_alone(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    folder = tmp_path_factory.mktemp("data")
    revocations.append_tokens(folder, [f"t_{each}" for each in range(5)], AT)
    file = folder / FILE
    whole = file.read_bytes()
    kept = whole[:cut]
    file.write_bytes(kept + noise)
    revocations.append_tokens(folder, ["t_last"], AT)
    found = revocations.read(folder).tokens
    whole_lines = {f"t_{each}" for each in range(kept.count(b"\n"))}
    assert {"t_last"} | whole_lines <= set(found) <= {f"t_{each}" for each in range(5)} | {"t_last"}

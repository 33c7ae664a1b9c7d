"""Adds a person while another program replaces the file, and is killed at a given moment.

usage: exchange_and_be_killed.py FOLDER STATE MOMENT   (before, after, or back: of the exchange of
the two names)
"""

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from session_tui.model import edits
from session_tui.model.session import Stakeholder
from session_tui.store import batch_edit, exchange, paths


def main(folder: Path, state: Path, moment: str) -> None:
    """Ends by SIGKILL."""
    (path,) = folder.glob("*.toml")
    real, times = exchange.system_swap(), 0
    assert real is not None

    def swap(one: Path, other: Path) -> None:
        nonlocal times
        times += 1
        if times == 1 and moment != "alone":
            theirs = path.with_name("theirs")
            theirs.write_text(path.read_text(encoding="utf-8").replace('"Acme"', '"Theirs"'), encoding="utf-8")
            os.replace(theirs, path)  # noqa: PTH105
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        real(one, other)
        if moment in ("after", "alone") or times == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    exchange.system_swap = lambda: swap  # type: ignore[assignment]
    there = paths.find(folder.parent, {"SESSION_TUI_STATE": str(state)}, sessions=folder)
    batch_edit.change(path, there, lambda _: edits.add(Stakeholder(id="s1", name="Ours")), datetime.now(UTC))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])

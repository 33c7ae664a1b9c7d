"""Holds a session and prints the number of saved entries after each save, until it is killed."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from session_tui.model import edits
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.store import drafts
from session_tui.store.open_session import create_session


def main(folder: Path) -> None:
    """Up to 400 entries; stops by itself."""
    session = Session(id="2026-11-23-acme-7k3q", status="live", agenda="x", account="Acme")
    opened = create_session(folder / "sessions", session, folder / "state")
    opened.keep_line("half-typed", datetime.now(UTC))
    end = time.monotonic() + 30
    while not drafts.read(folder / "state" / "drafts", opened.path).line:  # from here on there is one to be lost
        assert time.monotonic() < end, "the half-typed line never came to the disk"
        time.sleep(0.001)
    for number in range(400):
        now = datetime.now(UTC)
        opened.keep_line(f"half-typed {number}", now)
        opened.change(edits.add(Stakeholder(id=next_id(opened.session, "s"), name=f"Person {number}")), now)
        # What the screen may show as saved at this moment, and no more.
        print(json.dumps({"saved": len(opened.saved.stakeholders)}), flush=True)
    opened.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

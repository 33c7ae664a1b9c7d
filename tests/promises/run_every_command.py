"""Runs commands one after the other as a terminal's child; a file holds the input of each."""

import json
import sys
from pathlib import Path

from session_tui.cli import status


def main(runs: list[tuple[list[str], str]], folder: Path) -> None:
    """Without the guard on the streams: what prints is looked at, and not the wall behind it."""
    statuses: list[object] = []
    for number, (arguments, typed) in enumerate(runs):
        keys = folder / f"typed-{number}"
        keys.write_text(typed, encoding="utf-8")
        with keys.open(encoding="utf-8") as sys.stdin:
            try:
                statuses.append(status(arguments))
            except SystemExit as end:
                statuses.append(end.code)
    (folder / "statuses.json").write_text(json.dumps(statuses), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")), Path(sys.argv[1]).parent)

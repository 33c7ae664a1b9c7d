"""Planners with one rule of the design left out: a simulated run must show each."""

from typing import Any

from msgspec.structs import replace

from session_tui.model.sync import planner
from session_tui.model.sync.planner import SyncStep


def base_is_what_was_agreed_last(local: Any, base: Any, head: Any, chain: Any = (), detail: Any = "full") -> SyncStep:
    known = (head.revision, base.revision) if base is not None and head is not None else chain
    return planner.plan(local, base, head, known, detail)


def a_missing_file_is_a_removal(local: Any, base: Any, head: Any, chain: Any = (), detail: Any = "full") -> SyncStep:
    missing = local.state == "missing" and base is not None and not base.removed
    return planner.plan(planner.Local("removed") if missing else local, base, head, chain, detail)


def late_removals_are_not_counted(local: Any, base: Any, head: Any, chain: Any = (), detail: Any = "full") -> SyncStep:
    return replace(planner.plan(local, base, head, chain, detail), late=False)

"""What a live session shows of other sessions and files, read in a thread after the first paint.

Each function is called in a thread, reads from disk, and lets `call_back` take what was found into
the controller in the face's thread.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from session_tui.model import history
from session_tui.model.fault import Fault
from session_tui.tui.live.controller import LiveController

if TYPE_CHECKING:
    from session_tui.model.team.enemies import HabitsReport


def look_up(live: LiveController, call_back: Callable[..., Any]) -> None:
    """Read the earlier sessions, the enemies, and how much each person has to do."""
    from session_tui.tui import queries

    if live.past.last is None:
        call_back(partial(_found_past, live), *queries.past(live.session_library, live.session))
    call_back(partial(_found_enemies, live), queries.enemies(live.context.places, live.session))
    call_back(partial(_found_load, live), queries.load(live.session_library, live.session))


def look_up_zones(live: LiveController, call_back: Callable[..., Any]) -> None:
    """Read the account's zones in which we have no contact."""
    from session_tui.tui import queries

    call_back(partial(_found_zones, live), queries.bare_zones(live.session_library, live.session))


def _found_past(live: LiveController, past: history.Past, faults: tuple[Fault, ...]) -> None:
    live.past = past
    live.refresh()
    for fault in faults:
        live.show_message(str(fault), "warn")


def _found_enemies(live: LiveController, enemies: "HabitsReport | None") -> None:
    if enemies is not None:
        live.enemies = enemies
        live.refresh()


def _found_load(live: LiveController, load: Mapping[str, int]) -> None:
    live.load = load
    if not live.messages:  # a message stays until a key is typed
        live.read_line()


def _found_zones(live: LiveController, bare: tuple[str, ...]) -> None:
    live.bare_zones = bare
    live.refresh()

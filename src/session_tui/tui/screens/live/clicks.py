"""What a click on the live screen does; each of it has a key or a `/name` too."""

from typing import Any

from textual.app import App

from session_tui.tui.actions import BY_NAME
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import LiveController

INSTEAD = {"park": "promises"}  # of actions that need an id: the window in which it is chosen


def part(app: App[Any], live: LiveController, index: int) -> None:
    """Ask before the session goes to the clicked part; of a part further away show its time."""
    step = {1: "next", -1: "back"}.get(index - live.box.running)
    if index == live.box.running or step is None or live.box.state in ("waiting", "ended"):
        live.show_message(screen_text.part_time(live.session, live.box, index))
    elif why := BY_NAME[step].why_not(live.action_state()):
        live.face.refuse(why, step)
    else:
        from session_tui.tui.screens.live.dialogs import PartScreen

        app.push_screen(PartScreen(live, index), lambda yes: live.act(step) if yes else None)


def heading(live: LiveController, word: str, waiting: int) -> None:
    """Explain the clicked word of the heading."""
    match word:
        case "hours":
            live.act("time")
        case "curtain":
            live.show_message(screen_text.curtain_words(live.context))
        case "status":
            live.show_message(screen_text.save_status_words(live.opened, live.follows, waiting))


def line_of_panel(live: LiveController, name: str) -> None:
    """Carry out the action that a line of the panel names."""
    if name in BY_NAME:
        live.act(INSTEAD.get(name, name))

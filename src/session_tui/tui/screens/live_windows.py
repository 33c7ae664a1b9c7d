"""The windows over a session, by the actions that open them, and what becomes of their answers.

Each is loaded when it is first opened.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from textual.app import App

from session_tui.model import edits
from session_tui.model.capture import Do, Reading, Refusal
from session_tui.model.fault import Fault
from session_tui.tui.live.controller import LiveController

Opener: TypeAlias = Callable[[App[Any], LiveController], None]


def offer(
    app: App[Any],
    live: LiveController,
    lines: tuple[str, ...],
    reading: Reading,
    title: str = "",
    entered: Callable[[edits.Edit], None] = lambda edit: None,
) -> None:
    """Lines that are shown before they become entries; `entered` is called once they are."""
    from session_tui.tui.screens.paste import PasteScreen

    def answered(yes: bool | None) -> None:
        if yes and not isinstance(reading, Refusal | Do) and live.change(reading):
            entered(reading)

    app.push_screen(PasteScreen(live, lines, reading, title), answered)


def health(app: App[Any], live: LiveController) -> None:
    """What of the map is not well."""
    from session_tui.tui.screens.health import HealthScreen

    app.push_screen(HealthScreen(live))


def since(app: App[Any], live: LiveController) -> None:
    """What changed on the map since last time."""
    from session_tui.tui.screens.changed_map import ChangedMapScreen

    assert live.past.last is not None  # the action says why not
    app.push_screen(ChangedMapScreen(live.past.last, live.session, live.desk.today))


def promises(app: App[Any], live: LiveController) -> None:
    """What was promised last time, one by one."""
    from session_tui.tui.screens.promises import PromisesScreen

    app.push_screen(PromisesScreen(live))


def comments(app: App[Any], live: LiveController) -> None:
    """The plan's comments, one at a time: they are private until they are opened."""
    from session_tui.tui.screens.comments import CommentsScreen

    assert live.session.plan is not None  # the action says why not
    app.push_screen(CommentsScreen(live.session.plan))


def enemies(app: App[Any], live: LiveController) -> None:
    """What we said of the customer's habits: private until it is opened."""
    from session_tui.tui.screens.enemies_here import EnemiesHereScreen

    assert live.enemies is not None  # the action says why not
    app.push_screen(EnemiesHereScreen(live.session.account, live.enemies))


def end(app: App[Any], live: LiveController) -> None:
    """Outcome and headline are asked, and what the half hour was worth."""
    from session_tui.tui.screens.end import EndScreen

    def answered(answer: edits.Edit | str | None) -> None:
        if isinstance(answer, str):
            live.ask_for(answer)  # the beginning of a line that gives an entry a name
        elif answer is not None and live.change(answer):
            live.leave(ended=True)

    app.push_screen(EndScreen(live), answered)


def leave(app: App[Any], live: LiveController) -> None:
    """What leaving means."""
    from session_tui.tui.screens.leave import LeaveScreen

    def answered(choice: str | None) -> None:
        if choice == "end":
            live.act_alone("end")
        elif choice == "leave":
            live.leave(ended=False)
        elif choice == "without":
            live.leave_without()

    app.push_screen(LeaveScreen(live), answered)


def conflict(app: App[Any], live: LiveController) -> None:
    """What another program changed in the file, and the choice."""
    from session_tui.tui.screens.conflict import ConflictScreen

    def resolved(fault: Fault | None) -> None:
        live.refresh()
        if fault:
            live.face.refuse(str(fault))

    def answered(choice: Literal["ours", "theirs"] | None) -> None:
        if choice:
            live.face.off_the_loop(lambda: live.opened.resolve(choice), resolved)

    app.push_screen(ConflictScreen(live.opened), answered)


def help_(app: App[Any], live: LiveController) -> None:
    """The page of keys and grammar."""
    from session_tui.tui.screens.help import HelpScreen

    app.push_screen(HelpScreen(live.desk))


def palette(app: App[Any], live: LiveController) -> None:
    """Every action by its name."""
    app.action_command_palette()


WINDOWS: Mapping[str, Opener] = {
    "health": health,
    "since": since,
    "promises": promises,
    "comments": comments,
    "enemies": enemies,
    "end": end,
    "leave": leave,
    "conflict": conflict,
    "help": help_,
    "palette": palette,
}

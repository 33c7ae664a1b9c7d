"""The windows over a session, by the actions that open them, and the effect of their answers."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal

from textual.app import App
from textual.screen import Screen

from session_tui.model import edits
from session_tui.model.capture import PastedList
from session_tui.model.fault import Fault
from session_tui.tui.live import paste_text
from session_tui.tui.live.controller import LiveController


def window(name: str, live: LiveController, arguments: str = "", over: Screen[Any] | None = None) -> Screen[Any] | None:
    """Return the screen that this action opens over another one, or None. Its module is loaded at
    the first use.
    """
    match name:
        case "help":
            from session_tui.tui.screens.help import HelpScreen

            return HelpScreen(live.context, part=live.kind(), line=live.line_above())
        case "words":
            from session_tui.tui.screens.help import GlossaryScreen

            return GlossaryScreen(arguments)
        case "legend":
            from session_tui.tui.screens.legend import LegendScreen

            return LegendScreen()
        case "theme":
            from session_tui.tui.screens.theme_picker import ThemeScreen

            return ThemeScreen(live.context)
        case "promises":
            from session_tui.tui.screens.live.promises import PromisesScreen

            return PromisesScreen(live)
        case "health":
            from session_tui.tui.screens.live.map_health import HealthScreen

            return HealthScreen(live)
        case "unjudged":
            from session_tui.tui.screens.live.unjudged import UnjudgedScreen

            return UnjudgedScreen(live)
        case "since" if live.past.last is not None:  # without one the action shows the reason
            from session_tui.tui.screens.live.pages import ChangedMapScreen

            return ChangedMapScreen(live.past.last, live.session, live.context.today)
        case "comments" if live.session.plan is not None:
            from session_tui.tui.screens.live.dialogs import CommentsScreen

            return CommentsScreen(live.session.plan)
        case "enemies" if live.enemies is not None:
            from session_tui.tui.screens.live.pages import EnemiesHereScreen

            return EnemiesHereScreen(live.session.account, live.enemies)
        case "attendee":
            from session_tui.tui.screens.live.attendees import AttendeesScreen

            return AttendeesScreen(live)
        case "end":
            from session_tui.tui.screens.live.close_session import EndScreen

            return EndScreen(live)
        case "closing":
            from session_tui.tui.screens.live.closing_screen import ClosingScreen

            return ClosingScreen(live)
        case "leave":
            from session_tui.tui.screens.dialog import Dialog
            from session_tui.tui.screens.live.dialogs import LeaveScreen

            return LeaveScreen(live, ending=isinstance(over, Dialog) and over.ENDS_THE_SESSION)
        case "conflict":
            from session_tui.tui.screens.live.dialogs import ConflictScreen

            return ConflictScreen(live.opened)
        case _:
            return None


def open_window(app: App[Any], live: LiveController, name: str, arguments: str = "") -> bool:
    """Open the window of this action; False where it has none."""
    if (opened := window(name, live, arguments, app.screen)) is None:
        return False
    app.push_screen(opened, partial(ANSWERED[name], live) if name in ANSWERED else None)
    return True


def offer(app: App[Any], live: LiveController, lines: tuple[str, ...], edit: edits.Edit, title: str) -> None:
    """Show lines before they become entries."""
    from session_tui.tui.screens.live.dialogs import OfferScreen

    def answered(yes: bool | None) -> None:
        if yes:
            live.change(edit)

    app.push_screen(OfferScreen(live, lines, edit, title), answered)


def paste(
    app: App[Any],
    live: LiveController,
    text: str,
    entered: Callable[[edits.Edit], None],
    declined: Callable[[], None],
) -> None:
    """Show a pasted list before it becomes entries; `entered` is called after they did, `declined`
    where they did not.
    """
    from session_tui.tui.screens.live.paste import PasteScreen

    def answered(pasted: PastedList | None) -> None:
        if pasted is not None and (edit := paste_text.enter(live, pasted)) is not None:
            entered(edit)
        else:
            declined()

    app.push_screen(PasteScreen(live, text), answered)


def _ended(live: LiveController, answer: edits.Edit | None) -> None:
    if answer is not None and live.change(answer):
        live.end()


def _left(live: LiveController, choice: str | None) -> None:
    if choice == "end":
        live.act_alone("end")
    elif choice is not None:
        if choice == "without":
            live.opened.give_up()  # leave at once, with a message about the unsaved changes
        live.leave(ended=False)


def _resolved(live: LiveController, choice: Literal["ours", "theirs"] | None) -> None:
    def done(fault: Fault | None) -> None:
        live.refresh()
        if fault:
            live.face.refuse(fault.words)

    if choice:
        live.face.off_the_loop(lambda: live.opened.resolve(choice), done)


def _themed(live: LiveController, words: str | None) -> None:
    if words:
        live.show_message(words)


ANSWERED: Mapping[str, Callable[[LiveController, Any], None]] = {
    "end": _ended,
    "leave": _left,
    "conflict": _resolved,
    "theme": _themed,
}

"""What actions do on the full screen, by their names. What changes the session itself is in `model/conduct.py`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from session_tui.model import capture, carrying, edits
from session_tui.model.capture import Refusal
from session_tui.model.fault import Fault
from session_tui.model.session import find
from session_tui.tui import showing
from session_tui.tui.looks import LOOKS, NAMES
from session_tui.tui.parts.table import ZOOM_WORDS, ZOOMS, Look

if TYPE_CHECKING:
    from session_tui.store.markdown import PlanAssumptions
    from session_tui.tui.screens.live import LiveScreen


def undo(screen: "LiveScreen", arguments: str) -> None:
    """Take back the last change."""
    _take_back(screen, screen.opened.undo(screen.desk.now()), "Took back")


def redo(screen: "LiveScreen", arguments: str) -> None:
    """Do again what was taken back."""
    _take_back(screen, screen.opened.redo(screen.desk.now()), "Did again")


def _take_back(screen: "LiveScreen", edit: edits.Edit | Fault, words: str) -> None:
    if isinstance(edit, Fault):
        screen.tell(str(edit), "warn")
        return
    screen.show()
    screen.highlight(next((each for each in edits.touched(edit) if find(screen.session, each)), ""))
    screen.tell(f"{words}: {showing.edit_words(edit)}.")


def up(screen: "LiveScreen", arguments: str) -> None:
    """The row above; up over the drawing, while somebody moves about in it."""
    _step(screen, -1)


def down(screen: "LiveScreen", arguments: str) -> None:
    """The row below; down over the drawing, while somebody moves about in it."""
    _step(screen, 1)


def _step(screen: "LiveScreen", by: int) -> None:
    # The screen's own keys go before a widget's, so the drawing cannot have these two by itself.
    if screen.looks.moving is not None:
        screen.looks.moving.action_pan(0, by)
    else:
        screen.highlight(screen.rows.move(by))


def edit(screen: "LiveScreen", arguments: str) -> None:
    """The row's line into the capture line; what is half-typed there comes back afterwards."""
    entry = find(screen.session, arguments or screen.rows.highlighted)
    if entry is None:
        screen.tell(f"There is no entry {arguments}.", "warn")
        return
    if screen.half.editing != entry.id:
        screen.typing.put(screen.half.edit(entry.id, screen.typing.value, capture.write(entry)))


def map_(screen: "LiveScreen", arguments: str) -> None:
    """The table, the chart, power and support, their people against ours: one after the other, or by name."""
    wanted = arguments.strip().lower()
    named = [look for look in LOOKS if wanted and look.startswith(wanted)]
    if wanted and len(named) != 1:
        screen.tell(f"{arguments} is none of these: {', '.join(LOOKS)}.", "warn")
        return
    _look(screen, named[0] if named else screen.looks.after())


def zoom(screen: "LiveScreen", arguments: str) -> None:
    """Cards, small cards, an indented list, or what fits: one after the other, or by name."""
    wanted = arguments.strip().lower()
    named = [each for each in ZOOMS if wanted and each.startswith(wanted)]
    if wanted and len(named) != 1:
        screen.tell(f"{arguments} is none of these: {', '.join(ZOOMS)}.", "warn")
        return
    looks = screen.looks
    looks.zoom = named[0] if named else ZOOMS[(ZOOMS.index(looks.zoom) + 1) % len(ZOOMS)]
    _look(screen, "map")
    screen.tell(f"Chart: {ZOOM_WORDS[looks.zoom]}.")


def move(screen: "LiveScreen", arguments: str) -> None:
    """The keys belong to the drawing until a letter is typed."""
    if screen.looks.look not in ("map", "grid"):
        _look(screen, "map")
    drawing = screen.looks.drawing
    if drawing is not None and drawing.display:
        drawing.can_focus = True
        drawing.focus()
        screen.tell("Arrows move over the map, + - 0 change its size; esc or any letter goes back to the line.")
    else:
        screen.tell("Nothing is drawn here. /zoom cards draws it.")


def health(screen: "LiveScreen", arguments: str) -> None:
    """What the map shows that is not well, and the action item that would answer it."""
    if arguments:
        from session_tui.model.map.health import answers

        edit = answers(arguments, screen.session, screen.past)
        if isinstance(edit, Refusal):
            screen.tell(str(edit), "warn")
        else:
            screen.change(edit)
        return
    from session_tui.tui.screens.health import HealthScreen

    screen.app.push_screen(HealthScreen(screen))


def since(screen: "LiveScreen", arguments: str) -> None:
    """What changed on the map since last time."""
    from session_tui.tui.screens.changed_map import ChangedMapScreen

    assert screen.past.last is not None  # the action says why not
    screen.app.push_screen(ChangedMapScreen(screen.past.last, screen.session, screen.desk.today))


def coverage(screen: "LiveScreen", arguments: str) -> None:
    """Their people against ours, and back to the table."""
    _look(screen, "table" if screen.looks.look == "coverage" else "coverage")


def _look(screen: "LiveScreen", look: Look) -> None:
    if screen.kind() != "stakeholder_map":
        screen.tell("The map belongs to the stakeholder part; ^r goes back to it.")
        return
    screen.look_at(look)
    listed = look == "map" and screen.rows.display and bool(screen.session.stakeholders)
    screen.tell("The chart, a line a person: cards do not fit here. /zoom cards draws them." if listed else NAMES[look])


def promises(screen: "LiveScreen", arguments: str) -> None:
    """What was promised last time, one by one."""
    from session_tui.tui.screens.promises import PromisesScreen

    screen.promises_seen = True
    screen.show_promised()
    screen.app.push_screen(PromisesScreen(screen))


def park(screen: "LiveScreen", arguments: str) -> None:
    """A line that was parked last time is parked in this session too."""
    screen.park_again(arguments)


def comments(screen: "LiveScreen", arguments: str) -> None:
    """The plan's comments, one at a time: they are private until somebody opens them."""
    from session_tui.tui.screens.comments import CommentsScreen

    assert screen.session.plan is not None  # the action says why not
    screen.app.push_screen(CommentsScreen(screen.session.plan))


def enemies(screen: "LiveScreen", arguments: str) -> None:
    """What we said of the customer's habits: private until somebody opens it."""
    from session_tui.tui.screens.enemies_here import EnemiesHereScreen

    assert screen.enemies is not None  # the action says why not
    screen.app.push_screen(EnemiesHereScreen(screen.session.account, screen.enemies))


def import_(screen: "LiveScreen", arguments: str) -> None:
    """The plan's assumptions, after a preview; one undo takes them back."""
    from session_tui.store import beginning

    places = screen.desk.places
    if places is None:
        screen.tell("There is no folder to look for the plan in.", "warn")
        return

    def look() -> None:
        found = beginning.assumptions_of_plan(screen.session, places)
        screen.app.call_from_thread(_offer, screen, found)

    screen.run_worker(look, thread=True)


def _offer(screen: "LiveScreen", found: "PlanAssumptions | Fault") -> None:
    from session_tui.tui.screens.paste import PasteScreen

    if isinstance(found, Fault):
        screen.tell(str(found), "warn")
        return
    edit = carrying.imported(screen.session, found.texts)
    if edit is None:
        screen.tell(found.why_none or carrying.ALL_IMPORTED)
        return

    def answered(yes: bool | None) -> None:
        if yes:
            screen.change(edit)

    title = f"{len(edit.edits)} of the plan's assumptions"
    screen.app.push_screen(PasteScreen(found.texts, edit, screen.session, screen.desk, screen.curtain, title), answered)


def panel(screen: "LiveScreen", arguments: str) -> None:
    """Fold the side panel away, or show it; where there is no room beside the table, in its place."""
    screen.toggle_class("-panel" if screen.has_class("-narrow") else "-folded")


def curtain(screen: "LiveScreen", arguments: str) -> None:
    """Cover what a partner must not see, and uncover it."""
    screen.curtain = not screen.curtain
    if screen.curtain and screen.half.editing:
        screen.leave_the_edit()
    screen.show()
    screen.read_line()
    screen.tell(
        "The curtain is drawn: support, power, pain, notes and comments are covered."
        if screen.curtain
        else "The curtain is open."
    )


def end(screen: "LiveScreen", arguments: str) -> None:
    """With an outcome typed out that is the yes; without one outcome and headline are asked."""
    if arguments:
        screen.conduct("end", arguments)
        return
    from session_tui.tui.screens.end import EndScreen

    def answered(answer: edits.Edit | str | None) -> None:
        if isinstance(answer, str):
            screen.ask_for(answer)  # the beginning of a line that gives somebody a name
        elif answer is not None and screen.change(answer):
            screen.leave(ended=True)

    screen.app.push_screen(EndScreen(screen), answered)


def leave(screen: "LiveScreen", arguments: str) -> None:
    """Ask what leaving means; with a word behind it, leave."""
    from session_tui.tui.screens.leave import LeaveScreen

    if arguments:
        screen.leave(ended=False)
        return

    def answered(choice: str | None) -> None:
        if choice == "end":
            screen.close_windows()
            screen.act("end")
        elif choice == "leave":
            screen.leave(ended=False)
        elif choice == "without":
            screen.leave_without()

    screen.app.push_screen(LeaveScreen(screen.standing(), screen.opened.lamp), answered)


def elsewhere(screen: "LiveScreen", arguments: str) -> None:
    """The session is written into another folder from now on."""
    if not arguments:
        screen.ask_for("/elsewhere ")
        return

    def moved(fault: Fault | None) -> None:
        screen.tell(str(fault) if fault else f"Saved in {arguments} from now on.", "warn" if fault else "")

    screen.off_the_loop(lambda: screen.opened.move_to(Path(arguments)), moved)


def conflict(screen: "LiveScreen", arguments: str) -> None:
    """What somebody else changed in the file, and the choice."""
    from session_tui.tui.screens.conflict import ConflictScreen

    def resolved(fault: Fault | None) -> None:
        screen.show()
        if fault:
            screen.tell(str(fault), "warn")

    def answered(choice: Literal["ours", "theirs"] | None) -> None:
        if choice:
            screen.off_the_loop(lambda: screen.opened.resolve(choice), resolved)

    screen.app.push_screen(ConflictScreen(screen.opened), answered)


def extend(screen: "LiveScreen", arguments: str) -> None:
    """Typed out with its minutes it is itself the yes; else the line is begun for whoever means it."""
    if arguments:
        screen.conduct("extend", arguments)
    else:
        screen.ask_for("/extend ")


def help_(screen: "LiveScreen", arguments: str) -> None:
    """The page of keys and grammar."""
    from session_tui.tui.screens.help import HelpScreen

    screen.app.push_screen(HelpScreen(screen.desk))


def palette(screen: "LiveScreen", arguments: str) -> None:
    """Every action by its name."""
    screen.app.action_command_palette()


DEEDS: Mapping[str, Callable[["LiveScreen", str], None]] = {
    "undo": undo,
    "redo": redo,
    "up": up,
    "down": down,
    "edit": edit,
    "map": map_,
    "zoom": zoom,
    "move": move,
    "health": health,
    "since": since,
    "coverage": coverage,
    "promises": promises,
    "park": park,
    "comments": comments,
    "enemies": enemies,
    "import": import_,
    "panel": panel,
    "curtain": curtain,
    "end": end,
    "leave": leave,
    "elsewhere": elsewhere,
    "conflict": conflict,
    "extend": extend,
    "help": help_,
    "palette": palette,
}

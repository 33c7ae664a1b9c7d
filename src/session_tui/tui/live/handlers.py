"""The handlers of the actions. The changes of the session itself are in
`model/session_commands.py`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from session_tui.model import attendance, capture, carry_forward, edits, fixed_end, session_commands, session_end
from session_tui.model.capture import Refusal
from session_tui.model.fault import Fault
from session_tui.model.session import find
from session_tui.store.open_session import OpenedSession
from session_tui.tui.actions import BY_NAME
from session_tui.tui.live import screen_text
from session_tui.tui.live.controller import Handler, LiveController

if TYPE_CHECKING:
    from session_tui.store.plans.markdown import PlanAssumptions

Step: TypeAlias = Callable[[OpenedSession, datetime], edits.Edit | Fault]
CHANGES = ("next", "back", "pause", "go_on", "less", "more", "count", "skip", "credit", "saved")
LOOKS = ("up", "down", "map", "zoom", "move", "coverage", "panel", "scroll", "find", "sort")
WINDOWS = (
    "editor", "since", "comments", "enemies", "conflict", "help", "legend", "palette", "paste", "words", "theme",
)  # fmt: skip


def change(name: str, live: LiveController, arguments: str) -> None:
    """Apply the edit of the action with this name; show the last screen if the edit ends it."""
    edit = session_commands.edit_for(name, arguments, live.session, live.now())
    if isinstance(edit, Refusal):
        live.face.refuse(edit.words)
    elif live.change(edit) and live.session.status == "held":
        live.end()


def show(name: str, live: LiveController, arguments: str) -> None:
    """Let the face show the view of the action with this name."""
    live.face.show_view(name, arguments)


def take_back(step: Step, words: str, live: LiveController, arguments: str) -> None:
    """Undo the last change, or redo it."""
    edit = step(live.opened, live.now())
    if isinstance(edit, Fault):
        live.face.refuse(edit.words)
        return
    live.face.highlight(next((each for each in edits.touched(edit) if find(live.session, each)), ""))
    ids = ", ".join(edits.touched(edit)) or "the last change"
    what = screen_text.edit_words(edit) if live.face.full_screen else ids
    live.refresh(f"{words}: {what}.")


def edit(live: LiveController, arguments: str) -> None:
    """Put the entry's line into the capture line; the half-typed line comes back afterwards."""
    entry = find(live.session, arguments or live.face.highlighted)
    if entry is not None:
        live.edit(entry.id, capture.write(entry))
    elif live.face.full_screen:
        live.face.refuse(f"There is no entry {arguments}.")
    else:
        live.face.refuse(f"there is no {arguments}; /edit t1 edits that one")


def health(live: LiveController, arguments: str) -> None:
    """Show the warnings about the map; with a number, add the action item that answers that
    warning.
    """
    if not arguments:
        live.face.show_view("health")
        return
    from session_tui.model.stakeholder_map.health import answers

    answer = answers(arguments, live.session, live.past)
    if isinstance(answer, Refusal):
        live.face.refuse(answer.words)
    else:
        live.change(answer)


def unjudged(live: LiveController, arguments: str) -> None:
    """Show the carried judgements that may not have been made; with a number, take that one
    back.
    """
    if not arguments:
        live.face.show_view("unjudged")
        return
    from session_tui.model.carried_judgements import taken_back

    answer = taken_back(arguments, live.session)
    if isinstance(answer, Refusal):
        live.face.refuse(answer.words)
    else:
        live.change(answer)


def promises(live: LiveController, arguments: str) -> None:
    """Show the promises of the last session, one by one."""
    live.promises_seen = True
    live.face.show_view("promises")


def park(live: LiveController, arguments: str) -> None:
    """Park a parked line of the last session in this session too."""
    live.park_again(arguments)


def import_(live: LiveController, arguments: str) -> None:
    """Import the plan's assumptions, after a preview; one undo takes them back."""
    from session_tui.store import new_session

    session, places = live.session, live.context.places
    if places is None:
        live.face.refuse("There is no folder to look for the plan in.")
        return
    live.face.off_the_loop(lambda: new_session.assumptions_of_plan(session, places), partial(_offer, live))


def _offer(live: LiveController, found: "PlanAssumptions | Fault") -> None:
    if isinstance(found, Fault):
        live.face.refuse(found.words)
    elif (edit := carry_forward.imported(live.session, found.texts)) is None:
        live.show_message(found.why_none or carry_forward.ALL_IMPORTED)
    else:
        live.face.offer(found.texts, edit, f"{len(edit.edits)} of the plan's assumptions")


def attendee(live: LiveController, arguments: str) -> None:
    """Change the list of attendees; without a name, show it with those who are expected."""
    if not arguments:
        live.face.show_view("attendee")
        return
    _enter(live, attendance.edit_of(arguments, live.session, attendance.expected(live.session, live.past.last)))


def facilitator(live: LiveController, arguments: str) -> None:
    """Name who runs the session; without a name, a full screen begins the line."""
    if not arguments and live.face.full_screen:
        begin_line("facilitator", live, "")
    else:
        _enter(live, attendance.facilitator(arguments, live.session, live.context.people))


def _enter(live: LiveController, edit: edits.Edit | Refusal) -> None:
    if isinstance(edit, Refusal):
        live.face.refuse(edit.words)
    else:
        live.change(edit)


def curtain(live: LiveController, arguments: str) -> None:
    """Cover the fields that a partner must not see, or uncover them."""
    live.curtain = not live.curtain
    live.opened.keep_curtain(live.curtain)
    if live.curtain and live.editing:
        live.leave_the_edit()
    live.refresh()
    live.show_message(
        "The curtain is drawn: judgements, coverage, notes and findings are covered."
        if live.curtain
        else "The curtain is open."
    )


def end(live: LiveController, arguments: str) -> None:
    """End the session with the typed outcome and headline; where one of them or the condition is
    missing, a full screen leads through the steps of the end.
    """
    line = session_end.read(arguments)
    if isinstance(line, Refusal):
        live.face.refuse(line.words)
        return
    if line.complete or not live.face.full_screen:
        change("end", live, arguments)
        return
    if line.outcome is not None:
        live.last_words["outcome"] = line.outcome
    if line.headline:
        live.last_words["headline"] = line.headline
    live.face.show_view("end")


def leave(live: LiveController, arguments: str) -> None:
    """Ask how to leave; with an argument, or line by line, leave at once."""
    if arguments or not live.face.full_screen:
        live.leave(ended=False)
    else:
        live.face.show_view("leave")


def time(live: LiveController, arguments: str) -> None:
    """Show the running part, its time left or over, and the end of the session."""
    live.show_message(screen_text.time_words(live.session, live.box), "warn" if live.line else "")


def where(live: LiveController, arguments: str) -> None:
    """Show the running part, the highlighted entry, and what has no name yet."""
    lines = screen_text.where_lines(live.session, live.box, live.face.highlighted, covered_up=live.curtain)
    if live.face.full_screen:
        live.show_message(" ".join(lines), "warn" if live.line else "")
        return
    for line in lines:
        live.show_message(line)


def question(live: LiveController, arguments: str) -> None:
    """Show the next coaching question of the running part."""
    if not live.coach.shown(live.box)[1]:
        live.face.refuse("This part has no other question.")
        return
    live.coach.move(live.box)
    live.face.show_view("question")


def elsewhere(live: LiveController, arguments: str) -> None:
    """Save the session in another folder from now on."""

    def moved(fault: Fault | None) -> None:
        if fault:
            live.face.refuse(fault.words)
        else:
            live.show_message(f"Saved in {arguments} from now on.")

    if arguments:
        live.face.off_the_loop(lambda: live.opened.move_to(Path(arguments)), moved)
    elif live.face.full_screen:
        live.ask_for("/elsewhere ")
    else:
        live.face.refuse(Fault("", "which folder", "/elsewhere FOLDER").words)


def begin_line(name: str, live: LiveController, arguments: str) -> None:
    """Begin the line of an action that is entered as an edit; line by line, show what it takes."""
    if live.face.full_screen:
        live.ask_for(f"/{name} {arguments}".rstrip() + " ")
    else:
        live.face.refuse(f"/{name} {BY_NAME[name].arguments}: {BY_NAME[name].words}")


def remove(live: LiveController, arguments: str) -> None:
    """Remove an entry; without an id, a full screen begins the line."""
    if arguments:
        change("remove", live, arguments)
    else:
        begin_line("remove", live, "")


def extend(live: LiveController, arguments: str) -> None:
    """Extend the session by the typed minutes; without them, a full screen begins the line."""
    if arguments or not live.face.full_screen:
        change("extend", live, arguments)
    else:
        live.ask_for("/extend ")


def reopen(live: LiveController, arguments: str) -> None:
    """Continue the session that was ended here, and close the screen of its end."""
    if why := live.reopen():
        live.face.refuse(f"{why}.")
    else:
        live.face.close_windows()


def until(live: LiveController, arguments: str) -> None:
    """Fix the end of the session at a time of day; without one, a full screen begins the line."""
    if arguments or not live.face.full_screen:
        _enter(live, fixed_end.edit_of(arguments, live.session, live.now(), live.wall_ahead))
    else:
        live.ask_for("/until ")


HANDLERS: Mapping[str, Handler] = {
    **{name: partial(change, name) for name in CHANGES},
    **{name: partial(show, name) for name in (*LOOKS, *WINDOWS)},
    "undo": partial(take_back, OpenedSession.undo, "Took back"),
    "redo": partial(take_back, OpenedSession.redo, "Did again"),
    "edit": edit,
    "health": health,
    "unjudged": unjudged,
    "promises": promises,
    "park": park,
    "import": import_,
    "curtain": curtain,
    "attendee": attendee,
    "facilitator": facilitator,
    "end": end,
    "leave": leave,
    "time": time,
    "where": where,
    "question": question,
    "elsewhere": elsewhere,
    "extend": extend,
    "until": until,
    "reopen": reopen,
    "remove": remove,
    **{name: partial(begin_line, name) for name in ("same", "as")},
}

"""The one table of actions: name, keys, words, where each holds, and why not now.

Footer, help, palette, `/name` in the capture line, the key configuration and README's table are made from it. It
imports no framework, so the line-by-line mode can use it too.
"""

import difflib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from session_tui.model import clock_commands, key_names
from session_tui.model.carry_forward import news, promises
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.model.timebox import Timebox

if TYPE_CHECKING:
    from session_tui.context import AppContext

Where: TypeAlias = Literal["live", "home", "all"]


class ActionState(Struct, frozen=True):
    """Where the facilitator stands: what an action may look at to say why it cannot be done now."""

    session: Session
    box: Timebox
    read_only: str = ""
    can_undo: bool = False
    can_redo: bool = False
    highlighted: str = ""
    curtain: bool = False
    full_screen: bool = True
    last: Session | None = None
    enemies: bool = False  # somebody answered on the enemies of teamwork of this account


WhyNot: TypeAlias = Callable[[ActionState], str]


class Action(Struct, frozen=True):
    """One thing the program can do.

    `name` is its `/name` and its key in the configuration; `keys` are Textual's; `short` stands in the footer, `words`
    in help and palette; `arguments` is what `/name` takes; `why_not` gives a sentence or nothing.
    """

    name: str
    keys: tuple[str, ...]
    short: str
    words: str
    where: Where = "live"
    arguments: str = ""
    why_not: WhyNot = lambda standing: ""
    plain: bool = True


def _writable(standing: ActionState) -> str:
    return standing.read_only


def _running(standing: ActionState) -> str:
    if standing.read_only:
        return standing.read_only
    if standing.box.state == "waiting":
        return "the clock has not started"
    return "the session has ended" if standing.box.state == "ended" else ""


def _next(standing: ActionState) -> str:
    last = standing.box.running == len(standing.box.parts) - 1
    return _running(standing) or ("this is the last part; end it with /end" if last else "")


def _back(standing: ActionState) -> str:
    return _running(standing) or ("this is the first part" if standing.box.running == 0 else "")


def _gap(standing: ActionState) -> str:
    gone = clock_commands.open_gap(standing.session) is None
    return _running(standing) or ("nobody was away in this part" if gone else "")


def _undo(standing: ActionState) -> str:
    return _writable(standing) or ("" if standing.can_undo else "there is nothing to take back")


def _redo(standing: ActionState) -> str:
    return _writable(standing) or ("" if standing.can_redo else "there is nothing to do again")


def _edit(standing: ActionState) -> str:
    if standing.curtain:
        return "the curtain is drawn, and editing would show what it covers; open it first"
    return _writable(standing) or ("" if standing.highlighted else "no row is highlighted")


def _last(standing: ActionState) -> str:
    return _writable(standing) or ("" if standing.last else "there was no session before this one")


def _since(standing: ActionState) -> str:
    if standing.curtain:
        return "the curtain is drawn, and it would show what it covers; open it first"
    return "" if standing.last else "there was no session before this one"


def _health(standing: ActionState) -> str:
    if standing.curtain:
        return "the curtain is drawn, and it would show what it covers; open it first"
    return "" if standing.session.stakeholders else "nobody is on the map yet"


def _promises(standing: ActionState) -> str:
    nothing = not promises(standing.session) and not (standing.last and news(standing.last))
    return "nothing was promised last time" if nothing else ""


def _conflict(standing: ActionState) -> str:
    return "the curtain is drawn, and it would show what it covers; open it first" if standing.curtain else ""


def _plan(standing: ActionState) -> str:
    return _writable(standing) or ("" if standing.session.plan else "the session has no plan")


def _comments(standing: ActionState) -> str:
    if standing.curtain:
        return "the curtain is drawn, and comments are private; open it first"
    plan = standing.session.plan
    return "" if plan and plan.comments else "nobody has written a comment on the plan"


def _enemies(standing: ActionState) -> str:
    if standing.curtain:
        return "the curtain is drawn, and what we say of a customer is private; open it first"
    return "" if standing.enemies else "nobody has answered on this account; session-tui enemies --about asks"


ACTIONS: tuple[Action, ...] = (
    Action("next", ("ctrl+n",), "next part", "go on to the next part", why_not=_next),
    Action("back", ("ctrl+r",), "back", "return to the part before; its time goes on", why_not=_back),
    Action("pause", ("ctrl+t",), "pause", "pause the clock, and go on", why_not=_writable),
    Action("go_on", (), "go on", "let the clock run again", why_not=_writable),
    Action("less", ("f7",), "a minute less", "give a minute of this part to those after it", why_not=_running),
    Action("more", ("f8",), "a minute more", "take a minute from the parts after this one", why_not=_running),
    Action("extend", (), "longer", "make the session longer by so many minutes", arguments="MINUTES", why_not=_running),
    Action("count", (), "count the gap", "count the time away as session time", why_not=_gap),
    Action("skip", (), "skip the gap", "do not count the time away", why_not=_gap),
    Action("undo", ("ctrl+z",), "undo", "take back the last change", why_not=_undo),
    Action("redo", ("ctrl+y",), "redo", "do again what was taken back", why_not=_redo),
    Action("up", ("up",), "row up", "highlight the row above", plain=False),
    Action("down", ("down",), "row down", "highlight the row below", plain=False),
    Action("edit", ("ctrl+o",), "edit", "edit the highlighted row", arguments="[ID]", why_not=_edit, plain=False),
    Action("remove", (), "remove", "remove an entry", arguments="ID", why_not=_writable),
    Action("map", ("ctrl+l",), "map", "chart, power and support, coverage, table: the next look", arguments="[LOOK]"),
    Action("zoom", (), "size", "the chart as cards, small cards, lines, or what fits", arguments="[SIZE]", plain=False),
    Action("move", ("f2",), "move about", "move over the map with the arrows", plain=False),
    Action(
        "health",
        ("f3",),
        "health",
        "what of the map is not well, and what would answer it",
        arguments="[NUMBER]",
        why_not=_health,
    ),
    Action("since", ("f4",), "changes", "what changed on the map since last time", why_not=_since),
    Action("coverage", (), "coverage", "their people against ours: who covers whom", plain=False),
    Action("promises", ("f5",), "last time", "what was promised last time, one by one", why_not=_promises),
    Action("park", (), "park again", "park again what was parked last time", arguments="ID", why_not=_last),
    Action("comments", (), "comments", "the plan's comments, one at a time", why_not=_comments),
    Action("enemies", (), "enemies", "the enemies of teamwork in this account, as we see them", why_not=_enemies),
    Action("import", (), "the plan's assumptions", "take over the assumptions of the plan", why_not=_plan),
    Action("panel", ("ctrl+s",), "panel", "show or fold away the side panel", plain=False),
    Action(
        "curtain",
        ("f6",),
        "curtain",
        "cover support, power, pain, notes and comments, and uncover them",
        plain=False,
    ),
    Action(
        "attendee",
        (),
        "attendee",
        "add somebody who is there",
        arguments="NAME[:ROLE]",
        why_not=_writable,
    ),
    Action(
        "credit", (), "credit split", "who shares the commission, in percent", arguments="SHARES", why_not=_writable
    ),
    Action("saved", (), "hours saved", "estimate the hours saved", arguments="HOURS", why_not=_writable),
    Action(
        "end",
        (),
        "end",
        "end the session: held, with its outcome",
        arguments='OUTCOME "HEADLINE"',
        why_not=_writable,
    ),
    Action("leave", ("ctrl+q",), "end or leave", "end, leave it live, or stay"),
    Action("elsewhere", (), "save elsewhere", "save this session in another folder from now on", arguments="FOLDER"),
    Action(
        "conflict",
        (),
        "compare versions",
        "see what somebody else changed in the file, and choose",
        why_not=_conflict,
        plain=False,
    ),
    Action("help", ("ctrl+g", "f1"), "help", "keys and the capture line", where="all"),
    Action("palette", ("ctrl+p",), "every action", "every action by name", where="all"),
)

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}

_KEY_WORDS = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "backspace": "⌫",
    "escape": "esc", "enter": "⏎", "question_mark": "?", "slash": "/",
    "pageup": "pgup", "pagedown": "pgdn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_words(key: str) -> str:
    """A key as the screen writes it: `^n` for ctrl+n, `f8`, `↑`."""
    *modifiers, last = key.split("+")
    shown = _KEY_WORDS.get(last, last)
    return "".join("^" if m == "ctrl" else f"{m}+" for m in modifiers) + shown


def keys_in_force(changed: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Every action's keys: the table's, and those of the configuration where it names the action."""
    return {action.name: changed.get(action.name, action.keys) for action in ACTIONS}


def configured_keys(keys: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The configuration's keys, a tuple an action."""
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}


def sound_keys(changed: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], tuple[Fault, ...]]:
    """The configured keys that can be, and what is wrong with the others; those stay the built-in ones.

    Wrong are unknown actions, keys that no keyboard has or that belong to typing, and one key for two actions.
    """
    sound: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for name, keys in changed.items():
        where = f"keys.{name}"
        if name not in BY_NAME:
            near = difflib.get_close_matches(name, BY_NAME, 1)
            faults.append(Fault(where, "there is no action of this name", f"Did you mean {near[0]}?" if near else ""))
        elif wrong := next((found for found in map(key_names.fault_of, keys) if found[0]), None):
            faults.append(Fault(where, *wrong))
        else:
            sound[name] = keys
    # Taking one back gives its action the built-in keys again, which may be what another was given.
    while clash := _clash(sound):
        name, key, other = clash
        faults.append(Fault(f"keys.{name}", f"{key} already means {other}", "Give one of the two another key."))
        del sound[name]
    return sound, tuple(faults)


def _clash(changed: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """A changed action, its key, and the action that has this key too."""
    owners: dict[str, str] = {}
    for name, keys in keys_in_force(changed).items():
        for key in keys:
            other = owners.setdefault(key, name)
            if other != name:
                return (name, key, other) if name in changed else (other, key, name)
    return None


class Keymap(Struct, frozen=True):
    """`keys` are those of every action; `changed` those that the configuration sets, as far as they can be; `faults`
    say what is wrong with the others.
    """

    keys: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]


@lru_cache(maxsize=1)  # a program has one context, and every line of keys that is drawn asks
def keymap_of(context: "AppContext") -> Keymap:
    """The keymap of this context's configuration."""
    changed, faults = sound_keys(configured_keys(context.configuration.keys))
    return Keymap(keys_in_force(changed), changed, faults)

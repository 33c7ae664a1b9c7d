"""The table of actions: name, keys, words, where each is available, and why one is not possible
now; and the keymap.

Footer, help, palette, `/name` in the capture line, the key configuration and the reference's
table are made from the table. This module imports no framework, so that the line-by-line mode can
use it too.
"""

import difflib
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from session_tui.model import clock_commands, key_names
from session_tui.model.carry_forward import news, promises
from session_tui.model.fault import Fault
from session_tui.model.session import Session, part_kind
from session_tui.model.timebox import Timebox

if TYPE_CHECKING:
    from session_tui.context import AppContext

Where: TypeAlias = Literal["live", "home", "all"]


class ActionState(Struct, frozen=True):
    """The state of the session on which it depends whether an action is possible now."""

    session: Session
    box: Timebox
    read_only: str = ""
    can_undo: bool = False
    can_redo: bool = False
    highlighted: str = ""
    curtain: bool = False
    full_screen: bool = True
    last: Session | None = None
    enemies: bool = False  # there are answers on the enemies of teamwork in this account


WhyNot: TypeAlias = Callable[[ActionState], str]


class Action(Struct, frozen=True):
    """An action of the program.

    `name` is its `/name` and its key in the configuration; `keys` are Textual's names; `short` is
    shown in the footer, `words` in help and palette; `arguments` are those of `/name`; `why_not`
    returns a reason, or an empty text if the action is possible; `plain` actions exist in the
    line-by-line mode too. The keys of one that `yields` go to any action that the configuration
    gives them to: they were built in after configurations had been written.
    """

    name: str
    keys: tuple[str, ...]
    short: str
    words: str
    where: Where = "live"
    arguments: str = ""
    why_not: WhyNot = lambda state: ""
    plain: bool = True
    yields: bool = False


def _writable(state: ActionState) -> str:
    return state.read_only


def _running(state: ActionState) -> str:
    if state.read_only:
        return state.read_only
    if state.box.state == "waiting":
        return "the clock has not started"
    return "the session has ended" if state.box.state == "ended" else ""


def _going(state: ActionState) -> str:
    return state.read_only or ("the session has ended" if state.box.state == "ended" else "")


def _reopen(state: ActionState) -> str:
    return state.read_only or ("" if state.session.status == "held" else "the session has not ended")


def _next(state: ActionState) -> str:
    last = state.box.running == len(state.box.parts) - 1
    return _running(state) or ("this is the last part; end it with /end" if last else "")


def _back(state: ActionState) -> str:
    return _running(state) or ("this is the first part" if state.box.running == 0 else "")


def _gap(state: ActionState) -> str:
    gone = clock_commands.open_gap(state.session) is None
    return _running(state) or ("nobody was away in this part" if gone else "")


def _undo(state: ActionState) -> str:
    return _writable(state) or ("" if state.can_undo else "there is nothing to take back")


def _redo(state: ActionState) -> str:
    return _writable(state) or ("" if state.can_redo else "there is nothing to do again")


def _edit(state: ActionState) -> str:
    if state.curtain:
        return "the curtain is drawn, and editing would show what it covers; open it first"
    return _writable(state) or ("" if state.highlighted else "no row is highlighted")


def _paste(state: ActionState) -> str:
    return _writable(state) or (
        "paste with the terminal's own key; several lines are shown before they are entered"
        if state.full_screen
        else ""
    )


def _sort(state: ActionState) -> str:
    kind = part_kind(state.session, state.box.running)
    if kind == "stakeholder_map" and state.curtain:
        return "the curtain is drawn, and the order would show who has power; open it first"
    return "" if kind in ("stakeholder_map", "assumptions", "action_items") else "this table has an order of its own"


def _last(state: ActionState) -> str:
    return _writable(state) or ("" if state.last else "there was no session before this one")


def _since(state: ActionState) -> str:
    if state.curtain:
        return "the curtain is drawn, and it would show what it covers; open it first"
    return "" if state.last else "there was no session before this one"


def _health(state: ActionState) -> str:
    if state.curtain:
        return "the curtain is drawn, and it would show what it covers; open it first"
    return "" if state.session.stakeholders else "nobody is on the map yet"


def _promises(state: ActionState) -> str:
    nothing = not promises(state.session) and not (state.last and news(state.last))
    return "nothing was promised last time" if nothing else ""


def _conflict(state: ActionState) -> str:
    return "the curtain is drawn, and it would show what it covers; open it first" if state.curtain else ""


def _plan(state: ActionState) -> str:
    return _writable(state) or ("" if state.session.plan else "the session has no plan")


def _comments(state: ActionState) -> str:
    if state.curtain:
        return "the curtain is drawn, and comments are private; open it first"
    plan = state.session.plan
    return "" if plan and plan.comments else "nobody has written a comment on the plan"


def _enemies(state: ActionState) -> str:
    if state.curtain:
        return "the curtain is drawn, and what we say of a customer is private; open it first"
    return "" if state.enemies else "nobody has answered on this account; session-tui enemies --about asks"


ACTIONS: tuple[Action, ...] = (
    Action("next", ("ctrl+n",), "next part", "go on to the next part", why_not=_next),
    Action("back", ("ctrl+r",), "back", "return to the part before; its time goes on", why_not=_back),
    Action("pause", ("ctrl+t",), "pause", "pause the clock, and go on", why_not=_writable),
    Action("go_on", (), "go on", "let the clock run again", why_not=_writable),
    Action("time", (), "time", "the part, its time left or over, and the end of the session"),
    Action("where", (), "where", "the part, the highlighted entry, and what has no name yet"),
    Action("less", ("f7",), "a minute less", "give a minute of this part to those after it", why_not=_running),
    Action("more", ("f8",), "a minute more", "take a minute from the parts after this one", why_not=_running),
    Action(
        "extend", (), "longer", "make the session longer by this many minutes", arguments="MINUTES", why_not=_running
    ),
    Action(
        "until",
        (),
        "until",
        "end the session at a time of day; none: pauses move it again",
        arguments="TIME",
        why_not=_going,
    ),
    Action("count", (), "count the gap", "count the time away as session time", why_not=_gap),
    Action("skip", (), "skip the gap", "do not count the time away", why_not=_gap),
    Action("undo", ("ctrl+z",), "undo", "take back the last change", why_not=_undo),
    Action("redo", ("ctrl+y",), "redo", "do again what was taken back", why_not=_redo),
    Action("up", ("up",), "row up", "highlight the row above", plain=False),
    Action("down", ("down",), "row down", "highlight the row below", plain=False),
    Action("edit", ("ctrl+o",), "edit", "edit the highlighted row", arguments="[ID]", why_not=_edit, plain=False),
    Action("remove", (), "remove", "remove an entry", arguments="ID", why_not=_writable),
    Action(
        "paste",
        (),
        "pasted list",
        "line by line: read the next lines, up to one with a dot alone, as a pasted list",
        arguments="[mail] [text]",
        why_not=_paste,
    ),
    Action("same", (), "one person", "make one person of two", arguments="ID ID", why_not=_writable),
    Action(
        "as", (), "another kind", "make an entry one of another kind: /as t", arguments="KIND [ID]", why_not=_writable
    ),
    Action("find", (), "find", "show the rows with these words alone; without words all", arguments="[WORDS]"),
    Action("sort", ("f12",), "sort", "sort by power, risk or date, and as entered again", why_not=_sort, yields=True),
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
    Action(
        "unjudged",
        (),
        "unjudged",
        "carried judgements that may never have been made, one by one",
        arguments="[NUMBER]",
        why_not=_health,
    ),
    Action(
        "editor",
        ("f10",),
        "editor",
        "type in your own editor: a long text, or a list of lines",
        why_not=_writable,
        plain=False,
        yields=True,
    ),
    Action("since", ("f4",), "changes", "what changed on the map since last time", why_not=_since),
    Action("coverage", (), "coverage", "their people against ours: who covers whom"),
    Action("promises", ("f5",), "last time", "what was promised last time, one by one", why_not=_promises),
    Action("park", (), "park again", "park again what was parked last time", arguments="ID", why_not=_last),
    Action("comments", (), "comments", "the plan's comments, one at a time", why_not=_comments),
    Action("enemies", (), "enemies", "the enemies of teamwork in this account, as we see them", why_not=_enemies),
    Action("import", (), "the plan's assumptions", "take over the assumptions of the plan", why_not=_plan),
    Action("panel", ("ctrl+s",), "panel", "show or fold away the side panel", plain=False),
    Action(
        "scroll",
        ("pagedown",),
        "panel on",
        "show the next lines of the side panel; behind the last the first",
        plain=False,
        yields=True,
    ),
    Action(
        "curtain",
        ("f6",),
        "curtain",
        "cover judgements, coverage, notes, comments and findings, and uncover them",
    ),
    Action(
        "attendee",
        (),
        "attendee",
        "who is here and who is expected; -NAME takes a person off the list",
        arguments="[NAME[:ROLE]]",
        why_not=_writable,
    ),
    Action("facilitator", (), "facilitator", "name who runs the session", arguments="NAME", why_not=_writable),
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
    Action("reopen", (), "go on again", "go on with a session that was ended by mistake", why_not=_reopen, plain=False),
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
    Action(
        "question",
        ("alt+q",),
        "next question",
        "the next coaching question of this part; they also come in turn",
        yields=True,
    ),
    Action("words", (), "words", "what the words of the method mean", arguments="[WORD]"),
    Action("help", ("ctrl+g", "f1"), "help", "keys and the capture line", where="all"),
    Action(
        "legend",
        ("f9",),
        "signs",
        "the signs on the screens, and what each means",
        where="all",
        plain=False,
        yields=True,
    ),
    Action("theme", (), "colours", "choose the colours of the screen", where="all", plain=False),
    Action("palette", ("ctrl+p",), "every action", "every action by name", where="all"),
)

BY_NAME: Mapping[str, Action] = {action.name: action for action in ACTIONS}

_KEY_WORDS = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "backspace": "⌫",
    "escape": "esc", "enter": "⏎", "question_mark": "?", "slash": "/",
    "pageup": "pgup", "pagedown": "pgdn", "left_square_bracket": "[", "right_square_bracket": "]",
}  # fmt: skip


def key_words(key: str) -> str:
    """A key as the screen shows it: `^n` for ctrl+n, `f8`, `↑`."""
    *modifiers, last = key.split("+")
    shown = _KEY_WORDS.get(last, last)
    return "".join("^" if m == "ctrl" else f"{m}+" for m in modifiers) + shown


def keys_in_force(changed: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The keys of every action: the configuration's if it names the action, else the table's."""
    return {action.name: changed.get(action.name, action.keys) for action in ACTIONS}


def configured_keys(keys: Mapping[str, str | tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The configured keys, as a tuple for each action."""
    return {name: (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()}


def sound_keys(changed: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, tuple[str, ...]], tuple[Fault, ...]]:
    """The valid configured keys, and the faults of the others, whose actions keep the built-in
    keys.

    Faults are unknown actions, keys that no keyboard has or that belong to typing, and one key for
    two actions.
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
    taken = {key for keys in sound.values() for key in keys}
    for action in ACTIONS:
        if action.yields and action.name not in sound and not taken.isdisjoint(action.keys):
            sound[action.name] = tuple(key for key in action.keys if key not in taken)
    # A removed entry gives its action the built-in keys again, and another action may have been
    # given one of these.
    while clash := _clash(sound):
        name, key, other = clash
        faults.append(Fault(f"keys.{name}", f"{key} already means {other}", "Give one of the two another key."))
        del sound[name]
    return sound, tuple(faults)


def _clash(changed: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    """A changed action, its key, and another action with the same key."""
    owners: dict[str, str] = {}
    for name, keys in keys_in_force(changed).items():
        for key in keys:
            other = owners.setdefault(key, name)
            if other != name:
                return (name, key, other) if name in changed else (other, key, name)
    return None


class Keymap(Struct, frozen=True):
    """`keys` are those of every action; `changed` are the valid keys of the configuration,
    `faults` those of the others.
    """

    keys: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]


@lru_cache(maxsize=1)  # a program has one context, and each drawn footer calls this
def keymap_of(context: "AppContext") -> Keymap:
    """The keymap of this context's configuration."""
    changed, faults = sound_keys(configured_keys(context.configuration.keys))
    return Keymap(keys_in_force(changed), changed, faults)

"""Names of keys as the configuration writes them: which keyboards have them, and which belong to typing."""

import unicodedata

# In the order in which the framework names them: another order is a key that never comes.
MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
_NAMED = frozenset(
    [
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "insert",
        "delete",
        "backspace",
        "tab",
        "enter",
        "escape",
        "space",
    ]
)
_CHARACTERS = frozenset(["slash", "backslash", "at", "minus", "plus", "underscore"])  # shorter than Unicode calls them
_MOST_FUNCTION_KEYS = 35
_EDITING = frozenset(["space", "enter", "tab", "backspace", "delete", "left", "right", "home", "end", "escape"])
# What a terminal sends for these is what it sends for the key behind them.
_SAME_AS = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"}
_EDITING_CTRL = frozenset("aedwukfxcv")  # the capture line's own: begin, end, delete, cut, copy, paste
_OTHER_NAMES = {
    "control": "ctrl", "contrl": "ctrl", "ctl": "ctrl", "strg": "ctrl", "option": "alt", "cmd": "super", "win": "super",
    "esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown",
}  # fmt: skip


def fault_of(key: str) -> tuple[str, str]:
    """What is wrong with a key for an action, and what to write instead; two empty texts where nothing is."""
    *modifiers, last = key.split("+") if key != "+" else ["+"]
    if not _exists(modifiers, last):
        right = _right(key)
        return f"no keyboard has the key {key}", f"Write {right}." if right else "Write it as in ctrl+n, f8, alt+up."
    if same := _SAME_AS.get(key):
        return f"{key} is {same} to a terminal, and types into the capture line", _INSTEAD
    strong = [each for each in modifiers if each != "shift"]
    if not strong and (last in _EDITING or _types(last)):
        return f"{key} types text into the capture line, or edits it", _INSTEAD
    if modifiers == ["ctrl"] and (last in _EDITING_CTRL or last in ("left", "right", "backspace", "delete")):
        return f"{key} edits the capture line", _INSTEAD
    return "", ""


_INSTEAD = "Use another key with ctrl or alt, or a function key."


def _exists(modifiers: list[str], last: str) -> bool:
    if not set(modifiers) <= set(MODIFIERS) or modifiers != sorted(set(modifiers)):
        return False
    return last in _NAMED or _types(last) or _is_function_key(last)


def _types(last: str) -> bool:
    """The key of one character, by the character or by its name."""
    if len(last) == 1:
        return last.isprintable() and last != " "
    return last in _CHARACTERS or (last.islower() and _is_character(last))


def _is_character(name: str) -> bool:
    try:
        return not unicodedata.lookup(name.replace("_", " ").upper()).isalnum()
    except KeyError:
        return False


def _is_function_key(last: str) -> bool:
    number = last[1:]
    known = last[:1] == "f" and number.isascii() and number.isdecimal() and not number.startswith("0")
    return known and int(number[:3]) <= _MOST_FUNCTION_KEYS


def _right(key: str) -> str:
    """The key that was meant, where its names in other programs, capitals or another order tell; else nothing."""
    *modifiers, last = (_OTHER_NAMES.get(each, each) for each in key.strip().lower().replace("-", "+").split("+"))
    modifiers = sorted(set(modifiers))
    return "+".join((*modifiers, last)) if last and _exists(modifiers, last) else ""

"""Names of keys in the configuration: whether the key exists, and whether typing needs it."""

import unicodedata

# In the order of the framework's names; a name in another order would match no key.
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
_CHARACTERS = frozenset(
    ["slash", "backslash", "at", "minus", "plus", "underscore"]
)  # names that are shorter than in Unicode
_MOST_FUNCTION_KEYS = 35
_EDITING = frozenset(["space", "enter", "tab", "backspace", "delete", "left", "right", "home", "end", "escape"])
# For each of these, a terminal sends the same as for the key on the right.
_SAME_AS = {"ctrl+h": "backspace", "ctrl+i": "tab", "ctrl+j": "enter", "ctrl+m": "enter"}
_EDITING_CTRL = frozenset("aedwukfxcv")  # edit the capture line: begin, end, delete, cut, copy, paste
_OTHER_NAMES = {
    "control": "ctrl", "contrl": "ctrl", "ctl": "ctrl", "strg": "ctrl", "option": "alt", "cmd": "super", "win": "super",
    "esc": "escape", "return": "enter", "del": "delete", "pgup": "pageup", "pgdn": "pagedown",
}  # fmt: skip


def fault_of(key: str) -> tuple[str, str]:
    """The fault of a key for an action, and what to write instead; two empty texts without a
    fault.
    """
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
    """Whether this is the key of one character, by the character or its name."""
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
    """The right name of a key that is in capitals, in another order or named as in other programs;
    else empty.
    """
    *modifiers, last = (_OTHER_NAMES.get(each, each) for each in key.strip().lower().replace("-", "+").split("+"))
    modifiers = sorted(set(modifiers))
    return "+".join((*modifiers, last)) if last and _exists(modifiers, last) else ""

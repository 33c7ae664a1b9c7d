"""The `/name` lines that are entered as edits: `/same`, `/as`, and words for another line.

Their preview shows what becomes of the entries, and a refused line stays.
"""

from session_tui.model import duplicates
from session_tui.model.capture import lookup
from session_tui.model.capture.command_names import KIND_WORDS
from session_tui.model.capture.lexer import ESCAPABLE, closing_quote
from session_tui.model.capture.result import Context, Refused
from session_tui.model.edits import Edit
from session_tui.model.entry_kinds import as_kind
from session_tui.model.fault import Fault
from session_tui.model.session import find


def edit_of(name: str, arguments: str, context: Context) -> Edit:
    """The edit of `/same` or `/as`; raises `Refused` with the reason and what to do."""
    return _same(arguments, context) if name == "same" else _as(arguments, context)


def words_of(arguments: str) -> tuple[str, ...]:
    """The words of a line; quotes hold several together."""
    found, at = [], 0
    while at < len(arguments):
        if arguments[at].isspace():
            at += 1
            continue
        end = closing_quote(arguments, at) if arguments[at] == '"' else -1
        if end > at:
            word, at = arguments[at + 1 : end], end + 1
        else:
            begin = at
            while at < len(arguments) and not arguments[at].isspace():
                at += 1
            word = arguments[begin:at]
        found.append("".join(c for i, c in enumerate(word) if not (c == "\\" and word[i + 1 : i + 2] in ESCAPABLE)))
    return tuple(each for each in found if each)


def _same(arguments: str, context: Context) -> Edit:
    typed = words_of(arguments)
    usage = "/same s3 s7 makes one person of the two; s3 says what holds where they differ."
    if len(typed) != 2:
        raise Refused("which two people are one" if len(typed) < 2 else "two people, not more", usage)
    first, second = (lookup.stakeholder(each, context.session) for each in typed)
    made = duplicates.one_person(context.session, first, second)
    if isinstance(made, Fault):
        raise Refused(f"{made.where} {made.what}".strip(), made.do or usage)
    return made


def _as(arguments: str, context: Context) -> Edit:
    kind, *rest = words_of(arguments) or ("",)
    letter = _letter(kind)
    wanted = rest[0] if rest else context.highlighted
    if len(rest) > 1:
        raise Refused(f"one entry at a time, not {' '.join(rest)}", "/as t a2 makes an action of a2.")
    entry = find(context.session, wanted)
    if entry is None:
        what = f"there is no {wanted}" if wanted else "no row is highlighted"
        raise Refused(what, f"/as {letter} a2 makes {_article(letter)} of a2.")
    if entry.id[0] == letter:
        raise Refused(f"{entry.id} is {_article(letter)} already")
    return as_kind(context.session, entry, letter, context.now, context.part)


def _letter(typed: str) -> str:
    """The letter of a kind, from itself or from the beginning of its word."""
    word = typed.lower()
    if word in KIND_WORDS:
        return word
    found = [letter for letter, name in KIND_WORDS.items() if len(word) > 1 and name.startswith(word)]
    if len(found) == 1:
        return found[0]
    kinds = ", ".join(f"{letter} {name}" for letter, name in KIND_WORDS.items())
    raise Refused(f"{typed} is not a kind of entry" if typed else "which kind", f"/as takes {kinds}.")


def _article(letter: str) -> str:
    word = "parked line" if letter == "p" else KIND_WORDS[letter]
    return f"{'an' if word[0] in 'a' else 'a'} {word}"

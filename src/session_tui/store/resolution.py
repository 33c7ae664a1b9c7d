"""Which account, person or endpoint is meant: one way to name one, for every command and option."""

from collections.abc import Iterable

from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.model.matching import match
from session_tui.store.trouble import WrongName

_SHOWN = 3


def resolve(typed: str, known: Iterable[str], what: str, otherwise: str = "") -> str:
    """The known name that is meant: itself, or a part of it that fits no other.

    `WrongName` where two fit or none does; `what` is what the names stand for, `otherwise` what helps where nothing is
    near.
    """
    found = match(typed, known)
    if found.name:
        return found.name
    if not typed.strip():
        raise WrongName(Fault("", f"the {what} has no name", otherwise))
    if found.several:
        raise WrongName(Fault("", harmless(f"{typed} may be {some(found.several)}"), "Write more of the name."))
    do = f"Did you mean {some(found.near, 'or')}?" if found.near else otherwise
    raise WrongName(Fault("", harmless(f"there is no {what} {typed}"), harmless(do)))


def some(names: tuple[str, ...], last: str = "and") -> str:
    """A few names, and how many more there are."""
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return ", ".join(names) if last == "and" else f" {last} ".join(names)

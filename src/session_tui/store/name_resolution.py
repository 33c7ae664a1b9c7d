"""Which account, person or endpoint is meant: one way to name one, for every command and option."""

from collections.abc import Iterable

from session_tui.model.fault import Fault
from session_tui.model.similar_names import match
from session_tui.store.errors import WrongName

_SHOWN = 3


def resolve(typed: str, known: Iterable[str], nobody: str, otherwise: str = "") -> str:
    """The known name that is meant: itself, or a part of it that fits no other.

    `WrongName` where two fit or none does. `nobody` is the sentence for none, with {} in the
    name's place; `otherwise` is what helps where nothing is near.
    """
    found = match(typed, known)
    if found.name:
        return found.name
    if not typed.strip():
        raise WrongName(Fault("", "no name is given", otherwise))
    if found.several:
        raise WrongName(Fault("", f"{typed} may be {some(found.several)}", "Write more of the name."))
    do = f"Did you mean {' or '.join(found.near)}?" if found.near else otherwise
    raise WrongName(Fault("", nobody.replace("{}", typed), do))


def some(names: tuple[str, ...]) -> str:
    """A few names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"

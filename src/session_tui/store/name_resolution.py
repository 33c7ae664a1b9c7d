"""Finds the account, person or endpoint that a typed name means."""

from collections.abc import Iterable

from session_tui.model.fault import Fault
from session_tui.model.similar_names import match
from session_tui.store.errors import WrongName

_SHOWN = 3


def resolve(typed: str, known: Iterable[str], nobody: str, otherwise: str = "") -> str:
    """Return the known name that equals the typed one, or the only one that contains it.

    `WrongName` where two match or none does. `nobody` is the message for none, with {} for the
    name; `otherwise` is the advice where no known name is similar.
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
    """Return the first three names, and how many more there are."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"

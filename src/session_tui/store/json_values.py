"""Decodes JSON from files and other programs into a value of the wanted type, or a fault."""

from typing import Any, TypeVar, overload

import msgspec

from session_tui.model.fault import Fault
from session_tui.store.errors import StoreError
from session_tui.store.toml import DEEPEST

T = TypeVar("T")


@overload
def decode(content: bytes) -> Any: ...
@overload
def decode(content: bytes, kind: type[T]) -> T: ...
def decode(content: bytes, kind: Any = Any) -> Any:
    """Return the value; `StoreError` where it is no JSON, not of this type, or nested deeper than
    `DEEPEST`.
    """
    try:
        value = msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise StoreError(Fault("", f"it is no JSON of its kind: {error}")) from None
    if kind is Any and not _is_shallow(value):
        raise StoreError(Fault("", f"lists and objects stand more than {DEEPEST} deep inside each other"))
    return value


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            each
            for one in level
            if isinstance(one, dict | list)
            for each in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return True
    return False

"""The keys in force: the table's, and those of the configuration where it names an action."""

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from session_tui.context import AppContext
from session_tui.model.fault import Fault
from session_tui.tui.actions import configured_keys, keys_in_force, sound_keys


class Keymap(Struct, frozen=True):
    """`keys` are those of every action; `changed` those that the configuration sets, as far as they can be; `faults`
    say what is wrong with the others.
    """

    keys: Mapping[str, tuple[str, ...]]
    changed: Mapping[str, tuple[str, ...]]
    faults: tuple[Fault, ...]


@lru_cache(maxsize=1)  # a program has one context, and every line of keys that is drawn asks
def keymap_of(context: AppContext) -> Keymap:
    """The keymap of this context's configuration."""
    changed, faults = sound_keys(configured_keys(context.configuration.keys))
    return Keymap(keys_in_force(changed), changed, faults)

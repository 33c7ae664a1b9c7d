"""What every screen may ask for: the clock, the configuration, the places. Given by whoever starts the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from session_tui.model.configuration import Configuration
from session_tui.model.fault import Fault
from session_tui.store.places import Places
from session_tui.tui.actions import configured_keys, keys_in_force, sound_keys


@dataclass(frozen=True)
class Desk:
    """`now` gives aware UTC moments with fractions of a second; tests give their own."""

    now: Callable[[], datetime]
    configuration: Configuration = field(default_factory=Configuration)
    places: Places | None = None

    @property
    def today(self) -> date:
        """The date on the wall."""
        return self.now().astimezone().date()

    @property
    def people(self) -> tuple[str, ...]:
        """The names of our own people that the configuration has."""
        names = [self.configuration.name, *(person.name for person in self.configuration.people)]
        return tuple(name for name in names if name)

    @property
    def changed_keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys the configuration sets, as far as they can be, a tuple an action."""
        return self._keys[0]

    @property
    def key_faults(self) -> tuple[Fault, ...]:
        """What is wrong with the configured keys."""
        return self._keys[1]

    @cached_property
    def _keys(self) -> tuple[Mapping[str, tuple[str, ...]], tuple[Fault, ...]]:
        return sound_keys(configured_keys(self.configuration.keys))

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys in force for every action."""
        return keys_in_force(self.changed_keys)

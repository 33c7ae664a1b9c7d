"""What every screen may ask for: the clock, the configuration, the places. Given by whoever starts the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from session_tui.model.configuration import Configuration
from session_tui.store.places import Places
from session_tui.tui.actions import keys_in_force, sound_keys


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
    def key_faults(self) -> tuple[str, ...]:
        """What is wrong with the configured keys, as sentences."""
        return self._keys[1]

    @cached_property
    def _keys(self) -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
        keys = self.configuration.keys
        return sound_keys({name: (value,) if isinstance(value, str) else tuple(value) for name, value in keys.items()})

    @property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The keys in force for every action."""
        return keys_in_force(self.changed_keys)

"""Where things are, for the screens that open and begin sessions."""

import random
from dataclasses import dataclass
from pathlib import Path

from session_tui.library.shelves import Shelves, shelves
from session_tui.store.places import Places


@dataclass(frozen=True)
class Offices:
    """Where things are, and the dice for new ids; given by whoever opened the program."""

    places: Places
    chance: random.Random

    @property
    def sessions(self) -> Path:
        """The folder of the sessions."""
        return self.places.sessions.path

    @property
    def agendas(self) -> Path:
        """The user's own agendas."""
        return self.places.agendas.path

    @property
    def shelves(self) -> Shelves:
        """The sessions, and their index."""
        return shelves(self.places)

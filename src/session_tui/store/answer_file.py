"""One person's answers, given one at a time: each is on disk before the next; what cannot be
written is kept.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.store import atomic, folders, session_file, toml
from session_tui.store.errors import StoreError, from_os_error
from session_tui.store.toml_file import FileVersion, TomlFile

T = TypeVar("T", bound=Struct)
A = TypeVar("A")
_KEPT = "Your answers are kept, and written with the next one."


class AnswerFile(ABC, Generic[T, A]):
    """What is not on disk yet is kept, and tried again. Each kind says what its file looks like."""

    def __init__(
        self, path: Path, kind: type[T], check: Callable[[T], tuple[Fault, ...]], state: Path, kept: str, do: str
    ) -> None:
        """`check` says what is wrong with a file that was read. `state` has the locks, and in the
        folder `kept` what could not be written; `do` says what is to be done with it then.
        """
        self.path = path
        self.remarks: tuple[Fault, ...] = ()
        self._kept, self._do = state / kept / path.name, do
        self._file = TomlFile(path, kind, state / "locks", check=check, stays_in=path.parent, do=_KEPT)
        self._unsaved: dict[str, A] = {}
        self._saving = Lock()

    @abstractmethod
    def whole(self) -> T:
        """All that was answered, as a file of its own."""

    @abstractmethod
    def with_answers(self, there: T, given: Mapping[str, A]) -> T:
        """What the file says, with these answers."""

    def make_folder(self) -> None:
        """The first answer makes it. OSError."""
        folders.make(self.path.parent)

    @property
    def saved(self) -> bool:
        """Every answer is on disk."""
        return not self._unsaved

    def keep(self, key: str, answer: A) -> None:
        """An answer was given; `save` brings it to disk."""
        self._unsaved[key] = answer

    def save(self) -> None:
        """Bring what is new to disk; `StoreError` where that fails, and then nothing of it is
        forgotten.
        """
        with self._saving:
            fresh = dict(self._unsaved)
            if not fresh:
                return
            self._write(fresh)
            for key, answer in fresh.items():
                if key in self._unsaved and self._unsaved[key] == answer:  # another may have been given meanwhile
                    del self._unsaved[key]

    def close(self) -> None:
        """Save, or keep all of it elsewhere: `StoreError` says why, and where it is then."""
        try:
            self.save()
        except StoreError as error:
            try:
                folders.make(self._kept.parent, 0o700)
                atomic.write(
                    self._kept, toml.dumps(session_file.fresh(self.whole(), sparse=True)).encode(), private=True
                )
            except OSError:
                raise error from None
            do = f"Your answers are kept in {self._kept}; {self._do}."
            raise StoreError(replace(error.faults[0], do=do)) from None

    def _write(self, fresh: Mapping[str, A]) -> None:
        def answered(there: FileVersion[T]) -> T | None:
            if there.content is None:  # it may have been taken away meanwhile
                return self.whole()
            after = self.with_answers(there.value, fresh)  # more may have been answered in it elsewhere
            return None if after == there.value else after

        try:
            self.make_folder()
            self._file.update(answered, self.whole())
        except OSError as error:
            raise StoreError(from_os_error(error, self.path, _KEPT)) from error

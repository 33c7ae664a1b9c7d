"""A file of one person's answers: each is written before the next; an unwritten one is kept."""

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
    """Keeps answers that are not on disk yet, and tries again. A subclass defines the content of
    its file.
    """

    def __init__(
        self, path: Path, kind: type[T], check: Callable[[T], tuple[Fault, ...]], state: Path, kept: str, do: str
    ) -> None:
        """`check` returns the faults of a file's value. `state` has the locks, and in its folder
        `kept` the answers that could not be written; `do` is the advice for such a file.
        """
        self.path = path
        self.remarks: tuple[Fault, ...] = ()
        self._kept, self._do = state / kept / path.name, do
        self._file = TomlFile(path, kind, state / "locks", check=check, stays_in=path.parent, do=_KEPT)
        self._unsaved: dict[str, A] = {}
        self._saving = Lock()

    @abstractmethod
    def whole(self) -> T:
        """Return all answers as the value of a new file."""

    @abstractmethod
    def with_answers(self, there: T, given: Mapping[str, A]) -> T:
        """Return the file's value with these answers."""

    def make_folder(self) -> None:
        """Make the folder; called before each write. OSError."""
        folders.make(self.path.parent)

    @property
    def saved(self) -> bool:
        """Whether every answer is on disk."""
        return not self._unsaved

    def keep(self, key: str, answer: A) -> None:
        """An answer was given; `save` brings it to disk."""
        self._unsaved[key] = answer

    def save(self) -> None:
        """Write the new answers; `StoreError` where that fails, and then they stay queued."""
        with self._saving:
            fresh = dict(self._unsaved)
            if not fresh:
                return
            self._write(fresh)
            for key, answer in fresh.items():
                if key in self._unsaved and self._unsaved[key] == answer:  # it may have been changed meanwhile
                    del self._unsaved[key]

    def close(self) -> None:
        """Save, or write all answers into the folder `kept`: `StoreError` then, with that path."""
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
            if there.content is None:  # it may have been removed meanwhile
                return self.whole()
            after = self.with_answers(there.value, fresh)  # another machine may have added answers
            return None if after == there.value else after

        try:
            self.make_folder()
            self._file.update(answered, self.whole())
        except OSError as error:
            raise StoreError(from_os_error(error, self.path, _KEPT)) from error

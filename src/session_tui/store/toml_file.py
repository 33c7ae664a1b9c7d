"""A TOML file that several people or programs share: read and changed under its lock, written
whole.

Unknown keys, the order of keys, line ends and a byte order mark stay. Comments, which tables
cannot hold, are saved in a copy (`NAME.before`) before the first rewrite that would lose them.

`AnswerFile` adds answers to such a file, one at a time.
"""

import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import tomli_w
from msgspec import Struct, inspect
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA
from session_tui.store import atomic, drafts, exchange, folders, locking, session_file, toml
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.toml import Table

T = TypeVar("T", bound=Struct)
A = TypeVar("A")
COMMENTS = "comments"
FOREIGN = "values of other programs, written in their own way"
_ANSWERS_KEPT = "Your answers are kept, and written with the next one."
PATIENCE = 10.0  # seconds; writing such a file takes milliseconds


class FileVersion(Struct, Generic[T], frozen=True):
    """A file at one moment: its value, its tables, its bytes; `content` is None where there was no
    file.
    """

    value: T
    tables: Table = {}
    content: bytes | None = None


def decode(
    content: bytes, kind: type[T], path: Path, check: Callable[[T], tuple[Fault, ...]] = lambda _: ()
) -> FileVersion[T]:
    """Return the value of a file's bytes; `StoreError` with every fault, its line and column."""
    with contained(path):
        try:
            tables = toml.parse(content)
            try:
                value = to_value(tables, kind)
                if faults := check(value):
                    raise StoreError(*faults)
            except StoreError:
                if (schema := newer_schema(tables)) is not None:
                    raise StoreError(_newer(schema, "read")) from None
                raise
        except StoreError as error:
            raise session_file.pinned(error, content, path) from None
    return FileVersion(value, tables, content)


def newer_schema(tables: Table) -> int | None:
    """Return the schema of the tables if it is newer than this program."""
    schema = tables.get("schema")
    return schema if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA else None


class TomlFile(Generic[T]):
    """One shared file of one type. Every failure is a `StoreError` with the path and advice."""

    def __init__(
        self,
        path: Path,
        kind: type[T],
        locks: Path,
        *,
        check: Callable[[T], tuple[Fault, ...]] = lambda _: (),
        stays_in: Path | None = None,
        like: Path | None = None,
        do: str = "",
        private: bool = False,
    ) -> None:
        """`locks` is the folder of the kernel's locks. A link is followed, but not out of
        `stays_in`.

        A new file gets the mode of `like`; with `private` it is for its owner alone. `do` is the
        advice where the file cannot be written.
        """
        self.path = path
        self._kind = kind
        self._locks = locks
        self._check = check
        self._stays_in = stays_in
        self._like = like
        self._do = do
        self._private = private

    def read(self, absent: T) -> FileVersion[T]:
        """Return the present version, or one with the value `absent` where there is no file."""
        if self._stays_in is not None:
            real, folder = (Path(os.path.realpath(each)) for each in (self.path, self._stays_in))
            if real.parent != folder:
                # In a folder that several people share, a link could lead our writing anywhere.
                what = "it is a link that leaves its folder"
                raise StoreError(Fault(self.path.name, what, "Put the file itself there."))
        try:
            if not os.path.lexists(self.path):
                return FileVersion(absent)
        except OSError as error:
            raise StoreError(from_os_error(error, self.path)) from error
        return decode(toml.read_bytes(self.path), self._kind, self.path, self._check)

    def change(self, changed: Callable[[T], T], absent: T) -> bool:
        """Read the file under its lock and write the changed value; return whether it changed."""

        def after(there: FileVersion[T]) -> T | None:
            value = changed(there.value)
            return None if value == there.value else value

        return self.update(after, absent)

    def update(self, after: Callable[[FileVersion[T]], T | None], absent: T) -> bool:
        """Read the file under its lock and write the value that `after` returns, unless None;
        return whether it was written.

        `after` is called again if another program wrote another version meanwhile.
        """
        with self.locked():
            return self.update_unlocked(after, absent)

    def update_unlocked(self, after: Callable[[FileVersion[T]], T | None], absent: T) -> bool:
        """Like `update`, for a caller with a lock of its own."""

        def once() -> bool:
            there = self.read(absent)
            value = after(there)
            if value is not None:
                self._write(there, value)
            return value is not None

        try:
            return exchange.again(once)
        except exchange.ChangedError as error:
            raise StoreError(from_os_error(error, self.path, "Try again.")) from error

    def _write(self, there: FileVersion[T], after: T) -> None:
        """Lay the value over the version that was read. `ChangedError` where the file has
        another version.
        """
        if (schema := newer_schema(there.tables)) is not None:
            raise StoreError(replace(_newer(schema, "changed"), where=self.path.name))
        try:
            if there.tables:
                tables = session_file.laid(there.tables, there.value, after, sparse=True)
            else:
                tables = session_file.fresh(after, sparse=True)
            content = toml.framed(toml.dumps(tables), there.content or b"")
            keep_before(self.path, there.content or b"", there.tables, self._kind)
            exchange.put(self.path, content, there.content, like=self._like, private=self._private)
        except UnicodeEncodeError:
            raise StoreError(Fault(self.path.name, "its text holds half a character, which no file can")) from None
        except exchange.ChangedError:
            raise
        except OSError as error:
            raise StoreError(from_os_error(error, self.path, self._do or "It is as it was.")) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the file's lock; `StoreError` where another program has it for `PATIENCE`
        seconds.
        """
        try:
            for folder in (self._locks.parent, self._locks):
                folders.make(folder, 0o700)
            lock = locking.acquired(self._locks / f"{drafts.key(self.path)}.lock", PATIENCE)
        except locking.LockTimeout:
            what = f"another program has been writing it for {PATIENCE:.0f} seconds"
            raise StoreError(Fault(self.path.name, what, self._do or "Try again.")) from None
        except OSError as error:
            raise StoreError(from_os_error(error, self._locks, "SESSION_TUI_STATE names another folder.")) from error
        try:
            yield
        finally:
            lock.release()


def _newer(schema: int, done: str) -> Fault:
    what = f"a newer version of this program wrote it (schema {schema}), so it is not {done} here"
    return Fault("", what, "Update this program.")


# ---- losses of a rewrite ------------------------------------------------------------------------
#
# A rewrite loses comments, and the notation of values under unknown keys. The values stay, but
# `0x1F` becomes 31, `+05:30` becomes UTC, nine digits of a second become six, a text of several
# lines becomes one line.


# Taking the type of a session apart takes longer than writing its file.
_type_of = cache(inspect.type_info)


def lost(content: bytes, tables: Table, kind: Any) -> str:
    """Return what a rewrite of `tables`, read from `content` as this type, would lose, in words;
    "" for nothing.
    """
    if b"#" in content:  # most files have none, and do not need the parser
        from session_tui.store.source_positions import has_comments

        if has_comments(content):
            return COMMENTS
    needed = Counter(line for line in _foreign(tables, _type_of(kind)))
    there = Counter(line.strip() for line in content.decode("utf-8", "replace").split("\n")) if needed else needed
    return FOREIGN if needed - there else ""


def keep_before(path: Path, content: bytes, tables: Table, kind: Any) -> tuple[str, ...]:
    """Copy a file to `NAME.before` if a rewrite would lose something; return the messages about
    it. OSError.
    """
    if not (what := lost(content, tables, kind)):
        return ()
    kept = atomic.keep_copy(path, "before", content)
    return (f"This file had {what}; it is kept as it was in {kept.name}.",)


def _foreign(value: Any, kind: inspect.Type) -> Iterator[str]:
    """Yield each line that is written for a key unknown to the type."""
    match kind:
        case inspect.UnionType():
            known = [each for each in kind.types if isinstance(each, inspect.StructType | inspect.VarTupleType)]
            for each in known[:1]:
                yield from _foreign(value, each)
        case inspect.VarTupleType() if isinstance(value, list):
            for each in value:
                yield from _foreign(each, kind.item_type)
        case inspect.StructType() if isinstance(value, dict):
            fields = {each.encode_name: each.type for each in kind.fields}
            for key, each in value.items():
                if key in fields:
                    yield from _foreign(each, fields[key])
                else:
                    yield from _lines(key, each)


def _lines(key: str, value: Any) -> Iterator[str]:
    """Yield the lines of a value as they are written, those of each table in it separately."""
    rows = value if isinstance(value, list) and value and all(isinstance(row, dict) for row in value) else [value]
    for row in rows:
        if isinstance(row, dict):
            for below, each in row.items():
                yield from _lines(below, each)
        else:
            yield from (line.strip() for line in tomli_w.dumps({key: row}).splitlines())


# ---- one person's answers -----------------------------------------------------------------------


class AnswerFile(ABC, Generic[T, A]):
    """A file of one person's answers: each is written before the next, an unwritten one is kept.

    A subclass defines the content of its file.
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
        self._file = TomlFile(path, kind, state / "locks", check=check, stays_in=path.parent, do=_ANSWERS_KEPT)
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
            raise StoreError(from_os_error(error, self.path, _ANSWERS_KEPT)) from error

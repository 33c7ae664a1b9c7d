"""A file that several people or programs share: read and changed under its lock, and written
whole.

Unknown keys, the order of keys, line ends and a byte order mark stay; comments, which tables
cannot hold, are kept beside it (`NAME.before`) before the first rewrite that would lose them.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

from filelock import FileLock, Timeout
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA
from session_tui.store import drafts, exchange, folders, rewrite, session_file, toml
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.toml import Table

T = TypeVar("T", bound=Struct)
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
    """The value of a file's bytes; `StoreError` with every fault and its place, whatever the bytes
    are.
    """
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
    """The schema that a file says it has, where this program does not know it yet."""
    schema = tables.get("schema")
    return schema if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA else None


class TomlFile(Generic[T]):
    """One shared file of one kind. Whatever stands in the way is a `StoreError` that names it and
    what to do.
    """

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
        """`locks` is the folder of the kernel's locks. A link is followed, but out of `stays_in`
        never.

        A new file gets the mode of `like`, where that is given, and is its owner's alone where it
        is `private`; `do` is said where the file cannot be written.
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
        """What stands in it now, or `absent` where there is no file."""
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
        """Read it again inside its lock and write what it becomes; whether anything changed."""

        def after(there: FileVersion[T]) -> T | None:
            value = changed(there.value)
            return None if value == there.value else value

        return self.update(after, absent)

    def update(self, after: Callable[[FileVersion[T]], T | None], absent: T) -> bool:
        """Read it again inside its lock and write what `after` makes of it, where that is not
        None; whether it was.

        `after` is asked again where another program put another version in place meanwhile.
        """
        with self.locked():
            return self.update_unlocked(after, absent)

    def update_unlocked(self, after: Callable[[FileVersion[T]], T | None], absent: T) -> bool:
        """The same for a caller that keeps the program's other windows out by a lock of its own."""

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
        """Lay the value over the file as it was read. `ChangedError` where another version stands
        there by now.
        """
        if (schema := newer_schema(there.tables)) is not None:
            raise StoreError(replace(_newer(schema, "changed"), where=self.path.name))
        try:
            if there.tables:
                tables = session_file.laid(there.tables, there.value, after, sparse=True)
            else:
                tables = session_file.fresh(after, sparse=True)
            content = toml.framed(toml.dumps(tables), there.content or b"")
            rewrite.keep_before(self.path, there.content or b"", there.tables, self._kind)
            exchange.put(self.path, content, there.content, like=self._like, private=self._private)
        except UnicodeEncodeError:
            raise StoreError(Fault(self.path.name, "its text holds half a character, which no file can")) from None
        except exchange.ChangedError:
            raise
        except OSError as error:
            raise StoreError(from_os_error(error, self.path, self._do or "It is as it was.")) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes it meanwhile."""
        lock = FileLock(self._locks / f"{drafts.key(self.path)}.lock", timeout=PATIENCE, thread_local=False)
        try:
            for folder in (self._locks.parent, self._locks):
                folders.make(folder, 0o700)
            lock.acquire()
        except Timeout:
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
    return Fault("", what, "Bring this one up to date.")

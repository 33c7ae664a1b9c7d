"""The outbox on disk: a folder with a file for each message, written before it is sent.

Only one process sends a message at a time: it holds a file lock and reads the file again under it.
"""

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.patterns import lazy_pattern
from session_tui.model.sanitize import safe_text
from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.outbox import retry as retry_rules
from session_tui.outbox.message import OutboxMessage
from session_tui.store import atomic, drafts, folders, locking, session_file, toml
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.toml_file import TomlFile, decode

T = TypeVar("T", bound=Struct)
KEPT_DELIVERED = 20  # messages of each conversation: the last one decides whether the next is an update
OFF = "off"
_ID = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", re.ASCII)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Entry(Struct, frozen=True):
    """A file of the outbox: its message, or its fault."""

    path: Path
    message: OutboxMessage | None = None
    fault: Fault | None = None

    @property
    def id(self) -> str:
        """The id in the file's name, sanitised."""
        return safe_text(self.path.name.removesuffix(".toml").encode("utf-8", "replace").decode())


class Off(Struct, frozen=True, kw_only=True):
    """An address that responded 410 (gone), and when."""

    url: Name
    at: Moment


class _SwitchedOff(Struct, frozen=True, kw_only=True):
    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    addresses: tuple[Off, ...] = ()


class Outbox:
    """The messages in a folder of the state folder. Faults of the disk are a `StoreError`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks = folder.parent / "locks"
        self._cache: dict[str, tuple[tuple[int, int, int], Entry]] = {}  # by name: inode, size and mtime; entry

    # ---- reading --------------------------------------------------------------------------------

    def messages(self) -> tuple[Entry, ...]:
        """All files, newest first, broken ones last; none where the folder does not exist."""
        try:
            paths = [each for each in self.folder.iterdir() if each.suffix == ".toml" and each.stem != OFF]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreError(from_os_error(error, self.folder)) from error
        entries = (self._cached(path) for path in sorted(paths) if not path.name.startswith("."))
        return tuple(sorted(filter(None, entries), key=_created_at, reverse=True))

    def _cached(self, path: Path) -> Entry | None:
        """The file's entry, read again only where inode, size or mtime changed: each write
        replaces the file.

        For lists only, which are read every two seconds while messages are sent; the sender reads
        the file.
        """
        try:
            status = path.stat()
        except OSError:
            return _entry(path)
        version = (status.st_ino, status.st_size, status.st_mtime_ns)
        cached_version, entry = self._cache.get(path.name, (None, None))
        if cached_version != version:
            entry = _entry(path)
            if entry is not None:
                self._cache[path.name] = (version, entry)
        return entry

    def sound(self) -> tuple[OutboxMessage, ...]:
        """The messages that can be read, newest first."""
        return tuple(each.message for each in self.messages() if each.message is not None)

    def due(self, now: datetime) -> tuple[OutboxMessage, ...]:
        """The messages to be sent now, oldest first; an update only when the one before it is
        settled.
        """
        return tuple(one for one in retry_rules.heads(self.sound()) if retry_rules.is_due(one, now))

    def next_moment(self) -> datetime | None:
        """The moment when the next message is due; None where no message waits."""
        return min((one.next_at or one.created_at for one in retry_rules.heads(self.sound())), default=None)

    def last(self, url: str, session: str) -> OutboxMessage | None:
        """The newest message with this session for this address, in any state."""
        found = retry_rules.in_order(one for one in self.sound() if retry_rules.conversation_key(one) == (url, session))
        return found[-1] if found else None

    def find(self, wanted: str) -> Entry:
        """The file with this id, or with the only id that begins so; `StoreError` otherwise."""
        entries = self.messages()
        matches = [each for each in entries if each.id == wanted]
        matches = matches or [each for each in entries if wanted and each.id.startswith(wanted)]
        shown = safe_text(wanted)
        if len(matches) > 1:
            some = ", ".join(each.id for each in matches[:4]) + (" …" if len(matches) > 4 else "")
            raise StoreError(Fault("", f"{shown} fits {len(matches)} in the outbox: {some}", "Write more of the id."))
        if not matches:
            raise StoreError(Fault("", f"there is no {shown} in the outbox", "session-tui outbox lists what is."))
        return matches[0]

    # ---- changing -------------------------------------------------------------------------------

    def put(self, message: OutboxMessage) -> OutboxMessage:
        """Store a message; it is on disk when this returns. Returns the stored one.

        An existing message with this id stays as it is, so that the same content is never sent
        twice. Only one that was rejected or failed is replaced, and waits again.
        """
        path = self._path(message.id)
        try:
            folders.make(self.folder, 0o700)
            atomic.write(path, _content(message), exclusive=True, private=True)
        except FileExistsError:
            return self._put_again(path, message)
        except OSError as error:
            raise StoreError(from_os_error(error, path, "Nothing was sent. Make room, and push again.")) from error
        return message

    def record(self, message: OutboxMessage) -> None:
        """Write the message; only for the holder of its lock."""
        file = self._file(
            self._path(message.id), OutboxMessage, "It stays in the outbox as it was, and is tried again."
        )
        file.update_unlocked(lambda _: message, message)

    @contextlib.contextmanager
    def lock(self, id: str) -> Iterator[OutboxMessage | None]:
        """Lock a message and read it from its file; None where another process holds it, or it is
        gone.
        """
        path = self._path(id)
        with self._lock(path) as locked:
            entry = _entry(path) if locked else None
            yield entry.message if entry else None

    def retry(self, wanted: str | None, now: datetime) -> tuple[OutboxMessage, ...]:
        """Make one message, with those that must arrive before it, or all undelivered ones due
        now. Returns them.

        A message that is being sent is left alone, and so is one that a newer one superseded. A
        single message is sent even where its address was switched off.
        """
        sound = self.sound()
        chosen = [one for one in sound if one.state != "delivered" and not retry_rules.superseded(one, sound)]
        if wanted is not None:
            one = _readable(self.find(wanted))
            if one.state == "delivered":
                raise StoreError(Fault(one.id, "it was delivered already", "Nothing is sent twice."))
            if retry_rules.superseded(one, sound):
                what = "something newer about its session was delivered since"
                raise StoreError(Fault(one.id, what, f"session-tui outbox drop {one.id} takes it away."))
            self.switch_on(one.url)
            ordered = retry_rules.in_order([one, *chosen])
            before = ordered[: ordered.index(one)]
            chosen = [one, *(each for each in before if each.state == "waiting" and _same_conversation(each, one))]
        changed: list[OutboxMessage] = []
        for each in chosen:
            with self.lock(each.id) as current:
                if current is not None and current.state != "delivered":
                    changed.append(retry_rules.make_due(current, now))
                    self.record(changed[-1])
        return tuple(changed)

    def release(self, id: str, now: datetime) -> None:
        """Make a held message due now; one that is being sent or gone is left alone."""
        with self.lock(id) as current:
            if current is not None and current.held:
                self.record(replace(retry_rules.make_due(current, now), held_until=None, reason=""))

    def drop(self, wanted: str) -> Entry:
        """Delete a message, broken or not, and return it; `StoreError` while it is being sent."""
        entry = self.find(wanted)
        self._remove(entry.path)
        return entry

    def prune(self, messages: Iterable[OutboxMessage]) -> None:
        """Delete delivered messages except the last `KEPT_DELIVERED` of each conversation."""
        counts: Counter[tuple[str, str]] = Counter()
        for one in reversed(retry_rules.in_order(one for one in messages if one.state == "delivered")):
            key = retry_rules.conversation_key(one)
            counts[key] += 1
            if counts[key] > KEPT_DELIVERED:
                self._remove(self._path(one.id))

    # ---- addresses that are gone ----------------------------------------------------------------

    def switched_off(self) -> frozenset[str]:
        """The addresses that are gone (410); nothing is sent there.

        A faulty list switches nothing off, because such an address responds 410 again.
        `StoreError` where the state folder cannot be read: nothing can be sent then.
        """
        try:
            self.folder.stat()
        except FileNotFoundError:
            return frozenset()
        except OSError as error:
            fault = from_os_error(error, self.folder)
            raise StoreError(replace(fault, what=f"the state folder {self.folder}: {fault.what}")) from error
        try:
            return frozenset(each.url for each in self._off().read(_SwitchedOff()).value.addresses)
        except StoreError:
            return frozenset()

    def off_fault(self) -> Fault | None:
        """The fault of the list of switched-off addresses, if it has one."""
        try:
            self._off().read(_SwitchedOff())
        except StoreError as error:
            do = "Repair or remove it; meanwhile it switches nothing off."
            return replace(error.faults[0], do=do)
        return None

    def switch_off(self, address: str, now: datetime) -> None:
        """Store that this address is gone."""
        self._change_off(address, Off(url=address, at=now.replace(microsecond=0)))

    def switch_on(self, address: str) -> None:
        """The address may be used again."""
        if address in self.switched_off():
            self._change_off(address, None)

    @contextlib.contextmanager
    def alone(self, wait: float) -> Iterator[bool]:
        """Hold the lock of the background process; gives False where another has it after `wait`
        seconds.
        """
        with self._lock(self.folder, wait) as locked:
            yield locked

    # ---- files ----------------------------------------------------------------------------------

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id) or id == OFF:
            raise StoreError(Fault("id", f"{safe_text(id[:60])} is not an id that a file of the outbox may have"))
        return self.folder / f"{id}.toml"

    def _file(self, path: Path, kind: type[T], do: str = "") -> TomlFile[T]:
        return TomlFile(path, kind, self._locks, do=do)

    def _put_again(self, path: Path, message: OutboxMessage) -> OutboxMessage:
        existing = _entry(path)
        if existing is None or existing.message is None:
            # A broken file with this id may have been sent before, so it is not replaced.
            fault = existing.fault if existing and existing.fault else Fault(path.name, "it was there, and is gone")
            do = f"Look at it, then session-tui outbox drop {message.id}, and push again."
            raise StoreError(Fault(fault.where, fault.what, do, fault.line, fault.column))
        with self.lock(message.id) as current:
            if current is None or current.state not in ("rejected", "failed"):
                return current or existing.message
            self.record(message)
            return message

    def _remove(self, path: Path) -> None:
        with self._lock(path) as locked:
            if not locked:
                raise StoreError(Fault(path.stem, "it is being sent at this moment", "Try again in a minute."))
            try:
                atomic.remove(path)
            except OSError as error:
                raise StoreError(from_os_error(error, path)) from error
            # Safe: filelock checks that the file it locked still has this name.
            with contextlib.suppress(OSError):
                self._lock_path(path).unlink(missing_ok=True)

    def _lock_path(self, path: Path) -> Path:
        return self._locks / f"{drafts.key(path)}.lock"

    @contextlib.contextmanager
    def _lock(self, path: Path, wait: float = 0) -> Iterator[bool]:
        try:
            folders.make(self._locks, 0o700)
            lock = locking.acquired(self._lock_path(path), wait)
        except locking.LockTimeout:
            yield False
            return
        except OSError as error:
            raise StoreError(from_os_error(error, self._locks, "Without its lock nothing is sent.")) from error
        try:
            yield True
        finally:
            lock.release()

    def _off(self) -> TomlFile[_SwitchedOff]:
        return self._file(self.folder / f"{OFF}.toml", _SwitchedOff)

    def _change_off(self, address: str, off: Off | None) -> None:
        try:
            folders.make(self.folder, 0o700)
        except OSError as error:
            raise StoreError(from_os_error(error, self.folder)) from error

        def changed(current: _SwitchedOff) -> _SwitchedOff:
            others = tuple(each for each in current.addresses if each.url != address)
            return replace(current, addresses=(*others, off) if off else others)

        self._off().change(changed, _SwitchedOff())


def _content(message: OutboxMessage) -> bytes:
    try:
        return toml.dumps(session_file.fresh(message, sparse=True)).encode()
    except UnicodeEncodeError:
        raise StoreError(Fault(message.id, "its text holds half a character, which no file can")) from None


def _entry(path: Path) -> Entry | None:
    """One file; None where it has been deleted.

    A faulty content is the entry's fault, never an exception.
    """
    try:
        with contained(path):
            content = toml.read_bytes(path)
            message = decode(content, OutboxMessage, path).value
            if message.schema > SCHEMA:
                what = f"written by a newer version of this program (schema {message.schema}), and left alone"
                raise StoreError(Fault(path.name, what))
            if message.id != path.stem:
                what = f'"{safe_text(message.id)}" is not what the file is called'
                raise session_file.pinned(StoreError(Fault("id", what)), content, path)
    except StoreError as error:
        return None if _is_missing(path) else Entry(path, None, error.faults[0])
    return Entry(path, message)


def _is_missing(path: Path) -> bool:
    """Whether the file is missing.

    One without permission counts as present (`Path.exists` would raise).
    """
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _readable(entry: Entry) -> OutboxMessage:
    if entry.message is None:
        raise StoreError(entry.fault or Fault(entry.id, "it cannot be read"))
    return entry.message


def _same_conversation(one: OutboxMessage, other: OutboxMessage) -> bool:
    return retry_rules.conversation_key(one) == retry_rules.conversation_key(other)


def _created_at(entry: Entry) -> datetime:
    return entry.message.created_at if entry.message else _BEFORE_ALL

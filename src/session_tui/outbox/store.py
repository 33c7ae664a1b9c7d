"""The outbox: a folder with a file for each push, written before anything is sent, and what is waiting in it.

A file is sent by one process at a time: whoever sends it holds the kernel's lock of its name, and reads it again first.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

from filelock import FileLock, Timeout
from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model.fault import Fault
from session_tui.model.sanitize import safe_text
from session_tui.model.session import SCHEMA, Moment, Name
from session_tui.outbox import retry as retry_rules
from session_tui.outbox.message import OutboxMessage
from session_tui.store import atomic, drafts, folders, session_file, toml
from session_tui.store.errors import StoreError, contained, from_os_error
from session_tui.store.toml_file import TomlFile, decode

T = TypeVar("T", bound=Struct)
KEPT_DELIVERED = 20  # of each session at each address; which version came last decides what a change is
OFF = "off"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}", re.ASCII)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Entry(Struct, frozen=True):
    """A file of the outbox: its parcel, or what is wrong with it."""

    path: Path
    message: OutboxMessage | None = None
    fault: Fault | None = None

    @property
    def id(self) -> str:
        """The id that the file's name gives; harmless text."""
        return safe_text(self.path.name.removesuffix(".toml").encode("utf-8", "replace").decode())


class Off(Struct, frozen=True, kw_only=True):
    """An address that said it is gone, and when."""

    url: Name
    at: Moment


class _SwitchedOff(Struct, frozen=True, kw_only=True):
    schema: Annotated[int, Meta(ge=1)] = SCHEMA
    addresses: tuple[Off, ...] = ()


class Outbox:
    """The parcels in a folder of the state folder. Whatever stands in the way of the disk is a `StoreError`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks = folder.parent / "locks"
        self._read: dict[str, tuple[tuple[int, int, int], Entry]] = {}  # by name, with what the file was then

    # ---- what is there ---------------------------------------------------------------------------------------------

    def messages(self) -> tuple[Entry, ...]:
        """All files, newest first, those that cannot be read last; a folder that is not there has none."""
        try:
            paths = [each for each in self.folder.iterdir() if each.suffix == ".toml" and each.stem != OFF]
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StoreError(from_os_error(error, self.folder)) from error
        entries = (self._known(path) for path in sorted(paths) if not path.name.startswith("."))
        return tuple(sorted(filter(None, entries), key=_made_at, reverse=True))

    def _known(self, path: Path) -> Entry | None:
        """The file's entry, read again when it is another file: each change is a new one that was renamed over it.

        For lists only, which are looked at every other second while something is sent; whoever sends reads the file.
        """
        try:
            now = path.stat()
        except OSError:
            return _entry(path)
        mark = (now.st_ino, now.st_size, now.st_mtime_ns)
        mark_then, entry = self._read.get(path.name, (None, None))
        if mark_then != mark:
            entry = _entry(path)
            if entry is not None:
                self._read[path.name] = (mark, entry)
        return entry

    def sound(self) -> tuple[OutboxMessage, ...]:
        """The parcels that can be read, newest first."""
        return tuple(each.message for each in self.messages() if each.message is not None)

    def due(self, now: datetime) -> tuple[OutboxMessage, ...]:
        """What is to be sent now, oldest first; a change only when what it changes is settled."""
        return tuple(one for one in retry_rules.heads(self.sound()) if retry_rules.is_due(one, now))

    def next_moment(self) -> datetime | None:
        """When the next one is due; None where nothing waits."""
        return min((one.next_at or one.created_at for one in retry_rules.heads(self.sound())), default=None)

    def last(self, url: str, session: str) -> OutboxMessage | None:
        """The newest parcel about this session for this address, in whatever state."""
        found = retry_rules.in_order(one for one in self.sound() if retry_rules.thread(one) == (url, session))
        return found[-1] if found else None

    def find(self, wanted: str) -> Entry:
        """The file of this id, or of the only id that begins so; `StoreError` otherwise."""
        entries = self.messages()
        fitting = [each for each in entries if each.id == wanted]
        fitting = fitting or [each for each in entries if wanted and each.id.startswith(wanted)]
        shown = safe_text(wanted)
        if len(fitting) > 1:
            some = ", ".join(each.id for each in fitting[:4]) + (" …" if len(fitting) > 4 else "")
            raise StoreError(Fault("", f"{shown} fits {len(fitting)} in the outbox: {some}", "Write more of the id."))
        if not fitting:
            raise StoreError(Fault("", f"there is no {shown} in the outbox", "session-tui outbox lists what is."))
        return fitting[0]

    # ---- what is done with it --------------------------------------------------------------------------------------

    def put(self, message: OutboxMessage) -> OutboxMessage:
        """The parcel is on disk when this returns; gives what stands there now.

        One that is there already stays as it is: that is how the same content is never sent twice. Only one that was
        rejected or given up waits again, as it is given here.
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
        """Write how it stands now; only by whoever has claimed it."""
        file = self._file(
            self._path(message.id), OutboxMessage, "It stays in the outbox as it was, and is tried again."
        )
        file.update_unlocked(lambda _: message, message)

    @contextlib.contextmanager
    def claim(self, id: str) -> Iterator[OutboxMessage | None]:
        """The parcel as its file has it now, and nobody else's meanwhile; None where another has it, or it is gone."""
        path = self._path(id)
        with self._lock(path) as mine:
            entry = _entry(path) if mine else None
            yield entry.message if entry else None

    def retry(self, wanted: str | None, now: datetime) -> tuple[OutboxMessage, ...]:
        """Make one (with those that must arrive before it), or all that did not arrive, due now; gives which.

        What is being sent at this moment is left to whoever sends it, and what was overtaken by something newer stays.
        One that is named is sent even where its address was switched off.
        """
        sound = self.sound()
        chosen = [one for one in sound if one.state != "delivered" and not retry_rules.overtaken(one, sound)]
        if wanted is not None:
            one = _readable(self.find(wanted))
            if one.state == "delivered":
                raise StoreError(Fault(one.id, "it was delivered already", "Nothing is sent twice."))
            if retry_rules.overtaken(one, sound):
                what = "something newer about its session was delivered since"
                raise StoreError(Fault(one.id, what, f"session-tui outbox drop {one.id} takes it away."))
            self.switch_on(one.url)
            until = retry_rules.in_order([one, *chosen])
            before = until[: until.index(one)]
            chosen = [one, *(each for each in before if each.state == "waiting" and _same_thread(each, one))]
        made: list[OutboxMessage] = []
        for each in chosen:
            with self.claim(each.id) as mine:
                if mine is not None and mine.state != "delivered":
                    made.append(retry_rules.again(mine, now))
                    self.record(made[-1])
        return tuple(made)

    def drop(self, wanted: str) -> Entry:
        """Take it out of the outbox for good, broken or not; gives what it was. Not while it is being sent."""
        entry = self.find(wanted)
        self._remove(entry.path)
        return entry

    def sweep(self, messages: Iterable[OutboxMessage]) -> None:
        """Take away delivered parcels that newer delivered ones of the same session at the same address stand for."""
        kept: dict[tuple[str, str], int] = {}
        for one in reversed(retry_rules.in_order(one for one in messages if one.state == "delivered")):
            kept[retry_rules.thread(one)] = kept.get(retry_rules.thread(one), 0) + 1
            if kept[retry_rules.thread(one)] > KEPT_DELIVERED:
                self._remove(self._path(one.id))

    # ---- addresses that are gone -----------------------------------------------------------------------------------

    def switched_off(self) -> frozenset[str]:
        """The addresses that said they are gone; nothing is sent there.

        A list in which something is wrong keeps nothing from being sent: an address that is gone says so again.
        `StoreError` where the state folder cannot be looked into, and so nothing could be sent.
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
        """What is wrong with the list of addresses that are gone."""
        try:
            self._off().read(_SwitchedOff())
        except StoreError as error:
            do = "Mend it or take it away; meanwhile it switches nothing off."
            return replace(error.faults[0], do=do)
        return None

    def switch_off(self, address: str, now: datetime) -> None:
        """Remember that this address said it is gone."""
        self._keep_off(address, Off(url=address, at=now.replace(microsecond=0)))

    def switch_on(self, address: str) -> None:
        """The address may be used again."""
        if address in self.switched_off():
            self._keep_off(address, None)

    @contextlib.contextmanager
    def alone(self, wait: float) -> Iterator[bool]:
        """Whether this is the one process that works on the outbox after its program has ended; held meanwhile."""
        with self._lock(self.folder, wait) as mine:
            yield mine

    # ---- files -----------------------------------------------------------------------------------------------------

    def _path(self, id: str) -> Path:
        if not _ID.fullmatch(id) or id == OFF:
            raise StoreError(Fault("id", f"{safe_text(id[:60])} is no id that a file of the outbox may have"))
        return self.folder / f"{id}.toml"

    def _file(self, path: Path, kind: type[T], do: str = "") -> TomlFile[T]:
        return TomlFile(path, kind, self._locks, do=do)

    def _put_again(self, path: Path, message: OutboxMessage) -> OutboxMessage:
        there = _entry(path)
        if there is None or there.message is None:
            # A broken file of this very id: nobody knows whether it was sent, so it is not sent by itself.
            fault = there.fault if there and there.fault else Fault(path.name, "it was there, and is gone")
            do = f"Look at it, then session-tui outbox drop {message.id}, and push again."
            raise StoreError(Fault(fault.where, fault.what, do, fault.line, fault.column))
        with self.claim(message.id) as mine:
            if mine is None or mine.state not in ("rejected", "failed"):
                return mine or there.message
            self.record(message)
            return message

    def _remove(self, path: Path) -> None:
        with self._lock(path) as mine:
            if not mine:
                raise StoreError(Fault(path.stem, "it is being sent at this moment", "Try again in a minute."))
            try:
                atomic.remove(path)
            except OSError as error:
                raise StoreError(from_os_error(error, path)) from error
            # filelock looks whether the file it locked still has its name, so nobody is let in by one that is gone.
            with contextlib.suppress(OSError):
                self._lock_path(path).unlink(missing_ok=True)

    def _lock_path(self, path: Path) -> Path:
        return self._locks / f"{drafts.key(path)}.lock"

    @contextlib.contextmanager
    def _lock(self, path: Path, wait: float = 0) -> Iterator[bool]:
        try:
            folders.make(self._locks, 0o700)
            lock = FileLock(self._lock_path(path), timeout=wait, thread_local=False)
            lock.acquire()
        except Timeout:
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

    def _keep_off(self, address: str, off: Off | None) -> None:
        try:
            folders.make(self.folder, 0o700)
        except OSError as error:
            raise StoreError(from_os_error(error, self.folder)) from error

        def changed(there: _SwitchedOff) -> _SwitchedOff:
            others = tuple(each for each in there.addresses if each.url != address)
            return replace(there, addresses=(*others, off) if off else others)

        self._off().change(changed, _SwitchedOff())


def _content(message: OutboxMessage) -> bytes:
    try:
        return toml.dumps(session_file.fresh(message, sparse=True)).encode()
    except UnicodeEncodeError:
        raise StoreError(Fault(message.id, "its text holds half a character, which no file can")) from None


def _entry(path: Path) -> Entry | None:
    """One file; None where it went meanwhile. Never raises for what is in it."""
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
        return None if _gone(path) else Entry(path, None, error.faults[0])
    return Entry(path, message)


def _gone(path: Path) -> bool:
    """There is no such file; one that cannot be looked at is there as far as anybody knows (`exists` would raise)."""
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


def _same_thread(one: OutboxMessage, other: OutboxMessage) -> bool:
    return retry_rules.thread(one) == retry_rules.thread(other)


def _made_at(entry: Entry) -> datetime:
    return entry.message.created_at if entry.message else _BEFORE_ALL

"""What the files hold about one person, and putting a mark in the place of the name.

A file at a time, each under its lock and replaced whole: whatever ends the program in between, every file is the old
one or the new one, and saying it again does the rest. Sessions come last, since they alone say which notes belong to
the person; and they are not changed through the one door, which would put the old name on record among the changes.
"""

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from filelock import FileLock, Timeout
from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import person
from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.model.person import Hit, Name
from session_tui.store import atomic, locking, toml, traces
from session_tui.store.places import Places
from session_tui.store.toml import BOM, Table
from session_tui.store.traces import OTHER, Trace
from session_tui.store.trouble import StoreError, fault_of

AGAIN = "Say it again then."
_KEY = "forget.key"
_KEY_LENGTH = 32
_SETTLED = timedelta(seconds=60)  # after which nobody is writing a temporary file any more
_LINKED = ("not named yet", "reports to them", "influences them", "action for them", "change of them", "stays")


class Place(Struct, frozen=True):
    """A file, and where in it the person stands."""

    trace: Trace
    hits: tuple[Hit, ...]
    private: int = 0  # notes and pain

    @property
    def counted(self) -> int:
        """How many places are replaced in it, notes and pain among them."""
        return sum(hit.kind not in _LINKED for hit in self.hits) + self.private


class Person(Struct, frozen=True):
    """Everything about one person: files of ours with them, others' files, who they are, and what was not looked at.

    `accounts` are those that have them as a stakeholder; `ours` says that one of our people has the name. `unsure` are
    files that cannot be read, so that nobody knows; `alone` counts the texts that hold one word of the name.
    """

    name: Name
    wanted: str
    account: str
    places: tuple[Place, ...] = ()
    others: tuple[Place, ...] = ()
    accounts: tuple[str, ...] = ()
    ours: bool = False
    outside: tuple[Place, ...] = ()  # with the name, but of no account or another than the one that was asked for
    unsure: tuple[Trace, ...] = ()
    alone: tuple[tuple[str, int], ...] = ()
    remarks: tuple[str, ...] = ()
    known: tuple[Trace, ...] = ()

    @property
    def named(self) -> bool:
        """The name stands where a name belongs, and not in texts alone."""
        return bool(self.accounts or self.ours)

    @property
    def found(self) -> bool:
        """Some file says the name, or what was noted about the person."""
        here = any(place.counted or any(hit.kind == "stays" for hit in place.hits) for place in self.places)
        return bool(here or self.others or self.outside)

    @property
    def two(self) -> bool:
        """It may be several people with one name: stakeholders of several accounts, or one of ours as well."""
        return len(self.accounts) + self.ours > 1

    @property
    def kinds(self) -> Counter[str]:
        """How many places of each kind are replaced."""
        kinds = Counter(hit.kind for place in self.places for hit in place.hits if hit.kind not in _LINKED)
        return kinds + Counter({"note or pain": sum(place.private for place in self.places)})


class Done(Struct, frozen=True):
    """What came of one file: how many places were replaced, or why it was left."""

    place: Place
    fault: Fault | None = None


# ---- finding ---------------------------------------------------------------------------------------------------------


def find(places: Places, wanted: str, account: str = "", *, whole: bool = False) -> Person:
    """All about this person: the full name, or a word of it that fits no other. `StoreError` where it fits several.

    `whole` takes the name as it is given, and nothing for a part of one.
    """
    if person.folded(wanted) in ("", "?"):
        raise StoreError(Fault("", "? is a person whom nobody can name", "Write a name."))
    looked = traces.look(places, wanted)
    names = _names(looked.files)
    full = names.get(person.folded(wanted), wanted)
    if not whole and person.folded(wanted) not in names:
        part = Name(wanted)
        fits = sorted({name for key, name in names.items() if part.in_(name)})
        if len(fits) > 1:
            some = ", ".join(fits[:4]) + (" …" if len(fits) > 4 else "")
            what = f"{harmless(wanted)} fits {len(fits)} people: {harmless(some)}"
            raise StoreError(Fault("", what, "Write the whole name."))
        if fits:
            full = fits[0]
            looked = traces.look(places, full)
            names = _names(looked.files)
    about = _account({each.account for each in looked.files if each.account}, account) if account else ""
    who = _entries(looked.files, Name(full), about)
    if whole and (own := _own_mark(full, about, places.state.path)):
        # Forgotten already, but for a session that was left. Whoever only looks is not told whose mark it is.
        who |= _entries(looked.files, Name(own), about)
    if who:
        # Before anybody knew the name these entries stood in other sessions, with what was thought of them.
        looked = traces.look(places, full, {session for session, _ in who})
    return _of(looked, names, Name(" ".join(full.split()), (), who), wanted, about)


def _entries(files: Iterable[Trace], name: Name, account: str) -> frozenset[tuple[str, str]]:
    """What stands for this stakeholder in whatever session, of one account or all."""
    found: frozenset[tuple[str, str]] = frozenset()
    for each in files:
        about = not account or each.account.casefold() == account.casefold()
        if about and each.sort in ("session", "kept copy") and isinstance(each.tables, dict):
            found |= person.identities(each.tables, name)
    return found


def _names(files: Iterable[Trace]) -> dict[str, str]:
    """Every name that stands where a name belongs, by how it is compared."""
    tables = (each.tables for each in files if each.sort != "parcel" and isinstance(each.tables, dict))
    found: dict[str, str] = {}
    for each in tables:
        for _, name in person.names_in(each):
            found.setdefault(person.folded(name), " ".join(name.split()))
    return found


def _of(looked: traces.Traces, names: dict[str, str], name: Name, typed: str, about: str) -> Person:
    accounts = {each.account for each in looked.files if each.account}
    name = replace(name, others=person.longer_names([*names.values(), *accounts], name.text))
    ids = {each.path: person.ids_of(each.tables, name) for each in looked.files if isinstance(each.tables, dict)}
    within, outside, others, unsure = [], [], [], []
    for trace in looked.files:
        if trace.fault is not None and not trace.text and trace.tables is None:
            unsure.append(trace)
            continue
        mine = ids.get(trace.guard, frozenset()) if trace.sort == "draft" and trace.guard else frozenset()
        private = person.private_count(trace.tables, name) if isinstance(trace.tables, dict) else 0
        place = Place(trace, tuple(traces.hits(trace, name, mine)), private)
        if not place.hits:
            continue
        if trace.sort == OTHER:
            others.append(place)
        elif about and trace.account.casefold() != about.casefold():
            outside.append(place)
        else:
            within.append(place)
    stands = [
        (key, place.trace.account)
        for place in (*within, *outside)
        if isinstance(place.trace.tables, dict)
        for key, each in person.names_in(place.trace.tables)
        if name.is_(each)
    ]
    alone: Counter[str] = Counter()
    for trace in looked.files:
        if isinstance(trace.tables, dict) and trace.sort != "parcel" and (not about or trace.account == about):
            alone.update(person.says_alone(trace.tables, name))
    stakeholder_in = {each.casefold(): each for key, each in stands if key == "stakeholders.name"}
    return Person(
        name,
        typed,
        about,
        tuple(within),
        tuple(others),
        tuple(sorted(stakeholder_in.values())),
        any(person.is_colleague(key) for key, _ in stands),
        tuple(outside),
        tuple(unsure),
        tuple((word, many) for word, many in alone.items() if many),
        looked.remarks,
        looked.files,
    )


def _account(known: set[str], wanted: str) -> str:
    asked = wanted.casefold().strip()
    fits = sorted(each for each in known if each.casefold() == asked)
    fits = fits or sorted(each for each in known if asked and asked in each.casefold())
    if len({each.casefold() for each in fits}) > 1:
        what = f"{wanted} may be {', '.join(fits[:3])}"
        raise StoreError(Fault("", harmless(what), "Write more of the account's name."))
    return fits[0] if fits else wanted.strip()


# ---- what cannot be reached ------------------------------------------------------------------------------------------


def out_of_reach(about: Person, places: Places) -> tuple[str, ...]:
    """What stays, whatever is forgotten here, in sentences."""
    said = []
    base = Path(os.path.realpath(places.sessions.path))
    git = next((folder for folder in (base, *base.parents) if (folder / ".git").exists()), None)
    if git is not None:
        said.append(f"Git's history in {git} keeps every version that was committed, and so does each clone of it.")
    said += [f"{words} went to {receiver} already: ask there." for receiver, words in _pushed(about)]
    said.append("Other machines have drafts, an outbox and an index of their own: say it there too.")
    said.append("A synced drive, a backup and the disk itself may keep earlier versions of the files.")
    said.append("Documents that were exported, mails and calendars that were sent are where they went.")
    for place in about.others:
        times = "once" if len(place.hits) == 1 else f"{len(place.hits)} times"
        said.append(f"{traces.shown(place.trace.path, places)} says the name {times}; it is no file of this program's.")
    stays = sum(hit.kind == "stays" for place in about.places for hit in place.hits)
    if stays:
        says = "stays as it is" if stays == 1 else "stay as they are"
        said.append(f"{_many(stays, 'key')} with an account's name, a file or an address {says}.")
    if about.outside:
        some = ", ".join(dict.fromkeys(place.trace.account or place.trace.sort for place in about.outside[:5]))
        are = "is" if len(about.outside) == 1 else "are"
        said.append(f"{_many(len(about.outside), 'file')} with the name {are} not about {about.account}: {some}.")
    if about.name.others:
        said.append(f"Left as they are, since they are other names: {', '.join(about.name.others)}.")
    for word, many in about.alone:
        said.append(f"{_many(many, 'text')} still {'says' if many == 1 else 'say'} {word} alone; that may be anybody.")
    said.append("Titles and standings stay with the mark: the map would not hold without them.")
    return tuple(harmless(each) for each in (*said, *about.remarks))


def _pushed(about: Person) -> list[tuple[str, str]]:
    """Who was given a session with this person in it, as far as the outbox remembers."""
    with_them = {place.trace.path.name.removesuffix(".toml") for place in about.places if place.trace.sort == "session"}
    given: dict[str, set[str]] = {}
    for trace in about.known:
        tables = trace.tables
        if trace.sort != "parcel" or not isinstance(tables, dict):
            continue
        session = str(tables.get("session", ""))
        mine = session in with_them or any(place.trace.path == trace.path for place in about.places)
        if mine and (tables.get("state") == "delivered" or tables.get("attempts")):
            given.setdefault(f"{tables.get('endpoint')} ({_host(tables.get('url'))})", set()).add(session)
    return [(receiver, _many(len(ids), "session")) for receiver, ids in sorted(given.items())]


def _host(url: object) -> str:
    """The rest of an address may be a secret."""
    try:
        return urlsplit(str(url)).hostname or "?"
    except ValueError:
        return "?"


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


# ---- forgetting ------------------------------------------------------------------------------------------------------


def mark(about: Person, state: Path, fresh: Callable[[int], bytes]) -> str:
    """The mark of this person: the one that the sessions have for them already, else one made with the user's own key.

    `StoreError` where no key can be kept.
    """
    there: dict[tuple[str, str], str] = {}
    for trace in about.known:
        if trace.sort in ("session", "kept copy") and isinstance(trace.tables, dict):
            there |= person.marks_of(trace.tables)
    known = sorted({there[each] for each in about.name.who if each in there})
    if known:
        return known[0]
    _keep_key(state, fresh)
    return _own_mark(about.name.text, about.account, state)


def begun(about: Person, state: Path) -> bool:
    """This person's mark stands in a file already: forgetting them was begun, and something is left of it."""
    wanted = _own_mark(about.name.text, about.account, state)
    return bool(wanted) and any(wanted in str(trace.tables) or wanted in trace.text for trace in about.known)


def _own_mark(name: str, account: str, state: Path) -> str:
    """The mark that the user's own key gives, without which nobody can find a name by trying names; empty: no key."""
    path = state / _KEY
    try:
        if not path.exists():
            return ""
        key = path.read_bytes()
    except OSError as error:
        raise StoreError(fault_of(error, path, "Nothing was changed.")) from error
    if len(key) != _KEY_LENGTH:
        raise StoreError(Fault(str(path), "it is no key", "Take it away; another one is made. Nothing was changed."))
    said = "\0".join(map(person.folded, (name, account)))
    return person.mark_of(hashlib.blake2b(said.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest())


def _keep_key(state: Path, fresh: Callable[[int], bytes]) -> None:
    path = state / _KEY
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                atomic.write(path, fresh(_KEY_LENGTH), anew=True)
    except OSError as error:
        raise StoreError(fault_of(error, path, "Nothing was changed.")) from error


def forget(about: Person, as_: str, state: Path, now: datetime) -> list[Done]:
    """Put the mark `as_` in the name's place in every file that was found; what could not be is a fault."""
    said: frozenset[str] = frozenset()
    ids: dict[Path, frozenset[str]] = {}
    for place in about.places:
        if isinstance(place.trace.tables, dict) and place.trace.sort in ("session", "kept copy"):
            said |= person.said_about(place.trace.tables, about.name)
            ids[place.trace.path] = person.ids_of(place.trace.tables, about.name)
    done = []
    for place in sorted(about.places, key=_order):
        if not place.counted:
            continue
        mine = ids.get(place.trace.guard, frozenset()) if place.trace.guard else frozenset()
        done.append(Done(place, _forgotten(place.trace, about.name, as_, said, mine, state, now)))
    done += [Done(Place(trace, ()), trace.fault) for trace in about.unsure]
    return done


def _order(place: Place) -> tuple[bool, bool]:
    """Sessions last, and of them last those with the name, by which the entries without it are known."""
    return place.trace.sort in ("session", "kept copy"), any(hit.kind not in _LINKED for hit in place.hits)


def _forgotten(
    trace: Trace, name: Name, as_: str, said: frozenset[str], ids: frozenset[str], state: Path, now: datetime
) -> Fault | None:
    path = trace.path
    if trace.fault is not None:
        return trace.fault
    if path.is_symlink() and trace.sort != "session":
        return Fault(path.name, "it is a link", "Look at what it leads to.")
    lock: FileLock | None = None
    try:
        lock = _locked(trace.guard or path, state)
        if not path.exists():
            return None
        if trace.sort == "half-written":
            return _taken_away(path, now)
        content = toml.read_bytes(path)
        there = traces.read_trace(path, trace.sort, content)
        if there.fault is not None:
            return there.fault
        after = _content(replace(there, account=trace.account), content, name, as_, said, ids)
        if after != content:
            atomic.write(path, after)
        if trace.sort == "assessment":
            _renamed(path, name, as_)
    except Timeout:
        return Fault(path.name, "it is open in another window", f"Close it there. {AGAIN}")
    except StoreError as error:
        return error.faults[0]
    except OSError as error:
        return fault_of(error, path, f"It is as it was. {AGAIN}")
    finally:
        if lock is not None:
            lock.release()
    return None


def _locked(path: Path, state: Path) -> FileLock | None:
    """The lock; None where there can be none, as in an open session: then nobody is kept out. `Timeout`."""
    try:
        return locking.acquired(path, state)
    except Timeout:
        raise
    except OSError:
        return None


def _taken_away(path: Path, now: datetime) -> Fault | None:
    """What a crash left half-written beside a file; not while somebody may be writing it."""
    if now.timestamp() - path.stat().st_mtime < _SETTLED.total_seconds():
        return Fault(path.name, "it was written a moment ago", "Say it again in a minute.")
    path.unlink(missing_ok=True)
    return None


def _renamed(path: Path, name: Name, as_: str) -> None:
    if slug := traces.slug_in(path.name, name.text):
        fresh = path.with_name(path.name.replace(slug, as_))
        if fresh.exists():
            raise StoreError(Fault(path.name, f"{fresh.name} is there already", "Rename one of them."))
        path.rename(fresh)


def _content(trace: Trace, content: bytes, name: Name, as_: str, said: frozenset[str], ids: frozenset[str]) -> bytes:
    tables = trace.tables
    if tables is None:
        return name.replaced(content.decode("utf-8", "surrogateescape"), as_).encode("utf-8", "surrogateescape")
    if trace.sort == "draft":
        after = person.without(_lines_replaced(tables, name, as_, ids), name, as_, said)
        return content if after == tables else msgspec.json.encode(after)
    if trace.sort == "parcel":
        after = _parcel(tables, name, as_, said)
    else:
        after = person.without(tables, name, as_, said if trace.sort == "journal" else frozenset())
    comments: list[str] = []
    if trace.text:
        from session_tui.store.pinpoint import comments as comments_in

        comments = [text for _, text in comments_in(content)]
    fresh = [name.replaced(each, as_) for each in comments]
    if after == tables and fresh == comments:
        return content
    return _written(after, fresh, content)


def _written(tables: Table, comments: list[str], content: bytes) -> bytes:
    """The tables as the file has its line ends; comments, which have no place in tables, at its head."""
    text = toml.dumps(tables)
    if toml.parse(text.encode()) != tables:  # whatever it is: what would be written says something else
        raise StoreError(Fault("", "it cannot be written again as it is", "Change it by hand."))
    if comments:
        text = "\n".join(comments) + "\n\n" + text
    if b"\r\n" in content[: content.find(b"\n") + 1]:
        text = text.replace("\n", "\r\n")
    return ((BOM if content.startswith(BOM.encode()) else "") + text).encode()


def _parcel(tables: Table, name: Name, as_: str, said: frozenset[str]) -> Table:
    """What waits is sent without the name. Of what arrived only that it did is needed: its body goes, so that the next
    push tells the receiver anew.
    """
    after: Table = dict(person.without({**tables, "body": ""}, name, as_, said))
    body = str(tables.get("body", ""))
    found = traces.body_of(tables)
    cleaned: Any = person.without(found, name, as_, said)
    if cleaned == found:
        after["body"] = body
    elif tables.get("state") == "delivered":
        after["body"] = ""
    elif isinstance(found, str):
        after["body"] = cleaned
    else:
        after["body"] = msgspec.json.encode(cleaned).decode()
    return after


def _lines_replaced(tables: Any, name: Name, as_: str, ids: frozenset[str]) -> Any:
    """A draft's tables with its lines cleaned as lines of the capture line."""
    if not isinstance(tables, dict) or "line" not in tables:
        return tables

    def line(text: Any, entry: object) -> Any:
        if not isinstance(text, str):
            return text
        return person.line_without(text, name, as_, theirs=traces.theirs(text, str(entry), ids))

    after = {**tables, "line": line(tables["line"], tables.get("editing", ""))}
    if isinstance(tables.get("waiting"), list):
        after["waiting"] = [
            {**each, "line": line(each.get("line"), each.get("editing", ""))} if isinstance(each, dict) else each
            for each in tables["waiting"]
        ]
    if isinstance(tables.get("given_up"), dict):
        after["given_up"] = {entry: line(text, entry) for entry, text in tables["given_up"].items()}
    return after

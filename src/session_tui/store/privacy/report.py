"""Reports what the files have about one person, whether the name is unique, and what cannot be
erased here.

Makes the mark that replaces the name of a forgotten person.
"""

import contextlib
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import formats, person_names
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.person_names import Name, NameMention
from session_tui.model.similar_names import nearest
from session_tui.store import atomic, folders, regular_file
from session_tui.store.errors import StoreError, WrongName, from_os_error, resolve
from session_tui.store.paths import Paths
from session_tui.store.privacy import search
from session_tui.store.privacy.packed_sessions import AloneCounter, PackedSession
from session_tui.store.privacy.search import OTHER, Trace
from session_tui.store.sync_programs import git_folder

_KEY_LENGTH = 32
_KEY = "forget.key"

# Kinds of places that are reported, but not replaced.
LINKED = ("not named yet", "reports to them", "influences them", "action for them", "change of them", "stays")


class MentionedFile(Struct, frozen=True):
    """A file, and the places in it that mention the person."""

    trace: Trace
    hits: tuple[NameMention, ...]
    private: int = 0  # notes and pain

    @property
    def counted(self) -> int:
        """The number of places that are replaced, with notes and pain."""
        return sum(hit.kind not in LINKED for hit in self.hits) + self.private


class PersonReport(Struct, frozen=True):
    """Everything about one person: own files, other files, who the person may be, and remarks on
    unread files.

    `accounts` are those with the person as a stakeholder; `ours` is true if one of our people has
    the name. `unsure` are unreadable files; `alone` counts the texts with one word of the name.
    """

    name: Name
    wanted: str
    account: str
    places: tuple[MentionedFile, ...] = ()
    others: tuple[MentionedFile, ...] = ()
    accounts: tuple[str, ...] = ()
    ours: bool = False
    outside: tuple[MentionedFile, ...] = ()  # with the name, but of another account or none
    unsure: tuple[Trace, ...] = ()
    alone: tuple[tuple[str, int], ...] = ()
    remarks: tuple[str, ...] = ()
    known: tuple[Trace, ...] = ()
    near: tuple[str, ...] = ()  # similar names of other people, where nothing was found

    @property
    def named(self) -> bool:
        """Whether the name is in a field for names, not only in texts."""
        return bool(self.accounts or self.ours)

    @property
    def found(self) -> bool:
        """Whether a file has the name, or notes about the person."""
        here = any(place.counted or any(hit.kind == "stays" for hit in place.hits) for place in self.places)
        return bool(here or self.others or self.outside)

    @property
    def two(self) -> bool:
        """Whether several people may have the name: stakeholders of several accounts, or one of
        ours too.
        """
        return len(self.accounts) + self.ours > 1

    @property
    def kinds(self) -> Counter[str]:
        """The number of replaced places by kind."""
        kinds = Counter(hit.kind for place in self.places for hit in place.hits if hit.kind not in LINKED)
        return kinds + Counter({"note or pain": sum(place.private for place in self.places)})


# ---- finding ------------------------------------------------------------------------------------


def find(
    places: Paths,
    wanted: str,
    account: str = "",
    *,
    whole: bool = False,
    packed: Mapping[str, PackedSession] | None = None,
) -> PersonReport:
    """Return the report on a person by full name, or by a word that fits only one name.
    `StoreError` where several fit.

    `whole` accepts only a full name. `packed` are sessions as the index has them, by the name of
    their file: these are not read.
    """
    if name_key(wanted) in ("", "?"):
        raise StoreError(Fault("", "? is a person whom nobody can name", "Write a name."))
    kept = search.ReadFiles(packed)
    # A single word is in many sessions: whose it is tells which of them are to be read.
    word = bool(packed) and len(wanted.split()) == 1
    looked = search.look(places, wanted, kept=kept, names=word)
    names = _names(looked.found if word else looked.files)
    full = names.get(name_key(wanted), wanted)
    fits: list[str] = []
    if not whole and name_key(wanted) not in names:
        part = Name(wanted)
        fits = sorted({name for key, name in names.items() if part.in_(name)})
        if len(fits) > 1:
            some = ", ".join(fits[:4]) + (" …" if len(fits) > 4 else "")
            what = f"{wanted} fits {len(fits)} people: {some}"
            raise WrongName(Fault("", what, "Write the whole name."))
        if fits:
            full = fits[0]
    accounts = _accounts(looked.found) if account else set()
    if word or fits:
        looked = search.look(places, full, kept=kept)
    if fits:
        names, accounts = _names(looked.files), _accounts(looked.found) if account else set()
    about = _account(accounts, account) if account else ""
    who = _entries(looked.files, Name(full), about)
    if whole and (own := own_mark(full, about, places.state.path)):
        # Forgotten, except in a session that failed. Only for `whole`: a report would reveal
        # whose mark it is.
        who |= _entries(looked.files, Name(own), about)
    if who:
        # Earlier sessions may have these entries, with notes, but without the name.
        looked = search.look(places, full, {session for session, _ in who}, kept)
    return _of(looked, names, Name(" ".join(full.split()), (), who), wanted, about)


def _entries(files: Iterable[Trace], name: Name, account: str) -> frozenset[tuple[str, str]]:
    """Return session and id of the entries for this stakeholder, in all sessions of one account
    or all.
    """
    found: frozenset[tuple[str, str]] = frozenset()
    for each in files:
        about = not account or name_key(each.account) == name_key(account)
        if about and each.sort in ("session", "kept copy") and isinstance(each.tables, dict):
            found |= person_names.identities(each.tables, name)
    return found


def _names(found: Iterable[Trace | PackedSession]) -> dict[str, str]:
    """Return all names in fields for names, by their key."""
    names: dict[str, None] = {}  # each once, in order: few of ten thousand sessions differ
    for each in found:
        if isinstance(each, PackedSession):
            names.update(dict.fromkeys(each.names()))
        elif each.sort != "parcel" and isinstance(each.tables, dict):
            names.update(dict.fromkeys(person_names.names_in(each.tables)))
    keyed: dict[str, str] = {}
    for name in names:
        if (key := name_key(name)) not in ("", "?"):
            keyed.setdefault(key, " ".join(name.split()))
    return keyed


def _of(looked: search.Traces, names: dict[str, str], name: Name, typed: str, about: str) -> PersonReport:
    accounts = {each.account for each in looked.files if each.account}
    name = replace(name, others=person_names.longer_names([*names.values(), *accounts], name.text))
    drafted = {each.guard for each in looked.files if each.sort == "draft"}
    ids = {
        each.path: person_names.ids_of(each.tables, name)
        for each in looked.files
        if each.path in drafted and isinstance(each.tables, dict)
    }
    within, outside, others, unsure = [], [], [], []
    for trace in looked.files:
        if trace.fault is not None and not trace.text and trace.tables is None:
            unsure.append(trace)
            continue
        mine = ids.get(trace.guard, frozenset()) if trace.sort == "draft" and trace.guard else frozenset()
        found = search.hits(trace, name, mine)
        if not found:
            continue
        private = person_names.private_count(trace.tables, name) if isinstance(trace.tables, dict) else 0
        place = MentionedFile(trace, tuple(found), private)
        if trace.sort == OTHER:
            others.append(place)
        elif about and name_key(trace.account) != name_key(about):
            outside.append(place)
        else:
            within.append(place)
    stands = [(hit.key, place.trace.account) for place in (*within, *outside) for hit in place.hits if hit.key]
    alone: Counter[str] = Counter()
    count = AloneCounter(name)
    for each in looked.found:
        if about and each.account != about:
            continue
        if isinstance(each, PackedSession):
            alone.update(count(each))
        elif isinstance(each.tables, dict) and each.sort != "parcel":
            alone.update(person_names.says_alone(each.tables, name))
    stakeholder_in = {name_key(each): each for key, each in stands if key == "stakeholders.name"}
    about_them = PersonReport(
        name,
        typed,
        about,
        tuple(within),
        tuple(others),
        tuple(sorted(stakeholder_in.values())),
        any(person_names.is_colleague(key) for key, _ in stands),
        tuple(outside),
        tuple(unsure),
        tuple((word, many) for word, many in alone.items() if many),
        looked.remarks,
        looked.files,
    )
    if about_them.found or name.others or name_key(typed) in names:
        return about_them
    return replace(about_them, near=nearest(typed, _names(looked.found).values()))


def _accounts(found: Iterable[Trace | PackedSession]) -> set[str]:
    return {each.account for each in found if each.account}


def _account(known: set[str], wanted: str) -> str:
    return resolve(wanted, sorted(known), "there is no session on {}", "session-tui list shows what there is.")


# ---- what cannot be reached ---------------------------------------------------------------------


def out_of_reach(about: PersonReport, places: Paths) -> tuple[str, ...]:
    """Return sentences on what cannot be erased here."""
    sentences = []
    base = Path(os.path.realpath(places.sessions.path))
    if (git := git_folder(base)) is not None:
        sentences.append(
            f"Git's history in {git} keeps every version that was committed, and so does each clone of it."
        )
    sentences += [f"{words} went to {receiver} already: ask there." for receiver, words in _pushed(about)]
    for each in places.configuration.endpoints:
        if each.sync:
            sentences.append(
                f"The server of {each.name} has it until the next sync (session-tui sync), and keeps earlier versions."
            )
    sentences.append("Other machines have drafts, an outbox and an index of their own: run the command there too.")
    sentences.append("A synced drive, a backup and the disk itself may keep earlier versions of the files.")
    sentences.append("Documents that were exported, mails and calendars that were sent are where they went.")
    for place in about.others:
        times = formats.times(len(place.hits))
        sentences.append(
            f"{search.shown(place.trace.path, places)} says the name {times}; it is not a file of this program's."
        )
    stays = sum(hit.kind == "stays" for place in about.places for hit in place.hits)
    if stays:
        says = formats.plural(stays, "stays as it is", "stay as they are")
        sentences.append(f"{formats.count(stays, 'key')} with an account's name, a file or an address {says}.")
    if about.outside:
        some = ", ".join(dict.fromkeys(place.trace.account or place.trace.sort for place in about.outside[:5]))
        are = formats.plural(len(about.outside), "is", "are")
        sentences.append(
            f"{formats.count(len(about.outside), 'file')} with the name {are} not about {about.account}: {some}."
        )
    if about.name.others:
        sentences.append(f"Left as they are, since they are other names: {', '.join(about.name.others)}.")
    for word, many in about.alone:
        sentences.append(
            f"{formats.count(many, 'text still says', 'texts still say')} {word} alone; that may be anybody."
        )
    sentences.append("Titles and standings stay with the mark: the map would not hold without them.")
    return tuple(each for each in (*sentences, *about.remarks))


def _pushed(about: PersonReport) -> list[tuple[str, str]]:
    """Return each receiver of a session with this person, as recorded in the outbox, and how
    many it received.
    """
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
    return [(receiver, formats.count(len(ids), "session")) for receiver, ids in sorted(given.items())]


def _host(url: object) -> str:
    """Return the host of an address; the rest may be a secret."""
    try:
        return urlsplit(str(url)).hostname or "?"
    except ValueError:
        return "?"


# ---- pseudonyms ---------------------------------------------------------------------------------


def own_mark(name: str, account: str, state: Path) -> str:
    """Return the mark that replaces a forgotten person's name, made with the user's own key.

    Without the key the name cannot be found by trying names. "" where there is no key;
    `StoreError` where it cannot be read.
    """
    path = state / _KEY
    try:
        if not path.exists():
            return ""
        key = regular_file.read(path)
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Nothing was changed.")) from error
    if len(key) != _KEY_LENGTH:
        raise StoreError(Fault(str(path), "it is not a key", "Remove it; another one is made. Nothing was changed."))
    text = "\0".join(map(name_key, (name, account)))
    return person_names.mark_of(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).digest()
    )


def keep_key(state: Path, fresh: Callable[[int], bytes]) -> None:
    """Make the key if there is none; `StoreError` where it cannot be saved."""
    path = state / _KEY
    try:
        folders.make(state, 0o700)
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                atomic.write(path, fresh(_KEY_LENGTH), exclusive=True, private=True)
    except OSError as error:
        raise StoreError(from_os_error(error, path, "Nothing was changed.")) from error

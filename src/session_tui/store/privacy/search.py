"""Finds the files that may mention a person: the sessions, the files beside them, and the user's
own state.

A file is parsed only if it could contain the name. Files that people wrote themselves and exported
documents are read only to report the name, and never written.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import person_names, person_removal
from session_tui.model.fault import Fault
from session_tui.model.name_keys import visible
from session_tui.model.person_names import Name, NameMention
from session_tui.model.session import SCHEMA
from session_tui.store import decoding, drafts, regular_file, toml
from session_tui.store.errors import StoreError, contained
from session_tui.store.paths import Paths
from session_tui.store.plans import files as plan_files
from session_tui.store.privacy.file_list import RealPaths, former_place, other_files, program_files
from session_tui.store.privacy.packed_sessions import PackedSession, finder
from session_tui.store.session_folder import slug
from session_tui.store.toml import Table

OTHER = "not ours"  # the user's own file or an exported document: reported, never written
_LARGEST_OTHER = 4 * 1024 * 1024
_DELIVERED_BODY = "body"


class Trace(Struct, frozen=True):
    """A file that may contain the name: its kind, its account, and its content as far as it was
    read.

    `sort`: session, kept copy, readers, assessment, parcel, draft, journal, kept plan, error,
    tutor, half-written, `OTHER`. `tables` is the content of a TOML or JSON file, `text` of any
    other one; `fault` is why it cannot be read.
    """

    path: Path
    sort: str
    account: str = ""
    tables: Any = None
    text: str = ""
    fault: Fault | None = None
    guard: Path | None = None  # the file whose lock protects this one


class Traces(Struct, frozen=True):
    """The files that could contain the name, and sentences on what was not read.

    `found` has them in order, with packed sessions that have only words of the name; `files` is
    `found` without these.
    """

    found: tuple[Trace | PackedSession, ...]
    files: tuple[Trace, ...]
    remarks: tuple[str, ...] = ()


class ReadFiles:
    """The files as they were listed and read for one report, so that each is read and parsed once.

    `packed` are sessions that are not read: what they say is there.
    """

    def __init__(self, packed: Mapping[str, PackedSession] | None = None) -> None:
        self.contents: dict[Path, bytes] = {}
        self.traces: dict[str, Trace] = {}  # by path
        self._packed = packed or {}
        self.ours: list[tuple[str, str, PackedSession | None]] = []  # path and kind
        self.others: list[Path] = []
        self.remarks: list[str] = []
        self.real = RealPaths()
        self._sessions: dict[str, Path] = {}  # by the key of their draft
        self._has: dict[tuple[str, bool], list[str]] = {}

    def fill(self, places: Paths) -> None:
        """List the files, once."""
        if not self.ours:
            begins = str(places.sessions.path / "_")[:-1]
            files = program_files(places, self.remarks)
            self.ours = [
                (path, sort, self._packed.get(path.removeprefix(begins)) if sort == "session" else None)
                for path, sort in files.items()
            ]
            others = list(other_files(places, self.remarks, files))
            known = {self.real(path) for path in files} if others else set()
            self.others = [path for path in others if self.real(str(path)) not in known]

    def has(self, name: str, *, words: bool) -> list[str]:
        """What each packed session of `ours` can have: "name", a "word" of it, or nothing. With
        `words` the name itself is not looked for.
        """
        if (name, words) not in self._has:
            word_in = _Could(name).word_in
            finds = (lambda _: False) if words else finder(name) or (lambda _: True)

            def part_in(packed: PackedSession) -> str:
                small = packed.content.lower()
                return "name" if finds(small) else "word" if word_in(small) else ""

            self._has[name, words] = ["" if packed is None else part_in(packed) for _, _, packed in self.ours]
        return self._has[name, words]

    def trace_of(self, path: str, packed: PackedSession) -> Trace:
        """The trace of a session, as `read_trace` makes it of the file."""
        if path not in self.traces:
            tables, place = packed.tables(), Path(path)
            self.traces[path] = Trace(place, "session", tables["account"], tables, guard=place)
        return self.traces[path]

    def session_of(self, draft: Path) -> Path | None:
        """The session that a draft belongs to."""
        if not self._sessions:
            sessions = (Path(path) for path, sort, _ in self.ours if sort == "session")
            self._sessions = {drafts.key_of_real(self.real(str(former_place(path)))): path for path in sessions}
        return self._sessions.get(draft.name.split(".")[0])


def look(
    places: Paths, name: str, entries: Iterable[str] = (), kept: ReadFiles | None = None, *, names: bool = False
) -> Traces:
    """Return every file with this name, a word of it, or a given session id; changes nothing.

    `kept` are the files that an earlier look of the same report has read. With `names` no packed
    session is read: it is for the names in the sessions.
    """
    kept = kept or ReadFiles()
    kept.fill(places)
    could = _Could(name, entries)
    entries = frozenset(entries)
    found: list[Trace | PackedSession] = []
    for (path, sort, packed), has in zip(kept.ours, kept.has(name, words=names), strict=True):
        if packed is None:
            if trace := _read(Path(path), sort, could, kept):
                found.append(trace)
        elif has == "name" or (entries and packed.raised_in(entries)):
            found.append(kept.trace_of(path, packed))
        elif has:
            found.append(packed)
    accounts = _accounts_of_plans(found, places) if _are_some(found, "readers") else {}
    drafted = _drafted(found, kept, places) if _are_some(found, "draft") else {}
    placed = [_placed(each, accounts, drafted) if isinstance(each, Trace) else each for each in found]
    placed += filter(None, (_read(path, OTHER, could, kept) for path in kept.others))
    files = tuple(each for each in placed if isinstance(each, Trace))
    return Traces(tuple(placed), files, tuple(filter(None, dict.fromkeys(kept.remarks))))


def _are_some(found: list[Trace | PackedSession], sort: str) -> bool:
    return any(isinstance(each, Trace) and each.sort == sort for each in found)


def _accounts_of_plans(found: list[Trace | PackedSession], places: Paths) -> dict[str, set[str]]:
    """The accounts of each plan's sessions, by the real path of the plan's readers' file."""
    accounts: dict[str, set[str]] = {}
    for each in found:
        source = each.plan if isinstance(each, PackedSession) else _plan_of(each)
        if source and (plan := plan_files.of_source(source, places.sessions.path.parent, places.plans.path)):
            readers = os.path.realpath(plan_files.readers_path(plan))
            accounts.setdefault(readers, set()).add(each.account)
    return accounts


def _plan_of(trace: Trace) -> str:
    """The path of a session's plan, as its file has it."""
    plan = trace.tables.get("plan") if trace.sort == "session" and isinstance(trace.tables, dict) else None
    source = plan.get("source") if isinstance(plan, dict) else None
    return source if isinstance(source, str) else ""


def _drafted(found: list[Trace | PackedSession], kept: ReadFiles, places: Paths) -> dict[Path, tuple[Path, str]]:
    """The session of each draft, and its account where that is known."""
    sessions = {
        places.sessions.path / each.file if isinstance(each, PackedSession) else each.path: each
        for each in found
        if isinstance(each, PackedSession) or each.sort == "session"
    }
    drafts = (each.path for each in found if isinstance(each, Trace) and each.sort == "draft")
    of = ((path, session) for path in drafts if (session := kept.session_of(path)) is not None)
    return {path: (session, sessions[session].account if session in sessions else "") for path, session in of}


def hits(trace: Trace, name: Name, ids: frozenset[str] = frozenset()) -> list[NameMention]:
    """Return the places that mention this person; `ids` are the person's in a draft's session."""
    if isinstance(trace.tables, dict):
        if trace.sort == "parcel":
            return list(_parcel_hits(trace.tables, name))
        found = person_names.hits(trace.tables, name)
        if trace.sort == "assessment":
            found = [_answered(each, trace.tables) for each in found]
        if trace.sort == "draft":
            found += [
                NameMention("", "half-typed", line)
                for line, entry in _draft_lines(trace.tables)
                if theirs(line, entry, ids)
                and not name.in_(line)
                and person_removal.line_without(line, name, "", theirs=True) != line
            ]
        if trace.text and name.in_(trace.text):
            from session_tui.store.source_positions import comments

            found_comments = comments(trace.text.encode())
            found += [NameMention(f"line {line}", "comment", text) for line, text in found_comments if name.in_(text)]
        if trace.sort == "assessment" and (slug_in(trace.path.name, name.text) and (found or _marked(trace.tables))):
            found.append(NameMention("", "the file's name", trace.path.name))
        return found
    lines = trace.text.splitlines()
    found = [NameMention(f"line {at}", "mentioned", line.strip()) for at, line in enumerate(lines, 1) if name.in_(line)]
    if not found and name.in_(trace.text):  # the name is on two lines
        found = [NameMention("", "mentioned", "the name, over two lines")]
    return found


def _answered(hit: NameMention, tables: Table) -> NameMention:
    """Return the hit in the author field of an assessment with the answers, since all of them
    are that person's.
    """
    if hit.where != "name":
        return hit
    ratings, answers = tables.get("ratings"), tables.get("answers")
    parts = [f"round {tables['round']}"] if "round" in tables else []
    for row in ratings if isinstance(ratings, list) else ():
        if isinstance(row, dict):
            half = f"importance {row['importance']}" if "importance" in row else ""
            rated = ", ".join(str(each) for each in (row.get("execution"), half) if each)
            parts.append(f"{row.get('text', row.get('id', '?'))}: {rated}")
    if isinstance(answers, dict):
        parts += [f"{habit.replace('_', ' ')} {str(often).replace('_', ' ')}" for habit, often in answers.items()]
    return replace(hit, says="; ".join(parts), row=tables)


def theirs(line: str, entry: str, ids: frozenset[str]) -> bool:
    """Whether this half-typed line is about the stakeholder with one of these ids."""
    words = line.split()
    return entry in ids or bool(words and words[0].startswith("*") and words[0][1:] in ids)


def _draft_lines(tables: Table) -> Iterator[tuple[str, str]]:
    """Yield the lines of a draft, each with the id of its entry."""
    waiting = tables.get("waiting")
    rows = [tables, *(each for each in (waiting if isinstance(waiting, list) else ()) if isinstance(each, dict))]
    yield from ((str(row.get("line", "")), str(row.get("editing", ""))) for row in rows)
    given_up = tables.get("given_up")
    yield from ((str(line), entry) for entry, line in (given_up if isinstance(given_up, dict) else {}).items())


def slug_in(file_name: str, name: str) -> str:
    """Return the name as it is in a file's name, or ""."""
    wanted = slug(name)
    return wanted if re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", file_name) else ""


def body_of(tables: Table) -> Any:
    """Return the body of an outbox message: its JSON value, else its text."""
    body = str(tables.get(_DELIVERED_BODY, ""))
    try:
        return decoding.from_json(body.encode("utf-8", "surrogatepass"))
    except StoreError:
        return body


def _parcel_hits(tables: Table, name: Name) -> Iterator[NameMention]:
    yield from person_names.hits({key: value for key, value in tables.items() if key != _DELIVERED_BODY}, name)
    body = body_of(tables)
    for each in person_names.hits(body if isinstance(body, dict) else {"text": body}, name):
        yield NameMention(f"body.{each.where}", each.kind, each.says, each.row)


def _marked(tables: Any) -> bool:
    return bool(person_names.MARK.search(str(tables)))


class _Could:
    """A quick test whether a content could have the name, a word of it, or one of the entries."""

    def __init__(self, name: str, entries: Iterable[str] = ()) -> None:
        words = [word.encode() for word in name.lower().split() if word.isascii()]
        self._ids = [each.encode("utf-8", "surrogatepass") for each in entries]
        self._any = len(words) < len(name.split())
        self._words = words

    def __call__(self, content: bytes) -> bool:
        small = content.lower() if content.isascii() else visible(content.decode("utf-8", "replace")).lower().encode()
        return self.word_in(small) or b"\\u" in small or any(each in small for each in self._ids)

    def word_in(self, small: bytes) -> bool:
        """Whether a content in small letters, without invisible ones, could have a word of it."""
        if self._any:
            return True
        for each in self._words:  # a loop, for speed
            if each in small:
                return True
        # Forgotten people's files are read too, since they have the mark.
        return b"person-" in small


def _read(path: Path, sort: str, could: Callable[[bytes], bool], kept: ReadFiles) -> Trace | None:
    """Read a file; None where it cannot have the name. An unreadable one has a fault."""
    content = kept.contents.get(path)
    if sort == OTHER:
        try:
            if content is None:
                if not path.is_file() or path.stat().st_size > _LARGEST_OTHER:
                    return None
                content = kept.contents[path] = regular_file.read(path)
        except OSError:
            return None
        return Trace(path, sort, text=content.decode("utf-8", "replace")) if could(content) else None
    try:
        with contained(path):
            if content is None:
                content = kept.contents[path] = toml.read_bytes(path)
            # A draft may have only the person's id, an assessment only the name of its file.
            if not could(content) and sort not in ("assessment", "draft"):
                return None
            if (known := str(path)) not in kept.traces:
                kept.traces[known] = read_trace(path, sort, content)
            return kept.traces[known]
    except StoreError as error:
        return Trace(path, sort, fault=error.faults[0]) if path.exists() or path.is_symlink() else None


def read_trace(path: Path, sort: str, content: bytes) -> Trace:
    """Return the trace of a file of the program from its content; a parse error is its fault."""
    guard = _guard(path, sort)
    if sort in ("kept plan", "error", "half-written"):
        return Trace(path, sort, text=content.decode("utf-8", "replace"), guard=guard)
    try:
        tables = decoding.from_json(content) if sort == "draft" else toml.parse(content)
    except StoreError as error:
        line = error.faults[0].line
        place = f", line {line}" if line else ""
        fault = Fault(path.name, f"it is broken{place}", "Repair or remove it, and run the command again.")
        return Trace(path, sort, text=content.decode("utf-8", "replace"), fault=fault, guard=guard)
    account = tables.get("account", "") if isinstance(tables, dict) else ""
    schema = tables.get("schema") if isinstance(tables, dict) else None
    newer: Fault | None = None
    if sort != "draft" and isinstance(schema, int) and schema > SCHEMA:
        what = f"a newer version of this program wrote it (schema {schema})"
        newer = Fault(path.name, what, "It is for that one to forget.")
    # Tables have no comments; the text has.
    text = content.decode("utf-8") if b"#" in content and sort != "draft" else ""
    return Trace(path, sort, account if isinstance(account, str) else "", tables, text, newer, guard)


def _guard(path: Path, sort: str) -> Path:
    """Return the session whose lock protects this kept copy."""
    if sort in ("kept copy", "readers"):
        return path.with_name(path.name[: path.name.index(".toml") + len(".toml")])
    return path


def _placed(trace: Trace, accounts: dict[str, set[str]], drafted: dict[Path, tuple[Path, str]]) -> Trace:
    """Return the trace with its account, where only other files have that, else as it is."""
    if trace.sort == "readers":
        name = f"{str(trace.path)[: str(trace.path).rindex('.readers')]}.readers.toml"
        about = accounts.get(os.path.realpath(name), set())
        return replace(trace, account=next(iter(about)) if len(about) == 1 else "")
    if trace.sort == "draft":
        path, account = drafted.get(trace.path, (None, ""))
        return replace(trace, account=account, guard=path or trace.path)
    return trace


def shown(path: Path, places: Paths) -> str:
    """Return the path of a file for display: relative to the folder that holds the sessions, or
    absolute.
    """
    try:
        return str(path.relative_to(places.sessions.path.parent))
    except ValueError:
        return str(path)

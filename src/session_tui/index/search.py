"""Full-text search: from a typed query to ranked sessions, each with its best matching entry.

A session matches when it contains every word of the query, or a longer word that begins with it.
"Words in quotes" must stand together; `people:ruth` searches one field alone. A hit shows the
entry's own spelling.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from session_tui.index.index import Index
from session_tui.index.scanner import FIELDS, texts_of
from session_tui.model.fault import Fault
from session_tui.model.name_keys import folded, words
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import Session
from session_tui.store.errors import StoreError

_TERM = lazy_pattern(r'(?:([^\W\d_]+):)?(?:"([^"]*)"?|(\S+))')
NO_SEARCH = (
    "this Python's SQLite has no full-text search (FTS5)",
    "list and its filters work; another build of Python brings it.",
)
AROUND = 40  # characters of an entry before the first match
LONGEST = 160  # characters of a snippet


class Term(Struct, frozen=True):
    """A term of a query: normalized words; `field` is empty for any field.

    Without `whole` the last is a prefix.
    """

    words: tuple[str, ...]
    field: str = ""
    whole: bool = False


class SearchHit(Struct, frozen=True):
    """A matching session with its best entry.

    `marks` are the (start, end) of the matches in the snippet.
    """

    session: Session
    field: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float


def read(typed: str) -> tuple[Term, ...]:
    """Parse the terms of a query; an unknown field name counts as a word."""
    terms = []
    for field, quoted, bare in _TERM.findall(typed):
        known = field.lower() if field.lower() in FIELDS else ""
        text = quoted or bare
        if field and not known:
            text = f"{field} {text}"
        if split := tuple(words(text)):
            terms.append(Term(split, known, whole=bool(quoted)))
    return tuple(terms)


def search(index: Index, typed: str, limit: int = 20) -> Iterator[SearchHit]:
    """The sessions that match the whole query, the best first.

    Raises `StoreError` where it has no word.
    """
    terms = read(typed)
    if not terms:
        raise StoreError(Fault("", "there is no word to look for", "session-tui search payback"))
    if not index.searchable:
        raise StoreError(Fault("", *NO_SEARCH))
    for score, session in index.matching(_joined(terms), limit):
        field, text = _best(session, terms)
        snippet, marks = _snippet(text, terms)
        yield SearchHit(session, field, snippet, marks, score)


def query_of(typed: str) -> str:
    """The query in the syntax of SQLite's full-text search; empty where it has no word."""
    return _joined(read(typed))


def _joined(terms: tuple[Term, ...]) -> str:
    return " AND ".join(map(_query, terms))


def _query(term: Term) -> str:
    """A term in full-text syntax; inside the quotes no character has a meaning of its own."""
    phrase = f'"{" ".join(term.words)}"{"" if term.whole else " *"}'
    return f"{{{term.field}}} : {phrase}" if term.field else phrase


def _best(session: Session, terms: tuple[Term, ...]) -> tuple[str, str]:
    """The field and the entry that contain most of the terms.

    Of equal ones the first that is not about the account, whose name stands above the hit anyway.
    """
    best, most = ("account", session.account), 0
    account, *others = texts_of(session)
    for field, texts in (*others, account):
        candidates = [term for term in terms if term.field in ("", field)]
        for text in texts:
            normalized = f" {' '.join(words(text))} "
            count = sum(_is_in(term, normalized) for term in candidates)
            if count > most:
                best, most = (field, text), count
    return best


def _is_in(term: Term, normalized: str) -> bool:
    return f" {' '.join(term.words)}{' ' if term.whole else ''}" in normalized


def _snippet(text: str, terms: tuple[Term, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The part of the entry around the first match, and the (start, end) of each match in it."""
    pieces = [(match.start(), match.end()) for match in re.finditer(r"[^\W_]+", text)]
    wanted = {word: term.whole for term in terms for word in term.words}
    matches = [(start, end) for start, end in pieces if _matches(text[start:end], wanted)]
    begin = max(0, matches[0][0] - AROUND) if matches and len(text) > LONGEST else 0
    shown = text[begin : begin + LONGEST]
    lead = "…" if begin else ""
    tail = "…" if begin + LONGEST < len(text) else ""
    offset = len(lead) - begin
    marks = tuple((start + offset, end + offset) for start, end in matches if end <= begin + LONGEST)
    return f"{lead}{shown}{tail}", marks


def _matches(word: str, wanted: dict[str, bool]) -> bool:
    whole_word = folded(word)
    parts = words(word)
    return any(
        whole_word == each or (not whole and whole_word.startswith(each)) or each in parts
        for each, whole in wanted.items()
    )

"""From words typed to what was found: ranked sessions, each with the entry that says it best.

Words are all wanted, each may be the beginning of one; "words in quotes" stand together; `people:ruth` looks in one
field alone. What is found is shown in the entry's own letters, whatever was typed to find it.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from session_tui.index.index import Index
from session_tui.index.scanner import FIELDS, texts_of
from session_tui.model.fault import Fault
from session_tui.model.name_keys import folded, words
from session_tui.model.session import Session
from session_tui.store.errors import StoreError

_TERM = re.compile(r'(?:([^\W\d_]+):)?(?:"([^"]*)"?|(\S+))')
NO_SEARCH = (
    "this Python's SQLite has no full-text search (FTS5)",
    "list and its filters work; another build of Python brings it.",
)
AROUND = 40  # characters of an entry before the first word that was found
LONGEST = 160  # characters of a snippet


class Term(Struct, frozen=True):
    """What is looked for: the words of it, folded; in one field or in any; whole or as a beginning."""

    words: tuple[str, ...]
    field: str = ""
    whole: bool = False


class SearchHit(Struct, frozen=True):
    """A session that was found, by the entry that says it best. `marks` are places in the snippet: from, to."""

    session: Session
    field: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float


def read(typed: str) -> tuple[Term, ...]:
    """The terms of a query; a field that is none is a word like any other."""
    terms = []
    for field, quoted, bare in _TERM.findall(typed):
        known = field.lower() if field.lower() in FIELDS else ""
        text = quoted or bare
        if field and not known:
            text = f"{field} {text}"
        if found := tuple(words(text)):
            terms.append(Term(found, known, whole=bool(quoted)))
    return tuple(terms)


def search(index: Index, typed: str, limit: int = 20) -> Iterator[SearchHit]:
    """The sessions in which all of it stands, the best first. `StoreError` where there is nothing to look for."""
    terms = read(typed)
    if not terms:
        raise StoreError(Fault("", "there is no word to look for", "session-tui search payback"))
    if not index.searchable:
        raise StoreError(Fault("", *NO_SEARCH))
    for score, session in index.matching(_whole(terms), limit):
        field, text = _best(session, terms)
        snippet, marks = _snippet(text, terms)
        yield SearchHit(session, field, snippet, marks, score)


def query_of(typed: str) -> str:
    """What is typed, as the index is asked for it; empty where there is no word in it."""
    return _whole(read(typed))


def _whole(terms: tuple[Term, ...]) -> str:
    return " AND ".join(map(_query, terms))


def _query(term: Term) -> str:
    """A term as full-text search reads it; a quoted string there has no signs of its own."""
    phrase = f'"{" ".join(term.words)}"{"" if term.whole else " *"}'
    return f"{{{term.field}}} : {phrase}" if term.field else phrase


def _best(session: Session, terms: tuple[Term, ...]) -> tuple[str, str]:
    """The field and the entry in which most of the terms stand; of equals the first that is not about the account.

    Which account it is stands above what was found anyway.
    """
    best, most = ("account", session.account), 0
    account, *others = texts_of(session)
    for field, texts in (*others, account):
        asked = [term for term in terms if term.field in ("", field)]
        for text in texts:
            found = f" {' '.join(words(text))} "
            many = sum(_stands(term, found) for term in asked)
            if many > most:
                best, most = (field, text), many
    return best


def _stands(term: Term, found: str) -> bool:
    return f" {' '.join(term.words)}{' ' if term.whole else ''}" in found


def _snippet(text: str, terms: tuple[Term, ...]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The entry around what was found, and where in it that stands."""
    pieces = [(found.start(), found.end()) for found in re.finditer(r"[^\W_]+", text)]
    wanted = {word: term.whole for term in terms for word in term.words}
    lit = [(start, end) for start, end in pieces if _lit(text[start:end], wanted)]
    begin = max(0, lit[0][0] - AROUND) if lit and len(text) > LONGEST else 0
    shown = text[begin : begin + LONGEST]
    lead = "…" if begin else ""
    tail = "…" if begin + LONGEST < len(text) else ""
    moved = len(lead) - begin
    marks = tuple((start + moved, end + moved) for start, end in lit if end <= begin + LONGEST)
    return f"{lead}{shown}{tail}", marks


def _lit(word: str, wanted: dict[str, bool]) -> bool:
    bare = folded(word)
    apart = words(word)
    return any(bare == each or (not whole and bare.startswith(each)) or each in apart for each, whole in wanted.items())

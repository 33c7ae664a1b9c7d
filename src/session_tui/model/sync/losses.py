"""How much of a session the versions of others have taken away: entries that went, and words that
were written over.

What a user takes away here does not count, nor what came back. It is measured over several
versions, so a session that is emptied by halves is noticed as one that is emptied at once.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from session_tui.model.name_keys import folded
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import LISTS
from session_tui.model.sync.content import Content
from session_tui.model.sync.shape import Table

FEW = 3  # entries that may go, whatever share of a session they are
MOST = 0.5  # share of its words; an entry that lost more counts
_ROUNDING = 1e-9  # a share below is none
_SESSION = "session"  # the texts of the session itself count as an entry
_TEXTS = ("name", "title", "text", "result", "pain", "note", "headline", "condition")
# Scripts without spaces between words: each sign is a word of its own.
_UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u2e80-\U0001ffff"
_WORD = lazy_pattern(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")


class Losses(Struct, frozen=True):
    """What went of a session with the versions of others lately.

    `shares` is how much others took of each entry, by its id, that is missing still: 0 to 1.
    `earlier` is the file before the first of these versions, with the entries that came after it
    as they were when they were first seen. `counted` is the revision of the last version.
    """

    earlier: Content
    counted: str
    shares: Mapping[str, float]


def with_version(known: Losses | None, before: Content, after: Content, revision: str) -> Losses | None:
    """The losses once a file has become another by this revision of others; None: none at all.

    All is measured at `earlier`: what came back is lost no more. What was missing before this
    version, and was not taken by those before, the user took.

    A revision that was counted is not counted again: a sync may end between two steps.
    """
    if known is not None and known.counted == revision:
        return known
    earlier = _with_later_entries(known.earlier, before) if known is not None else before
    shares = dict(known.shares) if known is not None else {}
    missing_before, missing = lost(earlier, before) if known is not None else {}, lost(earlier, after)
    for key in shares.keys() | missing_before.keys() | missing.keys():
        now = missing.get(key, 0.0)
        shares[key] = min(now, max(0.0, shares.get(key, 0.0) + now - missing_before.get(key, 0.0)))
    shares = {key: share for key, share in shares.items() if share > _ROUNDING}
    return Losses(earlier, revision, shares) if shares else None


def is_emptied(losses: Losses | None, before: Content) -> bool:
    """Whether more than half of a session went, and more than a few entries; `before` is the file
    before the last version.
    """
    if losses is None:
        return False
    went = sum(share for share in losses.shares.values() if share > MOST)
    return went > FEW and went * 2 > len(_words(before).keys() | losses.shares.keys())


def lost(before: Content, after: Content) -> dict[str, float]:
    """How much of each entry is lost in another version: 1 where it is gone, otherwise the share
    of its words. Entries that lost nothing are left out.
    """
    left = _words(after)
    shares = {key: _share(words, left.get(key)) for key, words in _words(before).items()}
    return {key: share for key, share in shares.items() if share}


def _share(words: Counter[str], left: Counter[str] | None) -> float:
    if left is None:
        return 1.0
    return (words - left).total() / (words.total() or 1)


def _with_later_entries(earlier: Content, before: Content) -> Content:
    """The earlier content with the entries that another has beyond it."""
    tables = dict(earlier.session)
    for name in LISTS.values():
        known = tables.get(name, [])
        ids = {row["id"] for row in known}
        if later := [row for row in before.session.get(name, ()) if row["id"] not in ids]:
            tables[name] = [*known, *later]
    if last := tables.get("last_ids", {}) | before.session.get("last_ids", {}):
        tables["last_ids"] = last
    return Content(earlier.detail, tables)


def _words(content: Content) -> dict[str, Counter[str]]:
    """The words of each entry, by its id."""
    found = {str(row["id"]): _words_of(row) for name in LISTS.values() for row in content.session.get(name, ())}
    own = _words_of(content.session)
    return found | ({_SESSION: own} if own else {})


def _words_of(table: Table) -> Counter[str]:
    return Counter(word for key in _TEXTS for word in _WORD.findall(folded(str(table.get(key, "")))))

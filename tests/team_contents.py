"""Contents of sessions by chance: full ones with everything private in them, and what others made
of them.

Made from a seed alone, in under a millisecond: hypothesis chooses the seed, and a failure names
it.
"""

from random import Random
from typing import Any

from hypothesis import strategies as st

from session_tui.model.session import LISTS
from session_tui.model.sync import lens
from session_tui.model.sync.content import Content, content_of_tables
from session_tui.model.sync.shape import Table
from strategies import PIECES

ID = "2026-11-16-acme-freight-2m9x"
EARLIER = "2026-11-09-acme-freight-7k3q"
CANARY = "Xqzv"  # stands in no other text
PRIVATE = {"power", "support", "pain", "note", "newer"}  # of an entry; `newer` is known to a newer program alone
WRITTEN = ("s", "a", "t", "d", "p", "r")  # kinds of entries that are shared
seeds = st.builds(Random, st.integers(0, 2**32 - 1))


def plain(content: Content | Any) -> Content:
    """A content; what is made here is one."""
    assert isinstance(content, Content), content
    return content


def words(rnd: Random) -> str:
    """A short text of odd pieces, never empty."""
    return rnd.choice(["Ruth", "Ben", "payback"]) + "".join(rnd.choices(PIECES, k=rnd.randrange(4)))


def moment(rnd: Random) -> str:
    """One of few moments, so that some are equal."""
    return f"2026-11-2{rnd.randrange(3)}T09:00:0{rnd.randrange(3)}Z"


def entry(rnd: Random, letter: str, number: int) -> Table:
    """An entry of this kind with any of its shared keys."""
    ids = [f"s{each}" for each in range(1, 5)]
    maybe: Table = {"first_raised_in": rnd.choice(["", ID, EARLIER])}
    match letter:
        case "s":
            maybe |= {"title": words(rnd), "buying_role": "user", "coverage": "none", "covered_by": [words(rnd)]}
            maybe |= {"reports_to": rnd.choice(ids), "influences": rnd.sample(ids, 2)}
        case "a":
            maybe |= {"importance": rnd.randrange(1, 6), "evidence": rnd.randrange(1, 6), "due": "2026-12-01"}
            maybe |= {"status": "validated", "result": words(rnd), "tested_by": words(rnd)}
        case "t":
            maybe |= {"owner": words(rnd), "due": "2026-12-01", "accepted_at": moment(rnd)}
            maybe |= {"status": rnd.choice(["open", "dropped"]), "about": rnd.sample(ids, 2)}
        case _:
            maybe = {"at": moment(rnd)}
    row = {key: value for key, value in maybe.items() if rnd.random() < 0.5}
    return {"id": f"{letter}{number}", ("name" if letter == "s" else "text"): words(rnd)} | row


def change(rnd: Random) -> Table:
    """A row of `changes`, private or not."""
    field = rnd.choice(["owner", "text", "power", "support", "pain", "note", "entry"])
    values = {"from": rnd.choice(["", "a"]), "to": rnd.choice(["", "b"]), "by": rnd.choice(["", "Ana Ruiz"])}
    return {"at": moment(rnd), "entry": rnd.choice(["s1", "t1", "n1", "session"]), "field": field} | values


def full_content(rnd: Random, *, newer: bool = True) -> Content:
    """A full content: judged people and others, notes, comments, changes of every kind, keys of a
    newer program.
    """
    tables: Table = {"id": ID, "status": "held", "agenda": "strategy-30", "account": "Acme Freight"}
    tables |= {"headline": words(rnd), "amount": rnd.choice([0, 380000, 380000.5]), "started_at": moment(rnd)}
    private: dict[str, Table] = {
        "s": {"power": rnd.randrange(1, 6), "support": rnd.randrange(-2, 3), "pain": words(rnd), "note": words(rnd)},
        "a": {"note": words(rnd)},
        "t": {"note": words(rnd)},
    }
    last_ids = {}
    for letter, name in LISTS.items():
        rows = [entry(rnd, letter, number) for number in range(1, rnd.randrange(1, 5))]
        for row in rows:
            row |= {key: value for key, value in private.get(letter, {}).items() if rnd.random() < 0.3}
            row |= _newer(rnd, newer)
        last_ids[letter] = len(rows) + rnd.randrange(2)
        tables[name] = rows
    tables["last_ids"] = last_ids
    tables["attendees"] = [{"name": words(rnd)} | _newer(rnd, newer) for _ in range(rnd.randrange(3))]
    if rnd.random() < 0.5:
        comments = [{"line": 1, "text": words(rnd)} for _ in range(rnd.randrange(3))]
        tables["plan"] = {"source": "plans/acme.md", "comments": comments} | _newer(rnd, newer)
    tables["changes"] = [change(rnd) for _ in range(rnd.randrange(5))]
    _end_loose_references(tables)
    return plain(content_of_tables(tables | _newer(rnd, newer)))


def _newer(rnd: Random, may: bool) -> Table:
    value = rnd.choice([1, 1.0, -(2**63), True, "", words(rnd), [words(rnd)], {"x": {"y": []}}])
    return {"newer": value} if may and rnd.random() < 0.2 else {}


def shared_edit(rnd: Random, content: Content, *, may_remove: bool = True) -> Content:
    """A shared content that others made of what is shared of a full one: entries changed, added,
    put in another order and removed; with `may_remove` false only where nothing private stands.
    """
    tables = dict(lens.get(content.session))
    last_ids = dict(tables.get("last_ids", {}))
    for letter in WRITTEN:
        name = LISTS[letter]
        guarded = {row["id"] for row in content.session.get(name, ()) if row.keys() & PRIVATE}
        rows = []
        for row in tables.get(name, []):
            what = rnd.choice(["leave", "leave", "change", "remove"])
            if what == "remove" and (may_remove or row["id"] not in guarded):
                continue
            rows.append(entry(rnd, letter, int(row["id"][1:])) if what == "change" else row)
        for _ in range(rnd.randrange(3)):
            last_ids[letter] = last_ids.get(letter, 0) + 1
            rows.append(entry(rnd, letter, last_ids[letter]))
        tables[name] = rnd.sample(rows, len(rows)) if rnd.random() < 0.3 else rows
    if may_remove and rnd.random() < 0.3:
        tables.pop("plan", None)
    changes = [*tables.get("changes", []), *(change(rnd) for _ in range(rnd.randrange(3)))]
    tables |= {"last_ids": last_ids, "headline": words(rnd), "changes": changes}
    return plain(content_of_tables(tables, "shared"))


def member_edit(rnd: Random, content: Content, name: str) -> Content:
    """A full content that a member who sees everything made of another: some entries changed in
    one field, some removed with what led to them, some added. The texts say who wrote them, so
    that none is equal to another's by chance.
    """
    tables = dict(content.session)
    last_ids = dict(tables.get("last_ids", {}))
    for letter, key in LISTS.items():
        rows = []
        for row in tables.get(key, []):
            what = rnd.random()
            text = f"{name} {rnd.randrange(10**6)}"
            if what < 0.1:
                continue
            if what < 0.3:
                row = row | {"name" if letter == "s" else "text": text}
            elif what < 0.4 and letter in "sat":
                row = row | {"note": rnd.choice(["", text])}
            elif what < 0.5 and letter == "s":
                row = row | {
                    "reports_to": rnd.choice(["s1", "s2", "s3"]),
                    "influences": rnd.sample(["s1", "s2", "s3"], 2),
                }
            elif what < 0.5 and letter == "a":
                row = row | {"importance": rnd.randrange(1, 6)}
            rows.append(dict(row))
        for _ in range(rnd.choice([0, 0, 1])):
            last_ids[letter] = last_ids.get(letter, 0) + 1
            rows.append(
                entry(rnd, letter, last_ids[letter]) | {"name" if letter == "s" else "text": f"{name} {rnd.random()}"}
            )
        tables[key] = rows
    _end_loose_references(tables)
    if rnd.random() < 0.2:
        tables["zone"] = name
    if rnd.random() < 0.1:
        tables["headline"] = f"{name} ended it"
    return plain(content_of_tables(tables | {"last_ids": last_ids}))


def _end_loose_references(tables: Table) -> None:
    there = {row["id"] for name in ("stakeholders", "assumptions") for row in tables.get(name, ())}
    for row in (*tables.get("stakeholders", ()), *tables.get("action_items", ())):
        for key in row.keys() & {"influences", "about"}:
            row[key] = [each for each in row[key] if each in there]
        if row.get("reports_to", "") not in there:
            row.pop("reports_to", None)

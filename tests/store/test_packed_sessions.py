"""Covers: session_tui.store.privacy.packed_sessions.

A report on a person reads few files, and finds what it would find by reading all of them.
"""

import struct
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import asdict

from conftest import START
from forgotten import NAME, where, world
from profiles import examples
from session_tui.index.index import Index
from session_tui.model import person_names
from session_tui.model.name_keys import plain
from session_tui.model.person_names import Name
from session_tui.model.session import Clock, Session, Stakeholder
from session_tui.store import drafts, session_file, toml
from session_tui.store.drafts import Draft
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.privacy import report, search
from session_tui.store.privacy.packed_sessions import AloneCounter, PackedSession, _AloneWord, finder, unpacked
from strategies import sessions

SAMPLES = sorted((Path(__file__).parents[2] / "sessions").glob("*.toml"))
NAMES = ("Ruth Vale", "ruth vale", "RUTH  VALE", "Ruth", "Vale", "Ruth Vale Ortiz", "Łukasz Çelik", "łukasz ÇELIK")
ODD = ("Ruth\u200b Vale", "Ruth\u00a0Vale", "Ru\u00adth Vale", "Zoë Nún\u0303ez", "Zoë Núñez", "Zoe\u0308 Núñez")
OTHERS = (
    "?",
    "Josef Maſ",
    "Josef Mas",
    "Alı Riza",
    "Ali Riza",
    "Иван Петров",
    "иван петров",
    "田中 太郎",
    "Groß Anna",
    "person-abc123",
)
ALL = (*NAMES, *ODD, *OTHERS)
PLAIN = (*NAMES, "?", "Josef Mas", "Ali Riza", "Zoë Núñez", "Иван Петров", "иван петров", "田中 太郎", "Ana Ruiz")
WORDS = (
    "",
    "Ask {}",
    "{}'s budget",
    "{0} and {0}",
    'say \\"{}\\"',
    "\\n{}",
    "x{}x",
    "Vale of {}",
    "C:\\\\{}",
    "ask ruth",
)
EXTRA = ("", "# {}\n", 'unknown = "{}"\n', 'note = "{}"\n')


def session(rng: Random, number: int, ids: list[str]) -> tuple[str, str]:
    """The id and the text of a session's file, which may be no session at all."""
    id = f"2026-01-{number + 1:02}-acme-{number:04}"
    odd = rng.random() < 0.3  # any of the strange letters and keys; else a session as most are
    names = ALL if odd else PLAIN

    def name() -> str:
        return rng.choice(names)

    def text() -> str:
        return rng.choice(WORDS).format(name())

    raised = rng.choice(["", *ids])
    lines = [
        f"# {name()}" if odd and rng.random() < 0.3 else "",
        "schema = 2" if rng.random() < 0.05 else "schema = 1",
        f'id = "{id}"',
        'status = "held"',
        rng.choice(["amount = 5", "amount = 5.5", "amount = 1e3\nstarted_at = 2026-01-02T03:04:05+02:00"]),
        'agenda = "strategy-30"',
        rng.choice(["", "close_on = 2026-01-02", 'close_on = "2026-01-02"']),
        f'account = "{rng.choice(["Acme", "Borealis", name()])}"',
        f'facilitator = "{name()}"',
        f'headline = "{text()}"',
        f'colour = "{name()}"' if odd and rng.random() < 0.3 else "",
        "[[attendees]]" if rng.random() < 0.5 else "[[credit_split]]\npercent = 5",
        f'name = "{name()}"',
    ]
    for row in range(rng.randrange(4)):
        who = rng.choice(["?", "?", "Ruth", name()])
        lines += [
            "[[stakeholders]]",
            f'id = "s{row + 1}"',
            f'name = "{who}"',
            f'pain = "{text()}"',
            f'note = "{text()}"',
        ]
        lines += [
            f'covered_by = ["{name()}"]',
            f'first_raised_in = "{raised}"' if raised else "",
            rng.choice(EXTRA[:3] if odd else EXTRA[:1]).format(name()),
        ]
    lines += [
        "[[decisions]]",
        'id = "d1"',
        f'text = "{text() or "x"}"',
        rng.choice(EXTRA if odd else EXTRA[:1]).format(name()),
    ]
    for row in range(rng.randrange(3)):
        lines += ["[[action_items]]", f'id = "t{row + 1}"', f'text = "{text() or "x"}"', f'owner = "{name()}"']
        lines += ["due = 2026-02-03", rng.choice(["about = []", 'about = ["s1"]'])]
    lines += [
        "[[changes]]",
        "at = 2026-01-02T03:04:05Z",
        f'by = "{name()}"',
        'entry = "s1"',
        'field = "name"',
        f'to = "{name()}"',
    ]
    content = "\n".join(lines)
    if odd and rng.random() < 0.3:
        content = content.replace("Ruth", "\\u0052uth")
    return id, content if rng.random() < 0.95 else content + "\n]["


@dataclass
class Library:
    """A folder of random sessions, and what was asked."""

    home: Path
    there: Paths

    def fill(self, rng: Random) -> None:
        folder = self.there.sessions.path
        for old in [*folder.iterdir(), *self.there.state.path.rglob("*.json")]:
            old.unlink()
        ids: list[str] = []
        for number in range(rng.randrange(1, 7)):
            id, content = session(rng, number, ids)
            path = folder / f"{id}.toml"
            path.write_text(content, encoding="utf-8")
            if rng.random() < 0.3:
                drafts.write(self.there.state.path / "drafts", path, Draft(f"*s1 note:{rng.choice(ALL)}", "s1", START))
            ids.append(id)

    def both(self, wanted: str, account: str) -> tuple[object, object]:
        """What is found by reading all files, and with the index."""
        with Index(self.there.sessions.path, self.there.cache.path) as index:
            index.refresh()
            packed = unpacked(index.complete())
        return self.found(wanted, account, {}), self.found(wanted, account, packed)

    def found(self, wanted: str, account: str, packed: dict[str, PackedSession]) -> object:
        try:
            about = report.find(self.there, wanted, account, packed=packed)
        except StoreError as error:
            return str(error)
        # `known` has the files that were read, and `near` is for a name that no file has.
        return {key: value for key, value in asdict(about).items() if key not in ("known", "near")}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("library")
    (home / "sessions").mkdir()  # else the user's own folder is meant
    there = where(home)
    assert there.sessions.path == home / "sessions"
    return Library(home, there)


@examples(150)
@given(
    st.integers(0, 2**32),
    st.sampled_from([each for each in ALL if each.isascii() or "ſ" not in each]),
    st.sampled_from(["", "", "acme"]),
)
@example(1, "Ruth Vale", "")
def test_the_quick_way_finds_what_reading_every_file_finds(
    library: Library, seed: int, wanted: str, account: str
) -> None:
    library.fill(Random(seed))
    slow, quick = library.both(wanted, account)
    assert quick == slow


@examples(200)
@given(sessions, st.randoms(use_true_random=False))
def test_a_packed_session_is_unpacked_to_the_tables_of_its_file(one: Session, rng: Random) -> None:
    tables = toml.parse(session_file.new(one).content())
    for row in (tables, *(row for rows in tables.values() if isinstance(rows, list) for row in rows)):
        mixed = rng.sample(list(row.items()), len(row))
        row.clear()
        row.update(mixed)
    content = toml.dumps(tables).encode()
    packed = is_unpacked_alike(content)
    assert packed or not plain(content.decode()) or b"#" in content or b"\\u" in content


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_key_of_a_session_is_unpacked_as_it_was_read(sample: Path) -> None:
    tables = toml.parse(sample.read_bytes())
    assert is_unpacked_alike(toml.dumps(tables).encode())


@pytest.mark.parametrize(("day", "is_packed"), [("2026-01-02", True), ('"2026-01-02"', False)])
def test_a_date_that_is_a_text_in_the_file_is_no_date_when_it_is_unpacked(day: str, is_packed: bool) -> None:
    lines = ("schema = 1", 'id = "2026-01-02-acme-0001"', 'status = "held"', 'agenda = "a"', 'account = "Acme"')
    content = "\n".join((*lines, f"close_on = {day}"))
    assert is_unpacked_alike(content.encode()) is is_packed


def is_unpacked_alike(content: bytes) -> bool:
    """Whether the session is packed; it is then unpacked to what its file says, in its order."""
    session, tables = session_file.read_with_tables(content)
    packed = session_file.packed(session, tables, content)
    if packed:
        assert repr(session_file.unpacked(packed)) == repr(toml.parse(content))
        assert msgspec.msgpack.decode(packed, type=Session) == session_file.read_session(content)
    return bool(packed)


def test_no_file_of_a_packed_session_is_read_and_few_are_unpacked(tmp_path: Path) -> None:
    there = world(tmp_path)
    with Index(there.sessions.path, there.cache.path) as index:
        index.refresh()
        packed = unpacked(index.complete())
    assert len(packed) == index_count(there) > 3
    kept = search.ReadFiles(packed)
    looked = search.look(there, "Tom Adeyemi", kept=kept)
    assert not {path.name for path in kept.contents} & set(packed)
    texts = {path.name: path.read_text(encoding="utf-8") for path in there.sessions.path.glob("*.toml")}
    assert (
        set(packed)
        > {each.path.name for each in looked.files} & set(packed)
        == {name for name, text in texts.items() if name in packed and "Tom Adeyemi" in text}
    )
    assert report.find(there, NAME, packed=packed).places == report.find(there, NAME).places


def index_count(there: Paths) -> int:
    """The readable sessions without a comment."""
    paths = there.sessions.path.glob("*.toml")
    return sum("(" not in path.name and "#" not in path.read_text(encoding="utf-8") for path in paths)


@examples(500)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6), st.sampled_from(ALL))
def test_a_name_in_plain_letters_is_found_by_its_bytes_alone(text: str, name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    finds = finder(composed)
    if finds is None:
        return
    for inside in (text + name + text, name.replace(" ", text), text.join(name), name.upper(), name.title()):
        if plain(inside) and Name(composed).in_(inside):
            assert finds(inside.encode().lower())


# Before and behind a word: also what its length before a text, or a key, may be taken for.
BEFORE = ("", "", "Ask ", "(", "a", "É", "“", "b" * 97, "é" * 60, "c" * 217, "x" + "d" * 300)
BEHIND = ("", "", " Vale", ".", "s", "ë", "\u0659", "\u06a9", "’s", " x" * 20)
ALONE = ("Ana", "Łuk", "Zoë", "Ana", "Ana-Ana", "Ruth", "Ruth", "jan", "held", "田中太", "Yara\u0665", "The")


def _numbers(word: str) -> tuple[tuple[float, ...], tuple[int, ...], tuple[datetime, ...]]:
    """Numbers and times with the bytes of this word."""
    inside = f" {word} {word} Vale".encode()
    (real,), (whole,), (long,) = (struct.unpack_from(kind, inside) for kind in (">d", ">i", ">q"))
    return (1.5, real), (3, whole, long), (START, datetime.fromtimestamp(whole & 0x7FFF_FFFF, UTC))


@st.composite
def alone(draw: st.DrawFn) -> tuple[str, Session]:
    """A word, and a session with it in some texts, and in the bytes of some numbers and times."""
    rng = Random(draw(st.integers(0, 2**32)))
    word = rng.choice(ALONE)
    odd = rng.random() < 0.3

    def text() -> str:
        if rng.random() < 0.5:
            return rng.choice(("", "Mei Tan", "Zoë", "x" * 40))
        one = f"{rng.choice(BEFORE if odd else BEFORE[:4])}{word}{rng.choice(BEHIND if odd else BEHIND[:4])}"
        return one * 2 if rng.random() < 0.1 else one

    reals, wholes, times = _numbers(word)
    if not odd:
        reals, wholes, times = reals[:1], wholes[:1], times[:1]
    rows = [
        Stakeholder(id="s1", name=text(), covered_by=(text(), text()), pain=text(), note=text())
        for _ in range(rng.randrange(3))
    ]
    clock = [Clock(at=rng.choice(times), event="start", wall_step=rng.choice(wholes)) for _ in range(rng.randrange(2))]
    return word, Session(
        id="x",
        status="held",
        agenda="strategy-30",
        account=text(),
        amount=rng.choice(reals),
        headline=text(),
        started_at=rng.choice(times),
        clock=tuple(clock),
        stakeholders=tuple(rows),
    )


@examples(500)
@given(alone())
def test_a_word_alone_is_counted_in_packed_bytes_as_in_the_decoded_session(found: tuple[str, Session]) -> None:
    word, session = found
    content = msgspec.msgpack.encode(session)
    name = Name(f"{word} Qqqqq")
    decoded = person_names.says_alone(msgspec.msgpack.decode(content), name)
    assert AloneCounter(name)(PackedSession("x.toml", content)) == decoded


def test_most_sessions_with_a_word_alone_are_not_decoded() -> None:
    people = [Stakeholder(id="s1", name="Ana Ruiz", note="Ana and the others"), Stakeholder(id="s2", name="Ana Vale")]
    session = Session(id="x", status="held", agenda="strategy-30", account="Acme", stakeholders=tuple(people))
    assert _AloneWord("Ana").texts_in(msgspec.msgpack.encode(session)) == 3

"""Covers: session_tui.index.search.

A query finds accented text also without accents, and results show the original text.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import EXAMPLE
from session_tui.index.index import Index
from session_tui.index.search import SearchHit, read, search
from session_tui.model.name_keys import folded, words
from session_tui.model.session import ActionItem, Assumption, Session, Stakeholder
from session_tui.store import session_file
from session_tui.store.errors import StoreError


@pytest.fixture
def index(folder: Path, tmp_path: Path) -> Iterator[Index]:
    example = session_file.read(EXAMPLE.read_bytes()).session
    empty = replace(example, stakeholders=(), assumptions=(), action_items=(), decisions=(), parking_lot=(), notes=())
    empty = replace(
        empty, headline="", attendees=(), account_owner="", facilitator="", opportunity="", zone="", phase=""
    )

    def put(number: int, account: str, **values: object) -> None:
        one: Session = replace(empty, id=f"2026-01-0{number}-a-aaaa", account=account, **values)
        (folder / f"{one.id}.toml").write_bytes(session_file.new(one).content())

    put(1, "Łódź Transport", headline="The Øresund corridor pays.")
    put(2, "東京都庁", stakeholders=(Stakeholder(id="s1", name="Ruth Vale", title="CFO", pain="freight cost"),))
    put(3, "Acme", assumptions=(Assumption(id="a1", text="The payback wins Ruth over"),))
    put(4, "Borealis", action_items=(ActionItem(id="t1", text="Send the pay back figures", owner="Ben Okafor"),))
    put(5, "Straße & Söhne", headline="<b>[bold]Größe[/]</b>")
    with Index(folder, tmp_path / "cache") as found:
        found.refresh()
        yield found


def found(index: Index, typed: str) -> list[str]:
    return [hit.session.id[8:10] for hit in search(index, typed)]


@pytest.mark.parametrize(
    ("typed", "sessions"),
    [
        ("lodz", "01"),
        ("ŁÓDŹ", "01"),
        ("oresund", "01"),
        ("øresund", "01"),
        ("東京", "02"),
        ("京都", "02"),
        ("strasse", "05"),
        ("sohne", "05"),
        ("pay", "03 04 01"),
        ("payback", "03"),
        ('"pay back"', "04"),
        ("people:ruth", "02"),
        ("assumptions:ruth", "03"),
        ("PEOPLE:ruth", "02"),
        ("ruth cfo", "02"),
        ("ruth payback", "03"),
        ("nothing:ruth", ""),
        ("ben figures", "04"),
        ('people:"ruth vale"', "02"),
        ("b grosse", "05"),
    ],
)
def test_what_is_typed_finds_it(index: Index, typed: str, sessions: str) -> None:
    assert sorted(found(index, typed)) == sorted(sessions.split())


@pytest.mark.parametrize(
    "typed", ["AND", "NOT ruth OR", "NEAR(a b)", "people:", "a*b", "-ruth", "^ruth", "{x}:y", 'a"b']
)
def test_the_signs_of_the_query_language_are_text(index: Index, typed: str) -> None:
    assert all(hit.score for hit in search(index, typed))


@given(st.text(max_size=30))
@example("🄐")  # becomes (A), which has a case of its own
def test_any_text_is_read_and_gives_words_of_its_own(typed: str) -> None:
    for term in read(typed):
        assert term.words and all(word == folded(word) for word in term.words)


def hit(index: Index, typed: str) -> SearchHit:
    return next(iter(search(index, typed)))


def test_what_was_found_is_shown_in_its_own_letters_and_marked(index: Index) -> None:
    one = hit(index, "lodz")
    assert one.field == "account" and [one.snippet[a:b] for a, b in one.marks] == ["Łódź"]
    one = hit(index, "payb")
    assert one.field == "assumptions" and [one.snippet[a:b] for a, b in one.marks] == ["payback"]
    one = hit(index, "東京")
    assert one.snippet[one.marks[0][0] : one.marks[0][1]].startswith("東京")


def test_the_account_weighs_more_than_a_note_and_a_better_one_comes_first(index: Index) -> None:
    scores = [hit.score for hit in search(index, "pay")]
    assert scores == sorted(scores, reverse=True) and all(score > 0 for score in scores)


def test_a_long_entry_is_cut_around_what_was_found(folder: Path, tmp_path: Path) -> None:
    example = session_file.read(EXAMPLE.read_bytes()).session
    long = f"{'before ' * 60}needle {'after ' * 60}"
    one = replace(example, assumptions=(Assumption(id="a1", text=long),))
    (folder / f"{one.id}.toml").write_bytes(session_file.new(one).content())
    with Index(folder, tmp_path / "cache") as index:
        index.refresh()
        shown = hit(index, "needle")
    assert shown.snippet.startswith("…") and shown.snippet.endswith("…") and len(shown.snippet) < 200
    assert [shown.snippet[a:b] for a, b in shown.marks] == ["needle"]


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert words(once) == words(text)


@pytest.mark.parametrize("typed", ['"', "*", "(", " .,- "])
def test_nothing_to_look_for_is_a_sentence(index: Index, typed: str) -> None:
    with pytest.raises(StoreError, match="no word to look for"):
        list(search(index, typed))

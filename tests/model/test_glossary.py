"""Covers: session_tui.model.glossary.

The words of the method have one source, and a value is explained when it is used first.
"""

from datetime import UTC, date, datetime

import pytest

from session_tui.model import capture, edits, glossary
from session_tui.model.capture import Context
from session_tui.model.session import Session
from session_tui.model.vocabulary import ROLE_WORDS, SUPPORT_WORDS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def entered(session: Session, line: str) -> edits.Edit:
    reading = capture.read(line, Context(session, "stakeholder_map", NOW, date(2026, 11, 23)))
    assert isinstance(reading, edits.Put | edits.Several), reading
    return reading


def explained(session: Session, line: str) -> list[str]:
    return [term.word for term in glossary.first_used(entered(session, line), session, line)]


def test_every_role_and_every_support_has_a_meaning() -> None:
    assert {*ROLE_WORDS.values(), *SUPPORT_WORDS.values()} - {"unknown"} <= set(glossary.BY_WORD)


def test_the_terms_are_in_order_and_each_is_there_once() -> None:
    words = [term.word for term in glossary.TERMS]
    assert words[3:] == sorted(words[3:]) and len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Ruth role:gate ++", ["gatekeeper", "mentor"]),
        ("Ruth ++ role:gate", ["mentor", "gatekeeper"]),
        ("Ruth !5", ["key player"]),
        ("Ruth cov:brief !2", ["coverage"]),
        ("Ruth", []),
    ],
)
def test_a_value_is_explained_in_the_order_in_which_it_was_typed(session: Session, line: str, words: list[str]) -> None:
    assert explained(session, line) == words


def test_a_value_is_explained_once_in_a_session(session: Session) -> None:
    edit = entered(session, "Ruth role:gate ++")
    after = edits.apply(session, edit)
    assert isinstance(after, Session)
    assert [term.word for term in glossary.first_used(edit, after)] == ["gatekeeper", "mentor"], "the line itself"
    assert explained(after, "Mia role:gate -") == ["non-supporter"]
    assert explained(after, "*s1 !4") == ["key player"]


def test_words_are_found_by_a_part_and_those_that_begin_so_come_first() -> None:
    assert [term.word for term in glossary.matching("parking")] == ["parking lot"]
    assert glossary.matching("power")[0].word == "power"
    assert glossary.matching("") == glossary.TERMS
    assert glossary.matching("\x1b[2J") == ()

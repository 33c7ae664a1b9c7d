"""Covers: the sentences that a user sees (`scripts/sentences.py`), and the script that lists them.

They use the words of the list in `CONTRIBUTING.md`, and say "is not a date", not "is no date".
"""

import functools
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
from sentences import Sentence, is_sentence, sentences

from syntax_trees import nodes

# Words that have to be read twice, each with the one to write.
BETTER = {
    r"\bwhoever\b": "the person who",
    r"\bbelongs? into\b": "belongs in",
    r"(?<!there )\bis no (?:date|path|format|field|kind|share|account|amount|outcome|answer|name)\b": "is not a …",
    r"\btake it away\b": "remove it",
    r"\bmend\b": "repair, correct",
    r"\bthe lamp\b": "the save status",
    r"\b(?:No|no) \w+ (?:is )?like that\b": "no … matches",
    r"\bso many\b": "this many",
    r"\bsay it again\b": "run the command again",
    r"\bthe daemon\b|\bthe lens\b|\bledger\b|\btombstones?\b": "a word that users have",
}


@functools.cache
def listed() -> list[Sentence]:
    """The sentences, read once for all tests."""
    return list(sentences(nodes=nodes))


def test_no_sentence_has_a_word_that_a_better_one_replaces() -> None:
    found = [
        f"{sentence.place}:{sentence.line}: {sentence.text[:80]} ({better})"
        for sentence in listed()
        for pattern, better in BETTER.items()
        if re.search(pattern, sentence.text, re.IGNORECASE)
    ]
    assert found == []


def test_the_list_has_sentences_of_every_layer_and_none_of_the_docstrings() -> None:
    found = listed()
    places = {sentence.place.split("/")[0] for sentence in found}
    assert places >= {"cli", "tui", "outbox", "server", "export", "index", "store", "model", "practices.toml"}
    texts = {sentence.text for sentence in found}
    assert "Nothing was tested yet" not in texts
    assert any(text.startswith("No such command") for text in texts)
    assert not any(text.startswith("Covers:") or "select " in text for text in texts)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("there is no such file", True),
        ("{…} is not a date", True),
        ("SELECT id FROM heads", False),
        ("insert into heads values (?)", False),
        ("saved", False),
        (r"(?P<day>\d+) of", False),
        ("enter,k", False),
    ],
)
def test_a_sentence_has_two_words_in_a_row(text: str, is_one: bool) -> None:
    assert is_sentence(text) == is_one

"""Covers: the sentences that a user sees (`scripts/sentences.py`), and the script that lists them.

They use the words of the list in `CONTRIBUTING.md`, and say "is not a date", not "is no date".
Each begins with a capital letter, unless it begins with a value.
"""

import ast
import functools
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
from sentences import SOURCE, Sentence, is_sentence, literal, sentences

from session_tui.model.capture import Refusal
from session_tui.model.fault import Fault
from session_tui.model.sentence import OPENINGS, capital, sentence
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

# What a message may begin with and keeps its letters: a key, a name of a program, a word as typed.
KEPT = {"accounts", "amount", "close_on", "ctrl+o", "due", "escape", "pip", "remove", "session-tui"}
# The calls whose text stands alone, with the argument that is the text.
ALONE = {"show_message": 0, "show_words": 0, "draw_message": 0, "say": 0, "notify": 0, "echo": 0, "_print": 0}
MESSAGES = {"Fault": 1, "Refusal": 0, "Refused": 0}
# Rows of a table, a question's second half, and a process's first line, which programs read.
NO_SENTENCES = re.compile(r"(?:and|live|backup|digest|listening on|done) ")


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


@functools.cache
def calls_of_the_source() -> list[tuple[Path, list[ast.Call]]]:
    """The calls in each file."""
    trees = [(path, nodes(path.read_text(encoding="utf-8"))) for path in sorted(SOURCE.rglob("*.py"))]
    return [(path, [node for node in tree if isinstance(node, ast.Call)]) for path, tree in trees]


def texts_of(calls: dict[str, int]) -> list[tuple[str, str]]:
    """The literal texts in calls of these functions, each with its place; `{…}` is a value."""
    found = []
    for path, calls_there in calls_of_the_source():
        for node in calls_there:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in calls or len(node.args) <= calls[name]:
                continue
            given = node.args[calls[name]]
            given = given.elts[0] if isinstance(given, ast.Tuple) and given.elts else given
            either = (given.body, given.orelse) if isinstance(given, ast.IfExp) else (given,)
            place = f"{path.relative_to(SOURCE)}:{node.lineno}"
            found += [(place, text) for each in either if (text := literal(each))]
    return found


def first_word(text: str) -> str:
    return re.split(r"[\s,;:.?]", text, maxsplit=1)[0]


def test_a_message_begins_with_a_word_that_gets_a_capital_letter_or_with_a_value() -> None:
    found = texts_of(MESSAGES)
    assert len(found) > 300
    small = [each for each in found if each[1][:1].islower()]
    assert [each for each in small if first_word(each[1]) not in OPENINGS | KEPT] == []


def test_every_word_in_the_list_of_openings_is_one() -> None:
    begun = {word for _, text in texts_of(MESSAGES) for word in re.findall(r"[a-z']+", text)}
    assert begun | {"evidence", "importance", "power"} >= OPENINGS  # these three are fields


def test_a_text_that_stands_alone_begins_with_a_capital_letter() -> None:
    found = texts_of(ALONE)
    assert len(found) > 200
    small = [each for each in found if is_sentence(each[1]) and re.match(r"(?:a|[a-z]{2,})[ ,.]", each[1])]
    assert [each for each in small if not NO_SENTENCES.match(each[1])] == []


def test_capital_letters_are_made_in_one_module() -> None:
    making = re.compile(r"\[(?::1|0)\]\.upper\(\)")
    found = [
        path.relative_to(SOURCE).as_posix() for path in sorted(SOURCE.rglob("*.py")) if making.search(path.read_text())
    ]
    assert found == ["model/person_names.py", "model/sentence.py"]  # the first writes a name in its other forms


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("there is no t9", "There is no t9"),
        ("this is the first part", "This is the first part"),
        ("nobody, it seems", "Nobody, it seems"),
        ("zoe fits Zoë, Zoé", "zoe fits Zoë, Zoé"),
        ("s3 is open already", "s3 is open already"),
        ("due:5 is not a date", "due:5 is not a date"),
        ("Ben has it", "Ben has it"),
        ("", ""),
        (" ", " "),
    ],
)
def test_a_value_at_the_beginning_keeps_its_letters(words: str, shown: str) -> None:
    assert sentence(words) == str(Refusal(words)) == str(Fault("", words)) == shown


def test_behind_a_place_or_a_name_the_message_goes_on_in_small_letters() -> None:
    fault = Fault("a.toml", "there is no such file", "Look again.")
    assert str(fault) == fault.words == "a.toml: there is no such file. Look again."
    assert Fault("", "there is no such file").words == "there is no such file"
    assert capital("the end") == "The end" and capital("") == ""

"""Covers: session_tui.model.person_names, session_tui.model.person_removal.

A person's name is found in every spelling, and no other word is taken for it.
"""

import re
import string
import unicodedata
from random import Random
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_tui.model import person_names, person_removal
from session_tui.model.person_names import Name

MARK = "person-4f2ak7"
RUTH = Name("Ruth Vale")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Ruth Vale", MARK),
        ("RUTH  VALE", MARK),
        ("Get Ruth Vale's yes", f"Get {MARK}'s yes"),
        ("ruth\u00a0vale, ruth\nvale", f"{MARK}, {MARK}"),
        ("(Ruth Vale)-led", f"({MARK})-led"),
        ("Ruth Valentine and Truth Vale", "Ruth Valentine and Truth Vale"),
        ("Ruth said so, Vale did not", "Ruth said so, Vale did not"),
    ],
)
def test_whole_words_are_the_name_whatever_their_case_and_spaces(text: str, after: str) -> None:
    assert RUTH.replaced(text, MARK) == after


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accent_is_the_same_however_it_is_written(form: Literal["NFC", "NFD"]) -> None:
    name = Name("José Ärmel")
    assert name.replaced(unicodedata.normalize(form, "An JOSÉ ÄRMEL"), MARK) == f"An {MARK}"
    assert Name("Jose").replaced(unicodedata.normalize(form, "José"), MARK) == unicodedata.normalize(form, "José")


@pytest.mark.parametrize(
    "name", ["Anna Groß", "Groß", "Zoë Núñez", "Łukasz Çelik", "Иван Петров", "Çağrı Işık", "田中 太郎"]
)
def test_a_name_of_any_letters_is_found_as_it_is_written(name: str) -> None:
    for text in (name, name.upper(), unicodedata.normalize("NFD", name), name.replace(" ", "\u00ad  ")):
        assert Name(name).in_(text)
        assert Name(name).in_(f"Ask {text}.")
        assert Name(name).replaced(f"({text})", MARK) == f"({MARK})"


def test_the_fast_check_hides_no_form_of_a_letter() -> None:
    assert not Name("Zoë Núñez").in_("Zoe Nunez")
    odd = [each for each in map(chr, range(0x80, 0x1_0000)) if has_forms(each)]
    every = "\n".join([*odd, *string.ascii_letters])
    for letter in {*Random(7).sample(odd, 300), *"İıſßẞǰŉΐςσϐKÅµΣ"}:
        alike = re.compile(person_names._letter(unicodedata.normalize("NFC", letter)), re.IGNORECASE)
        for form in {letter, letter.upper(), letter.lower(), letter.casefold(), *alike.findall(every)}:
            assert Name(f"{letter}ñ {letter}ñ").in_(f"{form}ñ {form}ñ"), (letter, form)


def has_forms(letter: str) -> bool:
    forms = {letter, letter.lower(), letter.upper(), letter.casefold(), unicodedata.normalize("NFD", letter)}
    return letter.isalpha() and len(forms) > 1


def test_a_longer_name_that_holds_this_one_is_another_person() -> None:
    ana = Name("Ana Ruiz", person_names.longer_names(["Ana Ruiz Gomez", "Ana Ruiz", "Mei Tan"], "ana ruiz"))
    assert ana.others == ("Ana Ruiz Gomez",)
    assert ana.replaced("Ana Ruiz asks ana ruiz gomez", MARK) == f"{MARK} asks ana ruiz gomez"


def test_a_name_of_one_word_is_looked_for_as_names_are_written() -> None:
    will = Name("Will")
    assert will.replaced("Will and WILL will", MARK) == f"{MARK} and {MARK} will"
    assert will.replaced("will", MARK) == MARK


def session() -> dict[str, Any]:
    return {
        "schema": 1,
        "id": "2026-11-09-ruth-vale-2m9x",
        "account": "Ruth Vale Ltd",
        "stakeholders": [
            {"id": "s1", "name": "ruth vale", "title": "CFO", "pain": "Freight cost up", "note": "Plays golf"},
            {"id": "s2", "name": "Mia Tran", "pain": "Peaks", "reports_to": "s1", "covered_by": ["Ruth Vale"]},
            {"id": "s3", "name": "?", "note": "Hers too", "first_raised_in": "2026-10-01-x-aaaa"},
            {"id": "s4", "name": "Otto Berg", "note": "His own", "first_raised_in": "2026-10-01-x-aaaa"},
        ],
        "changes": [
            {"entry": "s1", "field": "pain", "from": "Old pain", "to": "Freight cost up", "by": "Ruth Vale"},
            {"entry": "s1", "field": "name", "from": "Ruth", "to": "Ruth Vale"},
            {"entry": "s2", "field": "pain", "from": "Old", "to": "Peaks"},
        ],
        "house": {"Ruth Vale": ["asks Ruth Vale", 7, {"deep": "RUTH VALE"}]},
    }


def test_name_notes_and_pain_go_and_all_else_stays_in_its_place() -> None:
    who = frozenset({("2026-10-01-x-aaaa", "s3"), ("2026-10-01-x-aaaa", "s4")})
    before = session()
    after = person_removal.without(before, Name("Ruth Vale", ("Ruth Vale Ltd",), who), MARK)
    assert before == session()
    assert after == {
        "schema": 1,
        "id": "2026-11-09-ruth-vale-2m9x",
        "account": "Ruth Vale Ltd",
        "stakeholders": [
            {"id": "s1", "name": MARK, "title": "CFO", "pain": "", "note": ""},
            {"id": "s2", "name": "Mia Tran", "pain": "Peaks", "reports_to": "s1", "covered_by": [MARK]},
            {"id": "s3", "name": "?", "note": "", "first_raised_in": "2026-10-01-x-aaaa"},
            {"id": "s4", "name": "Otto Berg", "note": "His own", "first_raised_in": "2026-10-01-x-aaaa"},
        ],
        "changes": [
            {"entry": "s1", "field": "pain", "from": "", "to": "", "by": MARK},
            {"entry": "s1", "field": "name", "from": MARK, "to": MARK},
            {"entry": "s2", "field": "pain", "from": "Old", "to": "Peaks"},
        ],
        "house": {MARK: [f"asks {MARK}", 7, {"deep": MARK}]},
    }
    assert list(after["house"]) == [MARK]


def test_everything_about_somebody_is_told_with_its_place() -> None:
    told = {hit.where: (hit.kind, hit.says) for hit in person_names.hits(session(), RUTH)}
    assert told["stakeholders[1].name"] == ("stakeholder", "CFO; pain Freight cost up; note Plays golf")
    assert told["stakeholders[2].covered_by[1]"] == ("covers", "Mia Tran")
    assert told["stakeholders[2].reports_to"] == ("reports to them", "Mia Tran")
    assert told["changes[1].by"][0] == "changed" and told["changes[1].entry"][0] == "change of them"
    assert told["house.Ruth Vale[3].deep"] == ("mentioned", "RUTH VALE")
    assert told["account"] == ("stays", "Ruth Vale Ltd")


def test_a_half_typed_line_loses_what_it_says_about_them() -> None:
    line = 'Ruth Vale, CFO !5 pain:"freight \\" up" note:golf ++'
    assert person_removal.line_without(line, RUTH, MARK, theirs=False) == f"{MARK}, CFO !5 ++"
    assert person_removal.line_without('*s3 note:"plays gol', RUTH, MARK, theirs=True) == "*s3"
    assert person_removal.line_without("Mia Tran pain:peaks", RUTH, MARK, theirs=False) == "Mia Tran pain:peaks"


PARTS = ["Ruth", "Vale", "ruth", "VALE", " ", "  ", "\n", "\u00a0", "-", "'s", "x", "Ruth Vale", "é", "\u0301", "."]


@given(
    st.recursive(
        st.lists(st.sampled_from(PARTS), max_size=6).map("".join),
        lambda deeper: st.lists(deeper) | st.dictionaries(st.sampled_from(["a", "name", "note", "Ruth Vale"]), deeper),
    )
)
def test_whatever_is_nested_however_no_text_has_the_name_afterwards(value: Any) -> None:
    after = person_removal.without({"x": value}, RUTH, MARK)
    assert not re.search(r"(?i)(?<!\w)ruth\s+vale(?![\w\u0301])", "\x00".join(_texts(after)))
    assert person_removal.without(after, RUTH, MARK) == after


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, each in value.items() for text in (key, *_texts(each))]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value]

"""Covers: session_tui.store.toml.

Valid TOML 1.0 is read, invalid TOML is a fault with its position; examples by chapter.
"""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from session_tui.store import toml
from session_tui.store.errors import StoreError

VALID: dict[str, tuple[str, Any]] = {
    # keys
    "bare": ("a-b_1 = 1", {"a-b_1": 1}),
    "digits": ("1234 = 1", {"1234": 1}),
    "quoted": ('"a b" = 1', {"a b": 1}),
    "quoted letters": ("'ʎǝʞ' = 1", {"ʎǝʞ": 1}),
    "empty": ('"" = 1', {"": 1}),
    "dotted": ("a.b = 1\na.c = 2", {"a": {"b": 1, "c": 2}}),
    "dotted with spaces": ("a . b = 1", {"a": {"b": 1}}),
    "dotted and quoted": ('a."b.c" = 1', {"a": {"b.c": 1}}),
    "dotted that look like a number": ("3.14 = 1", {"3": {"14": 1}}),
    "escaped": ('"\\u00e9" = 1', {"é": 1}),
    # comments, white space, line ends
    "comments": ("# x\na = 1 # y\n#", {"a": 1}),
    "no new line at the end": ("a = 1", {"a": 1}),
    "nothing": ("", {}),
    "white space": (" \t a\t=\t1 \n\n", {"a": 1}),
    "line ends of Windows": ("a = 1\r\nb = 2\r\n", {"a": 1, "b": 2}),
    "a byte order mark": ("\ufeffa = 1", {"a": 1}),
    # texts
    "escapes": (r'a = "\b\t\n\f\r\"\\"', {"a": '\b\t\n\f\r"\\'}),
    "unicode": (r'a = "\u00E9\U0001F642"', {"a": "é🙂"}),
    "lines": ('a = """\nx\ny"""', {"a": "x\ny"}),
    "lines that go on": ('a = """x \\\n   y"""', {"a": "x y"}),
    "quotes in lines": ('a = """x""y"""', {"a": 'x""y'}),
    "quotes at the end of lines": ('a = """x"""""', {"a": 'x""'}),
    "literal": (r"a = 'C:\x'", {"a": "C:\\x"}),
    "literal lines": ("a = '''\nx\\\ny'''", {"a": "x\\\ny"}),
    "no text": ("a = ''", {"a": ""}),
    # numbers
    "signs": ("a = +1\nb = -1\nc = 0\nd = +0\ne = -0", {"a": 1, "b": -1, "c": 0, "d": 0, "e": 0}),
    "underscores": ("a = 1_000", {"a": 1000}),
    "hexadecimal": ("a = 0xDEAD_beef", {"a": 0xDEADBEEF}),
    "octal": ("a = 0o755", {"a": 0o755}),
    "binary": ("a = 0b1101", {"a": 13}),
    "the largest": ("a = 9223372036854775807", {"a": 2**63 - 1}),
    "the smallest": ("a = -9223372036854775808", {"a": -(2**63)}),
    "floats": ("a = 3.14\nb = -0.01\nc = 5e+22\nd = 1e06", {"a": 3.14, "b": -0.01, "c": 5e22, "d": 1e6}),
    "infinite": ("a = inf\nb = -inf", {"a": float("inf"), "b": float("-inf")}),
    "booleans": ("a = true\nb = false", {"a": True, "b": False}),
    # times
    "a moment": ("a = 1979-05-27T07:32:00Z", {"a": datetime(1979, 5, 27, 7, 32, tzinfo=UTC)}),
    "a moment with a zone": ("a = 1979-05-27T00:32:00-07:00", {"a": datetime(1979, 5, 27, 7, 32, tzinfo=UTC)}),
    "a moment with a space": ("a = 1979-05-27 07:32:00Z", {"a": datetime(1979, 5, 27, 7, 32, tzinfo=UTC)}),
    "small letters": ("a = 1979-05-27t07:32:00z", {"a": datetime(1979, 5, 27, 7, 32, tzinfo=UTC)}),
    "fractions": ("a = 1979-05-27T07:32:00.5Z", {"a": datetime(1979, 5, 27, 7, 32, 0, 500_000, UTC)}),
    "a local moment": ("a = 1979-05-27T07:32:00", {"a": datetime(1979, 5, 27, 7, 32)}),
    "a day": ("a = 1979-05-27", {"a": date(1979, 5, 27)}),
    "a leap day": ("a = 2024-02-29", {"a": date(2024, 2, 29)}),
    "the last day": ("a = 9999-12-31", {"a": date(9999, 12, 31)}),
    "a time of day": ("a = 07:32:00", {"a": time(7, 32)}),
    # lists
    "a list": ("a = [1, 2]", {"a": [1, 2]}),
    "of several types": ("a = [1, 'x', 2.0]", {"a": [1, "x", 2.0]}),
    "in lines": ("a = [\n 1, # one\n 2,\n]", {"a": [1, 2]}),
    "inside each other": ("a = [[1], [], ['x']]", {"a": [[1], [], ["x"]]}),
    # tables
    "a table": ("[a]\nb = 1", {"a": {"b": 1}}),
    "an empty table": ("[a]", {"a": {}}),
    "a table inside": ("[a.b.c]\nd = 1", {"a": {"b": {"c": {"d": 1}}}}),
    "the upper one later": ("[a.b]\nc = 1\n[a]\nd = 2", {"a": {"b": {"c": 1}, "d": 2}}),
    "spaces in a header": ("[ a . 'b' ]\nc = 1", {"a": {"b": {"c": 1}}}),
    "inline": ("a = {b = 1, c.d = 2}", {"a": {"b": 1, "c": {"d": 2}}}),
    "inline and empty": ("a = {}", {"a": {}}),
    "a table of tables": ("[[a]]\nb = 1\n[[a]]\nb = 2", {"a": [{"b": 1}, {"b": 2}]}),
    "a table in the last of them": ("[[a]]\n[a.b]\nc = 1", {"a": [{"b": {"c": 1}}]}),
    "tables of tables inside": ("[[a]]\n[[a.b]]\n[[a.b]]", {"a": [{"b": [{}, {}]}]}),
}  # fmt: skip
INVALID: dict[str, str] = {
    "no value": "a =",
    "no key": "= 1",
    "no equals sign": "a",
    "two on a line": "a = 1 b = 2",
    "a bare key with letters": "é = 1",
    "a key twice": "a = 1\na = 2",
    "a key twice, quoted": "a = 1\n'a' = 2",
    "a value that becomes a table": "a = 1\na.b = 2",
    "a key over lines": '"""a""" = 1',
    "a control character": 'a = "\x01"',
    "a control character in a comment": "# \x00",
    "a line end in a text": 'a = "x\ny"',
    "a text without an end": 'a = "x',
    "lines without an end": 'a = """x',
    "an unknown escape": r'a = "\q"',
    "half a character": r'a = "\ud800"',
    "too large a character": r'a = "\U00110000"',
    "a carriage return alone": "a = 1\rb = 2",
    "two zeros in front": "a = 007",
    "underscores at the end": "a = 1_",
    "two underscores": "a = 1__0",
    "a signed hexadecimal": "a = +0x1",
    "a capital X": "a = 0X1",
    "more than 64 bits": "a = 9223372036854775808",
    "a point at the end": "a = 1.",
    "a point in front": "a = .1",
    "an exponent without a number": "a = 1e",
    "capitals": "a = True",
    "a day that is none": "a = 2026-02-30",
    "a leap day that is none": "a = 2023-02-29",
    "a month that is none": "a = 2026-13-01",
    "an hour that is none": "a = 2026-01-01T24:00:00Z",
    "a zone that is none": "a = 2026-01-01T00:00:00+25:00",
    "one digit of a day": "a = 2026-1-1",
    "a list without an end": "a = [1",
    "a list with two commas": "a = [1,,2]",
    "a list without commas": "a = [1 2]",
    "a table twice": "[a]\n[a]",
    "a table over a value": "a = 1\n[a]",
    "a table without a name": "[]",
    "a header without an end": "[a",
    "a header with more behind it": "[a] b = 1",
    "a header of two lines": "[a\n]",
    "a table of tables over a list": "a = []\n[[a]]",
    "a table of tables over a table": "[a]\n[[a]]",
    "a table over a table of tables": "[[a]]\n[a]",
    "an inline table that grows": "a = {}\na.b = 1",
    "a header below an inline table": "a = {b = {}}\n[a.b.c]",
    "a table by header that dots made": "[a]\nb.c = 1\n[a.b]",
    "an inline key twice": "a = {b = 1, b = 2}",
    "git's marks": "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> x",
}


@pytest.mark.parametrize(("text", "value"), VALID.values(), ids=VALID)
def test_what_is_valid_is_read(text: str, value: Any) -> None:
    assert toml.parse(text.encode()) == value


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_what_is_not_is_a_fault_with_its_place(text: str) -> None:
    with pytest.raises(StoreError) as raised:
        toml.parse(text.encode())
    fault = raised.value.faults[0]
    assert fault.line > 0 or fault.where == "a", fault


@pytest.mark.parametrize("content", [b"a = '\xe9'", b"a = '\xff\xfe'", b"a = '\xed\xa0\x80'", "a = 1".encode("utf-16")])
def test_other_encodings_are_told(content: bytes) -> None:
    with pytest.raises(StoreError, match=r"not UTF-8|no value|expected"):
        toml.parse(content)


@pytest.mark.parametrize(("text", "value"), VALID.values(), ids=VALID)
def test_what_was_read_is_read_again_when_it_was_written(text: str, value: Any) -> None:
    assert toml.parse(toml.dumps(toml.parse(text.encode())).encode()) == value

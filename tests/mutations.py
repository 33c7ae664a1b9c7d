"""Random changes to TOML, JSON and CSV that keep much of the file readable.

All of it comes from one source of chance, so that a seed gives the same bytes again.
"""

import random
import re

DEEP = (3, 40, 63, 64, 66, 79, 90, 400, 3_000)  # brackets, on both sides of every bound
STRANGE = (
    "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:30:00Z", "0001-01-01T00:00:00Z",
    "9988-12-31T23:59:59-23:59", "0002-01-01T00:00:00+23:59", "2026-11-24T09:00:00", "2026-11-24T09:00:00.123456789Z",
    "9999-12-31", "0001-01-01", "9988-12-31", "07:32:00", "2024-02-29", "1900-01-01T00:00:00+05:30",
    "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551616", "-1", "0",
    "0xFFFFFFFFFFFFFFFF", "0o777", "0b1", "1_000", "1e308", "-1e308", "inf", "-inf", "nan", "0.1", "5.0", "true",
    '""', '"x"', "'\\'", '"""\nlines\r\nof text"""', '"\\u202e\\u0007\\u009b31m"', '"\\u0000"', '"=cmd|x"', '"a\\nb"',
    "[]", "{}", "[[]]", "[{}]", "[1, 'a', 2.0]", '["", "", ""]', "{a = {b = {c = 1}}}", "[{a = 1}, 2]",
    '"' + "w" * 9_000 + '"',
)  # fmt: skip
STRANGE_JSON = (
    "null", "true", "-1", "1e400", "18446744073709551616", '""', '"\\ud800"', '"9999-12-31T23:59:59-14:00"',
    '"0001-01-01T00:00:00+14:00"', '"2026-11-24T09:00:00Z"', "[]", "{}", '{"a":1,"a":2}', "NaN",
)  # fmt: skip
MARKS = (b"<<<<<<< HEAD\n", b"=======\n", b">>>>>>> theirs\n")
_PAIR = re.compile(r"^(\s*[\w.\"-]+\s*=\s*)(.*)$", re.MULTILINE)
_JSON_VALUE = re.compile(r'(:\s*)("(?:[^"\\]|\\.)*"|[\d.eE+-]+|true|false|null|\[\]|\{\})')


def mutated(content: bytes, name: str, rng: random.Random) -> bytes:
    """The content of the file of this name with one to three things wrong with it."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        change = rng.choice(_of_json if name.endswith(".json") else _of_toml if name.endswith(".toml") else _any)
        content = change(content, rng)
    return content


def nested(depth: int, rng: random.Random) -> str:
    """A value of so many brackets."""
    if rng.random() < 0.5:
        return "[" * depth + "]" * depth
    return "{a = " * depth + "1" + "}" * depth


def _value(content: bytes, rng: random.Random) -> bytes:
    """Another value where one stands, often of another type."""
    text = content.decode("utf-8", "surrogateescape")
    places = list(_PAIR.finditer(text))
    if not places:
        return content
    place = rng.choice(places)
    value = nested(rng.choice(DEEP), rng) if rng.random() < 0.15 else rng.choice(STRANGE)
    return (text[: place.start(2)] + value + text[place.end(2) :]).encode("utf-8", "surrogateescape")


def _unknown(content: bytes, rng: random.Random) -> bytes:
    """An unknown key in some table with an odd value; or a very long key."""
    lines = content.split(b"\n")
    at = rng.randrange(len(lines) + 1)
    key = rng.choice(("x", '"a b"', '"é.\\n"', "a.b.c", ".".join(["a"] * rng.choice(DEEP)), "id", "schema", "kind"))
    value = nested(rng.choice(DEEP), rng) if rng.random() < 0.4 else rng.choice(STRANGE)
    return b"\n".join([*lines[:at], f"{key} = {value}".encode(), *lines[at:]])


def _header(content: bytes, rng: random.Random) -> bytes:
    """A header more: of a table that is there, of an array where a table is, or far too long."""
    there: list[bytes] = re.findall(rb"^\[{1,2}([^\[\]\n]+)\]", content, re.MULTILINE) or [b"x"]
    name = rng.choice([*there, b"x", b".".join([b"b"] * rng.choice(DEEP)), b"schema", b"plan.readers"])
    header = bytes(rng.choice((b"[%s]\n", b"[[%s]]\n")) % name)
    body = f"x = {rng.choice(STRANGE)}\n".encode() if rng.random() < 0.5 else b""
    return content + b"\n" + header + body


def _line_twice(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    line = rng.choice(lines)
    at = rng.randrange(len(lines) + 1)
    return b"\n".join([*lines[:at], line, *lines[at:]])


def _line_gone(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def _cut(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] if rng.random() < 0.7 else content[at:]


def _bytes(content: bytes, rng: random.Random) -> bytes:
    """Inserts NUL, Latin-1, half a character, escapes, a byte order mark or quotes."""
    odd = (
        b"\0",
        b"\xe9",
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\x1b]52;c;YQ==\x07",
        b"\x9b",
        b"\xef\xbb\xbf",
        b'"',
        b"[",
        b"{",
        b"#",
        b"\r",
    )
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(odd) * rng.choice((1, 1, 2, 9)) + content[at + rng.randrange(3) :]


def _line_ends(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b"\n", rng.choice((b"\r", b"\r\n", b"\n\n", b"\r\r\n", b" ", b"\xe2\x80\xa8")))


def _encoding(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("utf-8", "replace") + "é"
    way = rng.choice(("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig"))
    return text.encode(way, "replace")


def _git(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True) or [b""]
    first, second = sorted((rng.randrange(len(lines) + 1), rng.randrange(len(lines) + 1)))
    here = [*lines[:first], MARKS[0], *lines[first:second], MARKS[1], *lines[first:second], MARKS[2], *lines[second:]]
    return b"".join(here if rng.random() < 0.8 else here[: first + 2])


def _all_of_it(content: bytes, rng: random.Random) -> bytes:
    """Another file altogether."""
    return rng.choice(
        (b"", b"\n", b"\0" * 99, b"[" * 50_000, b"{" * 50_000, b'{"a":' * 5_000, b"a.b." * 20_000, b"x = 1\n",
         content * 2, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), rng.randbytes(300), b"null", b"[]",
         b"\xef\xbb\xbf" * 2 + content)
    )  # fmt: skip


def _json_value(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    places = list(_JSON_VALUE.finditer(text))
    if not places:
        return content
    place = rng.choice(places)
    depth = rng.choice(DEEP)
    value = "[" * depth + "]" * depth if rng.random() < 0.3 else rng.choice(STRANGE_JSON)
    return (text[: place.start(2)] + value + text[place.end(2) :]).encode("utf-8", "surrogateescape")


_any = (_cut, _bytes, _line_ends, _encoding, _git, _all_of_it, _line_twice, _line_gone)
_of_toml = (*(_value,) * 8, *(_unknown,) * 5, *(_header,) * 3, *_any)
_of_json = (*(_json_value,) * 8, *_any)

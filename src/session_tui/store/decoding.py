"""Converts TOML tables and JSON to values of a type, or reports the faults.

msgspec converts a correct file quickly, but stops at the first fault. The tables of a faulty file
are then walked along the types, so that a user who repairs it by hand sees all faults at once.
"""

import difflib
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias, TypeVar, get_args, overload

import msgspec
from msgspec import inspect
from msgspec.structs import fields

from session_tui.model.fault import Fault
from session_tui.model.session import SCHEMA
from session_tui.store.errors import StoreError
from session_tui.store.toml import DEEPEST, Table

T = TypeVar("T")


def to_value(tables: Table, kind: type[T]) -> T:
    """Return the value of this type; `StoreError` with all faults, each with its path, counted
    from 1.
    """
    try:
        return msgspec.convert(tables, kind)
    except msgspec.ValidationError as error:
        # A newer version may write other words, which are no faults.
        faults = (fault,) if (fault := newer(tables)) else tuple(faults_of(tables, kind))
        raise StoreError(*(faults or (Fault("", str(error)),))) from None


def newer(tables: Table) -> Fault | None:
    """Return the fault that these tables have a newer schema than this program; None otherwise."""
    schema = tables.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema <= SCHEMA:
        return None
    what = f"written by a newer version of this program (schema {schema}; this one knows {SCHEMA})"
    return Fault("schema", what, "Update this program.", kind="newer")


def faults_of(tables: Table, kind: Any) -> Iterator[Fault]:
    """Yield every fault of the tables against a type."""
    yield from _walk(tables, inspect.type_info(kind), "")


def unknown_keys(tables: Table, kind: Any) -> tuple[Fault, ...]:
    """Return a fault for each key unknown to the type, with the most similar known one. A rewrite
    keeps such keys.
    """
    return tuple(_unknown(tables, inspect.type_info(kind), ""))


def knows_all(tables: Table, kind: type[msgspec.Struct]) -> bool:
    """Whether the type has every key of these tables, which are a value of it; and no text stands
    for a date (`put_dates`).

    Quick, since it runs for each file of the index.
    """
    known, dates, below = _keys_of(kind)
    if not tables.keys() <= known:
        return False
    for key in dates:
        if type(tables.get(key)) is str:
            return False
    for key, inner in below:
        value = tables.get(key)
        if value is not None:
            rows = value if type(value) is list else (value,)
            if not all(knows_all(row, inner) for row in rows):
                return False
    return True


def put_dates(tables: Table, kind: type[msgspec.Struct]) -> None:
    """Make dates, in place, of the texts that stand for dates of the type, as in MessagePack."""
    dates, below = _dates_of(kind)
    for key in dates:
        if type(value := tables.get(key)) is str:
            tables[key] = date.fromisoformat(value)
    for key, inner in below:
        value = tables.get(key)
        if value is not None:
            for row in value if type(value) is list else (value,):
                put_dates(row, inner)


_Below: TypeAlias = tuple[tuple[str, type[msgspec.Struct]], ...]  # keys, and the type of their tables


@cache
def _keys_of(kind: type[msgspec.Struct]) -> tuple[frozenset[str], tuple[str, ...], _Below]:
    """The keys of a type, those whose values are dates, and those whose values are tables.

    From the annotations: `inspect.type_info` takes 2 ms for a session, in every command.
    """
    known = fields(kind)
    types = [(each.encode_name, one) for each in known for one in _types_of(each.type)]
    return (
        frozenset(each.encode_name for each in known),
        tuple(key for key, one in types if one is date),
        tuple((key, one) for key, one in types if issubclass(one, msgspec.Struct)),
    )


@cache
def _dates_of(kind: type[msgspec.Struct]) -> tuple[tuple[str, ...], _Below]:
    """The keys of a type whose values are dates, and those of tables in which there are some."""
    _, dates, below = _keys_of(kind)
    return dates, tuple((key, inner) for key, inner in below if any(_dates_of(inner)))


def _types_of(kind: Any) -> Iterator[type]:
    """The types in an annotation, which may be a union, a tuple or `Annotated`."""
    if inner := get_args(kind):
        for each in inner:
            yield from _types_of(each)
    elif isinstance(kind, type):
        yield kind


def _walk(value: Any, kind: inspect.Type, path: str) -> Iterator[Fault]:
    match kind:
        case inspect.Metadata():
            yield from _walk(value, kind.type, path)
        case inspect.UnionType():
            yield from _walk_union(value, kind, path)
        case inspect.StructType():
            yield from _walk_struct(value, kind, path)
        case inspect.VarTupleType():
            if not isinstance(value, list):
                yield Fault(path, f"{_shown(value)} is {_named(value)}, not a list")
                return
            if kind.min_length and len(value) < kind.min_length:
                yield Fault(path, "is empty")
            for number, each in enumerate(value, 1):
                yield from _walk(each, kind.item_type, f"{path}[{number}]")
        case inspect.DictType():
            if not isinstance(value, dict):
                yield Fault(path, f"{_shown(value)} is {_named(value)}, not a table")
                return
            for key, each in value.items():
                yield from _walk(each, kind.value_type, f"{path}.{key}")
        case _:
            what = _leaf(value, kind)
            if what:
                yield Fault(path, what)


def _walk_union(value: Any, kind: inspect.UnionType, path: str) -> Iterator[Fault]:
    choices = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
    found = [tuple(_walk(value, each, path)) for each in choices]
    if all(found):
        # The faults of a list are those of the list type, of a table those of the table type,
        # otherwise of the first type.
        yield from next(
            (
                f
                for f, c in zip(found, choices, strict=True)
                if isinstance(value, list) == isinstance(c, inspect.VarTupleType)
                and isinstance(value, dict) == isinstance(c, inspect.StructType)
            ),
            found[0],
        )


def _walk_struct(value: Any, kind: inspect.StructType, path: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, f"{_shown(value)} is {_named(value)}, not a table")
        return
    for each in kind.fields:
        where = f"{path}.{each.encode_name}" if path else each.encode_name
        if each.encode_name in value:
            yield from _walk(value[each.encode_name], each.type, where)
        elif each.required:
            yield Fault(where, "is missing")


def _leaf(value: Any, kind: inspect.Type) -> str:
    shown, named = _shown(value), _named(value)
    match kind:
        case inspect.LiteralType(values=values):
            if value in values and isinstance(value, str):
                return ""
            return f"{shown} is not one of {', '.join(map(str, values))}"
        case inspect.IntType() | inspect.FloatType():
            return _number(value, kind)
        case inspect.StrType(min_length=least):
            if not isinstance(value, str):
                return f"{shown} is {named}, not text"
            return "is empty" if least and len(value) < least else ""
        case inspect.BoolType():
            return "" if isinstance(value, bool) else f"{shown} is {named}, not true or false"
        case inspect.DateTimeType():
            if not isinstance(value, datetime):
                return f"{shown} is {named}, not a time such as 2026-11-23 09:00:00+00:00"
            return "" if value.tzinfo else f"{shown} has no time zone; write +00:00 behind it"
        case inspect.DateType():
            sound = isinstance(value, date) and not isinstance(value, datetime)
            return "" if sound else f"{shown} is {named}, not a date such as 2026-11-23"
        case _:
            return ""


def _number(value: Any, kind: inspect.IntType | inspect.FloatType) -> str:
    whole = isinstance(kind, inspect.IntType)
    right = isinstance(value, int) or (isinstance(value, float) and (not whole or value.is_integer()))
    if isinstance(value, bool) or not right:
        named = "" if isinstance(value, bool) else f"{_named(value)}, "
        return f"{_shown(value)} is {named}not a {'whole ' if whole else ''}number"
    low, high = kind.ge, kind.le
    if low is not None and high is not None and not low <= value <= high:
        return f"{value} is not between {low:g} and {high:g}"
    if low is not None and value < low:
        return f"{value} is less than {low:g}"
    return f"{value} is more than {high:g}" if high is not None and value > high else ""


def _unknown(value: Any, kind: inspect.Type, path: str) -> Iterator[Fault]:
    match kind:
        case inspect.UnionType():
            for each in kind.types:
                yield from _unknown(value, each, path)
        case inspect.VarTupleType() if isinstance(value, list):
            for number, each in enumerate(value, 1):
                yield from _unknown(each, kind.item_type, f"{path}[{number}]")
        case inspect.StructType() if isinstance(value, dict):
            fields = {each.encode_name: each.type for each in kind.fields}
            for key, each in value.items():
                where = f"{path}.{key}" if path else key
                if key in fields:
                    yield from _unknown(each, fields[key], where)
                else:
                    near = difflib.get_close_matches(key, fields, 1)
                    yield Fault(where, "there is no such key", f"Did you mean {near[0]}?" if near else "")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "this"
    return value.isoformat(" ") if isinstance(value, datetime) else str(value)


def _named(value: Any) -> str:
    kinds: tuple[tuple[Any, str], ...] = (
        (bool, "true or false"), (str, "text"), (int, "a whole number"), (float, "a number"), (datetime, "a time"),
        (date, "a date"), (dict, "a table"), (list, "a list"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(value, kind)), "something else")


@overload
def from_json(content: bytes) -> Any: ...
@overload
def from_json(content: bytes, kind: type[T]) -> T: ...
def from_json(content: bytes, kind: Any = Any) -> Any:
    """Return the value; `StoreError` where it is not JSON, not of this type, or nested deeper than
    `DEEPEST`.
    """
    try:
        value = msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError) as error:
        raise StoreError(Fault("", f"it is not JSON of its kind: {error}")) from None
    if kind is Any and not _is_shallow(value):
        raise StoreError(Fault("", f"lists and objects stand more than {DEEPEST} deep inside each other"))
    return value


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [
            each
            for one in level
            if isinstance(one, dict | list)
            for each in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return True
    return False

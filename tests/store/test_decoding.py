"""Covers: session_tui.store.decoding.

The keys of a type are those that are read.
"""

import pytest
from msgspec import Struct, inspect

from session_tui.model.agenda import Agenda
from session_tui.model.configuration import Configuration
from session_tui.model.session import Session
from session_tui.store.decoding import _keys_of


def tables_in(kind: inspect.Type) -> list[type[Struct]]:
    """The types of the tables that a value of this type is, or has in a list."""
    match kind:
        case inspect.StructType():
            return [kind.cls]
        case inspect.Metadata():
            return tables_in(kind.type)
        case inspect.VarTupleType():
            return tables_in(kind.item_type)
        case inspect.UnionType():
            return [found for each in kind.types for found in tables_in(each)]
    return []


@pytest.mark.parametrize("kind", [Session, Agenda, Configuration])
def test_the_keys_of_a_type_are_those_that_msgspec_reads(kind: type[Struct]) -> None:
    waiting, seen = [kind], set()
    while waiting:
        one = waiting.pop()
        seen.add(one)
        shape = inspect.type_info(one)
        assert isinstance(shape, inspect.StructType)
        keys, below = _keys_of(one)
        assert keys == {each.encode_name for each in shape.fields}
        assert below == tuple((each.encode_name, inner) for each in shape.fields for inner in tables_in(each.type)[:1])
        waiting += {inner for _, inner in below} - seen
    assert len(seen) > 1

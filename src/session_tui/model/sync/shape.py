"""What the types say about the tables of a session: which keys are known, their defaults, and
which are private.
"""

from functools import cache
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct, inspect

from session_tui.model.session import LISTS, Session
from session_tui.model.vocabulary import PRIVATE

Table: TypeAlias = dict[str, Any]

# Private as a whole, by the path of keys from the session: notes, questions about the plan, how
# many notes there were, the commission, the hours saved, and the condition of the outcome.
_PRIVATE_PATHS = frozenset(
    {
        ("notes",),
        ("plan", "comments"),
        ("last_ids", "n"),
        ("credit_split",),
        ("value", "hours_saved"),
        ("condition",),
    }
)
# Their absence is no default. Of a person's power and support it says "not shared" or "not
# judged"; the default of `schema` moves with the program.
ALWAYS_WRITTEN = frozenset({"power", "support", "schema"})


class Key(Struct, frozen=True):
    """A key of a table. `table` is the shape of the table, or of each row (`rows`), that stands
    there.

    `day` says that its text is a date or a moment.
    """

    default: Any
    private: bool
    day: bool = False
    table: "Shape | None" = None
    rows: bool = False


class Shape(Struct, frozen=True):
    """The known keys of a table. `has_id`: its rows are the same by their id, otherwise by what
    they say.
    """

    keys: dict[str, Key]
    has_id: bool = False


@cache
def session_shape() -> Shape:
    """The shape of a session's tables."""
    return _shape(inspect.type_info(Session), ())


def _shape(kind: Any, path: tuple[str, ...]) -> Shape:
    keys = {}
    for each in kind.fields:
        where = (*path, each.encode_name)
        in_entry = bool(path) and path[0] in LISTS.values()
        table, rows = _nested(each.type)
        keys[each.encode_name] = Key(
            default=_plain_default(each),
            private=where in _PRIVATE_PATHS or (in_entry and each.encode_name in PRIVATE),
            table=_shape(table, where) if table is not None else None,
            rows=rows,
            day=_is_day(each.type),
        )
    return Shape(keys, has_id="id" in keys and bool(path))


def _nested(kind: Any) -> tuple[Any, bool]:
    """The table type in a field's type, and whether it is one of rows; None where it is a plain
    value.
    """
    match kind:
        case inspect.Metadata():
            return _nested(kind.type)
        case inspect.UnionType():
            return next((found for each in kind.types if (found := _nested(each))[0] is not None), (None, False))
        case inspect.VarTupleType():
            return _nested(kind.item_type)[0], True
        case inspect.StructType():
            return kind, False
        case _:
            return None, False


def _is_day(kind: Any) -> bool:
    match kind:
        case inspect.UnionType():
            return any(map(_is_day, kind.types))
        case inspect.Metadata():
            return _is_day(kind.type)
        case _:
            return isinstance(kind, inspect.DateType | inspect.DateTimeType)


def _plain_default(each: inspect.Field) -> Any:
    """A field's default as its table has it; `...`, which no table has, where the key is
    required.
    """
    if each.encode_name in ALWAYS_WRITTEN or each.required:
        return ...
    default = each.default if each.default_factory is msgspec.NODEFAULT else each.default_factory()
    return {} if isinstance(default, Struct) else [] if default == () else default

"""Covers: session_tui.tui.tables.column_widths.

Columns of a shared table are as wide as their names, and as many of them are shown as fit.
"""

import random

from rich.cells import cell_len

from session_tui.tui.tables.column_widths import GAP, MARGIN, fitted, widened
from session_tui.tui.tables.table import Cell, Column, Table

COLUMNS = (Column("", 3), Column("Who", share=3), Column("Has them", 8, least=50), Column("Pain", share=2, least=130))


def of(names: list[tuple[str, str, str]]) -> Table:
    rows = {f"s{at}": row for at, row in enumerate(names, 1)}
    return Table(COLUMNS, tuple(rows), lambda key: (Cell(key), *map(Cell, rows[key])), ())


def shown(table: Table, room: int) -> list[Column]:
    return [column for column in table.columns if column.least <= room <= column.most]


def test_a_column_of_names_is_as_wide_as_its_longest_name() -> None:
    table = widened(of([("Ruth Vale, CFO", "Bartholomew", ""), ("Mia", "Ben", "")]), 100)
    assert [column.width for column in table.columns][:3] == [3, 14, 11]


def test_what_does_not_fit_beside_the_names_is_left_out_and_comes_back_with_more_room() -> None:
    table = of([("Ruth Vale", "Bartholomew Featherstonehaugh-Brandenburg", "freight")])
    assert [column.title for column in shown(widened(table, 52), 52)] == ["", "Who"]
    assert [column.title for column in shown(widened(table, 76), 76)] == ["", "Who", "Has them"]
    assert [column.title for column in shown(widened(table, 140), 140)] == ["", "Who", "Has them", "Pain"]


def test_no_name_of_any_table_is_cut_where_half_the_room_holds_it() -> None:
    rng = random.Random(7)
    for _ in range(500):
        names = [("x" * rng.randint(1, 30) + ", CFO", "y" * rng.randint(1, 30), "z" * 90) for _ in range(5)]
        room = rng.randint(62, 240)
        table = widened(of(names), room)
        columns = shown(table, room)
        if all(column.width for column in columns):
            assert columns[1].width >= max(cell_len(row[0]) for row in names), "then titles are whole too"
            continue
        taken = sum(column.width + GAP for column in columns if column.width)
        loose = room - taken - GAP * sum(not column.width for column in columns)
        shares = sum(column.share for column in columns if not column.width)
        who = columns[1]
        assert int(loose * who.share / shares) >= min(room // 2, max(cell_len(row[0].split(",")[0]) for row in names))
        if len(columns) > 2:
            assert columns[2].width >= max(cell_len(row[1]) for row in names)


def test_a_table_without_rows_keeps_its_columns() -> None:
    assert [column.title for column in shown(widened(of([]), 80), 80)] == ["", "Who", "Has them"]


def test_what_is_left_goes_to_the_names_before_a_long_text_beside_them() -> None:
    rows = [("? (not known yet), Steering committee chair", "nobody", "z" * 60), ("Ruth Vale, CFO", "Ben", "z" * 90)]
    room = 132
    columns = shown(widened(of(rows), room), room)
    loose = room - sum(column.width + GAP for column in columns if column.width)
    loose -= GAP * sum(not column.width for column in columns)
    share = columns[1].share / sum(column.share for column in columns if not column.width)
    assert int(loose * share) >= cell_len(rows[0][0])


def test_in_a_narrow_terminal_nothing_is_cut_where_there_is_room_beside_it_and_names_are_cut_last() -> None:
    rng = random.Random(8)
    for _ in range(500):
        names = [("x" * rng.randint(1, 30) + ", CFO", "y" * rng.randint(1, 30), "z" * 90) for _ in range(5)]
        room = rng.randint(40, 126)
        table = fitted(of(names), room)
        columns = shown(table, room + MARGIN)
        assert [column.title for column in columns] == [column.title for column in shown(of(names), room + MARGIN)]
        taken = sum(column.width for column in columns) + GAP * (len(columns) - 1)
        assert taken < room
        longest = [
            max(map(cell_len, (column.title, *texts))) for column, texts in zip(columns, _texts(names), strict=False)
        ]
        cut = [at for at, column in enumerate(columns) if column.width < longest[at]]
        assert not cut or taken == room - 1, "what is cut has all the room"
        assert all(column.width <= longest[at] for at, column in enumerate(columns)), (
            "no column is wider than its texts"
        )
        if len(columns) > 2 and columns[2].width < longest[2]:
            firsts = max(cell_len(name.split(",")[0]) for name, _, _ in names)
            assert columns[1].width <= max(12, firsts), "a name is cut only where there is no title left"


def _texts(names: list[tuple[str, str, str]]) -> list[list[str]]:
    return [[f"s{at}" for at in range(1, 6)], *([row[at] for row in names] for at in range(3))]

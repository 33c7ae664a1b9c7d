"""Covers: session_tui.tui.drawings.short_names, and the columns of session_tui.tui.drawings.grid.

On the power and support grid each person can be told from every other, however narrow it is.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from profiles import examples
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session, Stakeholder
from session_tui.tui.drawings import grid
from session_tui.tui.drawings.short_names import short_names
from session_tui.tui.tables.table import View

NAMES = (
    "Ruth Vale", "Alexandra Montgomery", "Alexander Montgomery-Smith", "Maria Fernanda Gutiérrez Ortega",
    "Per Holmgren", "Per Halvorsen", "Li Wei",
)  # fmt: skip


def people(*names: str) -> tuple[Stakeholder, ...]:
    return tuple(Stakeholder(id=f"s{n}", name=name, power=5, support=-1) for n, name in enumerate(names, 1))


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (40, list(NAMES)),
        (16, ["Ruth Vale", "Alexandra M.", "Alexander M.", "Maria Ortega", "Per Holmgren", "Per Halvorsen", "Li Wei"]),
        (9, ["Ruth Vale", "Alexandra", "Alexander", "Maria O.", "Holmgren", "Halvorsen", "Li Wei"]),
        (5, ["Ruth", "s2 A…", "s3 A…", "Maria", "s5 P…", "s6 P…", "Li W."]),
    ],
)
def test_a_name_is_shortened_by_its_parts(width: int, shown: list[str]) -> None:
    assert list(short_names(people(*NAMES), width).values()) == shown


WORDS = ["Ana", "Aná", "ana", "Anna", "Bo", "Okafor", "漢字", "O", "?"]
PARTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)


@examples(300)
@given(st.lists(PARTS.map(" ".join), min_size=1, max_size=12), st.integers(4, 30))
def test_no_two_people_look_alike(names: list[str], width: int) -> None:
    found = short_names(people(*names), width)
    assert len({name_key(form) for form in found.values()}) == len(names)
    assert all(0 < cell_len(form) <= width for form in found.values())


@pytest.mark.parametrize("width", [60, 71, 80, 110, 200])
def test_the_titles_of_the_grid_are_whole_from_80_columns_on(width: int) -> None:
    unknown = (*people(*NAMES), Stakeholder(id="s8", name="?", title="head of internal audit"))
    session = Session(id="x", status="live", agenda="a", account="Acme", stakeholders=unknown)
    canvas = grid.drawn(View(session, date(2026, 11, 23)), width, 30)
    text = canvas.text()
    titles = ("-- enemy", "- non-supporter", "= neutral", "+ supporter", "++ mentor", "? unjudged")
    assert all(title in text for title in titles) == (width >= 80)
    assert all(cell_len(line) <= max(width, 60) for line in text.splitlines())

"""Short forms of the names on a map, for cells that are too narrow for whole ones."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from rich.cells import cell_len

from session_tui.model.name_keys import name_key
from session_tui.model.session import Stakeholder
from session_tui.tui.drawings.canvas import fitted
from session_tui.tui.drawings.chart import label


def short_names(people: Iterable[Stakeholder], width: int) -> Mapping[str, str]:
    """The label of each person by id, in at most `width` cells, no two alike.

    The first that fits of: the whole name; first and last name; first name and an initial; first
    name; initials and last name; last name; of a person without a name the title, as many words
    as fit. A form that is a form of another person too is not taken. Else the id stands, with as
    much of the name as has room.
    """
    everybody = tuple(people)
    forms = {person.id: tuple(dict.fromkeys(_forms(person))) for person in everybody}
    many = Counter(name_key(form) for found in forms.values() for form in dict.fromkeys(found))
    return {
        person.id: next(
            (form for form in forms[person.id] if cell_len(form) <= width and many[name_key(form)] == 1),
            _with_id(person, width),
        )
        for person in everybody
    }


def _forms(person: Stakeholder) -> Iterator[str]:
    """The forms of a name, the best first."""
    whole = label(person)
    yield whole
    words = whole.split()
    if person.name == "?":
        yield from (f"{' '.join(words[:many])}…" for many in range(len(words) - 1, 1, -1))
        return
    if len(words) < 2:
        return
    first, *others = words
    yield f"{first} {others[-1]}"
    yield f"{first} {others[-1][0]}."
    yield first
    yield f"{''.join(f'{word[0]}.' for word in words[:-1])} {words[-1]}"
    yield f"{first[0]}. {words[-1]}"
    yield words[-1]


def _with_id(person: Stakeholder, width: int) -> str:
    text = f"{person.id} {label(person)}"
    for end in range(len(text), len(person.id), -1):
        cut = text if end == len(text) else f"{text[:end].rstrip()}…"
        if cell_len(cut) <= width:
            return cut
    return fitted(person.id, width).rstrip()

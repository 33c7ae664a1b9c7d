"""The values that a shell completes: which parameter takes what, and where the values come from.

Completion reads and never asks: a configuration that needs a yes, a folder that cannot be read or
a disk that does not answer gives no candidates.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import click
from click.shell_completion import CompletionItem
from msgspec import Struct

from session_tui.index.index import Index
from session_tui.index.sessions import accounts_known, session_library
from session_tui.model.analysis import ours
from session_tui.model.name_keys import name_key
from session_tui.store.deadline import within
from session_tui.store.paths import Paths

_PATIENCE = 2.0  # seconds; a shell is blocked as long
_MOST = 1_000  # candidates; no list is read further


class Candidate(Struct, frozen=True):
    """A value and its description. `also` are other beginnings that lead to it."""

    value: str
    help: str = ""
    also: tuple[str, ...] = ()


Source = Callable[[Paths], Iterable[Candidate]]


@contextmanager
def _index(places: Paths) -> Iterator[Index]:
    with session_library(places).open() as index:
        yield index


def _sessions(places: Paths, *states: str) -> Iterator[Candidate]:
    with _index(places) as index:
        for card in index.cards():
            if card.fault is None and (not states or card.status in states):
                about = (card.account, card.opportunity, (card.outcome or card.status).replace("_", " "))
                yield Candidate(card.id, ", ".join(filter(None, about)), (card.id[-4:], card.account))
    if not states:
        yield Candidate("latest", "the newest session")


def _waiting(places: Paths) -> Iterator[Candidate]:
    from session_tui.store import merge_readers, session_folder

    for id in session_folder.waiting(places.sessions.path):
        yield Candidate(id, "two versions", (id[-4:],))
    for each in merge_readers.waiting(places):
        yield Candidate(each.name, "two versions")


def _removed(places: Paths) -> Iterator[Candidate]:
    from session_tui.store import removed_sessions

    for each in removed_sessions.removed(places.sessions.path):
        yield Candidate(each.id, f"removed on {each.at.astimezone():%d %b}", (each.id[-4:],))


def _accounts(places: Paths) -> Iterator[Candidate]:
    with _index(places) as index:
        yield from map(Candidate, accounts_known(index, places))


def _of_cards(places: Paths, key: str) -> Iterator[Candidate]:
    with _index(places) as index:
        for card in index.cards():
            yield Candidate(getattr(card, key), card.account)


def _ours(places: Paths) -> Iterator[Candidate]:
    configured = [person.name for person in places.configuration.people]
    for name in filter(None, (places.configuration.name, *configured)):
        yield Candidate(name, "ours")
    with _index(places) as index:
        for session in index.sessions():
            for name in ours(session):
                yield Candidate(name, "ours")


def _ours_or_me(places: Paths) -> Iterator[Candidate]:
    if places.configuration.name:
        yield Candidate("me", places.configuration.name)
    yield from _ours(places)


def _everybody(places: Paths) -> Iterator[Candidate]:
    yield from _ours_or_me(places)
    with _index(places) as index:
        for session in index.sessions():
            for person in session.stakeholders:
                if person.name != "?":
                    yield Candidate(person.name, session.account)


def _actions(places: Paths, *states: str) -> Iterator[Candidate]:
    from session_tui.model.reports.action_tracking import follow

    with _index(places) as index:
        for each in follow(index.sessions()):
            if each.item.status in states:
                yield Candidate(each.handle, f"{each.item.text} ({each.item.owner or each.account})")


def _about(places: Paths) -> Iterator[Candidate]:
    yield Candidate("us", "our house")
    yield Candidate("me", "yourself")
    yield from _accounts(places)


def _schemas(places: Paths) -> Iterator[Candidate]:
    from session_tui.cli.doctor import SCHEMAS
    from session_tui.cli.json_schemas import OUTPUTS

    yield from (Candidate(each, "a kind of file") for each in SCHEMAS)
    yield from (Candidate(each, "the output with --json") for each in OUTPUTS if " " not in each)


def _endpoints(places: Paths) -> Iterator[Candidate]:
    return (Candidate(each.name, each.kind) for each in places.configuration.endpoints)


def _messages(places: Paths) -> Iterator[Candidate]:
    from session_tui.outbox.store import Outbox

    for entry in Outbox(places.state.path / "outbox").messages():
        message = entry.message
        yield Candidate(entry.id, f"{message.account}, {message.endpoint}, {message.state}" if message else "")


def _agendas(places: Paths) -> Iterator[Candidate]:
    from session_tui.store import agendas

    return map(Candidate, agendas.names(places.agendas.path))


def _plans(places: Paths) -> Iterator[Candidate]:
    return (Candidate(each.stem) for each in sorted(places.plans.path.glob("*.md")))


def _formats(_: Paths) -> Iterator[Candidate]:
    from session_tui.export.formats import FORMATS

    return (Candidate(name, each.words) for name, each in FORMATS.items())


_NAMED: dict[str, Source] = {
    "account": _accounts,
    "zone": partial(_of_cards, key="zone"),
    "opportunity": partial(_of_cards, key="opportunity"),
    "id": _sessions,
    "ids": _sessions,
    "owner": _ours_or_me,
    "person": _everybody,
    "agenda": _agendas,
}
# By command, where the name of the parameter does not say it.
_OF_COMMAND: dict[str, dict[str, Source]] = {
    "run": {"attendees": _ours, "facilitator": _ours, "account_owner": _ours, "previous": _sessions},
    "prepare": {"attendees": _ours, "facilitator": _ours, "account_owner": _ours, "previous": _sessions},
    "resume": {"id": lambda places: _sessions(places, "live", "prepared")},
    "present": {"id": lambda places: _sessions(places, "live", "prepared")},
    "cancel": {"ids": lambda places: _sessions(places, "prepared", "live", "cancelled")},
    "remove": {"ids": lambda places: _sessions(places, "prepared", "held", "cancelled")},
    "restore": {"ids": _removed},
    "reopen-session": {"id": lambda places: _sessions(places, "held")},
    "compare": {"older": _sessions, "newer": _sessions},
    "map": {"earlier": _sessions},
    "merge": {"id": _waiting},
    "export-schema": {"words": _schemas},
    "done": {"words": lambda places: _actions(places, "open")},
    "reopen": {"actions": lambda places: _actions(places, "done", "dropped")},
    "assign": {"words": lambda places: _actions(places, "open"), "to": _ours},
    "people": {"name": _ours_or_me},
    "handover": {"name": _ours_or_me, "to": _ours},
    "person": {"name": _everybody},
    "forget": {"name": _everybody},
    "scorecard": {"name": _ours},
    "enemies": {"name": _ours, "about": _about},
    "enemies report": {"about": _about},
    "read": {"plan": _plans, "name": _ours},
    "push": {"names": _endpoints},
    "sync": {"names": _endpoints},
    "endpoint test": {"name": _endpoints},
    "endpoint trust": {"name": _endpoints},
    "endpoint secret": {"name": _endpoints},
    "outbox retry": {"id": _messages},
    "outbox drop": {"id": _messages},
    "export": {"formats": _formats},
}
_LISTS = frozenset((_formats,))  # values that stand in one word, with commas between them
_FOLDERS = frozenset((("", "sessions"), ("export", "output"), ("handover", "output"), ("person", "folder")))


def source_of(command: str, parameter: str) -> Source | None:
    """Where the values of a parameter come from; None for a free text or a path."""
    return _OF_COMMAND.get(command, {}).get(parameter, _NAMED.get(parameter))


def candidates(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem[str]]:
    """The values of a parameter that fit the typed beginning; for a path also files or folders."""
    command, name = ctx.command_path.partition(" ")[2], parameter.name or ""
    found: list[CompletionItem[str]] = []
    if (source := source_of(command, name)) is not None:
        before, comma, typed = incomplete.rpartition(",") if source in _LISTS else ("", "", incomplete)
        chosen = before.split(",") if comma else []
        fitting = _fitting((each for each in _read(ctx, source) if each.value not in chosen), typed)
        found = [CompletionItem(before + comma + each.value, help=each.help) for each in fitting]
    if parameter.type.name == "path":
        found.append(CompletionItem(incomplete, type="dir" if (command, name) in _FOLDERS else "file"))
    return found


def _read(ctx: click.Context, source: Source) -> tuple[Candidate, ...]:
    """The values of a source, each once."""
    root = ctx.find_root()
    places = root.obj(root.params.get("sessions"), root.params.get("config")).found
    if places.outside:
        from session_tui.outbox import trust

        if trust.untrusted_folders(places):
            return ()

    def read() -> tuple[Candidate, ...]:
        values: dict[str, Candidate] = {}
        for each in source(places):
            if each.value and len(values) < _MOST:
                values.setdefault(name_key(each.value), each)
        return tuple(values.values())

    return within(_PATIENCE, read, places.sessions.path)


def _fitting(known: Iterable[Candidate], typed: str) -> list[Candidate]:
    """The values that begin as typed, whatever their case and accents; else the only one with the
    text inside.

    A shell replaces the typed text by what all candidates begin with, so they must not begin with
    less than was typed.
    """
    values, key = list(known), name_key(typed)
    alike = [each for each in values if name_key(each.value).startswith(key)]
    common = os.path.commonprefix([each.value for each in alike])  # noqa: RUF071 - letters are meant
    if alike and (not common or len(common) >= len(typed)):
        return alike
    if exact := [each for each in values if each.value.startswith(typed)]:
        return exact
    inside = [each for each in values if any(key in name_key(text) for text in (each.value, *each.also))]
    return inside if len(inside) == 1 else []

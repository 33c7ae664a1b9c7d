"""`merge`: two versions of a session become one, on the full screen or by options."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, get_args

import click
import msgspec

from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_json, screen_fault
from session_tui.cli.push import push_changed_sessions
from session_tui.cli.sessions import library
from session_tui.index.sessions import conflicted
from session_tui.model import dates
from session_tui.model.fault import Fault
from session_tui.model.merge import merge as merge_model
from session_tui.model.merge.describe import VersionText, becomes, called, counts, title, version_texts
from session_tui.model.merge.points import Choice, MergePoint
from session_tui.store import merge as files
from session_tui.store import merge_readers
from session_tui.store.errors import StoreError
from session_tui.store.merge import MergeInput
from session_tui.tui import raw_mode

_KEPT = get_args(Choice)


@click.command()
@click.argument("id", required=False)
@click.option("--plain", is_flag=True, help="In lines, without the full screen: what differs, and nothing is written.")
@click.option(
    "--keep",
    type=click.Choice(_KEPT),
    multiple=True,
    help="Write it, and where both changed one thing, keep this; given again, the first that is possible.",
)
@click.option("--json", "as_json", is_flag=True, help="What differs, as an object; nothing is written.")
@click.pass_obj
def merge(context: CommandContext, id: str | None, plain: bool, keep: tuple[Choice, ...], as_json: bool) -> int:
    """Put two versions of session ID together, entry by entry; without ID, say of which there are
    two.

    A conflicted copy of a synced drive, git's marks in a file, ours of a conflict, two files with
    one id. A plan's readers' file (NAME.readers.toml) as ID: all its versions become one, and
    nothing has to be chosen.
    """
    if id is None:
        return _waiting(context, as_json=as_json)
    try:
        path = files.locate(context.sessions, id)
    except StoreError:
        if (readers := merge_readers.locate(id, context.places)) is None:
            raise
        return _merge_readers(context, merge_readers.look(readers), write=bool(keep), as_json=as_json, plain=plain)
    found = files.look(path, context.state)
    asked = not (plain or keep or as_json) and not screen_fault()
    if found.settled and (asked or keep):
        for words in files.write(found, {}, context.state):
            echo(words)
        return 0
    if asked:
        raw_mode.begin()
        from session_tui.cli.launch import merge_screen

        return merge_screen(context, found)
    choices = _choices(found, keep)
    if as_json:
        print_json(_data(found, choices))
    elif keep:
        if undecided := merge_model.left(found.merge, choices):
            some = ", ".join(called(point) for point in undecided)
            raise StoreError(
                Fault(found.id, f"cannot be both: {some}", "Add --keep ours or --keep theirs. Nothing was written.")
            )
        for words in files.write(found, choices, context.state):
            echo(words)
        push_changed_sessions(context, files.result(found, choices).session)
    else:
        _print(found, choices, context.today)
    return 0


def _waiting(context: CommandContext, *, as_json: bool) -> int:
    with library(context) as index:
        ids = (*conflicted(index), *(each.name for each in merge_readers.waiting(context.places)))
    if as_json:
        print_json(list(ids))
    elif not ids:
        echo("Of no session there are two versions.", err=True)
    for each in () if as_json else ids:
        echo(each)
    return 0


def _merge_readers(
    context: CommandContext, found: merge_readers.ReadersMergeInput, *, write: bool, as_json: bool, plain: bool
) -> int:
    """Merge all versions of a readers' file; there is nothing to choose."""
    readers, comments = found.added
    if as_json:
        print_json(
            {
                "readers": str(found.path),
                "versions": [each.name for each in found.versions],
                "adds": msgspec.to_builtins({"readers": readers, "comments": comments}),
            }
        )
        return 0
    if write or not (plain or screen_fault()):
        for words in merge_readers.write(found, context.state):
            echo(words)
        return 0
    echo(f"{len(found.versions)} versions of {found.path.name}")
    for version in found.versions:
        echo(f"  {version.name}")
    for reader in readers:
        echo(f"{reader.name} read the plan too")
    for comment in comments:
        echo(f"{comment.author} on line {comment.line}: {comment.text}")
    echo(f"Nothing has to be asked: session-tui merge {found.path.name} --keep both writes it.")
    return 0


def _choices(found: MergeInput, keep: tuple[Choice, ...]) -> dict[str, Choice]:
    """The automatic choices; the rest follows `keep`, as far as that is possible."""
    choices = found.merge.defaults
    for point in merge_model.left(found.merge, choices):
        wanted = next((each for each in keep if each in point.choices), None)
        if wanted is not None:
            choices[point.key] = wanted
    return choices


def _data(found: MergeInput, choices: Mapping[str, Choice]) -> dict[str, Any]:
    def one(point: MergePoint) -> dict[str, Any]:
        versions = [
            None if each is None else {"says": each.name, "facts": dict(each.facts)}
            for each in version_texts(found.merge, point)
        ]
        choice = choices.get(point.key)
        return {
            "key": point.key,
            "place": point.place or None,
            "ours": versions[0],
            "theirs": versions[1],
            "choices": list(point.choices),
            "choice": choice,
        }

    versions = {"ours": found.ours.name, "theirs": found.theirs.name}
    equal = [each.name for each in found.equal]
    return {"id": found.id, **versions, "equal": equal, "differs": [one(point) for point in found.merge.points]}


def _print(found: MergeInput, choices: Mapping[str, Choice], today: date) -> None:
    day = partial(dates.words, today=today)
    if found.settled:
        many = len(found.equal)
        echo(f"{many} {'copy is' if many == 1 else 'copies are'} the same as {found.id}, byte for byte:")
        for each in found.equal:
            echo(f"  {each.name}")
        echo(f"Nothing has to be asked: session-tui merge {found.id} --keep ours takes away what is there twice.")
        return
    echo(f"Two versions of {found.id}")
    echo(f"  ours    {found.ours.name}")
    echo(f"  theirs  {found.theirs.name}")
    heading = ""
    for point in found.merge.points:
        if title(point) != heading:
            heading = title(point)
            echo(f"\n{heading}")
        choice = choices.get(point.key)
        sign = "?" if choice is None else " "
        echo(f"{sign} {called(point)}: {becomes(point, choice)}")
        for name, one in zip(("ours", "theirs"), version_texts(found.merge, point, day), strict=True):
            echo(f"    {name:<7} {_described(one)}")
    many = len(merge_model.left(found.merge, choices))
    echo(f"\n{counts(found.merge)}, {many} to decide.")
    if many:
        echo(f"session-tui merge {found.id} asks about each; --keep ours, theirs or both writes it at once.")
    else:
        echo(f"Nothing has to be asked: session-tui merge {found.id} --keep both writes it.")


def _described(one: VersionText | None) -> str:
    if one is None:
        return "does not have it"
    facts = "; ".join(f"{key} {value}" for key, value in one.facts)
    return f"{one.name}: {facts}" if facts else one.name


COMMANDS: dict[str, click.Command] = {"merge": merge}

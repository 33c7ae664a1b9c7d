"""`person` and `forget`: all data about one person, to read or to export, and the replacement of
the name by a mark.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import PATH, PERSON
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json
from session_tui.cli.prompt import ask
from session_tui.cli.sessions import library
from session_tui.cli.table import TableColumn, paragraph, table
from session_tui.model import formats
from session_tui.model import person_names as people
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.store import atomic, folders
from session_tui.store.errors import StoreError, WrongName, from_os_error
from session_tui.store.privacy import erase, report, search
from session_tui.store.privacy.erase import Done
from session_tui.store.privacy.packed_sessions import PackedSession, unpacked
from session_tui.store.privacy.report import MentionedFile, PersonReport

KEYS = ("file", "kind", "account", "where", "as", "says")
FORGET_KEYS = ("file", "kind", "account", "places", "state", "why")
# The kinds of files in the singular and the plural, sessions first.
_SORTS = {
    "session": ("session", "sessions"),
    "kept copy": ("kept copy", "kept copies"),
    "readers": ("file of a plan's readers", "files of plans' readers"),
    "assessment": ("assessment", "assessments"),
    "draft": ("draft", "drafts"),
    "parcel": ("message of the outbox", "messages of the outbox"),
    "journal": ("journal of a hand-over", "journals of hand-overs"),
    "tutor": ("tutor's session", "tutor's sessions"),
    "kept plan": ("kept version of a plan", "kept versions of plans"),
    "error": ("error report", "error reports"),
    "half-written": ("half-written file", "half-written files"),
    "not ours": ("file of somebody's own", "files of somebody's own"),
}
_NAMED = 5  # accounts in a sentence; --json has all
_SHORT = 200  # characters of a text in the terminal; --json has the whole text


@click.command()
@click.argument("name", type=PERSON)
@click.option("--in", "account", metavar="ACCOUNT", default="", help="Only what is about this account.")
@click.option("-o", "folder", type=PATH, help="Write it there as JSON and Markdown too.")
@click.option("--json", "as_json", is_flag=True, help="An object with every place.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_obj
def person(context: CommandContext, name: str, account: str, folder: Path | None, as_json: bool, as_csv: bool) -> int:
    """All that the files hold about NAME, a stakeholder or one of our people; nothing is changed.

    Sessions, kept copies, readers of plans, assessments, drafts and the outbox; and other files
    here that say the name.
    """
    choose_one(as_json=as_json, as_csv=as_csv)
    about = report.find(context.places, name, account, packed=_packed(context))
    _refuse_slip(about)
    if folder is not None:
        _export(about, context, folder)
    if as_json:
        print_json(_data(about, context))
    elif as_csv:
        print_csv(KEYS, list(_rows(about, context)))
    else:
        _print(about, context)
    _print_matches(about, context)
    return 0


def _packed(context: CommandContext) -> dict[str, PackedSession]:
    """The sessions as the index has them, so that few files are read; none where the index cannot
    be used.
    """
    try:
        with library(context) as index:
            return unpacked(index.complete())
    except StoreError:
        return {}


@click.command()
@click.argument("name")
@click.option("--in", "account", metavar="ACCOUNT", default="", help="Only in what is about this account.")
@click.option("--everywhere", is_flag=True, help="It is one person, in several accounts or as one of ours too.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, as in a script.")
@click.option("--json", "as_json", is_flag=True, help="An object with every file.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_obj
def forget(
    context: CommandContext,
    name: str,
    account: str,
    everywhere: bool,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    as_csv: bool,
) -> int:
    """Put a mark in the place of NAME, and drop notes and pain about them; this cannot be undone.

    In every session, kept copy, readers' file, assessment, draft and message of the outbox; the
    index is made anew. The mark is the same in all files, and does not lead back to the name.
    Files that cannot be reached are listed, and the name has to be typed.
    """
    choose_one(as_json=as_json, as_csv=as_csv)
    if account and everywhere:
        raise click.UsageError("Choose one of --in and --everywhere.")
    about = report.find(context.places, name, account, whole=True)
    _check(about, context, everywhere=everywhere)
    todo = [place for place in about.places if place.counted]
    data = as_json or as_csv
    _print_plan(about, context, quiet=data and not dry_run and yes)
    if dry_run:
        if not todo:
            echo(f"No file of the program says {about.name.text}.", err=True)
        _report(about, context, [Done(place, place.trace.fault) for place in todo], "", as_json, as_csv, "would change")
        return 0
    if todo and not yes:
        _ask(about)
    mark = erase.mark(about, context.state, context.rng.randbytes) if todo else ""
    done = erase.forget(about, mark, context.state, context.now())
    left = [each for each in done if each.fault is not None]
    dropped = _index_dropped(context) and _ledgers_cleaned(about, mark, context)
    _report(about, context, done, mark, as_json, as_csv, "forgotten")
    for each in left:
        fault = Fault("", each.fault.what, each.fault.do).words if each.fault is not None else ""
        _print_sentence(f"Left: {_shown(each.place, context)}: {fault}")
    if todo:
        message = f"{about.name.text} is {mark} now, in {formats.count(len(done) - len(left), 'file')}."
        echo(message, err=True)
    elif not left:
        echo(f"No file of the program says {about.name.text}.", err=True)
    if left:
        echo(
            f"{formats.count(len(left), 'file')} left; session-tui forget does the rest when it is said again.",
            err=True,
        )
    return 1 if left or not dropped else 0


# ---- who is meant, and what it costs ------------------------------------------------------------


def _refuse_slip(about: PersonReport) -> None:
    """`WrongName` where no file has the name, but some file has a similar one."""
    if not about.found and not about.name.others and about.near:
        do = f"Did you mean {' or '.join(about.near)}?"
        raise WrongName(Fault("", f"no file here says {about.name.text}", do))


def _check(about: PersonReport, context: CommandContext, *, everywhere: bool) -> None:
    """`StoreError` unless the name is the whole name of one person."""
    name = about.name.text
    if people.MARK.fullmatch(name):
        raise StoreError(Fault("", f"{name} is a mark: that person is forgotten already"))
    if not erase.begun(about, context.state):
        _refuse_slip(about)
    part = about.name.others and not about.found  # the name occurs only inside longer names
    word = len(name.split()) == 1 and about.found
    if (word or part) and not about.named and not erase.begun(about, context.state):
        # A first name alone may be several people, and a common word is in every text.
        some = f": {', '.join(about.name.others)}" if about.name.others else ""
        what = f"{name} is nobody's whole name here{some}"
        raise StoreError(Fault("", what, "Write the whole name."))
    if about.two and not about.account and not everywhere:
        what = f"{about.name.text} may be {len(about.accounts) + about.ours} people: {_stands(about)}"
        do = "--in ACCOUNT forgets the one there, --everywhere all of them as one person."
        raise StoreError(Fault("", what, do))


def _stands(about: PersonReport) -> str:
    where = [f"a stakeholder of {account}" for account in about.accounts[:_NAMED]]
    if more := len(about.accounts) - len(where):
        where.append(f"a stakeholder of {formats.count(more, 'more account')}")
    return ", ".join([*where, *(["one of our people"] if about.ours else [])])


def _print_matches(about: PersonReport, context: CommandContext) -> None:
    if not about.found:
        echo(f"No file here says {about.name.text}.", err=True)
    elif about.two:
        message = f"{about.name.text} may be several people: {_stands(about)}. --in ACCOUNT shows one."
        echo(message, err=True)
    if about.name.others:
        echo(f"Other names, left out: {', '.join(about.name.others)}.", err=True)
    for word, many in about.alone:
        says = formats.plural(many, "says", "say")
        echo(f"{formats.count(many, 'text')} {says} {word} alone; that may be anybody.", err=True)
    for trace in about.unsure:
        echo(f"Not looked into: {trace.fault}", err=True)
    for place in about.places:
        if place.trace.fault is not None:
            echo(f"{_shown(place, context)}: {place.trace.fault.what}; it says the name.", err=True)
    for each in about.remarks:
        echo(each, err=True)


def _print_plan(about: PersonReport, context: CommandContext, *, quiet: bool) -> None:
    """Print the changes by kind, and what stays in spite of them; on standard error, above the
    question.
    """
    if quiet or not about.found:
        return
    todo = [place for place in about.places if place.counted]
    if todo:
        _print_sentence(f"{about.name.text}: {formats.count(len(todo), 'file')} ({', '.join(_sorts(todo))}).")
        for kind, many in sorted(about.kinds.items(), key=lambda each: -each[1]):
            then = "dropped" if kind in ("note or pain", "half-typed") else "a mark instead"
            echo(f"  {many:>4}  {kind}: {then}", err=True)
    echo("What this cannot reach:", err=True)
    for each in report.out_of_reach(about, context.places):
        _print_sentence(each, "  - ")


def _print_sentence(words: str, begins: str = "") -> None:
    """Print a sentence on standard error; on a terminal it is wrapped between words."""
    line = begins + words
    if sys.stderr.isatty():
        columns = shutil.get_terminal_size().columns
        line = click.wrap_text(words, columns - 1, begins, " " * len(begins))
    echo(line, err=True)


def _sorts(places: list[MentionedFile]) -> list[str]:
    sorts = [place.trace.sort for place in places]
    counts = [(sorts.count(each), words) for each, words in _SORTS.items() if each in sorts]
    return [f"{many} {words[many > 1]}" for many, words in counts]


def _ask(about: PersonReport) -> None:
    """Ask for the name itself: a single key would not show that the user means this person."""
    if not sys.stdin.isatty():
        raise StoreError(Fault(about.name.text, "there is no terminal to type the name at", "--yes answers for you."))
    asked = "This cannot be undone. Type the name to forget it, or nothing to leave it"
    typed = ask(asked, default="", show_default=False)
    if name_key(typed) != name_key(about.name.text):
        raise StoreError(Fault("", "that is not the name, and nothing was changed"))


def _ledgers_cleaned(about: PersonReport, mark: str, context: CommandContext) -> bool:
    if not (context.state / "sync").exists():
        return True
    from session_tui.outbox.sync.erasure import forget_in_ledgers

    def named() -> str:
        return mark or erase.mark(about, context.state, context.rng.randbytes)

    if forget_in_ledgers(context.state, about.name, named, about.account):
        return True
    folder = context.state / "sync"
    fault = Fault(str(folder), "what sync keeps could not be looked into", "Take the folder away: sync makes it anew.")
    echo(str(fault), err=True)
    return False


def _index_dropped(context: CommandContext) -> bool:
    from session_tui.index.index import drop

    try:
        drop(context.sessions, context.places.cache.path)
    except OSError as error:
        fault = from_os_error(
            error, context.places.cache.path, "Remove the index yourself: it may hold the name still."
        )
        echo(str(fault), err=True)
        return False
    return True


# ---- as data, as a table, as documents ----------------------------------------------------------


def _shown(place: MentionedFile, context: CommandContext) -> str:
    return search.shown(place.trace.path, context.places)


def _all(about: PersonReport) -> tuple[MentionedFile, ...]:
    order = list(_SORTS)
    return tuple(sorted((*about.places, *about.others), key=lambda place: order.index(place.trace.sort)))


def _rows(about: PersonReport, context: CommandContext) -> Iterator[tuple[str, ...]]:
    for place in _all(about):
        file = _shown(place, context)
        for hit in place.hits:
            yield file, place.trace.sort, place.trace.account, hit.where, hit.kind, hit.says


def _data(about: PersonReport, context: CommandContext) -> dict[str, Any]:
    found = [
        {**dict(zip(KEYS, row, strict=True)), "entry": dict(hit.row)}
        for row, hit in zip(_rows(about, context), (hit for place in _all(about) for hit in place.hits), strict=True)
    ]
    return {
        "name": about.name.text,
        "stakeholder_of": list(about.accounts),
        "one_of_ours": about.ours,
        "places": found,
        "other_names": list(about.name.others),
        "not_looked_into": [trace.fault.words for trace in about.unsure if trace.fault],
    }


def _report(
    about: PersonReport, context: CommandContext, done: list[Done], mark: str, as_json: bool, as_csv: bool, state: str
) -> None:
    if not (as_json or as_csv):
        return
    rows = [
        (
            _shown(each.place, context),
            each.place.trace.sort,
            each.place.trace.account,
            each.place.counted,
            "left" if each.fault is not None else state,
            Fault("", each.fault.what, each.fault.do).words if each.fault is not None else "",
        )
        for each in done
    ]
    if as_csv:
        print_csv(FORGET_KEYS, rows)
        return
    print_json(
        {
            "name": about.name.text,
            "mark": mark or None,
            "files": [dict(zip(FORGET_KEYS, row, strict=True)) for row in rows],
            "counts": dict(about.kinds),
            "out_of_reach": list(report.out_of_reach(about, context.places)),
        }
    )


def _print(about: PersonReport, context: CommandContext) -> None:
    """Print a table for each file: the person's roles there, and the texts."""
    columns = [TableColumn(least=18), TableColumn(fit="fold")]
    for place in _all(about):
        account = f"  {place.trace.account}" if place.trace.account else ""
        paragraph((_shown(place, context), "bold"), (f"  {_SORTS[place.trace.sort][0]}{account}", "dim"))
        rows = [(hit.kind, hit.says if len(hit.says) <= _SHORT else f"{hit.says[:_SHORT]} …") for hit in place.hits]
        table(columns, rows, titled=False, indent=2)


def _export(about: PersonReport, context: CommandContext, folder: Path) -> None:
    """Write both documents into the folder; an existing file is never overwritten."""
    import json

    from session_tui.store.session_folder import slug

    name = slug(about.name.text)
    documents = {
        folder / f"{name}.json": json.dumps(_data(about, context), indent=2, default=str) + "\n",
        folder / f"{name}.md": _markdown(about, context),
    }
    for path in documents:
        if path.exists():
            raise StoreError(Fault(str(path), "there is such a file already", "Choose another folder with -o."))
    for path, text in documents.items():
        try:
            folders.make(folder)
            atomic.write(path, text.encode("utf-8", "backslashreplace"), exclusive=True)
        except OSError as error:
            raise StoreError(from_os_error(error, path, "Choose another folder with -o.")) from error
        echo(str(path), err=True)


def _markdown(about: PersonReport, context: CommandContext) -> str:
    from session_tui.export.markdown import escaped

    lines = [f"# What the files hold about {escaped(about.name.text)}", ""]
    if about.accounts or about.ours:
        lines += [f"{escaped(about.name.text)} is {escaped(_stands(about))}.", ""]
    for place in _all(about):
        account = f", {place.trace.account}" if place.trace.account else ""
        lines += [f"## {escaped(_shown(place, context))}", "", escaped(f"{_SORTS[place.trace.sort][0]}{account}"), ""]
        lines += [f"- **{escaped(hit.kind)}** {escaped(hit.says)}" for hit in place.hits]
        lines.append("")
    return "\n".join(lines)


COMMANDS: dict[str, click.Command] = {"person": person, "forget": forget}

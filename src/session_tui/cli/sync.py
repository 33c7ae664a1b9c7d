"""`sync`: the folder of sessions and a team server are brought in step, in both directions."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import click

from session_tui.cli.command_context import CommandContext
from session_tui.cli.endpoint import ask_for_trust
from session_tui.cli.output import choose_one, echo, print_error, print_json
from session_tui.cli.sessions import progress_bar
from session_tui.model.configuration import Endpoint
from session_tui.model.fault import Fault
from session_tui.model.formats import count, plural
from session_tui.model.sync.planner import Notice
from session_tui.outbox.service import PushService
from session_tui.outbox.sync.proof import SyncProof
from session_tui.outbox.sync.report import SyncReport
from session_tui.outbox.sync.team_sync import TeamSync
from session_tui.store.errors import StoreError

SLOW = 25  # sessions; from here on a progress bar is shown
SHOWN = 5  # sessions of one kind that are named
SHOWN_WAITING = 20
_BY_WEIGHT = (0, 3, 1).index  # of exit statuses: a failure counts more than a session that waits

# What a notice says of its sessions: "ID: …", and of several at once.
_NOTICES: dict[Notice, str] = {
    "came back": "missing here, and brought back. To remove a session: session-tui remove ID",
    "old copy": "an earlier version of itself (git, a backup or a sync program), brought up to date; "
    "the file as it was is kept beside it, with .before-sync behind its name",
    "server behind": "the server lacks versions that were synced before, and gets them from here",
    "change won": "removed on one side and changed on the other; it stays",
    "restored": "removed before, and here again",
    "removed": "removed by the team; the file is in the folder removed for 90 days, "
    "and session-tui restore ID brings it back",
    "emptied": "the team's version removed or overwrote most of its entries; the file as it was is kept beside it, "
    "with .before-sync behind its name",
    "emptied by parts": "versions of the team removed or overwrote most of its entries, one after the other; kept "
    "beside it are the file before the first, with .before-losses behind its name, and before the last, with "
    ".before-sync",
    "hidden": "you may not see it on the server; the file stays where it is",
}


@click.command()
@click.option("--to", "names", multiple=True, metavar="NAME", help="This endpoint alone; may be given again.")
@click.option("--dry-run", is_flag=True, help="What would be done; nothing is changed.")
@click.option("--remove", is_flag=True, help="Yes: what was removed or emptied may go, however much.")
@click.option("--proof", is_flag=True, help="Change nothing: print the line that two members compare.")
@click.option("--json", "as_json", is_flag=True, help="The counts, as an object.")
@click.pass_obj
def sync(
    context: CommandContext, names: tuple[str, ...], dry_run: bool, remove: bool, proof: bool, as_json: bool
) -> int:
    """Bring the sessions here and on a team server in step, in both directions.

    With the endpoints that have `sync = true`, or those of --to. Nothing is deleted because it is
    missing on one side. Where both sides changed one thing, a copy is laid beside the file, and
    session-tui merge asks. Exit status: 0 in step, 3 something waits for you, 1 it failed.
    """
    choose_one(proof=proof, as_json=as_json)
    push_service = PushService(context)
    endpoints = _chosen(push_service, names)
    if proof:
        return _print_proofs([TeamSync(context, each).proof() for each in endpoints])
    reports = []
    for endpoint in endpoints:
        if names:
            ask_for_trust(push_service, endpoint)
        with progress_bar(f"Syncing with {endpoint.name}", SLOW) as progress:
            one = TeamSync(context, endpoint)
            reports.append(one.run(report=progress, remove=remove, dry_run=dry_run))
    status = max((report.status for report in reports), key=_BY_WEIGHT)
    if as_json:
        print_json(_data(reports))
    for report in reports:
        if not as_json:
            print_report(report, dry_run=dry_run)
        if report.stopped is not None:
            _print_stopped(report.endpoint, report.stopped, as_json=as_json)
    return 0 if dry_run and status == 3 and not any(report.waiting for report in reports) else status


def _chosen(push_service: PushService, names: tuple[str, ...]) -> tuple[Endpoint, ...]:
    if names:
        return tuple(push_service.endpoint_named(name) for name in dict.fromkeys(names))
    found = tuple(each for each in push_service.endpoints if each.sync)
    if not found:
        config = push_service.context.places.config
        what = "no endpoint has sync = true"
        do = 'An endpoint of kind = "team_server" may have it; --to NAME syncs with one that has not.'
        raise StoreError(Fault(str(config.path) if config else "session-tui.toml", what, do))
    return found


def _data(reports: list[SyncReport]) -> dict[str, Any]:
    def counts(*some: SyncReport) -> dict[str, int]:
        names = ("sent", "received", "merged", "waiting", "removed")
        return {name: sum(getattr(each, name) for each in some) for name in names}

    return counts(*reports) | {
        "endpoints": [
            {
                "name": each.endpoint,
                **counts(each),
                "here": each.here,
                "there": each.there,
                "in_step": each.in_step,
                "put_back": each.put_back.isoformat() if each.put_back is not None else None,
                "waits": {one.session: one.sentence for one in each.waits},
                "error": each.stopped.words if each.stopped is not None else None,
            }
            for each in reports
        ]
    }


def print_report(report: SyncReport, *, dry_run: bool) -> None:
    """Print what became of a sync with one server."""
    if report.stopped is None or report.there or report.here:
        echo(f"{report.endpoint}: {_sentence(report, dry_run=dry_run)}")
    by_notice: dict[Notice, list[str]] = defaultdict(list)
    for notice, session in report.notices:
        by_notice[notice].append(session)
    for notice, words in _NOTICES.items():
        if sessions := by_notice.get(notice):
            echo(f"  {_some(sessions, SHOWN)}: {words}")
    if report.put_back_sentence:
        echo(f"  {report.put_back_sentence}")
    for each in report.waits[:SHOWN_WAITING]:
        echo(f"  {each.sentence}")
    if len(report.waits) > SHOWN_WAITING:
        echo(f"  and {len(report.waits) - SHOWN_WAITING:,} more that wait")
    if report.removals:
        many = count(report.removals, "session")
        echo(f"  {many} were removed by the team, which is a lot at once: they stay here for now.")
        echo(f"  session-tui sync --to {report.endpoint} --remove moves the files to the folder removed, for 90 days.")
    if report.late_removals:
        some = _some(report.late_removals, SHOWN)
        echo(
            f"  {some}: removed here, and shown by the server again. That is a lot at once, so they stay there for now."
        )
        echo(f"  session-tui sync --to {report.endpoint} --remove removes them there, for all of the team.")
        echo("  session-tui restore ID keeps one, where its file is still in the folder removed.")
    if report.emptied:
        some = _some(report.emptied, SHOWN)
        echo(f"  {some}: the team's version lacks most of the entries. That is a lot at once, so yours stays for now.")
        echo(f"  session-tui sync --to {report.endpoint} --remove takes the team's, and keeps a copy of each file.")


def _sentence(report: SyncReport, *, dry_run: bool) -> str:
    counted = (
        (report.sent, "sent"),
        (report.received, "received"),
        (report.merged, "merged"),
        (report.removed, "removed"),
    )
    done = [f"{number:,} {word}" for number, word in counted if number]
    there = count(report.there, "session")
    sides = f"{there} on the server, {report.here:,} here"
    waits = f"{report.waiting:,} {plural(report.waiting, 'waits', 'wait')} for you"
    if report.in_step:
        end = f"in step, but {waits}" if report.waiting else "in step"
    elif report.waiting:
        end = waits
    else:
        end = "not in step yet" if not dry_run else "nothing was changed"
    would = "would be " if dry_run and done else ""
    return f"{sides}; {would}{', '.join(done)}; {end}." if done else f"{sides}; {end}."


def _print_proofs(proofs: list[SyncProof]) -> int:
    for each in proofs:
        if each.line:
            echo(f"{each.endpoint}: {each.line}" if len(proofs) > 1 else each.line)
        named = list(each.differs.items())
        for session, what in named[:SHOWN_WAITING]:
            echo(f"{session}: {what}", err=True)
        if len(named) > SHOWN_WAITING:
            echo(f"and {len(named) - SHOWN_WAITING:,} more that differ", err=True)
        if named:
            echo("session-tui sync brings them in step.", err=True)
        if each.stopped is not None:
            _print_stopped(each.endpoint, each.stopped, as_json=False)
    return max((each.status for each in proofs), key=_BY_WEIGHT)


def _some(sessions: Sequence[str], most: int) -> str:
    more = len(sessions) - most
    return f"{', '.join(sessions[:most])}{f' and {more:,} more' if more > 0 else ''}"


def _print_stopped(endpoint: str, fault: Fault, *, as_json: bool) -> None:
    where = fault.where if endpoint in fault.where else ": ".join(filter(None, (endpoint, fault.where)))
    if as_json:
        print_error(f"{where}: {fault.what}", fault.do, 1)
    else:
        echo(f"session-tui: {where}: {fault.what}{f'. {fault.do}' if fault.do else ''}", err=True)


COMMANDS: dict[str, click.Command] = {"sync": sync}

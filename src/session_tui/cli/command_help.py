"""The groups of `--help` and the examples of every command, for help and the man page alone."""

from collections.abc import Iterable

import click

# The title of a group, a line to try, and the commands.
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "Hold a session",
        'session-tui run "Acme Freight"',
        ("run", "prepare", "read", "resume", "present", "demo", "tutor"),
    ),
    (
        "Look things up",
        "session-tui search payback",
        ("list", "search", "show", "map", "brief", "history", "beliefs", "compare", "stats", "value"),
    ),
    (
        "Follow through",
        "session-tui actions --mine --open",
        ("actions", "done", "reopen", "assign", "due", "gate", "pipeline", "import"),
    ),
    ("Share", "session-tui export latest --to md,html", ("export", "push", "sync", "outbox", "endpoint")),
    ("Be a team", "session-tui scorecard report", ("people", "handover", "scorecard", "enemies", "join", "serve")),
    (
        "Put right",
        "session-tui validate sessions/*.toml",
        ("cancel", "reopen-session", "amend", "merge", "remove", "restore", "validate", "person", "forget"),
    ),
    ("The program", "session-tui help run", ("doctor", "trust", "completion", "export-schema", "help")),
)
OTHERS = "More"  # commands that no group names

# By command: a line, and what it does.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("session-tui", "the home screen: what is due, what is live, all sessions"),
        ('session-tui run "Acme Freight"', "hold a session, 30 minutes"),
        ("session-tui demo", "try it; nothing of yours is touched"),
        ("session-tui tutor", "learn it in five minutes"),
    ),
    "run": (
        ('session-tui run "Acme Freight" --attendee "Ben Okafor:presales"', "hold a session; Ben prepares presales"),
        ('session-tui run "Acme Freight" --agenda check-in-15 --wait', "15 minutes, and the clock waits for you"),
    ),
    "prepare": (
        ('session-tui prepare "Acme Freight" --plan acme-freight.md', "the plan is read before the clock runs"),
    ),
    "resume": (("session-tui resume", "go on with the session that is live"),),
    "present": (("session-tui present", "a second window, to share"),),
    "join": (
        ("session-tui join https://team.example.com", "a code to type into the team's page"),
        ("session-tui join https://team.example.com --invitation -", "by an invitation, without a page"),
    ),
    "serve": (("session-tui serve --data /srv/team", "a team server on this machine"),),
    "serve backup": (("session-tui serve backup /var/backups/team.db --data /srv/team", "while the server runs"),),
    "serve restore": (
        ("session-tui serve restore /var/backups/team.db --data /srv/team", "last night's, after the server has ended"),
    ),
    "serve copy": (
        ("session-tui serve copy --to postgresql://team@db.example.com/team --data /srv/team", "to PostgreSQL"),
    ),
    "serve check": (("session-tui serve check --data /srv/team", "every chain and every digest"),),
    "serve token": (
        ("session-tui serve token ana --role facilitator --data /srv/team", "a token for Ana"),
        ("session-tui serve token reports --role viewer --expires 90", "one for a script, for 90 days"),
    ),
    "serve invite": (('session-tui serve invite "Mei Tan" --role facilitator', "Mei joins with what it prints"),),
    "serve approve": (
        ('session-tui serve approve 7Q2K-M9XD "Mei Tan" --role member', "the computer that shows this code is let in"),
        ("session-tui serve approve 7Q2K-M9XD --refuse", "it is not"),
    ),
    "serve audit": (
        ('session-tui serve audit --account "Acme Freight" --since -30d', "who changed and read Acme Freight's"),
        ("session-tui serve audit --json --data /srv/team", "all of it, for a program"),
    ),
    "serve people": (("session-tui serve people --data /srv/team", "who is in the team, with which tokens"),),
    "serve people revoke": (
        ('session-tui serve people revoke "Ben Okafor"', "all tokens of Ben; Ben stays in the team"),
        ("session-tui serve people revoke t_5d0c1f5b8a6e4b7c", "one token"),
    ),
    "serve people remove": (('session-tui serve people remove "Ben Okafor"', "Ben leaves, with all tokens"),),
    "serve people role": (('session-tui serve people role "Ben Okafor" coach', "Ben reads everything from now on"),),
    "serve people accounts": (
        ('session-tui serve people accounts "Ben Okafor" "Acme Freight"', "Ben sees Acme Freight alone"),
        ('session-tui serve people accounts "Ben Okafor" --all', "all accounts again"),
    ),
    "demo": (("session-tui demo", "a session on a sample account"),),
    "tutor": (
        ("session-tui tutor", "nine tasks; it can be left and gone on with"),
        ("session-tui tutor --new", "from the beginning"),
    ),
    "list": (
        ("session-tui list --since -30d --outcome pursue", "what was pursued in the last 30 days"),
        ("session-tui list --account acme --json", "for a program"),
    ),
    "search": (
        ("session-tui search payback committee", "sessions with both words"),
        ("session-tui search people:ruth", "in the names of people alone"),
    ),
    "show": (
        ("session-tui show latest", "the newest session"),
        ("session-tui show 2m9x --markdown", "by the end of its id, to be copied or sent"),
    ),
    "actions": (
        ("session-tui actions --mine --open", "what you promised"),
        ("session-tui actions --due-before fri --csv", "for a spreadsheet"),
    ),
    "done": (
        ("session-tui done 7k3q:t2 they agreed", "with its result"),
        ("session-tui done 7k3q:t2 t3 --on yesterday", "two of one session"),
    ),
    "reopen": (("session-tui reopen 7k3q:t2", "it is open again"),),
    "assign": (("session-tui assign 7k3q:t2 mei --due fri", "Mei has it, by Friday"),),
    "beliefs": (('session-tui beliefs "Acme Freight"', "what was believed, and what was true"),),
    "history": (
        ('session-tui history "Acme Freight"', "how the account went"),
        ('session-tui history --person "Ruth Vale"', "how one person stood to us"),
    ),
    "compare": (("session-tui compare t4c1 2m9x", "what changed between two sessions"),),
    "stats": (("session-tui stats --csv", "all sessions in figures, for a spreadsheet"),),
    "people": (("session-tui people", "who covers whom, and who has too much"),),
    "handover": (
        ("session-tui handover ben", "what Ben holds"),
        ("session-tui handover ben --to mei", "Mei takes it over, with a brief"),
        ("session-tui handover --undo", "take the last hand-over back"),
    ),
    "export": (
        ("session-tui export latest --to md,html -o out", "two documents in a folder"),
        ("session-tui export 2m9x --to md -o -", "print one"),
    ),
    "push": (
        ("session-tui push latest --preview", "exactly what would leave; nothing is sent"),
        ("session-tui push latest --to team", "send it to one endpoint"),
    ),
    "sync": (
        ("session-tui sync", "with every team server that has sync = true"),
        ("session-tui sync --to team --dry-run", "what would be sent and received"),
        ("session-tui sync --proof", "a line; who holds the same sessions has the same"),
    ),
    "outbox": (("session-tui outbox", "what was sent, and what waits"),),
    "outbox retry": (("session-tui outbox retry", "all that wait, now"),),
    "outbox drop": (("session-tui outbox drop 5f2c", "it is not sent any more"),),
    "endpoint": (("session-tui endpoint", "which endpoints are ready"),),
    "endpoint test": (("session-tui endpoint test team", "does it arrive?"),),
    "endpoint trust": (("session-tui endpoint trust team", "yes to an endpoint that came with a folder"),),
    "endpoint secret": (("session-tui endpoint secret team", "store its secret in the keyring"),),
    "trust": (("session-tui trust", "yes to folders that a configuration names"),),
    "map": (
        ("session-tui map latest", "in words"),
        ("session-tui map latest -o map.svg --theme dark", "as a picture"),
    ),
    "due": (
        ("session-tui due --mine", "your deals that need a session"),
        ("session-tui due --ics > due.ics", "as a calendar"),
    ),
    "pipeline": (("session-tui pipeline check export.csv", "how the file is read"),),
    "pipeline check": (("session-tui pipeline check export.csv", "each line, as it is read"),),
    "import": (("session-tui import contacts people.csv", "the people of an account"),),
    "import contacts": (('session-tui import contacts people.csv --account "Acme Freight"', "into its next session"),),
    "gate": (('session-tui gate "Acme Freight" --within 30 && echo yes', "in a script; exit status 3 is no"),),
    "brief": (('session-tui brief "Acme Freight"', "one page, before you call them"),),
    "value": (("session-tui value", "what the sessions cost and saved"),),
    "scorecard": (('session-tui scorecard --as "Ben Okafor"', "rate the practices"),),
    "scorecard report": (("session-tui scorecard report --html > team.html", "one page with a picture"),),
    "enemies": (("session-tui enemies --about us", "which habits live in our house"),),
    "enemies report": (("session-tui enemies report --about us", "what the team said"),),
    "read": (('session-tui read acme-freight --as "Ben Okafor"', "read a plan, comment, put it on record"),),
    "cancel": (
        ("session-tui cancel x3fd", "it does not take place"),
        ("session-tui cancel x3fd --undo", "it does"),
    ),
    "reopen-session": (("session-tui reopen-session 2m9x", "it was ended by mistake"),),
    "merge": (
        ("session-tui merge", "which sessions have two versions"),
        ("session-tui merge 9kd3 --keep both", "put them together at once"),
    ),
    "person": (('session-tui person "Ruth Vale" -o out', "all that is kept about her, as files"),),
    "forget": (('session-tui forget "Ruth Vale" --dry-run', "what would change"),),
    "amend": (("session-tui amend 2m9x --zone DACH", "the zone was wrong"),),
    "remove": (
        ("session-tui remove x3fd", "it is in no list any more; asks first"),
        ("session-tui remove 2m9x t4c1 --yes", "two, without a question"),
    ),
    "restore": (
        ("session-tui restore", "what can be restored, and until when"),
        ("session-tui restore x3fd", "it is back"),
    ),
    "validate": (("session-tui validate sessions/*.toml", "every fault, with its line"),),
    "doctor": (("session-tui doctor", "which folders are used, and why"),),
    "completion": (
        ('eval "$(session-tui completion bash)"', "in ~/.bashrc; zsh alike"),
        ("session-tui completion fish > ~/.config/fish/completions/session-tui.fish", "once, for fish"),
    ),
    "export-schema": (("session-tui export-schema configuration > session-tui.schema.json", "for an editor"),),
    "help": (("session-tui help endpoint test", "how a command is called"),),
}


def grouped(names: Iterable[str]) -> list[tuple[str, str, list[str]]]:
    """The groups with those of these commands that they name, and at last the rest."""
    there = list(names)
    found = [(title, line, [name for name in some if name in there]) for title, line, some in GROUPS]
    known = {name for _, _, some in found for name in some}
    rest = [name for name in there if name not in known]
    return [*found, *([(OTHERS, "", rest)] if rest else [])]


def write_examples(path: str, formatter: click.HelpFormatter) -> None:
    """Write the examples of a command: a line to copy, and below it what it does."""
    examples = EXAMPLES.get(path, ())
    if not examples:
        return
    with formatter.section("Example" if len(examples) == 1 else "Examples"):
        for line, words in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")
            formatter.write(f"{'':>{formatter.current_indent + 4}}{words}\n")


def write_epilog(command: click.Command, path: str, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write what stands at the end of a command's help: its own epilog, then the examples."""
    click.Command.format_epilog(command, ctx, formatter)
    write_examples(path, formatter)

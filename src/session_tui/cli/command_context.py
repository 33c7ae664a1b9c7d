"""The context of one call of the program: the application's context, with the command's options
and access rules.
"""

import os
import random
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from session_tui.cli.output import echo, print_faults
from session_tui.context import AppContext
from session_tui.model.fault import Fault
from session_tui.store import paths
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths

# Commands that write nothing into the folders. All others are refused where the folder is unclear;
# a new command is therefore safe by default.
READS = frozenset(
    [
        "list",
        "search",
        "show",
        "present",
        "actions",
        "beliefs",
        "history",
        "compare",
        "stats",
        "people",
        "map",
        "due",
        "gate",
        "brief",
        "value",
        "person",
        "export",
    ]
)
# Commands that do not use the sessions' folder.
WITHOUT_SESSIONS = frozenset(
    (
        "doctor",
        "outbox",
        "endpoint",
        "join",
        "trust",
        "export-schema",
        "validate",
        "pipeline",
        "serve",
        "completion",
        "help",
    )
)
_ASSESSES = frozenset(("scorecard", "enemies"))

if TYPE_CHECKING:
    from session_tui.cli.prompt import InputLines
    from session_tui.store.clock import SteadyClock


class CommandContext(AppContext):
    """The application's context with the options of the command line.

    A command that may not use the folders is refused.
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        rng: random.Random,
        environ: Mapping[str, str],
        sessions: Path | None = None,
        config: Path | None = None,
        pipeline: Path | None = None,
        own: Path | None = None,
        command: str = "",
        find_steady: "Callable[[], SteadyClock] | None" = None,
    ) -> None:
        """`own` replaces the user's folder for state and cache, for a trial.

        `command` is the name of the called command; empty for the home screen.
        """
        super().__init__(self._usable, now, rng, environ, find_steady)
        self.own = own
        self.sessions_option = sessions
        self.config_option = config
        self.pipeline_option = pipeline
        self.command = command

    @cached_property
    def found(self) -> Paths:
        """The places with all their faults, for `doctor`; raises nothing."""
        try:
            here: Path | None = Path.cwd()
        except OSError:
            here = None
        found = paths.find(
            here,
            {**self.environ, "SESSION_TUI_STATE": str(self.own / "state")} if self.own else self.environ,
            sessions=self.sessions_option,
            config=self.config_option,
            pipeline=self.pipeline_option,
        )
        if not self.own:
            return found
        # A trial sends nothing: its sessions are samples, and the endpoints are the user's.
        return replace(found, configuration=replace(found.configuration, endpoints=()))

    def _usable(self) -> Paths:
        """The places in force; faults of the configuration are printed once, on standard error.

        `StoreError` where the command cannot use the folder: no other folder replaces it.
        """
        found = self.found
        if found.unread:
            named = found.config is not None and found.config.source in ("option", "environment")
            if named and found.config is not None and not os.path.lexists(found.config.path):
                raise StoreError(
                    found.unread
                )  # a mistyped name: without this error, all settings would be missing unnoticed
            echo(f"{found.unread}", err=True)
            echo(f"Sessions are looked for in {_called(found)}.", err=True)
        print_faults(found.faults)
        if self.command in WITHOUT_SESSIONS:
            return found
        if found.unsure and not found.unread and self.command in (*READS, "resume"):
            echo(f"Sessions are looked for in {_called(found)}.", err=True)
        if barrier := self._barrier(found):
            raise StoreError(barrier)
        if found.outside and not self.own:
            self._ask(found)
        return found

    @cached_property
    def lines(self) -> "InputLines":
        """Standard input, for the commands that read lines."""
        from session_tui.cli.prompt import standard_input  # few commands read or ask

        return standard_input()

    def _barrier(self, found: Paths) -> Fault | None:
        """The reason why this command cannot use the folders."""
        if found.sessions.fault:
            return found.sessions.fault
        if found.unsure and self.command not in (*READS, "resume") and not self.own:
            return found.unsure
        if self.command in _ASSESSES and found.assessments.fault:
            return found.assessments.fault
        named = found.sessions.source == "option"
        if named and self.command in READS and not found.sessions.path.exists():
            return Fault(str(found.sessions.path), "there is no such folder", "session-tui run ACCOUNT makes it.")
        return None

    def _ask(self, found: Paths) -> None:
        """Ask once before the program uses folders that a configuration from elsewhere names
        outside its own folder.
        """
        from session_tui.outbox import trust

        unknown = trust.untrusted_folders(found)
        if not unknown:
            return
        from session_tui.cli.prompt import confirm

        question = trust.folder_question(found, unknown)
        if sys.stdin.isatty() and sys.stderr.isatty() and confirm(question):
            trust.trust_folders(found, unknown, self.now())
            return
        raise StoreError(trust.untrusted_fault(found, unknown))

    def with_pipeline(self, pipeline: Path | None) -> "CommandContext":
        """This context with the pipeline file of a command's own option."""
        options = (self.sessions_option, self.config_option, pipeline, self.own, self.command, self.find_steady)
        return CommandContext(self.now, self.rng, self.environ, *options)

    def trial(self, folder: Path) -> "CommandContext":
        """A context for a trial: sessions, state and cache in this folder, the same standard
        input.
        """
        sessions, steady = folder / "sessions", self.find_steady
        made = CommandContext(self.now, self.rng, self.environ, sessions, own=folder, find_steady=steady)
        made.lines = self.lines
        return made


def _called(found: Paths) -> str:
    return f"{found.sessions.path} ({found.sessions.why})"

"""What every command needs to know: where things are, what time it is, what the dice say."""

import os
import random
import traceback
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from session_tui.cli.output import say
from session_tui.store import places
from session_tui.store.places import Places


class Where:
    """The options given, and the places they lead to (looked up once, when first asked)."""

    def __init__(
        self,
        sessions: Path | None = None,
        config: Path | None = None,
        pipeline: Path | None = None,
        own: Path | None = None,
    ) -> None:
        """`own` is a folder for state and cache instead of the user's, which a trial leaves alone."""
        self.own = own
        self.sessions_option = sessions
        self.config_option = config
        self.pipeline_option = pipeline

    @cached_property
    def places(self) -> Places:
        """The places in force; what is wrong with the configuration is said once, on standard error."""
        found = places.find(
            Path.cwd(),
            {**os.environ, "SESSION_TUI_STATE": str(self.own / "state")} if self.own else os.environ,
            sessions=self.sessions_option,
            config=self.config_option,
            pipeline=self.pipeline_option,
        )
        if found.faults and found.config:
            for fault in found.faults:
                say(f"{found.config.path}: {fault}", err=True)
        return found

    def with_pipeline(self, pipeline: Path | None) -> "Where":
        """The same, with a command's own option for the pipeline."""
        return Where(self.sessions_option, self.config_option, pipeline, self.own)

    @property
    def sessions(self) -> Path:
        """The sessions folder in force."""
        return self.places.sessions.path

    @property
    def state(self) -> Path:
        """Where locks and drafts are."""
        return self.places.state.path


def now() -> datetime:
    """This moment, aware, UTC."""
    return datetime.now(UTC)


def chance() -> random.Random:
    """Dice for new ids."""
    return random.SystemRandom()


def keep_traceback(error: Exception) -> Path | None:
    """Write what went wrong where a developer can be given it; None where even that fails."""
    import platformdirs

    try:
        own = os.environ.get("SESSION_TUI_STATE")
        folder = Path(own) if own else platformdirs.user_state_path("session-tui", appauthor=False)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "last-error.txt"
        path.write_text("".join(traceback.format_exception(error)), encoding="utf-8", errors="backslashreplace")
    except OSError:
        return None
    return path

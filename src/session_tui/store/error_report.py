"""What went wrong that should not have, kept where a developer can be given it."""

import os
import traceback
from pathlib import Path

NAME = "last-error.txt"


def keep_report(error: BaseException) -> Path | None:
    """Write the newest error's traceback, for its owner alone; None where even that fails."""
    import platformdirs

    from session_tui.store import atomic, folders, ownership

    try:
        own = os.environ.get("SESSION_TUI_STATE")
        folder = Path(own) if own else platformdirs.user_state_path("session-tui", appauthor=False)
        folders.make(folder, 0o700)
        path = folder / NAME
        text = "".join(traceback.format_exception(error))
        atomic.write(path, text.encode("utf-8", "backslashreplace"), for_good=False, private=True)
        path.chmod(ownership.OWNER_ALONE)  # one that an earlier version left may be open to others
    except (OSError, ValueError):
        return None
    return path

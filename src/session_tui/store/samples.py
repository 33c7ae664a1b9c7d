"""The sample sessions as a trial needs them: the newest was held in the last seven days.

They are moved by whole weeks, so that a Tuesday stays one. Folders of trials are removed a week
after their last change, when the next trial begins.
"""

import os
import re
import shutil
import tempfile
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from session_tui.model.patterns import lazy_pattern
from session_tui.store import agendas, folders

PREFIX = "session-tui-demo-"
KEPT = timedelta(days=7)
NEWEST = date(2026, 11, 17)  # when the newest session was held, as it is shipped
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAY = lazy_pattern(rf"\b(\d{{4}})-(\d\d)-(\d\d)|\b(\d{{1,2}}) ({'|'.join(_MONTHS)})\b|\b(20\d\d)\b")


def trial_folder(now: datetime) -> tuple[Path, str]:
    """Make a temporary folder with the samples in `sessions/`; return it, and a sentence on a
    folder that was not removed or "". OSError.
    """
    remark = sweep(Path(tempfile.gettempdir()), now)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    sessions, today = folder / "sessions", now.astimezone().date()
    folders.make(sessions)
    for path in agendas.shipped("samples").glob("*.toml"):
        (sessions / moved(path.name, today)).write_bytes(moved(path.read_text(encoding="utf-8"), today).encode())
    return folder, remark


def moved(text: str, today: date) -> str:
    """Return a text of the samples with its days (2026-11-17, 9 December) and years as of today.

    The last day of a month stays: books are closed on it.
    """
    by = timedelta(weeks=((today - NEWEST).days - 1) // 7)

    def later(found: re.Match[str]) -> str:
        year, month, day, day_in_words, name, alone = found.groups()
        if year:
            return (date(int(year), int(month), int(day)) + by).isoformat()
        if alone:
            return str(int(alone) + (NEWEST + by).year - NEWEST.year)
        shipped = date(NEWEST.year, _MONTHS.index(name) + 1, int(day_in_words))
        if (shipped + timedelta(days=1)).day == 1:
            return found[0]
        return f"{(shipped + by).day} {_MONTHS[(shipped + by).month - 1]}"

    return _DAY.sub(later, text)


def sweep(parent: Path, now: datetime) -> str:
    """Remove this user's folders of trials in which nothing has changed for a week.

    One whose time lies ahead may be in use, on a computer whose clock was set back: it stays, and
    a sentence about it is returned, else "".
    """
    remark = ""
    for folder in sorted(parent.glob(f"{PREFIX}*")):
        with suppress(OSError):
            if folder.is_dir() and not folder.is_symlink() and _is_ours(folder):
                changed = _changed(folder)
                if changed < now - KEPT:
                    shutil.rmtree(folder)
                elif changed > now + KEPT:
                    remark = f"An earlier demo's folder stays, because its time is {changed:%d %b %Y}: {folder}"
    return remark


def _is_ours(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.lstat().st_uid == os.getuid()


def _changed(folder: Path) -> datetime:
    latest = max(each.lstat().st_mtime for each in (folder, *folder.rglob("*")))
    return datetime.fromtimestamp(latest).astimezone()

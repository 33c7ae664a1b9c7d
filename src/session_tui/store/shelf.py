"""The sessions in a folder: every `*.toml` there, sound or broken, newest first."""

from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from session_tui.model.clean import harmless
from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import document, toml
from session_tui.store.trouble import StoreError, fault_of

_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class Row(Struct, frozen=True):
    """A file of the folder: its session, or what is wrong with it."""

    path: Path
    session: Session | None = None
    fault: Fault | None = None

    @property
    def id(self) -> str:
        """The id the file's name gives; harmless text."""
        return harmless(self.path.name.removesuffix(".toml").encode("utf-8", "replace").decode())


def rows(folder: Path) -> tuple[Row, ...]:
    """All of them, newest first; a folder that is not there has none. `StoreError` where it cannot be read."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith("."))
    except FileNotFoundError:
        return ()
    except OSError as error:
        do = "Choose another folder with --sessions or SESSION_TUI_SESSIONS."
        raise StoreError(fault_of(error, folder, do)) from error
    return tuple(sorted(map(row, paths), key=_newest, reverse=True))


def row(path: Path) -> Row:
    """One file as a row; never raises for what is in it."""
    try:
        session = document.read(toml.read_bytes(path), path).session
    except StoreError as error:
        return Row(path, None, error.faults[0])
    if session.id != path.stem:
        what = f'"{session.id}" is not what the file is called'
        return Row(path, None, Fault("id", what, f"Call it {session.id}.toml, or mend the id."))
    return Row(path, session)


def find(folder: Path, wanted: str) -> Path:
    """The file of a session by its id, a beginning of it that fits no other, or `latest`; `StoreError` otherwise."""
    if wanted == "latest":
        found = rows(folder)
        if not found:
            raise StoreError(Fault("", f"there is no session in {folder} yet", "session-tui run ACCOUNT begins one."))
        return found[0].path
    try:
        names = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise StoreError(fault_of(error, folder)) from error
    for path in names:
        if path.stem == wanted:
            return path
    fitting = [path for path in names if path.stem.startswith(wanted)] if wanted else []
    if len(fitting) > 1:
        some = ", ".join(path.stem for path in fitting[:4]) + (" …" if len(fitting) > 4 else "")
        raise StoreError(Fault("", f"{harmless(wanted)} fits {len(fitting)} sessions: {some}", "Write more of the id."))
    if not fitting:
        raise StoreError(
            Fault("", f"there is no session {harmless(wanted)} in {folder}", "session-tui list shows them.")
        )
    return fitting[0]


def live(folder: Path, account: str) -> tuple[Row, ...]:
    """The live sessions of an account, newest first; case does not count."""
    return tuple(
        each
        for each in rows(folder)
        if each.session and each.session.status == "live" and each.session.account.casefold() == account.casefold()
    )


def last_held(folder: Path, session: Session) -> Session | None:
    """The session before this one: held, of the same account, and of the same zone where that is said."""
    for each in rows(folder):
        one = each.session
        if one is None or one.status != "held" or one.id == session.id:
            continue
        same_zone = not session.zone or not one.zone or one.zone == session.zone
        if same_zone and one.account.casefold() == session.account.casefold():
            return one
    return None


def _newest(each: Row) -> tuple[datetime, str]:
    started = each.session.started_at if each.session and each.session.started_at else None
    if started is None:
        try:
            started = datetime.fromisoformat(each.path.name[:10]).replace(tzinfo=UTC)
        except ValueError:
            started = _BEFORE_ALL
    return started, each.path.name

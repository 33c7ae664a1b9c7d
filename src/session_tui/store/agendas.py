"""Agendas of the program and of the user's folder; the user's win where names are equal."""

from pathlib import Path

from msgspec.structs import replace

from session_tui.model import agenda as model
from session_tui.model.agenda import Agenda
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.store import toml
from session_tui.store.contents import Contents, contents, not_here
from session_tui.store.decoding import to_value
from session_tui.store.errors import StoreError, contained

STANDARD = "strategy-30"
_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Return a folder of the program: in the installed package, or at the top of a checkout."""
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent.parent / {"samples": "sessions"}.get(name, name)


def read(path: Path) -> Agenda:
    """Return the agenda in a file; `StoreError` with every fault, its line and column."""
    with contained(path):
        content = toml.read_bytes(path)
        try:
            agenda = to_value(toml.parse(content), Agenda)
            if faults := model.check(agenda):
                raise StoreError(*faults)
        except StoreError as error:
            from session_tui.store.source_positions import pinpointed

            raise StoreError(*pinpointed(error.faults, content)) from None
        return agenda


def find(name: str, folder: Path) -> Agenda:
    """Return an agenda by its name or its file's; `StoreError` where it is unknown or faulty, with
    its path.
    """
    files = _files(folder)
    path = files.get(name)
    if path is None:
        wanted = name_key(name)
        path = next((each for key, each in files.items() if name_key(key) == wanted), None)
        path = path or next((each for each in files.values() if name_key(named(each)) == wanted), None)
    if path is None:
        raise StoreError(_missing(name, folder, files))
    try:
        return read(path)
    except StoreError as error:
        places = (replace(f, where=f"{f.place(path)}: {f.where}".removesuffix(": ")) for f in error.faults)
        raise StoreError(*places) from None


def faults(folder: Path) -> tuple[Fault, ...]:
    """Return the first fault of each of the user's own agendas, with path, line and column."""
    found: list[Fault] = []
    for path in _files(folder).values():
        try:
            read(path)
        except StoreError as error:
            first = error.faults[0]
            where = f"{path}:{first.line}:{first.column}: {first.where}" if first.line else str(path)
            found.append(replace(first, where=where.removesuffix(": ")))
    return tuple(found)


def of(session: Session, folder: Path) -> Agenda | None:
    """Return the agenda of a session, for its prompts; None where it does not exist any more.

    `StoreError` then for a session without parts, which needs it.
    """
    try:
        return find(session.agenda, folder)
    except StoreError:
        if not session.parts:
            raise
        return None


def names(folder: Path) -> tuple[str, ...]:
    """Return the names of all agendas, the standard one first."""
    return tuple(sorted(_files(folder), key=lambda name: (name != STANDARD, name)))


def _files(folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for place in (shipped("agendas"), folder):
        found |= {path.stem: path for path in _contents(place).files}
    return found


def _contents(folder: Path) -> Contents:
    try:
        return contents(folder, named)
    except StoreError:
        return Contents()


def copies(name: str, folder: Path) -> tuple[Fault, ...]:
    """Return the faults about copies of this agenda in the folder, shown when a session begins
    with it.
    """
    return tuple(each.fault for each in _contents(folder).copies if name in (each.of.stem, named(each.of)))


def _missing(name: str, folder: Path, files: dict[str, Path]) -> Fault:
    there = _contents(folder)
    if any(path.stem == name for path in there.away):
        return not_here(f"{name}.toml", "Download it, or name another agenda.")
    if copy := next((each for each in there.copies if each.of.stem == name), None):
        return copy.fault
    return Fault("", f"there is no agenda called {name}", f"There are: {', '.join(sorted(files))}.")


def named(path: Path) -> str:
    """Return the name of the agenda in a file; "" where it cannot be read."""
    try:
        return read(path).name
    except StoreError:
        return ""

"""One reader of one plan: readers and comments, and how the reader adds to them.

Used by the full screen and the line-by-line mode. Every method but `comment` uses the disk, raises
`StoreError`, and returns what the readers' file has afterwards, since other programs may have
written it too.
"""

from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from session_tui.model.sanitize import one_line
from session_tui.model.session import PlanComment, Reader, Readers
from session_tui.store import merge_readers
from session_tui.store.plans import files
from session_tui.store.plans.files import PlanFile

Placed: TypeAlias = tuple[tuple[int | None, PlanComment], ...]  # each comment with its line now


class PlanReading(Struct, frozen=True):
    """The content of the readers' file: readers, and each comment with its present line."""

    readers: tuple[Reader, ...] = ()
    placed: Placed = ()
    remarks: tuple[str, ...] = ()  # on other versions of the file, whose content is not included


class Reading(Struct, frozen=True):
    """A version of a plan, its path, its reader, and the folder of locks and saved versions."""

    plan: PlanFile
    path: Path
    reader: str
    state: Path

    def found(self) -> PlanReading:
        """Return the present content."""
        return self._found(files.readers(self.path))

    def record(self, now: datetime) -> PlanReading:
        """Record that this version was read now."""
        files.keep_version(self.state, self.plan)
        row = Reader(name=self.reader, read_at=now.replace(microsecond=0), sha256=self.plan.sha256)
        files.add_reader(self.path, row, self._locks)
        return self.found()

    def comment(self, line: int, words: str, now: datetime) -> PlanComment:
        """Return a new comment on a line of the plan (counted from 1); writes nothing."""
        quote = files.plain(files.lines_of(self.plan.text)[line - 1])
        at = now.replace(microsecond=0)
        return PlanComment(line=line, quote=quote, author=self.reader, text=one_line(words).strip(), at=at)

    def keep(self, comment: PlanComment) -> PlanReading:
        """Add the comment to the file."""
        files.add_comment(self.path, comment, self._locks)
        return self.found()

    def remove(self, comment: PlanComment) -> PlanReading:
        """Remove the comment from the file."""
        files.remove_comment(self.path, comment, self._locks)
        return self.found()

    def changed_since(self, sha256: str) -> tuple[str, ...] | None:
        """Return what changed since another version; None where that is not saved on this
        machine.
        """
        return files.changed_since(self.state, sha256, self.plan)

    @property
    def _locks(self) -> Path:
        return self.state / "locks"

    def _found(self, readers: Readers) -> PlanReading:
        others = tuple(str(each) for each in merge_readers.conflicting_versions(files.readers_path(self.path)))
        return PlanReading(readers.readers, files.placed(readers.comments, self.plan.text), others)

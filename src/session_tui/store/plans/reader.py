"""One reader with one plan: what is on record, and what they add to it. The full screen and the
lines share it.

Every method but `comment` goes to the disk, raises `StoreError`, and gives what the readers' file
says afterwards: others may have written into it meanwhile.
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
    """What the readers' file says: who read the plan, and each comment with the line it stands on
    now.
    """

    readers: tuple[Reader, ...] = ()
    placed: Placed = ()
    remarks: tuple[str, ...] = ()  # of versions of it that are elsewhere: what they say is not told here


class Reading(Struct, frozen=True):
    """The version of the plan that is read, its file, who reads it, and where locks and versions
    are kept.
    """

    plan: PlanFile
    path: Path
    reader: str
    state: Path

    def found(self) -> PlanReading:
        """What is on record now."""
        return self._found(files.readers(self.path))

    def record(self, now: datetime) -> PlanReading:
        """This version was read, now."""
        files.keep_version(self.state, self.plan)
        row = Reader(name=self.reader, read_at=now.replace(microsecond=0), sha256=self.plan.sha256)
        files.add_reader(self.path, row, self._locks)
        return self.found()

    def comment(self, line: int, words: str, now: datetime) -> PlanComment:
        """What is to be kept about a line of the plan (counted from 1)."""
        quote = files.plain(files.lines_of(self.plan.text)[line - 1])
        at = now.replace(microsecond=0)
        return PlanComment(line=line, quote=quote, author=self.reader, text=one_line(words).strip(), at=at)

    def keep(self, comment: PlanComment) -> PlanReading:
        """The comment is in the file."""
        files.add_comment(self.path, comment, self._locks)
        return self.found()

    def remove(self, comment: PlanComment) -> PlanReading:
        """The comment is in the file no more."""
        files.remove_comment(self.path, comment, self._locks)
        return self.found()

    def changed_since(self, sha256: str) -> tuple[str, ...] | None:
        """What changed since another version was read; None where that is not kept on this
        machine.
        """
        return files.changed_since(self.state, sha256, self.plan)

    @property
    def _locks(self) -> Path:
        return self.state / "locks"

    def _found(self, readers: Readers) -> PlanReading:
        others = tuple(str(each) for each in merge_readers.conflicting_versions(files.readers_path(self.path)))
        return PlanReading(readers.readers, files.placed(readers.comments, self.plan.text), others)

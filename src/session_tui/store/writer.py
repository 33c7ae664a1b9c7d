"""One thread a session that brings its values to disk, in order, a newer one standing for those it overtook.

Whoever gives it a value never waits. A write that fails is tried again, with growing pauses, until it succeeds: the
value stays here meanwhile. Before each write the file is compared with what was last read or written; one that somebody
else has changed is never overwritten, our version then goes to a file beside it.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TypeAlias

from session_tui.model.fault import Fault
from session_tui.model.session import Session
from session_tui.store import atomic, drafts
from session_tui.store.document import Document
from session_tui.store.drafts import Draft
from session_tui.store.trouble import fault_of

Lamp: TypeAlias = Literal["saved", "saving", "not saved"]

PATIENCE = (0.1, 0.2, 0.5, 1.0, 2.0)  # seconds between tries; the last one for as long as it takes
KEPT = "Kept here, tried again; /elsewhere FOLDER saves it there."


class Writer(threading.Thread):
    """Owns the file: its path, its content as we know it, the document last written."""

    def __init__(self, path: Path, content: bytes, document: Document, draft_folder: Path) -> None:
        super().__init__(name=f"writer of {path.name}", daemon=True)
        self.path = path
        self.document = document
        self.trouble: Fault | None = None
        self.notices: tuple[str, ...] = ()
        self.conflict: bytes | None = None  # what somebody else wrote
        self.told: Callable[[], None] = lambda: None
        self._content = content
        self._drafts = draft_folder
        self._wanted = document.session
        self._draft: Draft | None = None
        self._tries = 0
        self._rewritten = False
        self._closing = False
        self._news = threading.Condition()

    @property
    def saved(self) -> Session:
        """The value that is on disk."""
        return self.document.session

    @property
    def lamp(self) -> Lamp:
        """Whether all is on disk."""
        if self._wanted is self.document.session and not self._moved:
            return "saved"
        return "not saved" if self._tries else "saving"

    def want(self, session: Session) -> None:
        """This value is to be on disk; returns at once."""
        with self._news:
            self._wanted = session
            self._news.notify()

    def want_draft(self, draft: Draft) -> None:
        """This draft is to be kept; returns at once."""
        with self._news:
            self._draft = draft
            self._news.notify()

    def move(self, path: Path) -> None:
        """From now on the session is written here."""
        with self._news:
            self.path, self._content, self._tries, self.trouble, self.conflict = path, b"", 0, None, None
            # The value on disk is none of this place's: it is written as if it had changed.
            self.document = Document(
                self.document.session, self.document.tables, self.document.newline, self.document.bom, {}
            )
            self._moved = True
            self._news.notify()

    _moved = False

    def finish(self, timeout: float) -> bool:
        """Write what is to be written, then stop. False where it is not on disk in time; the thread goes on trying."""
        with self._news:
            self._closing = True
            self._tries = min(self._tries, 1)
            self._news.notify()
        self.join(timeout)
        if self.is_alive():
            with self._news:
                self._closing = False
        return not self.is_alive() and self.lamp == "saved"

    def run(self) -> None:
        """Until it is finished and nothing is left to write."""
        while True:
            with self._news:
                while not self._due():
                    if self._closing:
                        return
                    self._news.wait()
                session, draft, moved = self._wanted, self._draft, self._moved
                self._draft = None
            if draft is not None:
                self._keep(draft)
            if session is not self.document.session or moved:
                self._store(session)

    def _due(self) -> bool:
        return self._wanted is not self.document.session or self._draft is not None or self._moved

    def _keep(self, draft: Draft) -> None:
        try:
            drafts.write(self._drafts, self.path, draft)
        except OSError as error:
            # A draft is the lesser loss; what is entered still has its own lamp.
            notice = f"The half-typed line is not kept: {fault_of(error, self._drafts)}"
            if notice not in self.notices:
                self.notices = (*self.notices, notice)
                self.told()

    def _store(self, session: Session) -> None:
        started = time.monotonic()
        try:
            document = self.document.with_session(session)
            content = document.content()
            self._place(content)
        except OSError as error:
            self._failed(fault_of(error, self.path, KEPT), started)
            return
        except Exception as error:  # noqa: BLE001 - the thread is the last one who can still say it; nothing is lost
            self._failed(
                Fault(str(self.path), f"it cannot be written ({type(error).__name__}: {error})", KEPT), started
            )
            return
        with self._news:
            self.document, self._content, self._tries, self._moved = document, content, 0, False
            if self.conflict is None:
                self.trouble = None
        self.told()

    def _failed(self, fault: Fault, started: float) -> None:
        with self._news:
            self.trouble = fault
            self._tries += 1
            pause = PATIENCE[min(self._tries, len(PATIENCE)) - 1]
        self.told()
        with self._news:
            newest = self._wanted
            # A newer value, another place or the end of the session is worth a try at once.
            self._news.wait_for(lambda: self._wanted is not newest or self._moved or self._draft is not None, pause)

    def _place(self, content: bytes) -> None:
        """Write the content to the file, or beside it where the file is somebody else's now."""
        if self.conflict is None and not self._moved:
            self._look_for_others(content)
        if self.conflict is not None:
            atomic.write(self._ours(), content)
            return
        if not self._rewritten and self._content:
            self._keep_comments()
        self._rewritten = True
        atomic.write(self.path, content)

    def _look_for_others(self, content: bytes) -> None:
        try:
            there = self.path.read_bytes()
        except FileNotFoundError:
            if not self.path.parent.is_dir():
                raise
            self.notices = (*self.notices, f"{self.path.name} had gone; it is written anew.")
            return
        if there not in (self._content, content):
            self.conflict = there
            self.trouble = Fault(
                self.path.name,
                "somebody else changed this file meanwhile",
                f"Theirs is untouched; yours is kept in {self._ours().name}. /conflict compares them.",
            )

    def _ours(self) -> Path:
        return self.path.with_name(f"{self.path.name}.ours")

    def _keep_comments(self) -> None:
        if b"#" not in self._content:  # most files: the parser of the next line need not be loaded
            return
        from session_tui.store.pinpoint import has_comments

        if has_comments(self._content):
            kept = atomic.aside(self.path, "before", self._content)
            self.notices = (*self.notices, f"This file had comments; it is kept as it was in {kept.name}.")

    def resolve(self, keep: Literal["ours", "theirs"], theirs: Document | None) -> None:
        """End a conflict: ours replaces theirs, which is kept aside, or theirs stands and ours stays aside. OSError."""
        with self._news:
            if self.conflict is None:
                return
            if keep == "ours":
                atomic.aside(self.path, "theirs", self.conflict)
                self._content, self.conflict, self.trouble, self._moved = self.conflict, None, None, True
                self._news.notify()
            elif theirs is not None:
                atomic.aside(self.path, "mine", self.document.with_session(self._wanted).content())
                self.document, self._content = theirs, self.conflict
                self._wanted, self.conflict, self.trouble, self._tries = theirs.session, None, None, 0
        self.told()

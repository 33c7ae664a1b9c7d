"""A pasted list in a session line by line: `/paste`, the lines, and a dot alone."""

from collections.abc import Iterator

from session_tui.model import capture
from session_tui.model.capture import Context, PastedList, Refusal
from session_tui.tui.live.controller import LiveController

END_OF_PASTE = "."


class PlainPaste:
    """The lines that are read as one list; `begun` is the number of the line with `/paste`."""

    def __init__(self, begun: int, arguments: str) -> None:
        """`arguments` are those of `/paste`: `mail` keeps the parts of a mail, `text` makes text
        of the lines that cannot be read.
        """
        self.begun = begun
        self.lines: list[str] = []
        words = arguments.split()
        self._mail, self._text = "mail" in words, "text" in words

    def read(self, context: Context) -> PastedList:
        """Read the lines."""
        lines = capture.pasted_lines("\n".join(self.lines))
        pasted = capture.read_list(lines, context, mail=self._mail)
        if not self._text:
            return pasted
        unread = {each.line.number for each in pasted.unread}
        return capture.read_list(lines, context, mail=self._mail, as_text=unread)

    def previews(self, pasted: PastedList, live: LiveController) -> Iterator[str]:
        """What each line becomes; under the curtain nothing of it."""
        for each in pasted.entries:
            if not isinstance(each.reading, Refusal) and not live.curtain:
                context = live.context
                look = capture.preview(each.reading, each.before, context.today, context.people)
                yield f"line {self.begun + each.line.number}: {look}"

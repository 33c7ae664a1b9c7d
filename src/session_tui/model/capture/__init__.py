"""The grammar of the capture line, the same in every part of a session.

`read` takes any text and returns an edit, an action or a refusal. `lexer` finds the marks,
`fields`
makes values of them, `parser` puts an entry together; `formatter` writes an entry as a line again.
"""

from session_tui.model.capture.completion import Completion, complete
from session_tui.model.capture.formatter import write
from session_tui.model.capture.parser import read
from session_tui.model.capture.paste import PastedEntry, PastedLine, PastedList, pasted_lines, read_list
from session_tui.model.capture.preview import Preview, preview
from session_tui.model.capture.result import Command, Context, Reading, Refusal

__all__ = [
    "Command",
    "Completion",
    "Context",
    "PastedEntry",
    "PastedLine",
    "PastedList",
    "Preview",
    "Reading",
    "Refusal",
    "complete",
    "pasted_lines",
    "preview",
    "read",
    "read_list",
    "write",
]

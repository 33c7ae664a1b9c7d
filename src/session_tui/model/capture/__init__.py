"""The capture line's grammar: one for every part. `read` takes any text and gives an edit, an action or a refusal."""

from session_tui.model.capture.complete import Completion, complete
from session_tui.model.capture.lines import read
from session_tui.model.capture.pasted import list_of, read_list
from session_tui.model.capture.preview import Preview, preview
from session_tui.model.capture.reading import Context, Do, Reading, Refusal
from session_tui.model.capture.write import write

__all__ = [
    "Completion",
    "Context",
    "Do",
    "Preview",
    "Reading",
    "Refusal",
    "complete",
    "list_of",
    "preview",
    "read",
    "read_list",
    "write",
]

"""The places of the library, and the line that says which of them this is."""

from session_tui.tui.pieces import Pieces

TABS = ("Sessions", "Actions", "Beliefs", "History")


def tab_line(here: str, about: str = "") -> Pieces:
    """The tabs, this one in brackets, so that it can be told without colour; `about` is what they speak of."""
    told: list[tuple[str, str]] = []
    for tab in TABS:
        told += [(f"[{tab}]", "key"), (" ", "")] if tab == here else [(f" {tab} ", "muted"), (" ", "")]
    told.append(("tab", "key"))
    if about:
        told.append((f"   {about}", "muted"))
    return tuple(told)

"""The entry point of `python -m session_tui`."""

from session_tui.cli import main

main()

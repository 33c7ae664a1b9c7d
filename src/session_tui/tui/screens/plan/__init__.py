"""Preparing a session (`prepare`), and reading its plan (`screen`, laid out by `blocks`)."""

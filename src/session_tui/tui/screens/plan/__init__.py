"""Preparing a session and reading its plan."""

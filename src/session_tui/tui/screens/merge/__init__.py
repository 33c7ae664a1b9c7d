"""Two versions of a session, shown side by side and merged."""

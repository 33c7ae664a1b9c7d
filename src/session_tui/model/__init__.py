"""The values of a session and pure functions on them: no files, no clock, no random numbers."""

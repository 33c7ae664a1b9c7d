"""What a session is: frozen values and pure functions on them. No files, no clock, no chance."""

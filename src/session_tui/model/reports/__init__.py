"""Reports: pure functions from sessions to what a person or a program reads."""

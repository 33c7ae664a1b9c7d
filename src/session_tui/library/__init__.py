"""The library: an index over the folder of sessions, derived from its files and rebuilt whenever that is simpler."""

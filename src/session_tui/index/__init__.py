"""The index over the folder of sessions: derived from the files, and rebuilt from them."""

"""The SQLite index over the folder of sessions, in the cache folder.

The index is derived: `scanner` reads each changed file, `index` keeps the rows, `database` repairs
or rebuilds it, `search` finds words. `sessions` answers questions about several sessions: it opens
the index, refreshes it, and asks it. No file is ever written because of an answer of the index.
"""

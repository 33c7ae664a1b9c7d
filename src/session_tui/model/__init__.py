"""Frozen values for a session, and pure functions on them: no files, no clock, no chance.

- `session` has the values, `edits` the changes with what they replace, `fault` the errors.
- `timebox` computes durations from the recorded clock; `clock_commands` and `session_commands`
  make edits.
- `analysis` and `validation` hold the rules; `history` follows an entry over several sessions.
- `carry_forward` gives what a new session takes over from the last one.
- `name_keys` says which names are equal, `similar_names` which are near.
- `rebase` lays unsaved changes over a version that another program wrote.
- `sanitize` makes text of a file or of the keyboard safe to show and to store.
"""

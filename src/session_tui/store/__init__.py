"""Files and folders: reading, writing, locks, drafts, plans, and the open session.

- Reading: `regular_file` reads bytes, up to a limit and without waiting; `toml` and `json_values`
  make tables of them. `contained(path)` in `errors` makes any exception that file's fault, so the
  other files are still read.
- Writing: every replacement of a file goes through `exchange`; `toml_file.TomlFile` is for files
  that several programs change; `folders` makes folders; `answer_file` is for answers that grow.
- Sessions: `open_session` is the only way to change one, `writer` saves it, `batch_edit` is for
  commands, `new_session` begins one, `heartbeat` finds gaps in the recorded clock.
- Disks that do not answer: `deadline`; `draft_writer` is a thread for half-typed lines alone.
- Folders: `paths` finds them and never raises, `contents` classifies the files in one, `ownership`
  decides who may read a new file, `path_expansion` reads `~` and `$HOME`.
- Copies of sync programs: `conflict_files`, `merge`, `merge_readers`. Names: `name_resolution`.
"""

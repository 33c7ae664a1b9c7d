"""The team server: keeps the sessions of a team; docs/team-server.md is its contract.

Only `cli/serve.py` and `cli/serve_data.py` import this package, and no other command loads it. It
needs the extra `server`. A request goes through it like this:

- `app` makes the ASGI application, `sessions` and `feed` have the routes; `access` says what the
  holder of a token may see, `problems` makes the answers that are not 2xx.
- `writer` takes up to 64 changes into one transaction. What becomes of them is computed by
  `decision`, a pure function of rows and requests.
- `tables` names the tables, `migrations` makes them step by step, `database` opens the engine,
  `rows` reads and writes what a batch needs.
- `members` are the people of the team and their tokens.
- `log` writes a line a request, `metrics` counts, `health` looks whether the database answers.
- `rates` limits how often may be asked; a `connection` ends in time, whatever its client does.
- `process` runs all of it: lock, listener, signals, graceful stop; `control` is how the commands
  of the same machine reach the running server.
- `operations` are the commands that work on all data: `backup`, `restore` and `integrity`, which
  is the check; `table_copy` writes all rows into another database, `revocations` is the list of
  tokens that stay taken back, `data_folder` is whose the folder is.

One subject is one module. PostgreSQL by its address belongs to `database`; join and the device
flow have routes of their own beside `sessions`.

SQL is of the one dialect that SQLite and all engines of PostgreSQL's protocol have: keys are
texts, there are no sequences, no LISTEN, no advisory locks, no FOR UPDATE, no ON CONFLICT.
"""

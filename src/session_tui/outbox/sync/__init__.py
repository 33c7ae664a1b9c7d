"""Sync of a folder of sessions with a team server: files, ledger and connection around the pure
rules of `model/sync/`.

- `team_sync` is what commands and screens call: `TeamSync(context, endpoint).run()`.
- `sync_run` compares both sides and settles what differs; `report` says what became of it.
- `driver` answers the effects of one session's settlement.
- `session_files` is the folder, `ledger_file` the ledger, `team_client` the server.
- `proof` is the digest that two members compare.
"""

"""The full-screen program. Importing this package alone loads no framework.

- From bytes to keys: `raw_mode`, `terminal_input`, `terminal_keys`, `driver`, `key_order`.
- `app` owns screens, theme and services; `actions` lists the actions, `keymap` their keys.
- Text on the screen passes `text`, which makes it safe; `terminal_filter` checks every drawn line.
- `queries` and `live_queries` ask the store and the index for the screens; `index_thread` runs it.
- `shutdown` ends the program on a signal, within seconds.
"""

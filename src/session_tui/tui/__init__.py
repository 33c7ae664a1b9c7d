"""The full-screen program. Importing this package alone loads no framework.

- From bytes to keys: `raw_mode`, `terminal_input`, `terminal_keys`, `driver`, `key_order`.
- `app` owns screens, theme and services; `actions` has the table of actions and the keymap.
- Text on the screen passes `text`, which makes it safe; `terminal_filter` checks every drawn line.
- `queries` asks the index and the store for the screens; `index_thread` is the thread for it.
- `shutdown` ends the program on a signal, within seconds.
"""

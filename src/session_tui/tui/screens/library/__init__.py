"""The library: the tabs over past sessions, and the screens that are opened from them."""

"""The library: the tabs over past sessions, and the screens that open from them.

`home` is the first screen, `tab` the base of the tabs, `session_opener` the way into a session.
"""

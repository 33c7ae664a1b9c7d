"""Documents: the summary of a session, and the formats made from it.

Every document and every message is made from a `summary`; in a shared one the private fields are
empty. `formats` lists the formats, each a module with `render(summary, setting)`.
"""

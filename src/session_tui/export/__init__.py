"""Documents: the summary of a session, and the formats it is written in."""

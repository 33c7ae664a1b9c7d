"""Documents: the summary of a session, and the formats to which it is exported."""

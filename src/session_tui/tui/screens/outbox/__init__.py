"""The export of a session, and the messages in the outbox."""

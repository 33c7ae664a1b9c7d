"""Exporting, and the outbox of messages."""

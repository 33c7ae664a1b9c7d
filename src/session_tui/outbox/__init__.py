"""Sending: messages kept in a folder, the requests made from them, and the only module that opens connections."""

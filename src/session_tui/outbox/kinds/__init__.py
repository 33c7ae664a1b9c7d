"""The body of a message, one module for each kind of endpoint, with its size limit."""

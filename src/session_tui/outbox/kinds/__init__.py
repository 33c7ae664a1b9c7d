"""The body of a request, one module for each kind of endpoint."""

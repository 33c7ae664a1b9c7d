"""Sending: messages in a folder, the requests made from them, and the answers.

`service` decides what to send, `messages` builds a message, `store` keeps it, `sender` sends it,
`request` makes the request, `response` reads the answer, `retry` says when to try again. `trust`
keeps the
user's consent to an endpoint, `secrets` reads its secret. `http` alone opens connections.
"""

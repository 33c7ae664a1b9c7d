"""The outbox: messages for endpoints, stored in a folder, and the sender that delivers them over
HTTP.
"""

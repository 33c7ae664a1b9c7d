"""A person's data in the files: the search, the report, the pseudonyms and the erasure.

All of them work on the tables as read, not on sessions, so files with faults and unknown keys
count too. `model/person_names.py` says which keys hold names.
"""

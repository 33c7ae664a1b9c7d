"""Two versions of a session become one.

`conflict_names` recognises the file names that sync programs give to copies, `merge` pairs the
entries of two versions and joins them, `describe` gives the differences in words.
"""

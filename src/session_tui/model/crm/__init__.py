"""A CRM's export as text: its headings, amounts, dates and phases, and the deal of each line.

A value that has no single meaning is unknown and its reason is kept; it never drops the deal.
"""

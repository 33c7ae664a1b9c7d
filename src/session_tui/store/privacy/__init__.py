"""Finds, reports and erases what the files have about a person."""

"""The screens of the full-screen program, in a folder for each subject.

`base` has the base classes and a recipe for a new screen; `dialog` and `list_dialog` are windows
over a screen, `text_page` is a page of text. `routes` has the ways that several screens take.
"""

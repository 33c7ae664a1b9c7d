"""The screens of the full-screen program, in a folder for each subject.

`base` has the base classes and a recipe for a new screen; `dialog` has the base classes of windows
over a screen, `text_page` is a page of text.
"""

"""The screens of the full-screen program, in a folder for each subject."""

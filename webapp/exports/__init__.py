"""What can be taken along: a run as a program, as numbers, as an experiment that comes back.

Each file is a row of `files.FILES`, made of a link's experiment and its run; what needs a screen, the curve as a
picture, is made in the browser.
"""

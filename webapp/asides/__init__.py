"""Side questions: what the page asks about the run that it shows, beside the turning of its knobs.

`door` lets a question in and names who answers it; every other room here answers one kind of question, within
the budget of one.
"""

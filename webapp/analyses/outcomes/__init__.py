"""The outcome of the shown run: the luck in a change, and the cause of a failure.

Its modules: `luck` (twins), `failure` (a cause and its remedies).
"""

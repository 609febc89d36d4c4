"""What came of the shown run: how much of a change is luck, and why a run failed.

Its modules: `luck` (twins), `failure` (a cause and its remedies).
"""

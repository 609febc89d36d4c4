"""Sweeps of many runs as jobs: planned by a request, stored with their results, and made by a sweeper.

A job outlives the process that works on it. The store has its plan, its state and its finished pieces; a sweeper holds
a lease on it, and loses that when it is not heard of for a while.
"""

"""The code that Numba compiles: the loops that train networks and respond for them, and the operations inside."""

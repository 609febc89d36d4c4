"""What Numba compiles: the loops that train networks and respond for them, and the operations that they are made of."""

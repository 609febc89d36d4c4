"""The outcome of a run: whether its last digits decided it, and whether it learned."""

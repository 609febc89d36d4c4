"""Checks of a network's gradients and of how sharply its loss bends."""

"""A run as a PyTorch script, and the agreement of its losses there."""

"""A run as a PyTorch script, and how far its losses agree there."""

"""The operation of a server: whether it is ready, its counts and its log."""

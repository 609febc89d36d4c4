"""What whoever runs a server needs of it: whether it is ready, what it counts and what it logs."""

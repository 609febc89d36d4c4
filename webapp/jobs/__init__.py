"""Work that takes longer than a blink: whether it is still wanted, and whether it has its turn."""

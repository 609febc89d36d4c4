"""Work that takes longer than a blink: which of it is still wanted, and which of it has its turn."""

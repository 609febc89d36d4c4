"""Training by a rule other than the plain one, which the kernel compiles by itself."""

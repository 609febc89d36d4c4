"""Training one network one sample at a time, and looking at each step of it."""

"""The response to a run request: `run` makes the whole of it, every other module a part."""

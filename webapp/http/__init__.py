"""HTTP: the server, the checks that every request passes, rate limits and static files."""

"""HTTP: the server and its slots, the checks that every request passes, rate limits and static files."""

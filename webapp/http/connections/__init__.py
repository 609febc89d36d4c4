"""Connections: strict reading of requests, the choice of the next one to work on, and the sending of responses."""

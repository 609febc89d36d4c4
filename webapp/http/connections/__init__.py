"""Connections: what is read from them strictly, what works for them next, and how responses are sent."""

"""Callbacks translate: they read what the page sent, ask the bench, and hand the result to the page."""

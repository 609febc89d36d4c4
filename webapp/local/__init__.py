"""A bench of the user's own: its part of the page, the files it gives, and the notebook that may show it."""

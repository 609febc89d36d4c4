"""A bench of the user's own: what the page needs of it, the files it gives, and the notebook that may show it."""
